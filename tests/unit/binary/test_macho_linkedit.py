"""Exports, imports and load commands of Mach-O files, sound and damaged."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosswind.binary import macho, macho_describe, macho_linkedit
from crosswind.binary.macho_commands import DyldInfo, Extent
from crosswind.binary.view import FormatError, View
from images import macho as file

NOWHERE = Extent(0, 0)


def uleb(value: int) -> bytes:
    found = b""
    while True:
        byte, value = value & 0x7F, value >> 7
        found += bytes([byte | (0x80 if value else 0)])
        if not value:
            return found


def trie(exports: dict[bytes, bytes]) -> bytes:
    """Build a trie of names: one edge for each byte, sizes of offsets fixed at four bytes."""
    nodes: dict[bytes, list[bytes]] = {b"": []}
    for name in exports:
        for end in range(len(name)):
            child = name[: end + 1]
            if child not in nodes:
                nodes[child] = []
                nodes[name[:end]].append(child)

    def wide(value: int) -> bytes:
        return bytes(
            [value & 0x7F | 0x80, value >> 7 & 0x7F | 0x80, value >> 14 & 0x7F | 0x80, value >> 21]
        )

    def size(prefix: bytes) -> int:
        info = exports.get(prefix, b"")
        return len(uleb(len(info))) + len(info) + 1 + sum(2 + 4 for _ in nodes[prefix])

    offsets, position = {}, 0
    for prefix in nodes:
        offsets[prefix] = position
        position += size(prefix)
    found = b""
    for prefix, children in nodes.items():
        info = exports.get(prefix, b"")
        found += uleb(len(info)) + info + bytes([len(children)])
        for child in children:
            found += child[-1:] + b"\0" + wide(offsets[child])
    return found


def image(content: bytes, **extents):
    """A made image with link-edit data behind it."""
    data = file.build()
    plain = macho.read(View.of(data))
    offset = len(data)
    info = {
        "rebase": NOWHERE,
        "bind": NOWHERE,
        "weak_bind": NOWHERE,
        "lazy_bind": NOWHERE,
        "export": NOWHERE,
    }
    fields = {name: getattr(plain, name) for name in plain.__dataclass_fields__}
    fields["view"] = View.of(data + content)
    fields["chained_fixups"] = None
    if "chained" in extents:
        fields["chained_fixups"] = Extent(offset, len(content))
    for name in extents:
        if name in info:
            info[name] = Extent(offset, len(content))
    fields["dyld_info"] = DyldInfo(**info)
    return macho.MachOImage(**fields)


def test_exports():
    exports = {
        b"_main": uleb(0) + uleb(0x1000),
        b"_make": uleb(4) + uleb(0x2000),
        b"_abs": uleb(2) + uleb(42),
        b"_other": uleb(8) + uleb(1) + b"_original\0",
        b"_lazy": uleb(16) + uleb(0x3000) + uleb(0x4000),
    }
    found = {one.name: one for one in macho_linkedit.read_exports(image(trie(exports), export=1))}
    base = next(s.address for s in image(b"").segments if s.file_size and s.offset == 0)
    assert found["_main"].address == base + 0x1000
    assert found["_make"].weak
    assert (found["_abs"].kind, found["_abs"].address) == ("absolute", 42)
    assert found["_other"].forwarder.endswith(": _original")
    assert found["_lazy"].forwarder == "resolver at 0x4000"


@given(
    st.dictionaries(
        st.binary(min_size=1, max_size=12).filter(lambda name: 0 not in name and name.isascii()),
        st.integers(0, 1 << 30),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=40, deadline=None)
def test_round_trip_of_exports(exports):
    content = trie({name: uleb(2) + uleb(address) for name, address in exports.items()})
    found = macho_linkedit.read_exports(image(content, export=1))
    assert {one.name.encode(): one.address for one in found} == exports


def test_a_trie_that_loops():
    content = b"\0\1a\0" + uleb(0)
    with pytest.raises(FormatError, match="loops"):
        macho_linkedit.read_exports(image(content, export=1))


def test_a_trie_that_is_too_deep():
    content = b"".join(
        b"\0\1a\0" + bytes([n * 6 + 6 & 0x7F | 0x80, (n * 6 + 6) >> 7]) + b"" for n in range(2600)
    )
    with pytest.raises(FormatError):
        macho_linkedit.read_exports(image(content, export=1))


def test_a_trie_that_is_cut():
    with pytest.raises(FormatError):
        macho_linkedit.read_exports(image(b"\0\5a", export=1))


def test_bind_opcodes():
    code = bytes([0x11, 0x40]) + b"_open\0" + bytes([0x51, 0x72]) + uleb(0x10) + bytes([0x90])
    code += bytes([0x41]) + b"_maybe\0" + bytes([0xA0]) + uleb(8) + bytes([0x3E, 0x40]) + b"_flat\0"
    code += bytes([0x90, 0x00]) + b"\xff"
    found = macho_linkedit.read_imports(image(code, bind=1))
    library = image(b"").dylibs[0].name
    assert [tuple(one) for one in found] == [
        ("_open", library, False, False),
        ("_maybe", library, True, False),
        ("_flat", "flat lookup", False, False),
    ]


def test_an_unknown_opcode():
    with pytest.raises(FormatError, match="bind opcode"):
        macho_linkedit.read_imports(image(b"\xe0", bind=1))


@pytest.mark.parametrize(("form", "size"), [(1, 4), (2, 8), (3, 16)])
@pytest.mark.parametrize("compressed", [False, True])
def test_chained_imports(form, size, compressed):
    names = b"\0_open\0_weak\0"
    if form == 3:
        words = [1 | 1 << 32, 0xFFFE | 1 << 16 | 7 << 32]
        table = b"".join(struct.pack("<QQ", word, 0) for word in words)
    else:
        words = [1 | 1 << 9, 0xFE | 1 << 8 | 7 << 9]
        table = b"".join(struct.pack("<I", word).ljust(size, b"\0") for word in words)
    stored = zlib.compress(names) if compressed else names
    header = struct.pack("<7I", 0, 0, 28, 28 + len(table), 2, form, int(compressed))
    found = macho_linkedit.read_imports(image(header + table + stored, chained=1))
    library = image(b"").dylibs[0].name
    assert [(one.name, one.library, one.weak) for one in found] == [
        ("_open", library, False), ("_weak", "flat lookup", True),
    ]  # fmt: skip


def test_more_chained_imports_than_any_file_has():
    header = struct.pack("<7I", 0, 0, 28, 28, 1 << 31, 1, 0)
    with pytest.raises(FormatError, match="imports of format"):
        macho_linkedit.read_imports(image(header, chained=1))


def test_every_command_of_a_made_file_is_in_words():
    plain = macho.read(View.of(file.build(fixups=bytes(64))))
    described = macho_describe.describe(plain)
    assert [name for name, _ in described] == [command.name for command in plain.commands]
    assert not any("damaged" in fields for _, fields in described)
    words = dict(described)
    assert words["LC_UUID"]["uuid"].count("-") == 4


def test_a_command_that_is_too_short_says_so():
    data = bytearray(file.build())
    plain = macho.read(View.of(bytes(data)))
    command = next(c for c in plain.commands if c.name == "LC_BUILD_VERSION")
    # It becomes an LC_DYSYMTAB, which is longer.
    short = macho_describe._fields(plain, 0x0B, plain.view.clip(command.offset, 16))
    assert "do not fit" in short["damaged"]
