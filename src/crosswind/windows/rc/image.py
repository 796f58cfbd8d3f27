"""ICON, CURSOR, BITMAP and FONT: files that are taken apart on their way into resources.

Formats: "Icons" in Win32's documentation (ICONDIR, GRPICONDIR as NEWHEADER and RESDIR, LOCALHEADER) and
"Bitmap Storage" (BITMAPFILEHEADER, BITMAPINFOHEADER).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from crosswind.binary.view import FormatError, View
from crosswind.windows.rc.context import Context
from crosswind.windows.rc.problem import Place
from crosswind.windows.resource import Identifier, Resource, ResourceType

# ICONDIR: reserved, type (1 icon, 2 cursor), count. ICONDIRENTRY: width, height, colours, reserved,
# planes or hot spot x, bits per pixel or hot spot y, bytes, offset.
_DIRECTORY = struct.Struct("<3H")
_ENTRY = struct.Struct("<4B2H2I")
# RESDIR of an icon, the same up to the bytes, then the image's number; of a cursor: width, height, planes
# and bits per pixel with 16 bits each.
_ICON_RESDIR = struct.Struct("<4B2HIH")
_CURSOR_RESDIR = struct.Struct("<4HIH")
# BITMAPINFOHEADER up to its count of bits: size, width, height, planes, bits per pixel.
_DIB = struct.Struct("<IiiHH")
_PNG = b"\x89PNG"
# BITMAPFILEHEADER: "BM", size, two reserved, offset of the pixels.
_BITMAP = struct.Struct("<2sI2HI")
# BITMAPINFOHEADER's biCompression and biClrUsed.
_COMPRESSION_AT, _COLOURS_AT = 16, 32
_BITFIELDS, _ALPHABITFIELDS = 3, 6
# Sizes of BITMAPCOREHEADER and BITMAPINFOHEADER; later headers only grow.
_CORE, _INFO = 12, 40
# The part of a font that FONTDIR repeats, in the 32-bit rc.exe (resinator, compile.zig: FontDir).
_FONT_HEAD = 148


@dataclass(frozen=True, slots=True)
class _Kind:
    """What differs between icons and cursors."""

    word: str
    number: int
    group: ResourceType
    single: ResourceType
    animated: ResourceType


ICON = _Kind("icon", 1, ResourceType.GROUP_ICON, ResourceType.ICON, ResourceType.ANIICON)
CURSOR = _Kind("cursor", 2, ResourceType.GROUP_CURSOR, ResourceType.CURSOR, ResourceType.ANICURSOR)


def read_group(context: Context, kind: _Kind, name: Identifier, place: Place) -> None:
    """Read ICON or CURSOR: one resource for each image, and the directory that lists them.

    Images of a script are numbered from 1 in its order, icons and cursors together, as rc.exe does.

    Raises:
        RejectedError: the file is not there, or no such image.
    """
    language = context.optional_statements()
    path, data, file_place = context.file()
    if data[:4] == b"RIFF" and data[8:12] == b"ACON":
        context.add(Resource(kind.animated, name, language, data), place)
        return
    try:
        images = _images(View.of(data), kind)
    except FormatError as error:
        raise context.problems.error(
            "CW0772", file_place, f"{path} is no {kind.word} file: {error}"
        ) from error
    directory = bytearray(_DIRECTORY.pack(0, kind.number, len(images)))
    for resdir, content in images:
        if context.image > 0xFFFF:
            raise context.problems.stop("CW0775", place, "more than 65535 images")
        directory += resdir + context.image.to_bytes(2, "little")
        context.add(Resource(kind.single, context.image, language, content), place)
        context.image += 1
    context.add(Resource(kind.group, name, language, bytes(directory)), place)


def _images(view: View, kind: _Kind) -> list[tuple[bytes, bytes]]:
    """Return each image's RESDIR, without its number, and its resource."""
    reserved, number, count = view.unpack(_DIRECTORY, 0, "directory")
    if reserved or number not in (1, 2):
        raise FormatError("it begins with no directory of images")
    if number != kind.number:
        other = {1: "icons", 2: "cursors"}[number]
        raise FormatError(f"it holds {other}", 2)
    if not count:
        raise FormatError("it holds no image", 4)
    entries = view.records(_ENTRY, _DIRECTORY.size, count, "directory")
    return [_image(view, kind, entry) for entry in entries]


def _image(view: View, kind: _Kind, entry: tuple[int, ...]) -> tuple[bytes, bytes]:
    width, height, colours, reserved, first, second, size, offset = entry
    content = bytes(view.take(offset, size, "image"))
    if size < _DIB.size:
        raise FormatError(f"an image of {size} bytes", offset)
    header, dib_width, dib_height, planes, bits = _DIB.unpack_from(content)
    png = content.startswith(_PNG)
    if not png and header < _INFO:
        raise FormatError("an image without BITMAPINFOHEADER", offset)
    if kind is CURSOR:
        # A cursor's own header knows its size; the directory has the hot spot instead of colours.
        shape = (dib_width, dib_height, planes, bits) if not png else (width, height, 1, 32)
        fields = [part & 0xFFFF for part in shape]
        local = struct.pack("<2H", first, second)
        return _CURSOR_RESDIR.pack(*fields, size + len(local), 0)[:-2], local + content
    if png:
        planes, bits = 1, {2: 1, 8: 3, 16: 4}.get(colours, second)
    return _ICON_RESDIR.pack(width, height, colours, reserved, planes, bits, size, 0)[:-2], content


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
