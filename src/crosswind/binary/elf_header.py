"""The headers of an ELF file: file header, program headers, section headers.

Names are those of the System V gABI (chapters "ELF Header", "Sections", "Program Header"). The
records here and in the other `elf_` modules are named tuples because those import ten times as fast
as dataclasses.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final, NamedTuple

from crosswind.binary.image import Section
from crosswind.binary.strings import StringTable
from crosswind.binary.view import FormatError, View
from crosswind.frozen import frozen

# e_type
ET_REL: Final = 1
ET_EXEC: Final = 2
ET_DYN: Final = 3
# p_type; the GNU ones are from the Linux Standard Base, "Program Header".
PT_LOAD: Final = 1
PT_DYNAMIC: Final = 2
PT_INTERP: Final = 3
PT_NOTE: Final = 4
PT_TLS: Final = 7
PT_GNU_STACK: Final = 0x6474_E551
PT_GNU_RELRO: Final = 0x6474_E552
# p_flags
PF_X: Final = 1
PF_W: Final = 2
# sh_type
SHT_NULL: Final = 0
SHT_PROGBITS: Final = 1
SHT_SYMTAB: Final = 2
SHT_NOTE: Final = 7
SHT_NOBITS: Final = 8
SHT_DYNSYM: Final = 11
# sh_flags
SHF_WRITE: Final = 0x1
SHF_ALLOC: Final = 0x2
SHF_EXECINSTR: Final = 0x4
SHF_COMPRESSED: Final = 0x800
# "ELF Header": values that move a count into section header 0.
_PN_XNUM = 0xFFFF
_SHN_XINDEX = 0xFFFF

_IDENT_SIZE = 16
# More than any linked program has; object files with a section per function are not read here.
_MAX_SECTIONS = 1 << 16
_MAX_SEGMENTS = 1 << 16


class Layout(NamedTuple):
    """The records of one word size and byte order."""

    header: struct.Struct
    segment: struct.Struct
    section: struct.Struct
    symbol: struct.Struct
    dynamic: struct.Struct
    word: struct.Struct


def _layout(bits: int, order: str) -> Layout:
    formats = {
        32: ("HHIIIIIHHHHHH", "8I", "10I", "IIIBBH", "2I", "I"),
        64: ("HHIQQQIHHHHHH", "2I6Q", "2I4Q2I2Q", "IBBHQQ", "2Q", "Q"),
    }
    return Layout(*(struct.Struct(order + text) for text in formats[bits]))


# EI_CLASS, EI_DATA
LAYOUTS: Final = {
    (1, 1): _layout(32, "<"),
    (1, 2): _layout(32, ">"),
    (2, 1): _layout(64, "<"),
    (2, 2): _layout(64, ">"),
}


class ELFHeader(NamedTuple):
    """The ELF header, its identification bytes first; fields without `e_`."""

    bits: int
    big_endian: bool
    os_abi: int
    abi_version: int
    type: int
    machine: int
    version: int
    entry: int
    segments_offset: int
    sections_offset: int
    flags: int
    header_size: int
    segment_size: int
    segment_count: int
    section_size: int
    section_count: int
    names_index: int

    @property
    def layout(self) -> Layout:
        """The records that the rest of the file is made of."""
        return LAYOUTS[self.bits // 32, 1 + self.big_endian]

    @property
    def order(self) -> str:
        """The byte order as `struct` writes it."""
        return ">" if self.big_endian else "<"


class Segment(NamedTuple):
    """A program header: `size` bytes in memory, of which the file holds `file_size`."""

    type: int
    flags: int
    offset: int
    address: int
    file_size: int
    size: int
    alignment: int


@frozen
class ELFSection(Section):
    """A section with the fields that only ELF has."""

    type: int = SHT_PROGBITS
    flags: int = 0
    link: int = 0
    info: int = 0
    alignment: int = 0
    entry_size: int = 0

    @property
    def compressed(self) -> bool:
        """Whether its content starts with a compression header or, before 2015, with `ZLIB`."""
        return bool(self.flags & SHF_COMPRESSED) or self.name.startswith(".zdebug_")


def read_header(view: View) -> ELFHeader:
    """Read the ELF header.

    Raises:
        FormatError: no ELF file, or of a class or byte order that does not exist.
    """
    ident = bytes(view.take(0, _IDENT_SIZE, "ELF identification"))
    if ident[:4] != b"\x7fELF":
        raise FormatError("no ELF magic", view.base)
    layout = LAYOUTS.get((ident[4], ident[5]))
    if layout is None:
        raise FormatError(f"unknown ELF class {ident[4]} or byte order {ident[5]}", view.base + 4)
    fields = view.unpack(layout.header, _IDENT_SIZE, "ELF header")
    return ELFHeader(32 * ident[4], ident[5] == 2, ident[7], ident[8], *fields)


def read_segments(view: View, header: ELFHeader) -> tuple[Segment, ...]:
    """Read the program headers.

    Raises:
        FormatError: they do not fit the file, or their records have an impossible size.
    """
    count = header.segment_count
    if count == _PN_XNUM and header.sections_offset:
        count = _section_zero(view, header)[7]
    if not count or not header.segments_offset:
        return ()
    layout = header.layout.segment
    offset = header.segments_offset
    _check_table("program header", header.segment_size, layout, count, _MAX_SEGMENTS, offset)
    records = view.records(layout, offset, count, "program headers")
    if header.bits == 64:
        return tuple(
            Segment(kind, flags, at, address, stored, size, alignment)
            for kind, flags, at, address, _, stored, size, alignment in records
        )
    return tuple(
        Segment(kind, flags, at, address, stored, size, alignment)
        for kind, at, address, _, stored, size, flags, alignment in records
    )


def read_sections(view: View, header: ELFHeader) -> tuple[ELFSection, ...]:
    """Read the section headers; number 0, which is never a section, is kept so that indexes fit.

    Raises:
        FormatError: they do not fit the file, or their records have an impossible size.
    """
    if not header.sections_offset:
        return ()
    count, names_index = header.section_count, header.names_index
    if count == 0:
        count = _section_zero(view, header)[5]
    if names_index == _SHN_XINDEX:
        names_index = _section_zero(view, header)[6]
    layout = header.layout.section
    offset = header.sections_offset
    _check_table("section header", header.section_size, layout, count, _MAX_SECTIONS, offset)
    records = list(view.records(layout, offset, count, "section headers"))
    names = _names(view, records, names_index, offset)
    return tuple(_section(names, record) for record in records)


def _section(names: StringTable, record: tuple[int, ...]) -> ELFSection:
    name, kind, flags, address, offset, size, link, info, alignment, entry_size = record
    return ELFSection(
        name=names.name(name),
        address=address,
        size=size,
        offset=offset,
        file_size=0 if kind in (SHT_NOBITS, SHT_NULL) else size,
        writable=bool(flags & SHF_WRITE),
        executable=bool(flags & SHF_EXECINSTR),
        type=kind,
        flags=flags,
        link=link,
        info=info,
        alignment=alignment,
        entry_size=entry_size,
    )


def _section_zero(view: View, header: ELFHeader) -> tuple[int, ...]:
    return view.unpack(header.layout.section, header.sections_offset, "section header 0")


def _check_table(
    what: str, size: int, layout: struct.Struct, count: int, limit: int, offset: int
) -> None:
    if count and size != layout.size:
        raise FormatError(f"{what} of {size} bytes, not {layout.size}", offset)
    if count > limit:
        raise FormatError(f"{count} {what}s, more than {limit}", offset)


def _names(view: View, records: Sequence[tuple[int, ...]], index: int, offset: int) -> StringTable:
    """Return the section names; index 0 (SHN_UNDEF) says that there are none."""
    if index == 0:
        return StringTable(view.clip(0, 0))
    if index >= len(records):
        raise FormatError(f"section {index} should hold the sections' names", offset)
    return StringTable(view.clip(records[index][4], records[index][5]), "section names")
