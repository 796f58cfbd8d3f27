"""Images of any kind to the pixels of icons, by Pillow; imported only when something is scaled.

Colors are weighted by their opacity (premultiplied) before pixels are mixed, so that what is under
transparent parts does not bleed into edges. Pixels are mixed as sRGB stores them, as Windows itself
scales icons, by Lanczos' filter; the smallest sizes are sharpened a little.
docs/decisions/0009-icons.md says what else was tried.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from crosswind.errors import BuildError
from crosswind.resource.imaging import Image, ImageChops, ImageFilter, UnidentifiedImageError

# What Pillow may read. Others (EPS, for one) start programs or are no source of icons.
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP")
# What Pillow raises for damaged images, apart from OSError.
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
# Before Lanczos, an image is averaged down to this many times the size that is wanted: the
# difference is not to be seen, and a large image takes a fraction of the time.
_GAP = 3.0

# Up to this size features are a pixel or two wide, and lose their contrast when they are mixed.
_SMALL = 24
_SHARPER = ImageFilter.UnsharpMask(radius=0.6, percent=50, threshold=0)


@contextmanager
def _readable(subject: str) -> Iterator[None]:
    """Raise our error for an image that Pillow cannot read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except UnidentifiedImageError as error:
        raise BuildError(
            "CW0721",
            "this image cannot be read: it is none of PNG, JPEG, GIF, BMP and WebP, or damaged",
            subject=subject,
            hint="save it anew as PNG",
        ) from error
    except _DAMAGE as error:
        raise BuildError(
            "CW0721",
            f"this image cannot be read: {error}",
            subject=subject,
            hint="save it anew as PNG",
        ) from error


def size(data: bytes, subject: str = "") -> tuple[int, int]:
    """Return width and height of an image without decoding it.

    Raises:
        BuildError: CW0721, Pillow cannot read it.
    """
    with _readable(subject), Image.open(io.BytesIO(data), formats=_FORMATS) as image:
        return image.size


def decode(data: bytes, subject: str = "") -> Image.Image:
    """Decode an image into premultiplied pixels.

    Raises:
        BuildError: CW0721, it is cut off or damaged.
    """
    with _readable(subject), Image.open(io.BytesIO(data), formats=_FORMATS) as image:
        return _eight_bits(image).convert("RGBA").convert("RGBa")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Reduce gray of 16 bits, which convert() would clip."""
    if not image.mode.startswith("I"):
        return image
    return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def from_pixels(width: int, height: int, rgba: bytes) -> Image.Image:
    """Take pixels, 4 bytes each from the top left, as premultiplied."""
    return Image.frombytes("RGBA", (width, height), rgba).convert("RGBa")


def squared(image: Image.Image) -> Image.Image:
    """Center an image on a transparent square, unless it is one."""
    if image.width == image.height:
        return image
    side = max(image.size)
    square = Image.new("RGBa", (side, side))
    square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return square


def scaled(image: Image.Image, side: int) -> bytes:
    """Return the pixels of an image at another size, 4 bytes each from the top left."""
    if image.width != side:
        shrinks = image.width >= 2 * side
        image = image.resize((side, side), Image.Resampling.LANCZOS, reducing_gap=_GAP)
        if shrinks and side <= _SMALL:
            image = _sharpened(image)
    return pixels(image)


def _sharpened(image: Image.Image) -> Image.Image:
    """Raise the contrast of edges; no premultiplied color may exceed its opacity."""
    *colors, alpha = (band.filter(_SHARPER) for band in image.split())
    return Image.merge("RGBa", (*(ImageChops.darker(color, alpha) for color in colors), alpha))


def pixels(image: Image.Image) -> bytes:
    """Return the pixels of an image as they are, 4 bytes each from the top left."""
    return image.convert("RGBA").tobytes()


def nearest(sides: Sequence[int], wanted: int) -> int:
    """Choose which image to make a size from: the exact one, the next larger, or the largest."""
    larger = [side for side in sides if side >= wanted]
    return sides.index(min(larger) if larger else max(sides))
