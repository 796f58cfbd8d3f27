"""`.res` files: there and back, and what is refused."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given

from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError
from crosswind.windows import res
from crosswind.windows.resource import Resource, tree
from images import resources


@given(resources.trees(code_pages=False))
def test_a_tree_comes_back_from_its_bytes(made):
    written = res.write(made)
    assert len(written) % 4 == 0
    assert res.read(View.of(written)) == made


def test_headers_are_as_win32_wants_them():
    written = res.write(tree([Resource(24, "AB", 0x409, b"xyz")]))
    assert written[:32] == struct.pack("<IIHHHHIIII", 0, 32, 0xFFFF, 0, 0xFFFF, 0, 0, 0, 0, 0)
    names = struct.pack("<HH", 0xFFFF, 24) + "AB\0".encode("utf-16-le") + b"\0\0"
    tail = struct.pack("<IHHII", 0, 0x30, 0x409, 0, 0)
    assert written[32:] == struct.pack("<II", 3, 36) + names + tail + b"xyz\0"


@pytest.mark.parametrize("name", ["a\0b", "\uffffb"])
def test_names_that_it_cannot_spell_are_refused(name):
    with pytest.raises(BuildError) as caught:
        res.write(tree([Resource(10, name, 0, b"")]))
    assert caught.value.code == "CW0702"


SAMPLE = res.write(tree([Resource(10, "NAME", 0, b"content")]))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "does not begin with the empty entry"),
        (SAMPLE[1:], "does not begin with the empty entry"),
        (SAMPLE[:36], "resource header: 8 bytes do not fit"),
        (SAMPLE[:40], r"resource header: 4\d bytes do not fit"),
        (SAMPLE[:-4], "resource: 7 bytes do not fit"),
        (SAMPLE[:32] + struct.pack("<II", 0, 0) + SAMPLE[40:], "resource header: 2 bytes do not"),
        (SAMPLE[:44] + b"A" * 28 + SAMPLE[72:], "a name in a resource header does not end"),
        (SAMPLE + SAMPLE[32:], "two resources are RCDATA NAME"),
    ],
)
def test_damaged_files_are_refused(data, message):
    with pytest.raises(FormatError, match=message):
        res.read(View.of(data))


def test_an_empty_resource_is_not_the_empty_entry():
    made = tree([Resource(0, 0, 0, b"")])
    assert res.read(View.of(res.write(made))) == made


def test_joined_files_hold_an_empty_entry_in_between():
    other = res.write(tree([Resource(10, 2, 0, b"")]))
    assert len(res.read(View.of(SAMPLE + other))) == 2


def test_more_resources_than_any_program_has_are_refused(monkeypatch):
    monkeypatch.setattr(res, "MAX_RESOURCES", 2)
    with pytest.raises(FormatError, match="more than 2 resources"):
        res.read(View.of(res.write(resources.sample())))
