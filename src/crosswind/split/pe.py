"""Split a PE program: DWARF and COFF symbols leave, every address stays.

Go's linker puts debug sections between others in memory as well, and Windows loads only images whose
sections follow each other without a gap. So the section before those that go grows over their
address space, which is filled with zeros when it is touched, and never is. In the file the rest moves
together. The debug file has all section headers, so that symbols still find theirs; only debug
sections have content there, decompressed, since not all debuggers know Go's way to compress it.

Names and sections are those of Microsoft's "PE Format" specification.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from crosswind.binary import compressed
from crosswind.binary.debuglink import SECTION as LINK
from crosswind.binary.image import is_dwarf
from crosswind.binary.pe import PEImage, checksum
from crosswind.binary.pe_header import PESection, string_table_view, symbols_size
from crosswind.binary.view import FormatError, View

# Offsets behind the signature `PE\0\0`: "COFF File Header", then "Optional Header".
_SECTION_COUNT, _SYMBOLS, _CHARACTERISTICS = 4 + 2, 4 + 8, 4 + 18
_IMAGE_SIZE, _CHECKSUM = 24 + 56, 24 + 64
# "Optional Header Data Directories" in PE32 and PE32+.
_DIRECTORIES = {32: 24 + 96, 64: 24 + 112}
_DIRECTORY_SIZE = 8
_CERTIFICATES, _DEBUG_DIRECTORY = 4, 6
# IMAGE_FILE_DEBUG_STRIPPED.
_DEBUG_STRIPPED = 0x0200
# "Debug Directory (Image Only)": size of an entry, and its PointerToRawData.
_DEBUG_ENTRY, _DEBUG_POINTER = 28, 24
# "Section Flags": IMAGE_SCN_CNT_INITIALIZED_DATA, MEM_DISCARDABLE, MEM_READ.
_LINK_FLAGS = 0x0000_0040 | 0x0200_0000 | 0x4000_0000
# "COFF Symbol Table", "COFF String Table", and "Section Table": names of more than eight bytes stand
# in the string table, and their offset in the header.
_SYMBOL_SIZE = 18
_U32 = struct.Struct("<I")
_SHORT, _DECIMAL_LIMIT = 8, 9_999_999
# LLVM (lib/MC/WinCOFFObjectWriter.cpp, encodeBase64StringEntry): where seven digits do not suffice.
_DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
# FileAlignment goes up to 64 K; no linker aligns sections to more than that.
_MAX_ALIGNMENT = 1 << 16
# "Section Table": with a smaller SectionAlignment, offsets in file and memory are equal.
_PAGE = 0x1000
# Sections may share content; where more than this is copied of a file, it was made to be large.
_MOST_OVERLAP = 2
# "COFF File Header", NumberOfSections: the loader takes no more.
_MAX_SECTIONS = 96
_MAX_FIELD = (1 << 32) - 1
# What comes with DWARF: indexes, the older stabs, a link of an earlier split; and Go keeps the COFF
# symbols in a section of their own.
_DEBUG = (".gdb_index", ".stab", LINK)
_SYMTAB = ".symtab"


class _Header(NamedTuple):
    """A section header ("Section Table")."""

    name: bytes
    size: int
    address: int
    file_size: int
    offset: int
    relocations: int
    lines: int
    relocation_count: int
    line_count: int
    flags: int


_LAYOUT = struct.Struct("<8sIIIIIIHHI")


def is_debug(section: PESection) -> bool:
    """Whether a program runs without a section."""
    return is_dwarf(section) or section.name.startswith(_DEBUG) or section.name == _SYMTAB


def ship(image: PEImage, link: bytes | None) -> bytes:
    """Make the program without debug data.

    Args:
        image: the program.
        link: the content of its `.gnu_debuglink`; None leaves it without.

    Raises:
        FormatError: its headers contradict each other, or leave no room.
    """
    out, strings = _Writer(image), _Strings(b"")
    moves = []
    for header, section in _without_debug(image):
        content = image.content(section)
        place = out.copy(content)
        moves.append((content, place))
        name = _kept_name(header, section, strings)
        out.headers.append(header._replace(name=name, offset=place if len(content) else 0))
    if link is not None:
        out.add(_Header(strings.name(LINK), 0, 0, 0, 0, 0, 0, 0, 0, _LINK_FLAGS), link)
    symbols = (out.append(strings.table, 1), 0) if len(strings) else (0, 0)
    if image.directory(_CERTIFICATES).size:
        out.forget([_CERTIFICATES])
    out.finish(image.headers.coff.characteristics | _DEBUG_STRIPPED, symbols)
    _mend_debug_directory(image, out.data, moves)
    out.data += image.overlay.data
    if image.checksum:
        place = image.headers.checksum_offset
        _U32.pack_into(out.data, place, checksum(View.of(out.data), place) & _MAX_FIELD)
    return bytes(out.data)


def debug(image: PEImage) -> bytes:
    """Make the file with the debug data.

    Raises:
        FormatError: its headers contradict each other, compressed data is damaged, or symbols are
            cut off.
    """
    coff, sections = image.headers.coff, image.headers.sections
    symbols_size(image.view, coff)
    out, strings = _Writer(image), _Strings(bytes(string_table_view(image.view, coff).data[4:]))
    out.headers += [header._replace(file_size=0, offset=0) for header in _headers(image)]
    for number, section in enumerate(sections):
        if is_dwarf(section):
            name = strings.name(section.name.replace(".zdebug_", ".debug_", 1))
            out.add(out.headers[number]._replace(name=name), _plain(image, section), number)
    size = coff.symbol_count * _SYMBOL_SIZE if coff.symbol_offset else 0
    records = image.view.take(coff.symbol_offset, size, "COFF symbol table")
    table = bytes(records) + strings.table
    own = [number for number, section in enumerate(sections) if section.name == _SYMTAB]
    place = out.add(out.headers[own[0]], table, own[0]) if own else out.append(table, 1)
    out.forget(range(len(image.headers.directories)))
    out.finish(coff.characteristics, (place, coff.symbol_count))
    return bytes(out.data)


class _Strings:
    """A COFF string table that grows."""

    def __init__(self, names: bytes) -> None:
        """Begin with what stands behind the size field."""
        self._names = bytearray(names)

    def __len__(self) -> int:
        return len(self._names)

    @property
    def table(self) -> bytes:
        """The table with its size, which counts itself."""
        return _U32.pack(_U32.size + len(self)) + self._names

    def name(self, name: str) -> bytes:
        """Spell a section's name as a header does; a long one goes into the table."""
        spelled = name.encode()
        if len(spelled) <= _SHORT:
            return spelled
        offset = _U32.size + len(self)
        self._names += spelled + b"\0"
        return long_name(offset)


