"""Objects with resources: there and back for each architecture, and what is refused."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError
from crosswind.windows import coff
from crosswind.windows.resource import ResourceTree
from images import resources


@given(resources.trees(), st.sampled_from(sorted(coff.MACHINES)))
def test_a_tree_comes_back_from_its_bytes(made, goarch):
    found = coff.read(View.of(coff.write(made, goarch)))
    assert found == coff.Object(goarch, made, ours=True)


def split(data: bytes) -> bytes:
    """Take an object of ours apart as cvtres does: tables in one section, content in another."""
    (size,) = struct.unpack_from("<I", data, 20 + 16)
    section = data[60 : 60 + size]
    (symbols,) = struct.unpack_from("<I", data, 8)
    relocations = [struct.unpack_from("<IIH", data, at) for at in range(60 + size, symbols, 10)]
    cut = min(struct.unpack_from("<I", section, at)[0] for at, _, _ in relocations)
    tables = bytearray(section[:cut])
    starts = [struct.unpack_from("<I", section, at)[0] - cut for at, _, _ in relocations]
    for at, _, _ in relocations:
        struct.pack_into("<I", tables, at, 0)
    at = 20 + 2 * 40
    header = struct.pack("<HHIIIHH", 0x8664, 2, 0, at + size + 10 * len(starts), len(starts), 0, 0)
    first = (b".rsrc$01", 0, 0, cut, at, at + size, 0, len(starts), 0, 0x40000040)
    second = (b".rsrc$02", 0, 0, size - cut, at + cut, 0, 0, 0, 0, 0x40000040)
    rows = [struct.pack("<IIH", rel[0], i, rel[2]) for i, rel in enumerate(relocations)]
    names = [
        struct.pack("<8sIhHBB", b"$R%06X" % i, start, 2, 0, 3, 0) for i, start in enumerate(starts)
    ]
    headers = b"".join(struct.pack("<8sIIIIIIHHI", *row) for row in (first, second))
    parts = [header, headers, bytes(tables), section[cut:], *rows, *names, struct.pack("<I", 4)]
    return b"".join(parts)


def test_split_sections_are_read_as_a_linker_joins_them():
    data = split(coff.write(resources.sample(), "amd64"))
    assert coff.read(View.of(data)) == coff.Object("amd64", resources.sample(), ours=False)


def test_an_object_without_resources_holds_none():
    header = struct.pack("<HHIIIHH", 0x14C, 0, 0, 20, 0, 0, 0)
    assert coff.read(View.of(header)) == coff.Object("386", ResourceTree(), ours=False)


def test_more_resources_than_relocations_are_refused(monkeypatch):
    monkeypatch.setattr(coff, "_MAX_RELOCATIONS", 6)
    with pytest.raises(BuildError) as caught:
        coff.write(resources.sample(), "amd64")
    assert caught.value.code == "CW0704"


def crafted(offset: int, layout: str, *values: int) -> bytes:
    data = bytearray(coff.write(resources.sample(), "amd64"))
    struct.pack_into(layout, data, offset, *values)
    return bytes(data)


RELOCATIONS = struct.unpack_from("<I", coff.write(resources.sample(), "amd64"), 20 + 24)[0]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "COFF header: 20 bytes do not fit"),
        (crafted(0, "<H", 0x1234), "no COFF object file for Windows"),
        (crafted(12, "<I", 0xFFFF_FFFF), "4294967295 symbols"),
        (crafted(8, "<I", 0xFFFF_FFFF), "COFF symbol table: 54 bytes do not fit"),
        (crafted(2, "<H", 0xFFFF), "section table"),
        (crafted(20 + 16, "<I", 0xFFFF_FFFF), "resource section"),
        (crafted(20 + 24, "<I", 0xFFFF_FFFF), "relocations"),
        (crafted(RELOCATIONS, "<I", 0xFFFF_FFFF), "a relocation of type 3 with symbol 2"),
        (crafted(RELOCATIONS + 4, "<I", 99), "a relocation of type 3 with symbol 99"),
        (crafted(RELOCATIONS + 8, "<H", 4), "a relocation of type 4"),
        (crafted(RELOCATIONS + 4, "<I", 0), "leads out of the resources"),
    ],
)
def test_damaged_objects_are_refused(data, message):
    with pytest.raises(FormatError, match=message):
        coff.read(View.of(data))
