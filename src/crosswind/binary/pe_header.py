"""The headers of a PE file: COFF header, optional header, data directories, section table.

Names and sections are those of Microsoft's "PE Format" specification. The records here and in
`pe_tables.py` are named tuples because those import ten times as fast as dataclasses.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from crosswind.binary.image import Section
from crosswind.binary.strings import StringTable, text
from crosswind.binary.view import FormatError, View
from crosswind.frozen import frozen

# "MS-DOS Stub": the offset of the PE signature stands at 0x3c.
_LFANEW_OFFSET = 0x3C
_LFANEW = struct.Struct("<I")
# "COFF File Header", and "Section Table (Section Headers)".
_COFF = struct.Struct("<HHIIIHH")
_SECTION = struct.Struct("<8sIIIIIIHHI")
# "Optional Header Standard Fields" and "Windows-Specific Fields"; PE32+ has no BaseOfData.
_OPTIONAL = {
    0x10B: struct.Struct("<HBB6I3I6H4I2H4I2I"),
    0x20B: struct.Struct("<HBB5IQ2I6H4I2H4Q2I"),
}
_BASE_OF_DATA_INDEX = 8
_DIRECTORY = struct.Struct("<II")
_MAX_DIRECTORIES = 16
# "COFF Symbol Table": records of 18 bytes, then the string table.
_SYMBOL_SIZE = 18
_U32 = struct.Struct("<I")
# "Section Flags".
_UNINITIALIZED_DATA = 0x80
_MEM_EXECUTE = 0x2000_0000
_MEM_WRITE = 0x8000_0000
# LLVM (lib/Object/COFFObjectFile.cpp): string table offsets of eight digits and more are written
# after "//" in this alphabet.
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


class CoffHeader(NamedTuple):
    """The COFF file header; `timestamp` in Unix seconds, or a hash in reproducible builds."""

    machine: int
    section_count: int
    timestamp: int
    symbol_offset: int
    symbol_count: int
    optional_size: int
    characteristics: int


class OptionalHeader(NamedTuple):
    """The optional header in the specification's order; addresses are relative to `image_base`."""

    magic: int
    linker_major: int
    linker_minor: int
    code_size: int
    initialized_size: int
    uninitialized_size: int
    entry_point: int
    code_base: int
    image_base: int
    section_alignment: int
    file_alignment: int
    os_major: int
    os_minor: int
    image_major: int
    image_minor: int
    subsystem_major: int
    subsystem_minor: int
    win32_version: int
    image_size: int
    headers_size: int
    checksum: int
    subsystem: int
    dll_characteristics: int
    stack_reserve: int
    stack_commit: int
    heap_reserve: int
    heap_commit: int
    loader_flags: int
    directory_count: int
    data_base: int = 0  # BaseOfData, which only PE32 has


class DataDirectory(NamedTuple):
    """Where a table lies: address relative to the image base (certificates: file offset), bytes."""

    address: int
    size: int


@frozen
class PESection(Section):
    """A section with the field that only PE has."""

    characteristics: int = 0


class Headers(NamedTuple):
    """All headers of a file.

    Attributes:
        checksum_offset: file offset of the optional header's CheckSum field.
        section_table_offset: file offset of the first section header.
        headers_end: file offset behind the last section header.
    """

    coff: CoffHeader
    optional: OptionalHeader
    directories: tuple[DataDirectory, ...]
    sections: tuple[PESection, ...]
    checksum_offset: int
    section_table_offset: int
    headers_end: int


def read_headers(view: View) -> Headers:
    """Read every header.

    Raises:
        FormatError: no PE file, or its headers do not fit the file.
    """
    if bytes(view.clip(0, 2).data) != b"MZ":
        raise FormatError("no MS-DOS header: not a PE file", view.base)
    (start,) = view.unpack(_LFANEW, _LFANEW_OFFSET, "offset of the PE header")
    if bytes(view.take(start, 4, "PE signature")) != b"PE\0\0":
        raise FormatError("no PE signature", view.base + start)
    coff = CoffHeader(*view.unpack(_COFF, start + 4, "COFF header"))
    optional_offset = start + 4 + _COFF.size
    optional, directories = _read_optional(view.sub(optional_offset, coff.optional_size, "header"))
    table = optional_offset + coff.optional_size
    return Headers(
        coff,
        optional,
        directories,
        _read_sections(view, coff, table, optional.image_base),
        checksum_offset=optional_offset + 64,
        section_table_offset=table,
        headers_end=table + coff.section_count * _SECTION.size,
    )


