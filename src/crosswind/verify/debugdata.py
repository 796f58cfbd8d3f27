"""The sections of debug data that hold names of files, decompressed if they are compressed."""

from __future__ import annotations

from collections.abc import Iterator

from crosswind.binary import compressed
from crosswind.binary.image import Image
from crosswind.binary.view import View

# DWARF 5, section 7.1 and following: where paths and command lines stand.
_NAMES = ("debug_line", "debug_line_str", "debug_str", "debug_info")


def inflated(image: Image) -> Iterator[tuple[str, View]]:
    """Yield name and content of each compressed section; others can be read where they are.

    Raises:
        FormatError: the compressed data is damaged.
    """
    for section in image.sections:
        plain = section.name.lstrip("._").removeprefix("z")
        if plain in _NAMES and (data := compressed.inflated(image, section)) is not None:
            yield section.name, data
