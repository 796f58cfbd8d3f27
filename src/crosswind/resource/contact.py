"""A contact sheet: every image of an icon on light, dark and checkered ground, for people to look at."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError, UsageError
from crosswind.resource import scaling
from crosswind.resource.icons import fits
from crosswind.resource.imaging import Image, ImageDraw
from crosswind.system import files
from crosswind.windows import dib, icon
from crosswind.windows.icon import Frame
from crosswind.windows.resource import ResourceTree, ResourceType, describe

_GAP = 24
# Images of one icon that are drawn. Real ones have ten or twenty; the format allows 65535.
_MOST = 64
_LABEL = 20
# The smallest are shown enlarged, too: there is where scaling shows.
_ENLARGED, _FACTOR = 32, 4


class _Ground(NamedTuple):
    """A background: its color, that of its other squares, and that of the labels."""

    color: str
    other: str
    ink: str


_GROUNDS = (
    _Ground("#ffffff", "#ffffff", "#444444"),
    _Ground("#1e1e1e", "#1e1e1e", "#bbbbbb"),
    _Ground("#e6e6e6", "#bdbdbd", "#333333"),
)
_SQUARE = 8


def sheet(ico: bytes, subject: str = "") -> bytes:
    """Draw the images of an icon side by side, labelled, as PNG: the first 64 of them.

    Below, the smallest are shown enlarged.

    Args:
        ico: an icon or cursor file.
        subject: its name, for messages.

    Raises:
        BuildError: CW0720, it is damaged; CW0721, it is no icon, or an image in it cannot be read;
            CW0722, an image in it is far too large.
        MissingError: CW0724, this needs Pillow, and it is not there.
    """
    images = [_image(frame, subject) for frame in icon.read(ico, subject).frames[:_MOST]]
    images.sort(key=lambda image: image.width, reverse=True)
    small = [image for image in images if image.width <= _ENLARGED]
    large = [_enlarged(image) for image in small]
    labels = [_label(image) for image in images]
    zoomed = [f"{_label(image)} x {_FACTOR}" for image in small]
    strips = [_strip(images, labels, ground) for ground in _GROUNDS]
    if large:
        strips += [_strip(large, zoomed, ground) for ground in _GROUNDS[:2]]
    whole = Image.new("RGB", (max(s.width for s in strips), sum(s.height for s in strips)), "white")
    top = 0
    for strip in strips:
        whole.paste(
            strip.resize((whole.width, strip.height), box=(0, 0, 1, strip.height)), (0, top)
        )
        whole.paste(strip, (0, top))
        top += strip.height
    out = io.BytesIO()
    whole.save(out, "PNG", optimize=True)
    return out.getvalue()


def write(resources: ResourceTree, path: Path) -> None:
    """Draw the icon that Windows shows for a program with these resources.

    Raises:
        UsageError: CW0732, they hold no icon; CW0504, the file cannot be written.
        BuildError: as `sheet`.
        MissingError: as `sheet`.
    """
    group = next(iter(resources.of_type(ResourceType.GROUP_ICON)), None)
    if group is None:
        raise UsageError(
            "CW0732", "there is no icon among these resources", hint="name a PNG, an .ico"
        )
    files.write_atomic(path, sheet(icon.write(icon.to_icon(group, resources)), describe(group)))


def _image(frame: Frame, subject: str) -> Image.Image:
    head = icon.measure_bytes(frame.data)
    fits(head.width, head.height, subject, pad=True)
    if frame.is_png:
        image = scaling.decode(frame.data, subject)
    else:
        try:
            image = scaling.from_pixels(*dib.decode(View.of(frame.data)))
        except FormatError as error:
            raise BuildError("CW0720", f"the icon is damaged: {error}", subject=subject) from error
    return image.convert("RGBA")


def _label(image: Image.Image) -> str:
    return str(image.width) if image.width == image.height else f"{image.width}x{image.height}"


def _enlarged(image: Image.Image) -> Image.Image:
    size = image.width * _FACTOR, image.height * _FACTOR
    return image.resize(size, Image.Resampling.NEAREST)


def _strip(images: Sequence[Image.Image], labels: Sequence[str], ground: _Ground) -> Image.Image:
    """Draw images in a row, standing on one line, each above its label."""
    width = sum(max(image.width, _GAP) + _GAP for image in images) + _GAP
    base = max(image.height for image in images) + _GAP
    strip = _checkered(width, base + _LABEL + _GAP // 2, ground)
    draw = ImageDraw.Draw(strip)
    left = _GAP
    for image, label in zip(images, labels, strict=True):
        cell = max(image.width, _GAP)
        strip.paste(image, (left + (cell - image.width) // 2, base - image.height), image)
        draw.text((left + cell / 2, base + _LABEL / 2), label, ground.ink, anchor="mm")
        left += cell + _GAP
    return strip


def _checkered(width: int, height: int, ground: _Ground) -> Image.Image:
    tile = Image.new("RGB", (2 * _SQUARE, 2 * _SQUARE), ground.color)
    for place in ((0, 0), (_SQUARE, _SQUARE)):
        tile.paste(ground.other, (*place, place[0] + _SQUARE, place[1] + _SQUARE))
    strip = Image.new("RGB", (width, height))
    for y in range(0, height, tile.height):
        for x in range(0, width, tile.width):
            strip.paste(tile, (x, y))
    return strip