def long_name(offset: int) -> bytes:
    """Spell an offset into the string table as a section header does."""
    if offset <= _DECIMAL_LIMIT:
        return b"/%d" % offset
    return b"//" + bytes(_DIGITS[offset >> 6 * place & 0x3F] for place in range(5, -1, -1))


class _Writer:
    """A file that grows behind the headers of the original."""

    def __init__(self, image: PEImage) -> None:
        headers, optional = image.headers, image.headers.optional
        self._start = headers.checksum_offset - _CHECKSUM
        if len(headers.sections) > _MAX_SECTIONS:
            raise FormatError(f"{len(headers.sections)} sections", self._start)
        for alignment in (optional.file_alignment, optional.section_alignment):
            if not 0 < alignment <= _MAX_ALIGNMENT or alignment & alignment - 1:
                raise FormatError(f"sections are aligned to {alignment:#x}", self._start)
        if optional.section_alignment < _PAGE:
            raise FormatError("its sections may not move: they are mapped as one", self._start)
        starts = [section.offset for section in headers.sections if section.file_size]
        first = min(starts, default=0)
        if first < headers.headers_end:
            raise FormatError("a section begins inside the headers", headers.section_table_offset)
        self.data = bytearray(image.view.take(0, first, "headers"))
        self._room = min(first, optional.headers_size)
        self.headers: list[_Header] = []
        self._image = image
        self._copied = self._made = 0

    def append(self, content: bytes | memoryview, alignment: int) -> int:
        """Add content at an aligned place, and return that."""
        self.data += bytes(-len(self.data) % alignment)
        place = len(self.data)
        self.data += content
        return place

    def copy(self, content: View) -> int:
        """Add a section's content as it is, and return its place."""
        self._copied += len(content)
        if self._copied > _MOST_OVERLAP * len(self._image.view):
            raise FormatError("sections overlap beyond reason", self._start)
        return self.append(content.data, self._image.headers.optional.file_alignment)

    def add(self, header: _Header, content: bytes, number: int | None = None) -> int:
        """Add a section with content behind all others, or move one there; return its place."""
        alignment = self._image.headers.optional.file_alignment
        self._made += len(content)
        if self._made > compressed.most(self._image):
            raise FormatError("debug data is compressed beyond reason", self._start)
        place = self.append(content, alignment)
        size = self.append(b"", alignment) - place
        added = header._replace(
            size=len(content), address=self._memory_end(), file_size=size, offset=place
        )
        if number is None:
            self.headers.append(added)
        else:
            self.headers[number] = added
        return place

    def forget(self, directories: Iterable[int]) -> None:
        """Blank data directories of what is not in this file."""
        for number in directories:
            start = self._start + _DIRECTORIES[self._image.bits] + number * _DIRECTORY_SIZE
            self.data[start : start + _DIRECTORY_SIZE] = bytes(_DIRECTORY_SIZE)

    def finish(self, characteristics: int, symbols: tuple[int, int]) -> None:
        """Write the headers; `symbols` are place and number of the COFF symbols."""
        headers = self._image.headers
        table = b"".join(_LAYOUT.pack(*header) for header in self.headers)
        start = headers.section_table_offset
        if start + len(table) > self._room:
            raise FormatError("no room for one more section header", start)
        blank = max(headers.headers_end - start, len(table))
        self.data[start : start + blank] = table.ljust(blank, b"\0")
        fields = (
            (_SECTION_COUNT, "<H", (len(self.headers),)),
            (_SYMBOLS, "<II", symbols),
            (_CHARACTERISTICS, "<H", (characteristics,)),
            (_IMAGE_SIZE, "<I", (self._memory_end(),)),
        )
        for offset, layout, values in fields:
            struct.pack_into(layout, self.data, self._start + offset, *values)

    def _memory_end(self) -> int:
        """The first address behind all sections."""
        alignment = self._image.headers.optional.section_alignment
        end = max(
            (part.address + max(part.size, part.file_size) for part in self.headers), default=0
        )
        return end + -end % alignment


