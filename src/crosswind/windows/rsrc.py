"""The resource directory of a PE image: what `.rsrc` holds, read and written.

Records and limits are those of Microsoft's "PE Format", "The .rsrc Section".

What is written comes in this order: all directory tables, level by level, so that no table lies
behind something of odd length; the data entries, which like the tables are made of 32-bit numbers;
the names, which are made of 16-bit ones; and the content, each piece at a multiple of eight bytes.
Microsoft's cvtres and LLVM's use the same order. Equal content is stored as often as it occurs:
programs may write to their resources' pages once they have made them writable.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from crosswind.binary.pe import PEImage
from crosswind.binary.strings import Budget
from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError
from crosswind.frozen import frozen
from crosswind.windows.resource import (
    MAX_RESOURCES,
    Identifier,
    Resource,
    ResourceTree,
    tree,
)

# "Resource Directory Table": characteristics, timestamp, version (2), names, numbers.
_TABLE = struct.Struct("<IIHHHH")
# "Resource Directory Entries": name or number, then what it leads to.
_ENTRY = struct.Struct("<II")
# "Resource Data Entry": address of the content relative to the image base, size, code page, 0.
_DATA_ENTRY = struct.Struct("<IIII")
_LENGTH = struct.Struct("<H")
_U32 = struct.Struct("<I")
# Bit 31 of an entry's first field: it is the offset of a name; of its second: of another table.
_HIGH = 0x8000_0000
# "Optional Header Data Directories": the index of the resource table.
RESOURCE_DIRECTORY = 2
_ALIGNMENT = 8
# Type, name, language: Windows looks nothing up below or above.
_LEVELS = ("type", "name", "language")
# Offsets have 31 bits, sizes 32; all of a PE image lies below 2 GiB.
_MAX_SIZE = 0x7FFF_FFFF

# Answers with what is at an address, of up to as many bytes; shorter if the file holds less.
Lookup = Callable[[int, int], View]


@frozen
class Layout:
    """A resource directory before its place is known.

    Attributes:
        data: its bytes, addresses of content counted from their start.
        addresses: offsets of the 32-bit addresses in it, ascending; a linker relocates these.
    """

    data: bytes
    addresses: tuple[int, ...]

    def at(self, rva: int) -> bytes:
        """Return the bytes as they stand at an address relative to the image base."""
        moved = bytearray(self.data)
        for offset in self.addresses:
            (start,) = _U32.unpack_from(moved, offset)
            _U32.pack_into(moved, offset, start + rva)
        return bytes(moved)


def read_image(image: PEImage) -> ResourceTree:
    """Read the resources of a program or library; none is an empty tree.

    Raises:
        FormatError: the directory is damaged, or its content is not in the file.
    """
    directory = image.directory(RESOURCE_DIRECTORY)
    if not directory.address or not directory.size:
        return ResourceTree()
    section = image.memory.rest(directory.address)
    if not len(section):
        raise FormatError(f"resource directory at {directory.address:#x} is not in the file")
    return read(section, image.memory.at, len(image.view))


def read(section: View, lookup: Lookup, file_size: int) -> ResourceTree:
    """Read a resource directory.

    What Windows does not look at (timestamps, versions, order, flags) may be anything.

    Args:
        section: from the first directory table on; offsets count from here.
        lookup: finds content by its address.
        file_size: of the whole file, in bytes: all content together is hardly more.

    Raises:
        FormatError: tables or content lie outside, tables overlap or lead back, the tree is not
            three levels deep, or two resources have the same key.
    """
    reader = _Reader(section, lookup, file_size)
    found = list(reader.resources())
    try:
        return tree(found)
    except BuildError as error:
        raise FormatError(error.message, section.base) from error


class _Reader:
    """Walks the three levels, each table once."""

    def __init__(self, section: View, lookup: Lookup, file_size: int) -> None:
        self._section = section
        self._lookup = lookup
        self._seen: set[int] = set()
        self._left = MAX_RESOURCES
        # Tables that do not overlap need this much room at most.
        self._room = len(section)
        self._names = Budget(len(section), "resource names")
        self._content = Budget(file_size, "resource content")

    def resources(self) -> Iterator[Resource]:
        """Yield everything, in the order of the tables."""
        for type_, names in self._tables(0, 0):
            for name, languages in self._tables(names, 1):
                for language, target in self._entries(languages, 2):
                    self._left -= 1
                    if self._left < 0:
                        raise self._error(f"more than {MAX_RESOURCES} resources", languages)
                    if isinstance(language, str):
                        raise self._error("a language is a name", languages)
                    yield self._resource(type_, name, language, target)

    def _tables(self, offset: int, level: int) -> Iterator[tuple[Identifier, int]]:
        """Yield what each entry of an upper level is called and the table it leads to."""
        for identifier, target in self._entries(offset, level):
            if not target & _HIGH:
                raise self._error(f"content on the level of {_LEVELS[level]}s", offset)
            yield identifier, target & ~_HIGH

    def _entries(self, offset: int, level: int) -> Iterator[tuple[Identifier, int]]:
        if offset in self._seen:
            raise self._error("a resource directory is used twice, or leads back to itself", offset)
        self._seen.add(offset)
        # Each resource has two tables above it at most that no other has.
        if len(self._seen) > 2 * MAX_RESOURCES + 1:
            raise self._error("resource directories with nothing in them", offset)
        *_, names, numbers = self._section.unpack(_TABLE, offset, "resource directory")
        count = names + numbers
        self._room -= _TABLE.size + count * _ENTRY.size
        records = self._section.records(
            _ENTRY, offset + _TABLE.size, count, f"resource directory of {count} {_LEVELS[level]}s"
        )
        if self._room < 0:
            raise self._error("resource directories overlap", offset)
        for identifier, target in records:
            yield self._identifier(identifier, offset), target

    def _identifier(self, field: int, table: int) -> Identifier:
        if not field & _HIGH:
            if field > 0xFFFF:
                raise self._error(f"{field:#x} is no number of a resource", table)
            return field
        offset = field & ~_HIGH
        (length,) = self._section.unpack(_LENGTH, offset, "resource name")
        raw = self._section.take(offset + _LENGTH.size, 2 * length, "resource name")
        self._names.spend(len(raw), self._section.base + offset)
        return bytes(raw).decode("utf-16-le", "surrogatepass")

    def _resource(
        self, type_: Identifier, name: Identifier, language: int, target: int
    ) -> Resource:
        if target & _HIGH:
            raise self._error("a fourth level of resource directories", target & ~_HIGH)
        rva, size, code_page, _ = self._section.unpack(_DATA_ENTRY, target, "resource data entry")
        content = self._lookup(rva, size)
        if len(content) < size:
            raise self._error(f"content of {size} bytes at {rva:#x} is not in the file", target)
        # Entries may share content, but not so often that a small file fills the memory.
        self._content.spend(size, content.base)
        return Resource(type_, name, language, bytes(content.data), code_page)

    def _error(self, message: str, offset: int) -> FormatError:
        return FormatError(message, self._section.base + offset)


def write(resources: ResourceTree, rva: int) -> bytes:
    """Write a resource directory for a place in memory; equal trees give equal bytes.

    Args:
        resources: what to write.
        rva: where it will lie, relative to the image base.

    Raises:
        BuildError: CW0704, it is too large for an image.
    """
    return layout(resources).at(rva)


@dataclass(slots=True)
class _Table:
    """A directory table: its entries lead to tables, or on the last level to resources."""

    children: list[tuple[Identifier, _Table | Resource]]
    offset: int = 0

    @property
    def size(self) -> int:
        return _TABLE.size + len(self.children) * _ENTRY.size


def layout(resources: ResourceTree) -> Layout:
    """Arrange a resource directory, as the module's text says.

    Raises:
        BuildError: CW0704, it is too large for an image.
    """
    tables = _tables(resources)
    end = 0
    for table in tables:
        table.offset, end = end, end + table.size
    entries_at = end
    end += len(resources) * _DATA_ENTRY.size
    names: dict[str, int] = {}
    stored = bytearray()
    for text in (n for t in tables for n, _ in t.children if isinstance(n, str)):
        if text not in names:
            names[text] = end + len(stored)
            stored += _name(text)
    end = _aligned(end + len(stored))
    starts = []
    for resource in resources:
        starts.append(end)
        end = _aligned(end + len(resource.data))
    if end > _MAX_SIZE:
        raise BuildError(
            "CW0704", f"resources of {end} bytes do not fit into a program", hint="2 GiB at most"
        )
    data = bytearray(end)
    position = {
        id(resource): entries_at + index * _DATA_ENTRY.size
        for index, resource in enumerate(resources)
    }
    for table in tables:
        _write_table(data, table, names, position)
    for resource, start in zip(resources, starts, strict=True):
        size, place = len(resource.data), position[id(resource)]
        _DATA_ENTRY.pack_into(data, place, start, size, resource.code_page, 0)
        data[start : start + size] = resource.data
    first = entries_at + len(resources) * _DATA_ENTRY.size
    data[first : first + len(stored)] = stored
    return Layout(bytes(data), tuple(position.values()))


def _tables(resources: ResourceTree) -> list[_Table]:
    """Make the tables, level by level."""
    root = _Table([])
    names: list[_Table] = []
    languages: list[_Table] = []
    for type_, of_type in groupby(resources, lambda resource: resource.type):
        names.append(_Table([]))
        root.children.append((type_, names[-1]))
        for name, of_name in groupby(of_type, lambda resource: resource.name):
            languages.append(_Table([(one.language, one) for one in of_name]))
            names[-1].children.append((name, languages[-1]))
    return [root, *names, *languages]


def _write_table(
    data: bytearray, table: _Table, names: dict[str, int], position: dict[int, int]
) -> None:
    named = sum(isinstance(identifier, str) for identifier, _ in table.children)
    _TABLE.pack_into(data, table.offset, 0, 0, 0, 0, named, len(table.children) - named)
    for index, (identifier, child) in enumerate(table.children):
        field = identifier if isinstance(identifier, int) else names[identifier] | _HIGH
        leads_to = position[id(child)] if isinstance(child, Resource) else child.offset | _HIGH
        place = table.offset + _TABLE.size + index * _ENTRY.size
        _ENTRY.pack_into(data, place, field, leads_to)


def _name(text: str) -> bytes:
    """Spell a "Resource Directory String"."""
    units = text.encode("utf-16-le", "surrogatepass")
    return _LENGTH.pack(len(units) // 2) + units


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGNMENT) * _ALIGNMENT
