"""Icon and cursor files, and the resources made of them."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.errors import BuildError
from crosswind.windows import icon
from crosswind.windows.resource import Resource, tree
from images.icons import bitmap, cur, ico, png_image


def test_an_icon_becomes_its_images_and_a_group():
    data = ico(bitmap(16), png_image(256))
    one, two, group = icon.from_ico(data, "APP", 0x0407, first=5)
    assert [(r.type, r.name, r.language) for r in (one, two)] == [(3, 5, 0x407), (3, 6, 0x407)]
    assert one.data == bitmap(16)
    assert (group.type, group.name) == (14, "APP")
    # GRPICONDIR: type 1, two entries; then 16 by 16 in 32 bits, and 256 written as 0.
    assert group.data[:6] == b"\0\0\1\0\2\0"
    assert group.data[6:20] == struct.pack("<BBBBHHIH", 16, 16, 0, 0, 1, 32, len(bitmap(16)), 5)
    assert group.data[20:22] == b"\0\0"
    assert icon.group_sizes(group.data) == (256, 16)


def test_what_the_directory_leaves_out_comes_from_the_image():
    data = ico(bitmap(32, bits=8), png_image(256), planes=0, bits=0)
    frames = icon.completed(icon.read(data)).frames
    assert [(frame.planes, frame.bits) for frame in frames] == [(1, 8), (1, 32)]


def test_a_cursor_keeps_its_hot_spot():
    data = cur(bitmap(32), hotspot=(3, 7))
    image, group = icon.from_ico(data, 1)
    assert image.type == 1
    assert image.data == struct.pack("<HH", 3, 7) + bitmap(32)
    # RESDIR: the height counts image and mask, the bytes count the hot spot.
    assert group.data[6:] == struct.pack("<HHHHIH", 32, 64, 1, 32, len(image.data), 1)


@pytest.mark.parametrize("data", [ico(bitmap(16), png_image(256)), cur(bitmap(32), bitmap(48))])
def test_resources_become_the_same_file_again(data):
    *frames, group = icon.from_ico(data, 1)
    assert icon.write(icon.to_icon(group, tree(frames))) == data


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (b"", "CW0721", "no icon file"),
        (b"GIF89a", "CW0721", "no icon file"),
        (ico(), "CW0720", "without images"),
        (ico(bitmap(16))[:-1], "CW0720", "do not fit the file|lie outside"),
        (ico(bitmap(16))[:12], "CW0720", "icon directory"),
        (ico(b"GIF89a".ljust(64)), "CW0720", "neither a PNG nor a bitmap"),
        (ico(b"\x89PNG\r\n\x1a\n".ljust(64)), "CW0720", "PNG without IHDR"),
        # One image of the largest size, named by every entry.
        (b"\0\0\1\0\2\0" + 2 * struct.pack("<8xII", 48, 38) + bitmap(1), "CW0720", "overlap"),
    ],
)
def test_damaged_icons_are_refused(data, code, message):
    with pytest.raises(BuildError, match=message) as caught:
        icon.read(data, "app.ico")
    assert (caught.value.code, caught.value.subject) == (code, "app.ico")


def test_a_group_without_its_image_is_refused():
    *frames, group = icon.from_ico(ico(bitmap(16), bitmap(32)), 1)
    with pytest.raises(BuildError, match="there is no image 2") as caught:
        icon.to_icon(group, tree(frames[:1]))
    assert caught.value.code == "CW0728"


def test_a_group_that_names_one_image_twice_is_refused():
    *frames, group = icon.from_ico(ico(bitmap(16)), 1)
    twice = Resource(14, 1, 0x409, b"\0\0\1\0\2\0" + group.data[6:] * 2)
    with pytest.raises(BuildError, match="named twice"):
        icon.to_icon(twice, tree(frames))


def test_numbers_of_images_end_at_65535():
    data = icon.read(ico(bitmap(16), bitmap(32)))
    assert icon.resources(data, 1, 0, first=0xFFFE)[1].name == 0xFFFF
    with pytest.raises(BuildError) as caught:
        icon.resources(data, 1, 0, first=0xFFFF)
    assert caught.value.code == "CW0729"


@given(
    st.lists(
        st.tuples(st.sampled_from([1, 8, 16, 24, 48, 255]), st.sampled_from([1, 4, 8, 24, 32]))
    )
)
def test_any_icon_survives_a_round_trip(frames):
    data = ico(*(bitmap(size, bits=bits) for size, bits in frames))
    if frames:
        assert icon.write(icon.read(data)) == data
