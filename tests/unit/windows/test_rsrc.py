"""Resource directories: there and back, and what is refused."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given

from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError
from crosswind.windows import rsrc
from crosswind.windows.resource import Resource, ResourceTree, tree
from images import resources

RVA = 0x5000


def read(data: bytes, rva: int = RVA) -> ResourceTree:
    """Read a directory that lies alone in memory."""
    view = View.of(data)
    return rsrc.read(view, lambda address, size: view.clip(address - rva, size), len(data))


@given(resources.trees())
def test_a_tree_comes_back_from_its_bytes(made):
    written = rsrc.write(made, RVA)
    assert read(written) == made
    assert rsrc.write(read(written), RVA) == written


def test_the_order_is_tables_entries_names_content():
    data = rsrc.write(resources.sample(), RVA)
    content = [data.index(part.data) for part in resources.sample() if part.data]
    assert data.index("PNG".encode("utf-16-le")) < min(content)
    assert all(start % 8 == 0 for start in content)
    # The root table: one name more than there are in cases, two numbers.
    assert struct.unpack_from("<IIHHHH", data) == (0, 0, 0, 0, 2, 3)


def test_equal_content_is_stored_twice():
    made = tree([Resource(10, 1, 0, b"equal content"), Resource(10, 2, 0, b"equal content")])
    assert rsrc.write(made, RVA).count(b"equal content") == 2


def test_what_windows_ignores_may_be_anything():
    data = bytearray(rsrc.write(resources.sample(), RVA))
    struct.pack_into("<IIHH", data, 0, 0xDEAD, 0xBEEF, 4, 7)
    assert read(bytes(data)) == resources.sample()


def entry(data: bytes, *path: int) -> int:
    """The offset of the table or data entry that a path of entry numbers leads to."""
    offset = 0
    for index in path:
        (target,) = struct.unpack_from("<I", data, offset + 16 + 8 * index + 4)
        offset = target & 0x7FFF_FFFF
    return offset


def crafted(offset: int, value: int, layout: str = "<I") -> bytes:
    """The sample with one number changed."""
    data = bytearray(rsrc.write(resources.sample(), RVA))
    struct.pack_into(layout, data, offset, value)
    return bytes(data)


SAMPLE = rsrc.write(resources.sample(), RVA)
LEAF = entry(SAMPLE, 2, 0, 0)
(NAME,) = struct.unpack_from("<I", SAMPLE, 16)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (crafted(16 + 4, 0x8000_0000), "leads back to itself"),
        (crafted(16 + 8 + 4, 0x8000_0000 | entry(SAMPLE, 0)), "used twice"),
        (crafted(entry(SAMPLE, 2) + 16 + 4, 0x8000_0000), "leads back to itself"),
        (crafted(16 + 4, 0x8000_0000 | 8), "resource directory of"),
        (crafted(16 + 4, 0x8000_0000 | len(SAMPLE)), "resource directory: 16 bytes do not fit"),
        (crafted(14, 0xFFFF, "<H"), "resource directory of 65537 types"),
        (crafted(16, 0x8000_0000 | len(SAMPLE)), "resource name: 2 bytes do not fit"),
        (crafted(16, 0x10000), "is no number of a resource"),
        (crafted(16 + 4, LEAF), "content on the level of types"),
        (crafted(entry(SAMPLE, 2) + 16 + 4, LEAF), "content on the level of names"),
        (crafted(entry(SAMPLE, 2, 0) + 16 + 4, 0x8000_0000 | LEAF), "a fourth level"),
        (crafted(entry(SAMPLE, 2, 0) + 16 + 4, len(SAMPLE) - 8), "data entry: 16 bytes do not fit"),
        (crafted(entry(SAMPLE, 2, 0) + 16, NAME), "a language is a name"),
        (crafted(LEAF, 0xFFFF_0000), "is not in the file"),
        (crafted(LEAF + 4, 0xFFFF_FFFF), "content of 4294967295 bytes at"),
        (crafted(16 + 2 * 8, 24), "two resources"),
        (SAMPLE[:15], "resource directory: 16 bytes do not fit"),
        (b"", "resource directory: 16 bytes do not fit"),
    ],
)
def test_crafted_trees_are_refused(data, message):
    with pytest.raises(FormatError, match=message):
        read(data)


def test_overlapping_tables_end_soon():
    """Tables at every other offset, each of which claims all that follows."""
    count = 4000
    data = bytearray(b"\0" * 12 + struct.pack("<HH", 0, count))
    for index in range(count):
        data += struct.pack("<II", index, 0x8000_0000 | (8 * index))
    with pytest.raises(FormatError, match=r"overlap|used twice"):
        read(bytes(data) + bytes(20 * count))


def test_content_that_is_shared_beyond_reason_is_refused():
    """A megabyte that a thousand resources point to would be a gigabyte."""
    many = tree(Resource(10, number, 0, b"") for number in range(1000))
    data = bytearray(rsrc.write(many, RVA))
    layout = rsrc.layout(many)
    start = len(data)
    data += bytes(1 << 20)
    for offset in layout.addresses:
        struct.pack_into("<II", data, offset, RVA + start, 1 << 20)
    with pytest.raises(FormatError, match="resource content: entries overlap beyond reason"):
        read(bytes(data))


def test_too_much_for_an_image_is_refused(monkeypatch):
    monkeypatch.setattr(rsrc, "_MAX_SIZE", 100)
    with pytest.raises(BuildError) as caught:
        rsrc.layout(resources.sample())
    assert caught.value.code == "CW0704"


def test_more_resources_than_any_program_has_are_refused(monkeypatch):
    monkeypatch.setattr(rsrc, "MAX_RESOURCES", 2)
    with pytest.raises(FormatError, match="more than 2 resources"):
        read(SAMPLE)
    hollow = tree(Resource(10, number, 0, b"") for number in range(8))
    data = bytearray(rsrc.write(hollow, RVA))
    for number in range(8):
        struct.pack_into("<H", data, entry(data, 0, number) + 14, 0)
    with pytest.raises(FormatError, match="nothing in them"):
        read(bytes(data))