def _headers(image: PEImage) -> Iterator[_Header]:
    """Read the section headers with all their fields."""
    start, count = image.headers.section_table_offset, len(image.headers.sections)
    records = image.view.records(_LAYOUT, start, count, "section table")
    return (_Header(*record) for record in records)


def _without_debug(image: PEImage) -> list[tuple[_Header, PESection]]:
    """List the sections that stay; each reaches to the next one, over those that went."""
    pairs = list(zip(_headers(image), image.headers.sections, strict=True))
    kept = [number for number, (_, section) in enumerate(pairs) if not is_debug(section)]
    by_address = sorted(range(len(pairs)), key=lambda number: pairs[number][0].address)
    before, gap = None, False
    for number in by_address:
        if number not in kept:
            gap = True
            continue
        if gap:
            if before is None:
                raise FormatError("debug data comes first", image.headers.section_table_offset)
            header, section = pairs[before]
            grown = header._replace(size=pairs[number][0].address - header.address)
            pairs[before] = grown, section
        before, gap = number, False
    _refuse_directories(image)
    return [pairs[number] for number in kept]


def _kept_name(header: _Header, section: PESection, strings: _Strings) -> bytes:
    """Spell the name of a section for the new string table."""
    if not header.name.startswith(b"/"):
        return header.name
    if section.name.startswith("/"):
        raise FormatError(f"section {section.name} has no name", section.offset)
    return strings.name(section.name)


def _refuse_directories(image: PEImage) -> None:
    """Keep what the loader looks at from going away."""
    base = image.headers.optional.image_base
    gone = [section for section in image.headers.sections if is_debug(section)]
    for number, directory in enumerate(image.headers.directories):
        address = base + directory.address
        inside = any(part.address <= address < part.address + part.size for part in gone)
        if directory.size and number != _CERTIFICATES and inside:
            raise FormatError(f"data directory {number} lies in debug data", image.view.base)


def _plain(image: PEImage, section: PESection) -> bytes:
    """A debug section's content, decompressed, without what fills its last block."""
    content = compressed.inflated(image, section) or image.content(section).clip(0, section.size)
    return bytes(content.data)


def _mend_debug_directory(
    image: PEImage, out: bytearray, moves: Sequence[tuple[View, int]]
) -> None:
    """Let the debug directory's entries point to where their data is now."""
    directory = image.directory(_DEBUG_DIRECTORY)
    table = image.memory.at(directory.address, directory.size)
    if not directory.size or not len(table):
        return
    start = _moved(table.base, moves)
    for offset in range(start, start + len(table) - _DEBUG_ENTRY + 1, _DEBUG_ENTRY):
        (old,) = _U32.unpack_from(out, offset + _DEBUG_POINTER)
        if old:
            _U32.pack_into(out, offset + _DEBUG_POINTER, _moved(image.view.base + old, moves))


def _moved(place: int, moves: Sequence[tuple[View, int]]) -> int:
    """Where a byte of the original went."""
    for content, new in moves:
        if content.base <= place < content.base + len(content):
            return new + place - content.base
    raise FormatError("the debug directory points outside of sections", place)
