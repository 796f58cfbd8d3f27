"""Resources as files that people can open: `.ico`, `.cur`, `.bmp`, JSON; and exactly back.

A form is used only where it gives the very bytes back; everything else stays raw. Sources: Win32,
"Resource File Formats" (RESDIR, LOCALHEADER); "Icons" (1995) for the directories of .ico and .cur
files; BITMAPFILEHEADER and BITMAPINFOHEADER in wingdi.h.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from crosswind.binary.strings import Budget
from crosswind.binary.view import FormatError, View
from crosswind.windows import readable
from crosswind.windows.merge import ENTRY, HEAD
from crosswind.windows.resource import Identifier, Resource, ResourceType

# ICONDIR's wType, and a group's: 1 is an icon, 2 a cursor.
_ICON, _CURSOR = 1, 2
# ICONDIRENTRY: what a group's entry has too (8 bytes, in a cursor the last 4 are the hot spot),
# bytes, file offset.
_FILE_ENTRY = struct.Struct("<8sII")
# RESDIR of an icon: the same 8 bytes, bytes. Of a cursor: width, height of picture and mask
# together, planes, bits, bytes.
_ICON_ENTRY = struct.Struct("<8sI")
_CURSOR_ENTRY = struct.Struct("<HHHHI")
# LOCALHEADER, before a cursor's bitmap: hot spot, x and y.
_HOT_SPOT = 4
# BITMAPINFOHEADER: size, width, height, planes, bits, compression, picture size, resolution (2),
# colors. BITMAPCOREHEADER has 12 bytes and three bytes for a color.
_DIB = struct.Struct("<IiiHHIIiiI")
_DIB_SIZE, _CORE_SIZE = 40, 12
# BITMAPFILEHEADER: "BM", file size, 0, offset of the pixels.
_BMP = struct.Struct("<2sIII")
# BI_BITFIELDS and BI_ALPHABITFIELDS: three or four masks stand behind a header of 40 bytes.
_MASKS = {3: 12, 6: 16}


class Group(NamedTuple):
    """An icon or cursor in one file, and the numbers of its pictures in the file's order."""

    data: bytes
    numbers: tuple[int, ...]


class Picture(NamedTuple):
    """One picture of a file: its entry in the group, without its number, and the resource."""

    entry: bytes
    data: bytes


SUFFIXES: dict[Identifier, str] = {
    int(ResourceType.GROUP_ICON): ".ico",
    int(ResourceType.GROUP_CURSOR): ".cur",
}


def group_file(group: Resource, pictures: Mapping[int, Resource]) -> Group | None:
    """Make an `.ico` or `.cur` file of a group and its pictures; None if it cannot be exact.

    Args:
        group: a GROUP_ICON or GROUP_CURSOR.
        pictures: ICONs or CURSORs by number, all of the group's language and code page.
    """
    kind = _CURSOR if group.type == ResourceType.GROUP_CURSOR else _ICON
    numbers = [number for _, number in _rows(group.data)]
    if not numbers or len(set(numbers)) < len(numbers) or not pictures.keys() >= set(numbers):
        return None
    content = [pictures[number].data for number in numbers]
    try:
        data = _file(kind, group.data, content)
        back = tuple(read_group(kind_of(group.type), View.of(data)))
    except FormatError:
        return None
    exact = group_bytes(group.type, back, numbers) == group.data
    return Group(data, tuple(numbers)) if exact and _contents(back) == content else None


def _contents(pictures: tuple[Picture, ...]) -> list[bytes]:
    return [picture.data for picture in pictures]


def kind_of(type_: Identifier) -> int:
    """Return what the files of a type of group say they are."""
    return _CURSOR if type_ == ResourceType.GROUP_CURSOR else _ICON


def _rows(data: bytes) -> list[tuple[bytes, int]]:
    if len(data) < HEAD.size or (len(data) - HEAD.size) % ENTRY.size:
        return []
    return list(ENTRY.iter_unpack(data[HEAD.size :]))


