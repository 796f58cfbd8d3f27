"""The contact sheet shows every image of an icon."""

from __future__ import annotations

import io

import pytest
from click.testing import CliRunner
from PIL import Image

from crosswind.cli.main import crosswind as cli
from crosswind.errors import BuildError, UsageError
from crosswind.resource import contact
from crosswind.windows.resource import ResourceTree
from images.icons import bitmap, cur, ico, png_image


def colors(data):
    with Image.open(io.BytesIO(data)) as image:
        return image.size, {color for _, color in image.convert("RGB").getcolors(1 << 20)}


def test_images_of_all_kinds_are_drawn_on_three_grounds():
    kinds = [bitmap(32, bits=bits, pixel=bytes([0, bits, 200, 255])) for bits in (1, 4, 8, 24, 32)]
    (width, height), seen = colors(contact.sheet(ico(*kinds, png_image(64, pixel=b"\1\2\3\xff"))))
    assert {(200, bits, 0) for bits in (1, 4, 8, 24, 32)} | {(1, 2, 3)} <= seen
    assert {(255, 255, 255), (0x1E, 0x1E, 0x1E), (0xE6, 0xE6, 0xE6), (0xBD, 0xBD, 0xBD)} <= seen
    assert width >= 5 * 32 * 4
    assert height >= 3 * 64 + 2 * 32 * 4


def test_a_cursor_without_small_images_is_drawn():
    (width, _), seen = colors(contact.sheet(cur(bitmap(64, pixel=b"\0\0\xff\xff"))))
    assert (255, 0, 0) in seen
    assert width < 200


@pytest.mark.parametrize("data", [b"", ico(png_image(32)[:-30]), ico(bitmap(32)[:-200])])
def test_damaged_icons_are_refused(data):
    with pytest.raises(BuildError) as caught:
        contact.sheet(data, "app.ico")
    assert caught.value.code in ("CW0720", "CW0721")
    assert caught.value.subject == "app.ico"


def test_an_icon_of_thousands_of_images_is_not_drawn_whole():
    (width, height), _ = colors(contact.sheet(ico(*[bitmap(1)] * 5000)))
    assert width < 64 * 60
    assert height < 1000


def test_an_image_within_that_is_far_too_large_is_refused():
    with pytest.raises(BuildError) as caught:
        contact.sheet(ico(png_image(5000, 1)))
    assert caught.value.code == "CW0722"


def test_without_an_icon_there_is_nothing_to_draw(tmp_path):
    with pytest.raises(UsageError) as caught:
        contact.write(ResourceTree(), tmp_path / "sheet.png")
    assert caught.value.code == "CW0732"


def test_the_command_draws_any_input(tmp_path):
    (tmp_path / "app.png").write_bytes(png_image(256))
    sheet = tmp_path / "sheet.png"
    done = CliRunner().invoke(
        cli, ["resource", "sheet", str(tmp_path / "app.png"), "-o", str(sheet)]
    )
    assert (done.exit_code, done.output) == (0, f"{sheet}\n")
    (width, _), _ = colors(sheet.read_bytes())
    assert width > 600
