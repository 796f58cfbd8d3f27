"""`.res` files: resources as resource compilers hand them to linkers.

Records are those of Win32's "Resource File Formats" and its structure RESOURCEHEADER.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError
from crosswind.windows.resource import (
    MAX_RESOURCES,
    Identifier,
    Resource,
    ResourceTree,
    ResourceType,
    describe,
    tree,
)

# RESOURCEHEADER: DataSize and HeaderSize before the type and the name; DataVersion, MemoryFlags,
# LanguageId, Version and Characteristics behind them.
_SIZES = struct.Struct("<II")
_TAIL = struct.Struct("<IHHII")
_U16 = struct.Struct("<H")
# A type or a name that begins with this unit is the number in the next one.
_ORDINAL = 0xFFFF
# A directory counts the units of a name in 16 bits ("Resource Directory String").
_MAX_NAME = 2 * 0x10000
# Headers and content start at multiples of four bytes.
_ALIGNMENT = 4
# "Resource File Formats": the first entry is empty and has the size of the smallest header; it
# tells a file of Win32 from one of 16-bit Windows.
_EMPTY = struct.pack("<IIHHHHIHHII", 0, 0x20, _ORDINAL, 0, _ORDINAL, 0, 0, 0, 0, 0, 0)
# MemoryFlags, which Win32 ignores: MOVEABLE, PURE, DISCARDABLE as in the documentation of resource
# definition statements' common attributes; icons and cursors are not PURE.
_MOVEABLE, _PURE, _DISCARDABLE = 0x0010, 0x0020, 0x1000
_FLAGS: dict[Identifier, int] = {
    ResourceType.ICON: _MOVEABLE | _DISCARDABLE,
    ResourceType.CURSOR: _MOVEABLE | _DISCARDABLE,
    ResourceType.GROUP_ICON: _MOVEABLE | _PURE | _DISCARDABLE,
    ResourceType.GROUP_CURSOR: _MOVEABLE | _PURE | _DISCARDABLE,
    ResourceType.STRING: _MOVEABLE | _PURE | _DISCARDABLE,
    ResourceType.DIALOG: _MOVEABLE | _PURE | _DISCARDABLE,
    ResourceType.MENU: _MOVEABLE | _PURE | _DISCARDABLE,
}


def read(view: View) -> ResourceTree:
    """Read a `.res` file.

    Raises:
        FormatError: it is none, is cut short, or holds two resources of one key.
    """
    if bytes(view.clip(0, len(_EMPTY)).data) != _EMPTY:
        raise FormatError("no .res file of Win32: it does not begin with the empty entry")
    found = list(_entries(view))
    try:
        return tree(found)
    except BuildError as error:
        raise FormatError(error.message, view.base) from error


def _entries(view: View) -> Iterator[Resource]:
    offset = len(_EMPTY)
    left = MAX_RESOURCES
    while offset < len(view):
        left -= 1
        if left < 0:
            raise FormatError(f"more than {MAX_RESOURCES} resources", view.base + offset)
        data_size, header_size = view.unpack(_SIZES, offset, "resource header")
        header = view.sub(offset, header_size, "resource header")
        type_, at = _identifier(header, _SIZES.size)
        name, at = _identifier(header, at)
        *_, language, _, _ = header.unpack(_TAIL, _aligned(at), "resource header")
        start = offset + _aligned(header_size)
        content = bytes(view.take(start, data_size, "resource"))
        # Files may hold the empty entry elsewhere too, where several were joined.
        if bytes(view.clip(offset, len(_EMPTY)).data) != _EMPTY:
            yield Resource(type_, name, language, content)
        offset = start + _aligned(data_size)


def _identifier(header: View, offset: int) -> tuple[Identifier, int]:
    """Read a type or a name; return the offset behind it, too."""
    (first,) = header.unpack(_U16, offset, "resource header")
    if first == _ORDINAL:
        (number,) = header.unpack(_U16, offset + 2, "resource header")
        return int(number), offset + 4
    raw = bytes(header.clip(offset, _MAX_NAME).data)
    end = raw.find(b"\0\0")
    while end > 0 and end % 2:  # between two units
        end = raw.find(b"\0\0", end + 1)
    if end < 0:
        raise FormatError("a name in a resource header does not end", header.base + offset)
    return raw[:end].decode("utf-16-le", "surrogatepass"), offset + end + 2


def write(resources: ResourceTree) -> bytes:
    """Write a `.res` file, in the tree's order; equal trees give equal bytes.

    The format has no place for code pages.

    Raises:
        BuildError: CW0702, a name that it cannot spell.
    """
    parts = [_EMPTY]
    for resource in resources:
        names = _spell(resource, resource.type) + _spell(resource, resource.name)
        names += bytes(-len(names) % _ALIGNMENT)
        header_size = _SIZES.size + len(names) + _TAIL.size
        flags = _FLAGS.get(resource.type, _MOVEABLE | _PURE)
        parts += [
            _SIZES.pack(len(resource.data), header_size),
            names,
            _TAIL.pack(0, flags, resource.language, 0, 0),
            resource.data,
            bytes(-len(resource.data) % _ALIGNMENT),
        ]
    return b"".join(parts)


def _spell(resource: Resource, identifier: Identifier) -> bytes:
    if isinstance(identifier, int):
        return _U16.pack(_ORDINAL) + _U16.pack(identifier)
    if "\0" in identifier or identifier.startswith("\uffff"):
        raise BuildError(
            "CW0702",
            f"a .res file cannot spell {identifier[:40]!r}",
            subject=describe(resource),
            hint="choose a name without NUL and U+FFFF, or write a .syso",
        )
    return identifier.encode("utf-16-le", "surrogatepass") + b"\0\0"


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGNMENT) * _ALIGNMENT
