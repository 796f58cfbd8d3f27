"""Version information: numbers from text, bytes from values, and back."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.errors import BuildError, UsageError
from crosswind.windows import version, version_node
from crosswind.windows.version import Fixed, StringTable, VersionInfo
from crosswind.windows.version_node import Node


@pytest.mark.parametrize(
    ("text", "numbers", "prerelease"),
    [
        ("1.2.3", (1, 2, 3, 0), False),
        ("1", (1, 0, 0, 0), False),
        ("v1.2.3-rc.1+meta", (1, 2, 3, 0), True),
        ("1.2.3.4", (1, 2, 3, 4), False),
        ("65535.0.00065535.65535", (65535, 0, 65535, 65535), False),
        ("v0.0.0-20261125155400-0123456789ab", (0, 0, 0, 0), True),
        ("v1.2.3+dirty", (1, 2, 3, 0), True),
        ("v1.2.3+build.7", (1, 2, 3, 0), False),
        ("v1.2.3-4-gabcdef0", (1, 2, 3, 0), True),
    ],
)
def test_versions_become_four_numbers(text, numbers, prerelease):
    parsed = version.parse(text)
    assert (parsed.numbers, parsed.prerelease) == (numbers, prerelease)
    assert parsed.text == text.removeprefix("v")


@pytest.mark.parametrize(
    "text", ["1.2.x", "", "v", "1.2.3.4.5", "1..2", "version 1", "-1", "1.2.3 beta", "\u0661.2"]
)
def test_what_is_no_version_is_refused(text):
    with pytest.raises(UsageError, match="no version that Windows can hold") as caught:
        version.parse(text, "crosswind.yaml:3:12")
    assert (caught.value.code, caught.value.subject) == ("CW0740", "crosswind.yaml:3:12")


@pytest.mark.parametrize("text", ["65536", "1.2.20261125", "1." + "9" * 5000])
def test_numbers_over_65535_are_refused(text):
    with pytest.raises(UsageError, match="is over 65535") as caught:
        version.parse(text)
    assert caught.value.code == "CW0741"


def test_settings_make_one_language_with_numbers_and_flags():
    info = version.from_settings(
        "v1.2.3-rc.1", {"Zebra": "z", "CompanyName": "Example", "Comments": ""}
    )
    assert info.fixed == Fixed((1, 2, 3, 0), (1, 2, 3, 0), flags=version.Flag.PRERELEASE)
    (table,) = info.tables
    assert (table.language, table.code_page) == (0x409, 0x4B0)
    assert [name for name, _ in table.strings] == [
        "CompanyName",
        "FileVersion",
        "ProductVersion",
        "Zebra",
    ]
    assert info.get("fileversion") == "1.2.3-rc.1"
    assert info.translations == ((0x409, 0x4B0),)


def test_strings_of_the_user_win_and_set_their_flags():
    info = version.from_settings(
        "1.0", {"FileVersion": "one", "PrivateBuild": "mine"}, product_version="2.0", dll=True
    )
    assert info.fixed == Fixed(
        (1, 0, 0, 0), (2, 0, 0, 0), flags=version.Flag.PRIVATE_BUILD, type=version.FileType.DLL
    )
    assert (info.get("FileVersion"), info.get("ProductVersion")) == ("one", "2.0")


@pytest.mark.parametrize("strings", [{"": "x"}, {"Comments": "a\0b"}, {"a\0": "b"}])
def test_strings_that_cannot_be_stored_are_refused(strings):
    with pytest.raises(UsageError) as caught:
        version.from_settings("1.0", strings)
    assert caught.value.code == "CW0742"


def test_what_is_too_long_is_refused():
    with pytest.raises(BuildError, match="70") as caught:
        version.write(version.from_settings("1.0", {"Comments": "x" * 35000}))
    assert caught.value.code == "CW0743"


_numbers = st.tuples(*[st.integers(0, 0xFFFF)] * 4)
_u32 = st.integers(0, 0xFFFFFFFF)
_text = st.text(st.characters(exclude_characters="\0"), max_size=30)
_tables = st.builds(
    StringTable,
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFFFF),
    st.lists(st.tuples(_text, _text), max_size=5).map(tuple),
)
_fixed = st.builds(
    Fixed, _numbers, _numbers, _u32, _u32, _u32, _u32, _u32, st.integers(0, 2**64 - 1)
)
_infos = st.builds(
    VersionInfo,
    st.none() | _fixed,
    st.lists(_tables, max_size=3).map(tuple),
    st.lists(st.tuples(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF)), max_size=3).map(tuple),
)


@given(_infos)
def test_any_version_information_survives_a_round_trip(info):
    data = version.write(info)
    assert version.read(data) == info
    assert version.write(version.read(data)) == data


def test_lengths_of_other_compilers_are_read():
    """Strings whose length takes in the padding, containers that claim a value, a value in bytes."""
    info = version.from_settings("1.2.3", {"Comments": "abc", "CompanyName": "Example"})
    data = bytearray(version.write(info))
    for key, claim in (("StringFileInfo", 1), ("040904b0", 7), ("VarFileInfo", 4)):
        place = bytes(data).index(version_node.encoded(key)) - 6
        struct.pack_into("<H", data, place + 2, claim)
    place = bytes(data).index(version_node.encoded("CompanyName")) - 6
    length, units = struct.unpack_from("<HH", data, place)
    struct.pack_into("<HH", data, place, (length + 3) // 4 * 4, units * 2)
    read = version.read(bytes(data))
    assert (read.get("Comments"), read.get("CompanyName")) == ("abc", "Example")
    assert read == info


def test_a_block_of_no_length_ends_its_siblings():
    info = version.read(
        version.write(version.from_settings("1.2", {"Comments": "abc"})) + bytes(64)
    )
    assert info.get("Comments") == "abc"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x06\0\0\0\0\0",
        version_node.write(Node("OTHER")),
        version_node.write(Node("VS_VERSION_INFO", bytes(52))),
        version_node.write(Node("VS_VERSION_INFO", bytes(8))),
    ],
)
def test_damaged_version_information_is_refused(data):
    with pytest.raises(BuildError) as caught:
        version.read(data, "app.exe")
    assert (caught.value.code, caught.value.subject) == ("CW0744", "app.exe")


def test_blocks_cannot_nest_for_ever():
    node = Node("X", children=())
    for _ in range(40):
        node = Node("X", children=(node,))
    root = Node("VS_VERSION_INFO", children=(node,))
    with pytest.raises(BuildError, match="nest too deeply"):
        version.read(version_node.write(root))
