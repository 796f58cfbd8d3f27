"""Trees as folders: exactly back, with names that are safe on every system."""

from __future__ import annotations

import json
import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.errors import BuildError
from crosswind.windows import folder
from crosswind.windows.merge import members
from crosswind.windows.resource import Resource, ResourceTree, tree
from images import resources
from images.resources import group

RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}


def back(files: dict[str, bytes]) -> ResourceTree:
    return folder.load(files[folder.INDEX], files.__getitem__)


def dib(width: int, height: int, pixels: bytes = b"palette.pixels") -> bytes:
    return struct.pack("<IiiHHIIiiII", 40, width, height, 1, 1, 0, 0, 0, 0, 2, 0) + pixels


def cursor(number: int) -> ResourceTree:
    """A cursor as rc.exe makes it: the group counts the mask, the picture has a hot spot."""
    picture = struct.pack("<HH", 3, 5) + dib(32, 64)
    entry = struct.pack("<HHHHIH", 32, 64, 1, 1, len(picture), number)
    data = struct.pack("<HHH", 0, 2, 1) + entry
    return tree([Resource(12, "HAND", 0, data), Resource(1, number, 0, picture)])


@given(resources.trees())
def test_a_tree_comes_back_from_its_folder(made):
    assert back(folder.dump(made)) == made


@given(resources.trees())
def test_names_are_safe_everywhere(made):
    for name in folder.dump(made):
        assert name == name.lower()
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_.")
        assert name.partition(".")[0] not in RESERVED
        assert len(name) < 100
        assert not name.startswith("-")


def test_icons_and_cursors_become_files_that_programs_open():
    files = folder.dump(resources.sample().merged(cursor(7)))
    assert sorted(files) == [
        "group_cursor_hand.cur",
        "group_icon_app.ico",
        "manifest_1.manifest",
        "png_65535.bin",
        "png_x_0000.bin",
        "png_x_0407.bin",
        "resources.json",
    ]
    ico = files["group_icon_app.ico"]
    assert ico[:6] == struct.pack("<HHH", 0, 1, 2)
    assert struct.unpack_from("<BBBBHHII", ico, 6) == (16, 16, 0, 0, 1, 32, 10, 38)
    assert ico[38:] == b"picture 01picture 02"
    cur = files["group_cursor_hand.cur"]
    assert cur[:6] == struct.pack("<HHH", 0, 2, 1)
    assert struct.unpack_from("<BBBBHHII", cur, 6) == (32, 32, 0, 0, 3, 5, 54, 22)
    assert cur[22:] == dib(32, 64)
    assert back(files) == resources.sample().merged(cursor(7))


def test_a_bitmap_gets_its_file_header():
    made = tree([Resource(2, 1, 0, dib(8, 8))])
    data = folder.dump(made)["bitmap_1.bmp"]
    assert struct.unpack_from("<2sIII", data) == (b"BM", len(data), 0, 14 + 40 + 8)
    assert data[14:] == dib(8, 8)


@pytest.mark.parametrize(
    "made",
    [
        # Two groups show one picture; a group of another language; a size that is not the picture's;
        # bytes behind the entries; a picture that is not there; a number twice.
        [Resource(14, 2, 1033, group(1))],
        [Resource(14, 1, 0, group(1))],
        [Resource(14, 2, 1033, group(1).replace(b"\x0a", b"\x0b"))],
        [Resource(14, 2, 1033, group(1) + b"x")],
        [Resource(14, 2, 1033, group(9))],
        [Resource(14, 2, 1033, group(1, 1))],
        [Resource(14, 2, 1033, b"")],
        [Resource(12, 2, 1033, group(1)), Resource(1, 1, 1033, b"no hot spot")],
    ],
)
def test_what_no_file_can_show_exactly_stays_raw(made):
    extended = resources.sample().merged(tree(made))
    files = folder.dump(extended)
    assert back(files) == extended
    assert any(name.startswith("group_") and name.endswith(".bin") for name in files)


def changed(**changes: object) -> dict[str, bytes]:
    """The sample's folder with one entry changed."""
    files = folder.dump(resources.sample())
    index = json.loads(files[folder.INDEX])
    position = next(i for i, entry in enumerate(index["resources"]) if "pictures" in entry)
    index["resources"][position] |= changes
    return files | {folder.INDEX: json.dumps(index).encode()}


def test_an_icon_may_get_more_pictures_or_fewer():
    entry = struct.pack("<BBBBHHII", 16, 16, 0, 0, 1, 32, 4, 0)[:-4]
    for count in (1, 3):
        rows = (entry + struct.pack("<I", 6 + 16 * count + 4 * i) for i in range(count))
        ico = struct.pack("<HHH", 0, 1, count) + b"".join(rows) + b"abcd" * count
        made = back(changed() | {"group_icon_app.ico": ico})
        assert list(members(*made.of_type(14))) == [1, 2, 3][:count]
        assert [resource.data for resource in made.of_type(3)] == [b"abcd"] * count


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"file": "../secret"}, "file is no name of a file beside the index"),
        ({"file": "C:secret"}, "file is no name of a file beside the index"),
        ({"file": ".."}, "file is no name of a file beside the index"),
        ({"file": None}, "file is no name of a file beside the index"),
        ({"type": None}, "type is neither a number nor text"),
        ({"type": [14]}, "type is neither a number nor text"),
        ({"name": ""}, "name is neither a number nor text"),
        ({"language": 65536}, "language or code_page is no number that fits"),
        ({"language": True}, "language or code_page is no number that fits"),
        ({"form": "gif"}, "unknown form 'gif'"),
        ({"form": []}, r"unknown form \[\]"),
        ({"pictures": [70000]}, "pictures are no numbers"),
        ({"pictures": 1}, "pictures are no numbers"),
        ({"type": 10}, "pictures are no numbers"),
        ({"file": "manifest_1.manifest"}, "no icon file"),
    ],
)
def test_mistakes_in_the_index_are_named(changes, message):
    files = changed(**changes)
    with pytest.raises(BuildError, match=message) as caught:
        back(files)
    assert caught.value.code == "CW0711"


@pytest.mark.parametrize(
    "index",
    [
        b"",
        b"[]",
        b"{}",
        b'{"schema": "crosswind/resources/1"}',
        b'{"schema": "crosswind/resources/1", "resources": [1]}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_what_is_no_index_is_refused(index):
    with pytest.raises(BuildError) as caught:
        folder.load(index, {}.__getitem__)
    assert (caught.value.code, caught.value.subject) == ("CW0711", "resources.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 70000) | st.sampled_from(["x", "bmp", "ICON"]),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
KEYS = ["type", "name", "language", "code_page", "file", "form", "pictures"]


@given(st.lists(st.dictionaries(st.sampled_from(KEYS), JSON), max_size=3))
def test_no_index_is_more_than_an_error(entries):
    index = json.dumps({"schema": folder.SCHEMA, "resources": entries}).encode()
    with suppress(BuildError):
        folder.load(index, lambda _: b"\0\0\1\0\1\0" + bytes(20))


def test_more_resources_than_any_program_has_are_refused(monkeypatch):
    monkeypatch.setattr(folder, "MAX_RESOURCES", 2)
    with pytest.raises(BuildError, match="more than 2 resources"):
        back(folder.dump(resources.sample()))
