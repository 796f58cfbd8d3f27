"""Pillow, or the error that says how to get it."""

from __future__ import annotations

from crosswind.errors import MissingError

try:
    from PIL import Image, ImageChops, ImageDraw, ImageFilter, UnidentifiedImageError
except ModuleNotFoundError as error:
    raise MissingError(
        "CW0724",
        "Pillow, which scales icons, is not installed",
        hint="run: pip install 'crosswind[icons]', or give an .ico that has all sizes",
    ) from error

__all__ = ["Image", "ImageChops", "ImageDraw", "ImageFilter", "UnidentifiedImageError"]
