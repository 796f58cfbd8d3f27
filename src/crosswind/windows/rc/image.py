"""ICON, CURSOR, BITMAP and FONT: files that are taken apart on their way into resources.

Format of bitmaps: "Bitmap Storage" in Win32's documentation (BITMAPFILEHEADER, BITMAPINFOHEADER).
"""

from __future__ import annotations

import struct
from dataclasses import replace

from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError
from crosswind.windows import icon
from crosswind.windows.rc.context import Context
from crosswind.windows.rc.problem import Place
from crosswind.windows.resource import Identifier, Resource, ResourceType

# BITMAPINFOHEADER up to its count of bits: size, width, height, planes, bits per pixel.
_DIB = struct.Struct("<IiiHH")
# BITMAPFILEHEADER: "BM", size, two reserved, offset of the pixels.
_BITMAP = struct.Struct("<2sI2HI")
# BITMAPINFOHEADER's biCompression and biClrUsed.
_COMPRESSION_AT, _COLOURS_AT = 16, 32
_BITFIELDS, _ALPHABITFIELDS = 3, 6
# Sizes of BITMAPCOREHEADER and BITMAPINFOHEADER; later headers only grow.
_CORE, _INFO = 12, 40
# The part of a font that FONTDIR repeats, in the 32-bit rc.exe (resinator, compile.zig: FontDir).
_FONT_HEAD = 148


def read_group(context: Context, name: Identifier, place: Place, *, cursor: bool) -> None:
    """Read ICON or CURSOR: one resource for each image, and the directory that lists them.

    Images of a script are numbered from 1 in its order, icons and cursors together, as rc.exe does.

    Raises:
        RejectedError: the file is not there, or no such image.
    """
    language = context.optional_statements()
    path, data, file_place = context.file()
    if data[:4] == b"RIFF" and data[8:12] == b"ACON":
        animated = ResourceType.ANICURSOR if cursor else ResourceType.ANIICON
        context.add(Resource(animated, name, language, data), place)
        return
    try:
        images = _read(data, cursor=cursor)
        made = icon.resources(images, name, language, first=context.image)
    except BuildError as error:
        word = "cursor" if cursor else "icon"
        raise context.problems.error(
            "CW0772", file_place, f"{path} cannot be used as {word}: {error.message}", error.hint
        ) from error
    context.image += len(images.frames)
    for resource in made:
        context.add(resource, place)


def _read(data: bytes, *, cursor: bool) -> icon.Icon:
    images = icon.read(data)
    if images.cursor != cursor:
        raise BuildError("CW0721", f"it holds {'cursors' if images.cursor else 'icons'}")
    return replace(images, frames=tuple(_described(frame) for frame in images.frames))


def _described(frame: icon.Frame) -> icon.Frame:
    """Let an image say its planes and bits itself, as rc.exe does, whatever its directory says.

    Of a PNG it asks only the directory's number of colours (resinator, compile.zig).
    """
    if frame.is_png:
        bits = {2: 1, 8: 3, 16: 4}.get(frame.colors, frame.bits)
        return replace(frame, planes=1, bits=bits)
    if len(frame.data) < _DIB.size:
        return frame  # of OS/2, with a shorter header
    _, _, _, planes, bits = _DIB.unpack_from(frame.data)
    return replace(frame, planes=planes, bits=bits)


def read_bitmap(context: Context, name: Identifier, place: Place) -> None:
    """Read BITMAP: the file without its BITMAPFILEHEADER, and without gaps before the pixels.

    Raises:
        RejectedError: the file is not there, or no bitmap.
    """
    language = context.optional_statements()
    path, data, file_place = context.file()
    try:
        content = _bitmap(View.of(data))
    except FormatError as error:
        raise context.problems.error(
            "CW0772", file_place, f"{path} is no bitmap file: {error}", "a .bmp as Paint writes it"
        ) from error
    context.add(Resource(ResourceType.BITMAP, name, language, content), place)


def _bitmap(view: View) -> bytes:
    magic, _, _, _, pixels = view.unpack(_BITMAP, 0, "file header")
    if magic != b"BM":
        raise FormatError("it does not begin with BM")
    start = _BITMAP.size
    (size,) = view.unpack(struct.Struct("<I"), start, "header")
    if size not in (_CORE, 16, 64) and size < _INFO:
        raise FormatError(f"a header of {size} bytes", start)
    header = View.of(view.take(start, size, "header"))
    tables = _masks(header, size) + _palette(header, size)
    between = pixels - start - size
    if between < tables:
        raise FormatError("the pixels begin inside the colour table", 10)
    head = bytes(view.take(start, size + tables, "colour table"))
    return head + bytes(view.take(pixels, len(view) - pixels, "pixels"))


def _masks(header: View, size: int) -> int:
    """Bytes of the colour masks behind a BITMAPINFOHEADER; later headers hold them."""
    if size != _INFO:
        return 0
    (compression,) = header.unpack(struct.Struct("<I"), _COMPRESSION_AT)
    return {_BITFIELDS: 12, _ALPHABITFIELDS: 16}.get(compression, 0)


def _palette(header: View, size: int) -> int:
    """Bytes of the colour table: entries of 3 bytes in the oldest format, of 4 since."""
    if size < _INFO:
        (bits,) = header.unpack(struct.Struct("<H"), 10)
        return 3 * (1 << bits) if bits <= 8 else 0
    (bits,) = header.unpack(struct.Struct("<H"), 14)
    (used,) = header.unpack(struct.Struct("<I"), _COLOURS_AT)
    most = 1 << min(bits, 32)
    if used > most:
        raise FormatError(f"{used} colours, {most} at most", _COLOURS_AT)
    return 4 * (used or (most if bits <= 8 else 0))


def read_font(context: Context, name: Identifier, place: Place) -> None:
    """Read FONT: the file as it is, and an entry in FONTDIR.

    Raises:
        RejectedError: the file is not there, or the name is no number.
    """
    language = context.optional_statements()
    _, data, _ = context.file()
    if not isinstance(name, int):
        raise context.problems.error("CW0770", place, f"a FONT has a number, not the name {name}")
    context.add(Resource(ResourceType.FONT, name, language, data), place)
    context.fonts.setdefault(name, data[:_FONT_HEAD].ljust(_FONT_HEAD, b"\0"))


def finish_fonts(context: Context, place: Place) -> None:
    """Add FONTDIR if there are fonts; the names of device and face stay empty."""
    if context.fonts:
        parts = [
            number.to_bytes(2, "little") + head + bytes(2) for number, head in context.fonts.items()
        ]
        data = len(parts).to_bytes(2, "little") + b"".join(parts)
        context.add(Resource(ResourceType.FONTDIR, "FONTDIR", context.language, data), place)
