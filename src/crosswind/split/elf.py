"""Split an ELF program: debug sections and the symbol table leave, all that is loaded stays.

The shipped file is the original up to the end of what is loaded, unchanged but for the three fields
of the ELF header that tell where the section headers are. The debug file has the same section
headers, those of loaded sections without content (SHT_NOBITS), as GDB's manual describes it under
"Separate Debug Files". Names are those of the System V gABI.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from crosswind.binary.debuglink import SECTION as LINK
from crosswind.binary.elf import ELFImage
from crosswind.binary.elf_header import (
    SHF_ALLOC,
    SHT_NOBITS,
    SHT_NOTE,
    SHT_NULL,
    SHT_PROGBITS,
    SHT_SYMTAB,
    ELFSection,
)
from crosswind.binary.image import is_dwarf
from crosswind.binary.view import FormatError

# sh_type
_SHT_STRTAB = 3
_SHT_RELA = 4
_SHT_REL = 9
_SHT_GROUP = 17
_SHT_SYMTAB_SHNDX = 18
# sh_flags: sh_info holds a section's number.
_SHF_INFO_LINK = 0x40
# "ELF Header": section numbers from here on have another meaning, or need section header 0.
_SHN_LORESERVE = 0xFF00
_SHN_XINDEX = 0xFFFF
# What comes with DWARF: indexes, the older stabs, and a link of an earlier split.
_NAMES = ".shstrtab"
_DEBUG = (".gdb_index", ".stab", ".gnu.debuglto_", LINK)
# Fields of the ELF header behind the identification, by their index in `Layout.header`.
_E_PHOFF, _E_SHOFF, _E_PHNUM, _E_SHNUM, _E_SHSTRNDX = 4, 5, 9, 11, 12
_IDENT_SIZE = 16
# Fields of a program header: p_offset and p_filesz in a 32-bit and in a 64-bit file.
_SEGMENT_FIELDS = {32: (1, 4), 64: (2, 5)}
# Linkers put program headers and notes at the start; what lies behind this is left out.
_HEAD = 1 << 16
# Nothing that is not loaded asks for more.
_MAX_ALIGNMENT = 4096
# Files where sections share their content are rare, and then the content is small.
_MOST_OVERLAP = 2
# Each section is held against each segment; programs have some 40 and 15.
_MOST_PAIRS = 1 << 22


def removable(image: ELFImage) -> frozenset[int]:
    """Find the numbers of the sections that a program runs without.

    Raises:
        FormatError: debug data is loaded with the program.
    """
    sections = image.section_headers
    gone = {number for number, section in enumerate(sections) if _is_debug(section)}
    if any(sections[number].flags & SHF_ALLOC for number in gone):
        raise FormatError("debug data is loaded with the program", image.header.sections_offset)
    gone |= {number for number, section in enumerate(sections) if _follows(section, gone)}
    # Names go with the last table that needs them.
    needed = {section.link for number, section in enumerate(sections) if number not in gone}
    names = {sections[number].link for number in gone if sections[number].type == SHT_SYMTAB}
    names -= needed | {0, _names_number(image)}
    gone |= {number for number in names if number < len(sections)}
    return frozenset(number for number in gone if not sections[number].flags & SHF_ALLOC)


def _is_debug(section: ELFSection) -> bool:
    return (
        section.type in (SHT_SYMTAB, _SHT_SYMTAB_SHNDX)
        or is_dwarf(section)
        or section.name.startswith(_DEBUG)
    )


def ship(image: ELFImage, link: bytes | None) -> bytes:
    """Make the program without debug data.

    Args:
        image: the program.
        link: the content of its `.gnu_debuglink`; None leaves it without.

    Raises:
        FormatError: its section headers contradict each other.
    """
    gone, end = removable(image), _loaded_end(image)
    out = _Writer(image, bytearray(image.view.take(0, end, "loaded content")))
    _erase(image, gone, out.data)
    kept = _kept(image, gone)
    places = {number: place for place, number in enumerate(kept) if number}
    for number in kept:
        section = image.section_headers[number]
        if number and not section.flags & SHF_ALLOC and section.offset >= end:
            section = out.copied(section)
        out.headers.append(_renumbered(section, places))
    if link is not None:
        out.headers.append(
            replace(_new(LINK, SHT_PROGBITS, 4), size=len(link), offset=out.append(link, 4))
        )
    out.headers.append(_new(_NAMES, _SHT_STRTAB, 1))
    out.finish(names=len(out.headers) - 1)
    return bytes(out.data + image.view.data[_end(image) :])


def debug(image: ELFImage) -> bytes:
    """Make the file with the debug data.

    Raises:
        FormatError: its section headers contradict each other.
    """
    header = image.header
    notes = {n: part for n, part in enumerate(image.section_headers) if _is_early_note(part)}
    segments = (header.segments_offset, header.segment_count * header.layout.segment.size)
    if sum(segments) > _HEAD or not image.segments:
        segments = (0, 0)
    copied = [(0, _IDENT_SIZE + header.layout.header.size), segments]
    copied += [(part.offset, part.file_size) for part in notes.values()]
    out = _Writer(image, bytearray(max(offset + size for offset, size in copied)))
    for offset, size in copied:
        out.data[offset : offset + size] = image.view.take(offset, size, "notes")
    out.patch({_E_PHOFF: segments[0]} if segments[1] else {_E_PHOFF: 0, _E_PHNUM: 0})
    if segments[1]:
        _shrink_segments(image, out.data, copied)
    names = _names_number(image)
    for number, section in enumerate(image.section_headers):
        if number == names and number:
            out.headers.append(_new(_NAMES, _SHT_STRTAB, 1))
        elif section.type in (SHT_NULL, SHT_NOBITS) or number in notes:
            out.headers.append(section)
        elif section.flags & SHF_ALLOC:
            out.headers.append(replace(section, type=SHT_NOBITS, offset=len(out.data)))
        else:
            out.headers.append(out.copied(section))
    if not names:
        out.headers.append(_new(_NAMES, _SHT_STRTAB, 1))
    out.finish(names=names or len(out.headers) - 1)
    return bytes(out.data)


class _Writer:
    """A file that grows: what is there, and the section headers that will be written behind it."""

    def __init__(self, image: ELFImage, data: bytearray) -> None:
        if len(image.section_headers) * len(image.segments) > _MOST_PAIRS:
            raise FormatError("sections and segments beyond reason", image.header.sections_offset)
        self.data = data
        self.headers: list[ELFSection] = []
        self._image = image
        self._copied = 0

    def append(self, content: bytes | bytearray | memoryview, alignment: int) -> int:
        """Add content, and return its offset."""
        self.data += bytes(-len(self.data) % alignment)
        offset = len(self.data)
        self.data += content
        return offset

    def copied(self, section: ELFSection) -> ELFSection:
        """Add the content of a section, and return its header with its new place."""
        self._copied += section.file_size
        if self._copied > _MOST_OVERLAP * len(self._image.view):
            raise FormatError("sections overlap beyond reason", self._image.header.sections_offset)
        wanted = section.alignment
        alignment = wanted if 0 < wanted <= _MAX_ALIGNMENT else 1
        content = self._image.view.take(section.offset, section.file_size, section.name)
        return replace(section, offset=self.append(content, alignment))

    def finish(self, names: int) -> None:
        """Write the names of the sections into one of them, then the headers."""
        table, offsets = bytearray(1), []
        for section in self.headers:
            offsets.append(len(table) if section.name else 0)
            table += section.name.encode() + b"\0" if section.name else b""
        count, layout = len(self.headers), self._image.header.layout
        if count >= _SHN_LORESERVE:
            raise FormatError(f"{count} sections", self._image.header.sections_offset)
        self.headers[names] = replace(
            self.headers[names], size=len(table), offset=self.append(table, 1)
        )
        start = self.append(b"", layout.word.size)
        for section, name in zip(self.headers, offsets, strict=True):
            self.data += layout.section.pack(
                name, section.type, section.flags, section.address, section.offset, section.size,
                section.link, section.info, section.alignment, section.entry_size,
            )  # fmt: skip
        self.patch({_E_SHOFF: start, _E_SHNUM: count, _E_SHSTRNDX: names})

    def patch(self, changes: Mapping[int, int]) -> None:
        """Set fields of the ELF header."""
        layout = self._image.header.layout.header
        fields = list(layout.unpack_from(self.data, _IDENT_SIZE))
        for index, value in changes.items():
            fields[index] = value
        layout.pack_into(self.data, _IDENT_SIZE, *fields)


def _kept(image: ELFImage, gone: frozenset[int]) -> list[int]:
    """List the numbers of the headers that stay, 0 for one that only keeps its place.

    Loaded symbol tables tell sections by number, so nothing before the last loaded one moves up.
    """
    gone |= {_names_number(image)} - {0}
    sections = image.section_headers
    last = max((n for n, section in enumerate(sections) if section.flags & SHF_ALLOC), default=0)
    return [
        0 if number in gone else number
        for number in range(len(sections))
        if number not in gone or number < last
    ]


def _renumbered(section: ELFSection, places: Mapping[int, int]) -> ELFSection:
    """Let a header refer to the new numbers of others."""
    by_number = section.type in (_SHT_REL, _SHT_RELA) or section.flags & _SHF_INFO_LINK
    info = places.get(section.info, 0) if by_number else section.info
    return replace(section, link=places.get(section.link, 0), info=info)


def _follows(section: ELFSection, gone: Collection[int]) -> bool:
    """Whether a section is about others that go: their relocations, and groups of symbols."""
    if section.type in (_SHT_REL, _SHT_RELA):
        return section.link in gone or section.info in gone
    return section.type == _SHT_GROUP and section.link in gone


def _erase(image: ELFImage, gone: Iterable[int], out: bytearray) -> None:
    """Blank what goes but lies among what is loaded, unless it is loaded itself."""
    loaded = [(part.offset, part.offset + part.file_size) for part in image.segments]
    for number in gone:
        section = image.section_headers[number]
        start, end = section.offset, min(section.offset + section.file_size, len(out))
        if start < end and not any(start < stop and begin < end for begin, stop in loaded):
            out[start:end] = bytes(end - start)


def _shrink_segments(image: ELFImage, out: bytearray, copied: Sequence[tuple[int, int]]) -> None:
    """Let the program headers of the debug file claim only what is there."""
    layout, header = image.header.layout.segment, image.header
    at_offset, at_size = _SEGMENT_FIELDS[header.bits]
    for number in range(header.segment_count):
        place = header.segments_offset + number * layout.size
        fields = list(layout.unpack_from(out, place))
        start, stop = fields[at_offset], fields[at_offset] + fields[at_size]
        ends = [offset + size for offset, size in copied if start <= offset < offset + size <= stop]
        fields[at_size] = max(ends, default=start) - start
        layout.pack_into(out, place, *fields)


def _is_early_note(section: ELFSection) -> bool:
    """Whether it is a note, such as the build id, that keeps its place in the debug file."""
    end = section.offset + section.file_size
    return section.type == SHT_NOTE and bool(section.flags & SHF_ALLOC) and end <= _HEAD


def _loaded_end(image: ELFImage) -> int:
    """Where the last byte ends that the system looks at."""
    header, layout = image.header, image.header.layout
    ends = [_IDENT_SIZE + layout.header.size]
    if image.segments:
        ends.append(header.segments_offset + len(image.segments) * layout.segment.size)
    ends += [part.offset + part.file_size for part in image.segments if part.file_size]
    ends += [
        part.offset + part.file_size
        for part in image.section_headers
        if part.flags & SHF_ALLOC and part.file_size
    ]
    return max(ends)


def _end(image: ELFImage) -> int:
    """Where the ELF file itself ends; behind it may be data that was appended."""
    header = image.header
    table = header.sections_offset + len(image.section_headers) * header.layout.section.size
    ends = [part.offset + part.file_size for part in image.section_headers if part.file_size]
    return max(table, _loaded_end(image), *ends)


def _names_number(image: ELFImage) -> int:
    """The number of the section that holds the names of sections; 0 if there is none."""
    number = image.header.names_index
    if number == _SHN_XINDEX and image.section_headers:
        return image.section_headers[0].link
    return number


def _new(name: str, kind: int, alignment: int) -> ELFSection:
    """Make the header of a section that is not loaded; its place is set later."""
    return ELFSection(
        name=name, address=0, size=0, offset=0, file_size=0, type=kind, alignment=alignment
    )
