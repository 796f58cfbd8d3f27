"""PNG, deflate and bitmaps of our own, held against zlib and Pillow."""

from __future__ import annotations

import hashlib
import io
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from crosswind.binary.view import FormatError, View
from crosswind.windows import deflate, dib, png
from images.icons import bitmap, png_image

_runs = st.lists(st.tuples(st.binary(max_size=12), st.integers(1, 400)), max_size=12)


@given(_runs)
def test_zlib_unpacks_what_is_packed(runs):
    data = b"".join(part * count for part, count in runs)
    assert zlib.decompress(deflate.zlib_stream(data)) == data


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 258, 259, 32767, 32769, 200_000])
def test_zlib_unpacks_data_of_every_kind(size):
    rng = random.Random(size)
    for data in (bytes(size), rng.randbytes(size), (b"abcdefgh" * size)[:size]):
        assert zlib.decompress(deflate.zlib_stream(data)) == data


def test_skewed_counts_stay_within_fifteen_bits():
    """Fibonacci's numbers make the longest Huffman codes: without a limit 25 bits."""
    counts = [1, 1]
    while len(counts) < 26:
        counts.append(counts[-1] + counts[-2])
    data = b"".join(bytes([value]) * count for value, count in enumerate(counts))
    shuffled = bytearray(data)
    random.Random(1).shuffle(shuffled)
    assert zlib.decompress(deflate.zlib_stream(bytes(shuffled))) == shuffled


@given(st.integers(1, 24), st.integers(1, 24), st.randoms(use_true_random=False))
def test_pillow_reads_the_pixels_of_our_png(width, height, rng):
    # Some rows repeat, so that every filter and long matches occur.
    rows = [rng.randbytes(4) * width, rng.randbytes(width * 4), bytes(width * 4)]
    pixels = b"".join(rng.choice(rows) for _ in range(height))
    with Image.open(io.BytesIO(png.encode(width, height, pixels))) as image:
        assert image.size == (width, height)
        assert image.tobytes() == pixels


def test_equal_pixels_are_equal_bytes_on_every_host():
    pixels = bytes(x * y // 7 % 256 for y in range(128) for x in range(512))
    digest = hashlib.sha256(png.encode(128, 128, pixels)).hexdigest()
    assert digest == ("64fd6a47c6a511747356cd3627afbb3c2860d90e96346bf3396d9d921edc9356")


@pytest.mark.parametrize("bits", [1, 4, 8, 24, 32])
def test_bitmaps_of_every_depth_are_decoded(bits):
    width, height, pixels = dib.decode(View.of(bitmap(17, bits=bits)))
    assert (width, height) == (17, 17)
    assert pixels == b"\x30\x20\x10\xff" * 17 * 17


@given(st.integers(1, 24), st.integers(1, 24), st.randoms(use_true_random=False))
def test_bitmaps_survive_a_round_trip(width, height, rng):
    pixels = bytearray(rng.randbytes(width * height * 4))
    pixels[3::4] = rng.randbytes(width * height).translate(bytes(170) + b"\xff" * 86)
    for at in range(0, len(pixels), 4):
        if not pixels[at + 3]:
            pixels[at : at + 3] = bytes(3)
    pixels[-1] = pixels[-1] or 1
    decoded = dib.decode(View.of(dib.encode(width, height, bytes(pixels))))
    assert decoded == (width, height, pixels)


def test_the_mask_covers_exactly_what_is_invisible_and_that_is_black():
    pixels = b"\xff\xff\xff\0" + b"\1\2\3\1" + b"\xff\xff\xff\xff"
    data = dib.encode(3, 1, pixels)
    assert data[40:52] == b"\0\0\0\0" + b"\3\2\1\1" + b"\xff\xff\xff\xff"
    assert data[52:] == b"\x80\0\0\0"


def test_a_bitmap_without_opacity_takes_the_mask():
    data = bytearray(bitmap(8, pixel=b"\1\2\3\0"))
    data[-4] = 0xC0  # the row at the top, which comes last
    _, _, pixels = dib.decode(View.of(bytes(data)))
    assert pixels[3:32:4] == b"\0\0" + b"\xff" * 6
    assert set(pixels[35::4]) == {255}


@pytest.mark.parametrize(
    "data", [b"", b"(\0\0\0", bitmap(16)[:39], bitmap(16)[:200], b"\x0c" + bitmap(16)[1:]]
)
def test_damaged_bitmaps_are_refused(data):
    with pytest.raises(FormatError):
        dib.decode(View.of(data))


@pytest.mark.parametrize(
    "data", [b"", png_image(16)[:28], png_image(0), png_image(16)[:24] + b"\7" + png_image(16)[25:]]
)
def test_damaged_pngs_are_refused(data):
    with pytest.raises(FormatError):
        png.header(View.of(data))
