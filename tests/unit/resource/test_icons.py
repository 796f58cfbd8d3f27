"""Icons made of images: sizes, sharpness, warnings, errors, and the cache."""

from __future__ import annotations

import io
import struct
import sys
from pathlib import Path

import pytest
from PIL import Image

from crosswind.errors import BuildError, MissingError, UsageError
from crosswind.resource import icons
from crosswind.windows import dib, icon, png
from crosswind.windows.icon import SIZES
from images.icons import bitmap, chunk, ico, png_image

GREET = Path(__file__).parents[3] / "examples/greet/winres/icon.png"
RED, BLUE = b"\xff\0\0\xff", b"\0\0\xff\xff"


@pytest.fixture
def make(tmp_path):
    def run(*sources, **options):
        return icons.ico(sources, cache=tmp_path, **options)

    return run


def save(image, kind="PNG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def pixel(data, size, place):
    """A pixel of one size, as Pillow reads the icon."""
    with Image.open(io.BytesIO(data)) as image:
        image.size = (size, size)
        image.load()
        return image.convert("RGBA").getpixel(place)


def test_a_png_becomes_all_sizes_which_pillow_reads(make):
    data, findings = make(GREET.read_bytes())
    assert findings == ()
    frames = icon.read(data).frames
    assert tuple(frame.width for frame in frames) == SIZES
    assert [frame.is_png for frame in frames] == [True, *[False] * 8]
    assert {(frame.planes, frame.bits) for frame in frames} == {(1, 32)}
    with Image.open(io.BytesIO(data)) as image:
        assert image.info["sizes"] == {(size, size) for size in SIZES}
    for size in SIZES:
        # Transparent corner, teal at the top, the white of the bubble below the middle.
        assert pixel(data, size, (0, 0))[3] <= 1
        top = pixel(data, size, (size // 2, size // 8))
        assert top[0] < 60
        assert top[1] > 150
        assert pixel(data, size, (size // 2, size // 4))[:3] > (240, 240, 240)


def test_equal_images_are_equal_bytes_on_every_host(make):
    """So said Pillow 11.0, 12.0 and 13.0; another answer here calls for a new number in `icons`."""
    assert make(GREET.read_bytes())[0] == GREET.with_name("icon.ico").read_bytes()


def test_what_lies_under_transparent_pixels_does_not_show(make):
    """Red, with pure green at opacity 0 to the right: no edge pixel may turn green."""
    image = Image.new("RGBA", (512, 512), (0, 255, 0, 0))
    image.paste((255, 0, 0, 255), (0, 0, 251, 512))
    data, _ = make(save(image))
    for size in SIZES:
        for x in range(size):
            red, green, _, alpha = pixel(data, size, (x, size // 2))
            assert not alpha or (red > 200 and green == 0), (size, x)


def test_each_size_comes_from_the_image_that_has_it_else_the_next_larger(make):
    data, findings = make(png_image(16, pixel=RED), png_image(256, pixel=BLUE))
    assert findings == ()
    assert pixel(data, 16, (3, 3)) == (255, 0, 0, 255)
    assert {pixel(data, size, (3, 3)) for size in SIZES if size > 16} == {(0, 0, 255, 255)}


def test_frames_of_an_icon_beside_images_stay_as_they_are(make):
    ready = ico(bitmap(16, bits=4), bitmap(32, bits=24))
    data, _ = make(ready, png_image(256, pixel=BLUE))
    by_size = {frame.width: frame.data for frame in icon.read(data).frames}
    assert by_size[16] == bitmap(16, bits=4)
    assert by_size[32] == bitmap(32, bits=24)
    # 20 and 24 come from the icon's 32, which has the color of `bitmap`.
    assert pixel(data, 24, (5, 5)) == (0x30, 0x20, 0x10, 255)
    assert pixel(data, 48, (5, 5)) == (0, 0, 255, 255)


def test_a_ready_icon_is_taken_as_it_is_with_a_word_about_missing_sizes(make):
    ready = ico(bitmap(16), bitmap(32), png_image(256))
    data, (finding,) = make(ready, names=["app.ico"])
    assert data == ready
    assert (finding.code, finding.severity, finding.subject) == ("CW0725", "warning", "app.ico")
    assert "no image of 20, 24, 40, 48, 64, 128 pixels" in finding.message
    whole = ico(*(bitmap(size) for size in SIZES))
    assert make(whole) == (whole, ())


def test_enlarging_is_told(make):
    data, (finding,) = make(png_image(64), names=["small.png"])
    assert (finding.code, finding.subject) == ("CW0726", "small.png")
    assert "64 by 64 pixels are enlarged to 128, 256" in finding.message
    assert icon.read(data).sizes == SIZES


@pytest.mark.parametrize("kind", ["JPEG", "BMP", "GIF", "WEBP"])
def test_other_images_are_taken_too(make, kind):
    data, _ = make(save(Image.new("RGB", (256, 256), (200, 30, 40)), kind))
    red, green, blue, alpha = pixel(data, 32, (9, 9))
    assert abs(red - 200) + abs(green - 30) + abs(blue - 40) < 12
    assert alpha == 255


@pytest.mark.parametrize(
    ("mode", "color", "seen"),
    [
        ("1", 1, (255, 255, 255, 255)),
        ("L", 100, (100, 100, 100, 255)),
        ("LA", (100, 0), (0, 0, 0, 0)),
        ("I;16", 0x8000, (128, 128, 128, 255)),
        ("P", 0, (0, 0, 0, 255)),
    ],
)
def test_every_kind_of_pixel_is_understood(make, mode, color, seen):
    image = Image.new(mode, (256, 256), color)
    if mode == "P":
        image.putpalette([0, 0, 0] * 256)
    assert pixel(make(save(image))[0], 48, (9, 9)) == seen


def test_a_png_cut_off_is_damaged(make):
    data = save(Image.effect_noise((300, 300), 99))
    with pytest.raises(BuildError, match="cannot be read") as caught:
        make(data[: len(data) // 2], names=["app.png"])
    assert (caught.value.code, caught.value.subject) == ("CW0721", "app.png")


@pytest.mark.parametrize(
    "data", [b"", b"<svg/>", b"MZ" + bytes(99), b"\x89PNG\r\n\x1a\n", b"GIF89a"]
)
def test_what_is_no_image_is_refused(make, data):
    with pytest.raises(BuildError, match="cannot be read") as caught:
        make(data)
    assert caught.value.code == "CW0721"
    assert "object at" not in caught.value.message


@pytest.mark.parametrize(("width", "height"), [(1 << 20, 1 << 20), (1 << 12, 4097), (4097, 1)])
def test_a_decompression_bomb_is_refused_by_its_header(make, width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"")
    with pytest.raises(BuildError, match=f"{width} by {height} pixels is too large") as caught:
        make(bomb)
    assert caught.value.code == "CW0722"
    inside = ico(bomb)
    with pytest.raises(BuildError) as caught:
        make(inside, bomb)
    assert caught.value.code == "CW0722"


def test_an_image_must_be_square_unless_it_may_be_padded(make):
    wide = png_image(300, 200, pixel=RED)
    with pytest.raises(BuildError, match="300 by 200 pixels is not square") as caught:
        make(wide)
    assert caught.value.code == "CW0723"
    assert "square of 300 pixels" in caught.value.hint
    data, _ = make(wide, pad=True)
    assert pixel(data, 48, (24, 2))[3] == 0
    assert pixel(data, 48, (24, 24)) == (255, 0, 0, 255)


def test_no_source_is_refused(make):
    with pytest.raises(UsageError) as caught:
        make()
    assert caught.value.code == "CW0721"


def test_an_icon_is_made_once(make, monkeypatch):
    source = png_image(256)
    first, _ = make(source)
    monkeypatch.setattr(icons, "_frames", lambda *_: pytest.fail("made again"))
    assert make(source)[0] == first


@pytest.mark.parametrize("damage", [b"", b"x" * 99])
def test_a_damaged_entry_of_the_cache_is_made_anew(make, tmp_path, damage):
    first, _ = make(png_image(256))
    (entry,) = tmp_path.iterdir()
    whole = entry.read_bytes()
    entry.write_bytes(damage)
    assert make(png_image(256))[0] == first
    assert entry.read_bytes() == whole


def test_a_cache_that_cannot_be_written_stops_nothing(make, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    data, _ = icons.ico([png_image(256)], cache=tmp_path / "file/below")
    assert data == make(png_image(256))[0]


def test_without_pillow_the_extra_is_named(make, monkeypatch):
    for name in ("scaling", "imaging"):
        monkeypatch.delattr(f"crosswind.resource.{name}")
        monkeypatch.delitem(sys.modules, f"crosswind.resource.{name}")
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(MissingError) as caught:
        make(png_image(256))
    assert caught.value.code == "CW0724"
    assert "pip install 'crosswind[icons]'" in caught.value.hint


def test_a_cursor_is_made_of_images_and_hot_spots():
    data = icons.cursor([(png_image(32), 3, 4), (png_image(20, 10), 19, 9)])
    one, two = icon.read(data).frames
    assert (one.width, one.hotspot) == (32, (3, 4))
    assert (two.width, two.height, two.hotspot) == (20, 20, (19, 9))


@pytest.mark.parametrize(("size", "x"), [(32, 32), (32, -1), (300, 0)])
def test_a_hot_spot_outside_of_its_image_is_refused(size, x):
    with pytest.raises(BuildError) as caught:
        icons.cursor([(png_image(size), x, 0)])
    assert caught.value.code == "CW0727"


def test_every_other_frame_is_a_bitmap_with_the_pixels_of_the_png(make):
    """256 once as PNG and once as bitmap: Pillow reads the same pixels."""
    with Image.open(GREET) as image:
        rgba = image.convert("RGBA").resize((256, 256)).tobytes()
    frames = [png.encode(256, 256, rgba), dib.encode(256, 256, rgba)]
    seen = []
    for frame in frames:
        with Image.open(io.BytesIO(ico(frame))) as image:
            seen.append(image.convert("RGBa").tobytes())
    assert seen[0] == seen[1]