def _read_optional(view: View) -> tuple[OptionalHeader, tuple[DataDirectory, ...]]:
    magic = int.from_bytes(view.take(0, 2, "optional header"), "little")
    layout = _OPTIONAL.get(magic)
    if layout is None:
        raise FormatError(f"optional header has unknown magic {magic:#x}", view.base)
    fields = list(view.unpack(layout, 0, "optional header"))
    data_base = fields.pop(_BASE_OF_DATA_INDEX) if magic == 0x10B else 0
    optional = OptionalHeader(*fields)._replace(data_base=data_base)
    room = (len(view) - layout.size) // _DIRECTORY.size
    count = min(optional.directory_count, room, _MAX_DIRECTORIES)
    directories = view.records(_DIRECTORY, layout.size, count, "data directories")
    return optional, tuple(DataDirectory(*entry) for entry in directories)


def _read_sections(
    view: View, coff: CoffHeader, offset: int, image_base: int
) -> tuple[PESection, ...]:
    records = view.records(_SECTION, offset, coff.section_count, "section table")
    names: StringTable | None = None
    sections = []
    for raw, size, address, file_size, file_offset, _, _, _, _, flags in records:
        short = raw.rstrip(b"\0")
        if short.startswith(b"/") and names is None:
            names = string_table(view, coff)
        in_file = file_size if file_offset and not flags & _UNINITIALIZED_DATA else 0
        sections.append(
            PESection(
                name=_long_name(short, names) if names else text(short),
                address=image_base + address,
                # Some old linkers leave VirtualSize 0; the loader then takes SizeOfRawData.
                size=size or file_size,
                offset=file_offset,
                file_size=in_file,
                writable=bool(flags & _MEM_WRITE),
                executable=bool(flags & _MEM_EXECUTE),
                characteristics=flags,
            )
        )
    return tuple(sections)


def _long_name(short: bytes, names: StringTable) -> str:
    """Resolve `/123` and `//AAAAAB`; a name that does not resolve stays as it is."""
    plain = text(short)
    if plain.startswith("//"):
        digits = [_BASE64.find(letter) for letter in plain[2:]]
        offset = -1 if -1 in digits else sum(d << 6 * i for i, d in enumerate(reversed(digits)))
    elif plain.startswith("/") and plain[1:].isdecimal() and plain.isascii():
        offset = int(plain[1:])
    else:
        return plain
    # The first four bytes of the string table are its size.
    return (names.name(offset) if offset >= 4 else "") or plain


def string_table_view(view: View, coff: CoffHeader) -> View:
    """Return the COFF string table, its size field included; empty where there is none."""
    if not coff.symbol_offset:
        return view.clip(0, 0)
    offset = coff.symbol_offset + coff.symbol_count * _SYMBOL_SIZE
    field = view.clip(offset, _U32.size)
    size = int.from_bytes(field.data, "little") if len(field) == _U32.size else 0
    return view.clip(offset, size)


def symbols_size(view: View, coff: CoffHeader) -> int:
    """Return the bytes of the COFF symbol table and the names behind it; 0 where there is none.

    Raises:
        FormatError: they reach beyond the file: it was cut short, or whatever is added to it would
            seem a part of them.
    """
    if not coff.symbol_offset:
        return 0
    names = string_table_view(view, coff)
    size = coff.symbol_count * _SYMBOL_SIZE + len(names)
    # "COFF String Table": its first four bytes are its size.
    claimed = int.from_bytes(names.clip(0, _U32.size).data, "little")
    if claimed > len(names) or coff.symbol_offset + size > len(view):
        raise FormatError("the symbol table reaches beyond the file", coff.symbol_offset)
    return size


def string_table(view: View, coff: CoffHeader) -> StringTable:
    """Return the names in the COFF string table ("COFF String Table")."""
    return StringTable(string_table_view(view, coff), "COFF string table")
