"""What Windows' loader reads beside imports, sound and damaged."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.binary import pe, pe_debug, pe_loader
from crosswind.binary.memory import Memory
from crosswind.binary.pe_header import DataDirectory
from crosswind.binary.pe_tables import DebugEntry
from crosswind.binary.view import FormatError, View
from images import pe as file

BASE = 0x1000


def mapped(content: bytes) -> Memory:
    return Memory(View.of(content), [(BASE, len(content), 0)])


def whole(content: bytes) -> DataDirectory:
    return DataDirectory(BASE, len(content))


def blocks(*pages: tuple[int, list[int]]) -> bytes:
    """Base relocations: a page's address and the entries, each a type and an offset."""
    return b"".join(
        struct.pack(f"<II{len(entries)}H", page, 8 + 2 * len(entries), *entries)
        for page, entries in pages
    )


def test_relocations_are_counted_by_type_and_page():
    content = blocks((0x1000, [0xA001, 0xA010, 0]), (0x2000, [0x3004]), (0x1000, [0xA123]))
    found = pe_loader.read_relocations(mapped(content), whole(content))
    assert found == (3, 2, {"ABSOLUTE": 1, "HIGHLOW": 1, "DIR64": 3})
    assert found.total == 4


@pytest.mark.parametrize("size", [4, 7, 0xFFFFFFFF])
def test_a_relocation_block_of_impossible_size(size):
    content = struct.pack("<II", 0x1000, size) + bytes(8)
    with pytest.raises(FormatError, match="base relocations"):
        pe_loader.read_relocations(mapped(content), whole(content))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 0xFFFF).map(lambda n: n << 12),
            st.lists(st.integers(0, 0xFFFF), max_size=20),
        ),
        max_size=10,
    )
)
def test_every_relocation_is_counted_once(pages):
    content = blocks(*pages)
    if not content:
        return
    found = pe_loader.read_relocations(mapped(content), whole(content))
    assert sum(found.types.values()) == sum(len(entries) for _, entries in pages)


@pytest.mark.parametrize("bits", [32, 64])
def test_tls(bits):
    word = "<4I2I" if bits == 32 else "<4Q2I"
    size = struct.calcsize(word)
    base = 0x400000
    callbacks = struct.pack("<3I" if bits == 32 else "<3Q", 0x401000, 0x401040, 0)
    content = struct.pack(word, 1, 9, 5, base + BASE + size, 3, 0x300000) + callbacks
    found = pe_loader.read_tls(mapped(content), DataDirectory(BASE, size), bits, base)
    assert found == (1, 9, 5, base + BASE + size, 3, 0x300000, (0x401000, 0x401040))


def test_callbacks_without_an_end():
    content = struct.pack("<4Q2I", 0, 0, 0, BASE + 40, 0, 0) + b"\1" * 0x10000
    with pytest.raises(FormatError, match="does not end"):
        pe_loader.read_tls(mapped(content), DataDirectory(BASE, 40), 64, 0)


def test_load_configuration_as_far_as_it_goes():
    content = struct.pack("<IIHH", 12, 7, 1, 2) + bytes(200)
    found = pe_loader.read_load_config(mapped(content), whole(content), 64)
    assert found == {"size": 12, "timestamp": 7, "major_version": 1, "minor_version": 2}


def test_the_cookie_of_a_whole_configuration():
    content = bytearray(320)
    struct.pack_into("<I", content, 0, 320)
    struct.pack_into("<Q", content, 88, 0x14001234)  # SecurityCookie of the 64-bit structure
    struct.pack_into("<I", content, 144, 0x500)  # GuardFlags
    found = pe_loader.read_load_config(mapped(bytes(content)), whole(content), 64)
    assert found["security_cookie"] == 0x14001234
    assert pe_loader.guard_flags(found["guard_flags"]) == (
        "CF_INSTRUMENTED", "CF_FUNCTION_TABLE_PRESENT",
    )  # fmt: skip


def test_a_load_configuration_outside_the_file():
    with pytest.raises(FormatError):
        pe_loader.read_load_config(mapped(bytes(8)), DataDirectory(0x9000, 64), 32)


def test_clr():
    root = struct.pack("<IHHII", 0x424A5342, 1, 1, 0, 12) + b"v4.0.30319\0\0"
    content = struct.pack("<IHHIIII", 72, 2, 5, BASE + 72, len(root), 0x9, 0x6000001).ljust(
        72, b"\0"
    )
    content += root
    found = pe_loader.read_clr(mapped(content), whole(content))
    assert (found.major, found.minor, found.version) == (2, 5, "v4.0.30319")
    assert found.flags == ("ILONLY", "STRONGNAMESIGNED")


def test_bound_imports():
    names = b"KERNEL32.dll\0USER32.dll\0"
    content = struct.pack("<IHHIHHIHH", 5, 24, 0, 6, 37, 0, 0, 0, 0) + names
    found = pe_loader.read_bound_imports(View.of(content), DataDirectory(0, 0))
    assert found == ()
    padded = bytes(16) + content
    found = pe_loader.read_bound_imports(View.of(padded), DataDirectory(16, len(content)))
    assert [(one.name, one.timestamp) for one in found] == [("KERNEL32.dll", 5), ("USER32.dll", 6)]


def test_bound_imports_without_an_end():
    content = bytes(8) + b"\1" * 64
    with pytest.raises(FormatError):
        pe_loader.read_bound_imports(View.of(content), DataDirectory(8, 64))


def test_debug_entries_say_what_they_hold():
    pogo = struct.pack("<III", 0x4C544347, 0x1000, 0x20) + b".text$mn\0\0\0\0"
    pogo += struct.pack("<II", 0x2000, 8) + b".rdata\0\0"
    view = View.of(pogo)
    found = pe_debug.details(view, DebugEntry("POGO", 0, 0, len(pogo)))
    assert found["kind"] == "LTCG"
    assert [(one["name"], one["size"]) for one in found["groups"]] == [
        (".text$mn", 0x20),
        (".rdata", 8),
    ]
    features = View.of(struct.pack("<5I", 1, 2, 3, 4, 5))
    assert pe_debug.details(features, DebugEntry("VC feature", 0, 0, 20))["gs"] == 3
    repro = View.of(struct.pack("<I", 4) + b"\xde\xad\xbe\xef")
    assert pe_debug.details(repro, DebugEntry("repro", 0, 0, 8)) == {"hash": "deadbeef"}
    flags = View.of(struct.pack("<I", 0x41))
    assert pe_debug.details(flags, DebugEntry("extended DLL characteristics", 0, 0, 4)) == {
        "flags": ["CET_COMPAT", "FORWARD_CFI_COMPAT"]
    }


def test_debug_data_outside_the_file():
    with pytest.raises(FormatError):
        pe_debug.details(View.of(bytes(8)), DebugEntry("POGO", 0, 4, 100))


def test_a_made_image_has_it_all():
    image = pe.read(View.of(file.build()))
    assert image.relocations.types == {"ABSOLUTE": 2}
    assert image.dos_message == ""
    assert image.rich_header is None
    assert image.unwind_count == 0