def _file(kind: int, group: bytes, content: list[bytes]) -> bytes:
    """Write a file; raises FormatError if a cursor's picture has no header."""
    offset = HEAD.size + len(content) * _FILE_ENTRY.size
    entries = []
    for (row, _), data in zip(_rows(group), content, strict=True):
        if kind == _CURSOR:
            _, width, height, *_ = _dib(View.of(data).sub(_HOT_SPOT, len(data) - _HOT_SPOT))
            shape = bytes([width & 0xFF, height // 2 & 0xFF, 0, 0]) + data[:_HOT_SPOT]
            size = len(data) - _HOT_SPOT
        else:
            shape, size = row[:8], len(data)
        entries.append(_FILE_ENTRY.pack(shape, size, offset))
        offset += size
    bodies = [data[_HOT_SPOT:] if kind == _CURSOR else data for data in content]
    return b"".join([HEAD.pack(0, kind, len(content)), *entries, *bodies])


def read_group(kind: int, view: View) -> Iterator[Picture]:
    """Take an `.ico` (1) or `.cur` (2) file apart.

    Raises:
        FormatError: it is none, is cut short, or names the same bytes again and again.
    """
    reserved, found, count = view.unpack(HEAD, 0, "directory of pictures")
    if (reserved, found) != (0, kind) or not count:
        raise FormatError(f"no {'cursor' if kind == _CURSOR else 'icon'} file", view.base)
    budget = Budget(len(view), "pictures")
    for shape, size, offset in view.records(_FILE_ENTRY, HEAD.size, count, "directory of pictures"):
        part = view.sub(offset, size, "picture")
        budget.spend(size, part.base)
        if kind == _CURSOR:
            _, width, height, planes, bits, *_ = _dib(part)
            data = shape[-_HOT_SPOT:] + bytes(part.data)
            entry = _CURSOR_ENTRY.pack(width & 0xFFFF, height & 0xFFFF, planes, bits, len(data))
        else:
            data = bytes(part.data)
            entry = _ICON_ENTRY.pack(shape, size)
        yield Picture(entry, data)


def group_bytes(
    type_: Identifier, pictures: tuple[Picture, ...], numbers: list[int] | tuple[int, ...]
) -> bytes:
    """Write the group that names these pictures by these numbers."""
    rows = (ENTRY.pack(one.entry, number) for one, number in zip(pictures, numbers, strict=True))
    return HEAD.pack(0, kind_of(type_), len(pictures)) + b"".join(rows)


def _dib(view: View) -> tuple[int, ...]:
    header = view.unpack(_DIB, 0, "bitmap header")
    if not _DIB_SIZE <= header[0] <= len(view):
        raise FormatError("a picture that is no bitmap", view.base)
    return header


def bitmap_file(data: bytes) -> bytes | None:
    """Put a BITMAP's bytes into a `.bmp` file; None if they have no header that can be read."""
    if len(data) < _DIB.size:
        return None
    size, _, _, _, bits, compression, _, _, _, colors = _DIB.unpack_from(data)
    if size == _CORE_SIZE:
        (bits,) = struct.unpack_from("<H", data, 10)
        palette = 3 << bits if bits <= 8 else 0
    elif _DIB_SIZE <= size <= len(data):
        palette = 4 * min(colors or (1 << bits if bits <= 8 else 0), 1 << 16)
        palette += _MASKS.get(compression, 0) if size == _DIB_SIZE else 0
    else:
        return None
    pixels = min(_BMP.size + size + palette, _BMP.size + len(data))
    return _BMP.pack(b"BM", _BMP.size + len(data), 0, pixels) + data


def read_bitmap(view: View, _name: Identifier = 0) -> bytes:
    """Take the bytes of a BITMAP out of a `.bmp` file; raises FormatError if it is none."""
    magic, *_ = view.unpack(_BMP, 0, "bitmap file header")
    if magic != b"BM":
        raise FormatError("no bitmap file", view.base)
    return bytes(view.data[_BMP.size :])


class Form(NamedTuple):
    """How one resource looks in a file of its own.

    Attributes:
        suffix: of the file.
        write: makes the file, or None where that cannot be exact.
        read: takes the bytes of the resource of that name out of it; raises FormatError.
    """

    suffix: str
    write: Callable[[Resource], bytes | None]
    read: Callable[[View, Identifier], bytes]


def _raw(view: View, _name: Identifier) -> bytes:
    return bytes(view.data)


RAW = Form(".bin", lambda resource: resource.data, _raw)
# By the names that stand in the index.
FORMS: dict[str, Form] = {
    "bmp": Form(".bmp", lambda resource: bitmap_file(resource.data), read_bitmap),
    "version": Form(".json", readable.write_version, readable.read_version),
    "strings": Form(".json", readable.write_strings, readable.read_strings),
}
_BY_TYPE: dict[Identifier, str] = {
    int(ResourceType.BITMAP): "bmp",
    int(ResourceType.VERSION): "version",
    int(ResourceType.STRING): "strings",
}
# Raw bytes that programs open as they are.
_RAW_SUFFIXES: dict[Identifier, str] = {
    int(ResourceType.MANIFEST): ".manifest",
    int(ResourceType.HTML): ".html",
}
_MAGIC = ((b"\x89PNG\r\n\x1a\n", ".png"), (b"\xff\xd8\xff", ".jpg"), (b"GIF8", ".gif"))


def single_file(resource: Resource) -> tuple[str, str, bytes]:
    """Return a resource as a file: its form (empty for raw bytes), its suffix, its content."""
    name = _BY_TYPE.get(resource.type, "")
    if name:
        data = FORMS[name].write(resource)
        if data is not None and _comes_back(FORMS[name], resource, data):
            return name, FORMS[name].suffix, data
    suffix = _RAW_SUFFIXES.get(resource.type)
    suffix = suffix or next((end for magic, end in _MAGIC if resource.data.startswith(magic)), None)
    return "", suffix or RAW.suffix, resource.data


def _comes_back(form: Form, resource: Resource, data: bytes) -> bool:
    try:
        return form.read(View.of(data), resource.name) == resource.data
    except FormatError:
        return False
