"""Put resources into a finished PE image: a program or a library, 32 or 64 bits.

Fields and rules are those of Microsoft's "PE Format". What happens to the file:

- A section that holds the resource directory and nothing else is *owned*: it gets the new bytes,
  and what follows it in the file moves. It may grow in memory where it is the last section there, or
  as far as the next one. Otherwise it becomes an empty placeholder, because no gap may be between
  sections in memory and symbols count sections by number, and a new section takes its place.
- Without an owned section a new one is added, last in memory, and in the file behind all sections
  and symbols. Where the headers are full, everything behind them moves back in the file. A directory that shares a section with other data stays there, unused.
- What is not part of the image (an installer's data, say) stays behind it.
- No resources: an owned section goes, if it is the last; else it becomes a placeholder.

So patching twice gives the same bytes, and taking out what was added gives the file as it was, unless
its headers had to grow.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from crosswind.binary import pe
from crosswind.binary.pe import PEImage
from crosswind.binary.pe_header import symbols_size
from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError
from crosswind.windows import rsrc
from crosswind.windows.resource import ResourceTree

# "Section Table (Section Headers)".
_HEADER = struct.Struct("<8sIIIIIIHHI")
# "Section Flags": CNT_INITIALIZED_DATA or CNT_UNINITIALIZED_DATA, and MEM_READ.
_FILLED, _EMPTY = 0x4000_0040, 0x4000_0080
_MEM_EXECUTE = 0x2000_0000
_NAME, _PLACEHOLDER = b".rsrc", b".free"
# "COFF File Header", NumberOfSections: Windows loads 96 at most.
_MAX_SECTIONS = 96
# "COFF File Header": offsets of fields from its start; it lies right before the optional header.
_COFF_SIZE, _SECTION_COUNT, _SYMBOL_TABLE = 20, 2, 8
# "Optional Header": offsets of fields from its start, the same in PE32 and PE32+ ...
_INITIALIZED_SIZE, _IMAGE_SIZE, _HEADERS_SIZE, _CHECKSUM = 8, 56, 60, 64
# ... but for the data directories.
_DIRECTORIES = {32: 96, 64: 112}
_DIRECTORY_SIZE = 8
# "Optional Header Data Directories": indexes. The certificate table's address is a file offset.
_CERTIFICATES, _DEBUG = 4, 6
# "Optional Header Windows-Specific Fields": FileAlignment is a power of two from 512 to 64 K.
# Where SectionAlignment is less than a page, offsets in file and memory are equal.
_MIN_FILE_ALIGNMENT, _MAX_FILE_ALIGNMENT, _PAGE = 0x200, 0x10000, 0x1000
# "Debug Directory (Image Only)": records, and PointerToRawData in them.
_DEBUG_RECORD, _DEBUG_POINTER = 28, 24
# "COFF Symbol Table": section number and number of auxiliary records.
_SYMBOL = struct.Struct("<12xh3xB")
# "The Attribute Certificate Table (Image Only)": it starts at a multiple of eight.
_CERTIFICATE_ALIGNMENT = 8
_U16, _U32 = struct.Struct("<H"), struct.Struct("<I")
_MAX_ADDRESS = 0xFFFF_FFFF


def patch(view: View, resources: ResourceTree, *, strip_signature: bool = False) -> bytes:
    """Replace all resources of an image.

    Args:
        view: the whole file.
        resources: what it shall hold; an empty tree takes all out.
        strip_signature: whether an Authenticode signature may be removed.

    Returns:
        The new file. A checksum of 0 stays so, any other is made right.

    Raises:
        FormatError: no PE image, or a damaged one.
        BuildError: CW0704, too many resources; CW0712, no room for a section header; CW0713,
            signed, and that was not to be removed; CW0714, a layout that cannot be changed.
    """
    image = pe.read(view)
    draft = _Draft(image)
    draft.remove_signature(allowed=strip_signature)
    if resources:
        _check_layout(image)
        draft.put(draft.owned(), resources)
    elif image.has_resources:
        _check_layout(image)
        draft.remove(draft.owned())
    draft.finish()
    return bytes(draft.data)


def is_signed(image: PEImage) -> bool:
    """Whether an image has a table of certificates, sound or not."""
    return image.directory(_CERTIFICATES) != (0, 0)


def _check_layout(image: PEImage) -> None:
    """Refuse what cannot be changed by the rules above."""
    optional = image.headers.optional
    alignment = optional.file_alignment
    power = alignment & (alignment - 1) == 0
    if not (power and _MIN_FILE_ALIGNMENT <= alignment <= _MAX_FILE_ALIGNMENT):
        reason = f"sections lie at multiples of {alignment} bytes in the file"
    elif optional.section_alignment < _PAGE or optional.section_alignment % _PAGE:
        reason = f"sections lie at multiples of {optional.section_alignment} bytes in memory"
    elif len(image.headers.directories) <= rsrc.RESOURCE_DIRECTORY:
        reason = "its header has no place for a resource directory"
    else:
        return
    raise BuildError(
        "CW0714",
        f"cannot be given resources: {reason}",
        hint="link them in: `crosswind resource build` writes an object for that",
    )


@dataclass(slots=True)
class _Section:
    """A section header, field by field."""

    name: bytes
    virtual_size: int
    address: int
    raw_size: int
    raw_at: int
    relocations_at: int = 0
    lines_at: int = 0
    relocations: int = 0
    lines: int = 0
    flags: int = _FILLED

    @property
    def raw_end(self) -> int:
        return self.raw_at + self.raw_size

    @property
    def end(self) -> int:
        """Where it ends in memory; some old linkers leave VirtualSize 0."""
        return self.address + (self.virtual_size or self.raw_size)

    def pack(self) -> bytes:
        return _HEADER.pack(
            self.name, self.virtual_size, self.address, self.raw_size, self.raw_at,
            self.relocations_at, self.lines_at, self.relocations, self.lines, self.flags,
        )  # fmt: skip


class _Draft:
    """A file under change: its bytes, and its headers as they will be."""

    def __init__(self, image: PEImage) -> None:
        headers = image.headers
        self.data = bytearray(image.view.data)
        self._image = image
        self._optional_at = headers.checksum_offset - _CHECKSUM
        self._coff_at = self._optional_at - _COFF_SIZE
        self._table_at = headers.section_table_offset
        self._file_alignment = headers.optional.file_alignment
        self._section_alignment = headers.optional.section_alignment
        count = headers.coff.section_count
        records = image.view.records(_HEADER, self._table_at, count, "section table")
        self._sections = [_Section(*record) for record in records]
        if any(part.raw_end > len(self.data) for part in self._in_file()):
            raise FormatError(
                "truncated: a section lies behind the end of the file", len(self.data)
            )
        self._symbols_at = headers.coff.symbol_offset
        self._symbols_size = symbols_size(image.view, image.headers.coff)
        self._initialized = headers.optional.initialized_size
        self._headers_size = headers.optional.headers_size
        self._memory_end_before = self._memory_end()

    # What the file is like.

    def _image_end(self, without: _Section | None = None) -> int:
        """Return where sections and symbols end in the file."""
        ends = [self._image.headers.headers_end]
        ends += [part.raw_end for part in self._in_file() if part is not without]
        if self._symbols_at:
            ends.append(self._symbols_at + self._symbols_size)
        return max(ends)

    def _in_file(self) -> Iterator[_Section]:
        """Yield the sections that have bytes in the file."""
        return (part for part in self._sections if part.raw_size and part.raw_at)

    def _directory_at(self, index: int) -> int:
        return self._optional_at + _DIRECTORIES[self._image.bits] + index * _DIRECTORY_SIZE

    def owned(self) -> _Section | None:
        """Return the section that holds the resource directory and nothing else."""
        directory = self._image.directory(rsrc.RESOURCE_DIRECTORY)
        found = [part for part in self._in_file() if part.address == directory.address]
        if not directory.address or len(found) != 1:
            return None
        (section,) = found
        aligned = (section.raw_at | section.raw_size) % self._file_alignment == 0
        code = section.flags & _MEM_EXECUTE
        return section if aligned and not code and self._is_alone(section) else None

    def _is_alone(self, section: _Section) -> bool:
        """Whether no other part of the image lies in a section, in memory or in the file."""
        inside = range(section.address, section.end)
        spans = [(part.raw_at, part.raw_end) for part in self._in_file() if part is not section]
        if self._symbols_at:
            spans.append((self._symbols_at, self._symbols_at + self._symbols_size))
        return not any(address in inside for address in self._addresses()) and all(
            end <= section.raw_at or section.raw_end <= start for start, end in spans
        )

    def _addresses(self) -> Iterator[int]:
        """Yield where the headers say that other things lie in memory."""
        yield self._image.headers.optional.entry_point
        for index, entry in enumerate(self._image.headers.directories):
            if index not in (rsrc.RESOURCE_DIRECTORY, _CERTIFICATES):
                yield entry.address

    def _room(self, section: _Section) -> int | None:
        """Return the bytes of memory up to the next section; None if there is none."""
        later = [other.address for other in self._sections if other.address > section.address]
        return min(later) - section.address if later else None

    def _span(self, section: _Section) -> int | None:
        """Return what a section must go on to cover: Windows wants no gap before the next one.

        None if there is no next one, or a gap already.
        """
        room = self._room(section)
        reached = self._round(section.end, self._section_alignment) - section.address
        return room if room == reached else None

    def _has_symbols(self, section: _Section) -> bool:
        """Whether a symbol says that it lies in a section."""
        if not self._image.has_symbols:
            return False
        number = self._sections.index(section) + 1
        count = self._image.headers.coff.symbol_count
        records = self._image.view.records(
            _SYMBOL, self._image.headers.coff.symbol_offset, count, "COFF symbol table"
        )
        auxiliary = 0
        for of_section, following in records:
            if auxiliary:
                auxiliary -= 1
                continue
            auxiliary = following
            if of_section == number:
                return True
        return False

    # What is done to it.

    def remove_signature(self, *, allowed: bool) -> None:
        """Take the certificates away, with the zeros that made them start at a multiple of eight."""
        if not is_signed(self._image):
            return
        if not allowed:
            raise BuildError(
                "CW0713",
                "signed, and new resources would make the signature invalid",
                hint="`--strip-signature` removes it; sign again afterwards",
            )
        table = self._image.directory(_CERTIFICATES)
        end = self._image_end()
        start, size = table.address, table.size
        if start < end and size:
            raise FormatError("the certificate table lies inside the image", start)
        padding = self.data[end:start]
        if start + size >= len(self.data) and len(padding) < _CERTIFICATE_ALIGNMENT:
            start, size = (start, size) if any(padding) else (end, size + len(padding))
        del self.data[start : start + size]
        self._set_directory(_CERTIFICATES, 0, 0)

    def put(self, section: _Section | None, resources: ResourceTree) -> None:
        """Put resources into the owned section, or into a new one."""
        layout = rsrc.layout(resources)
        room = self._room(section) if section else None
        if section and (room is None or len(layout.data) <= room):
            self._fill(section, layout)
        else:
            if section:
                self._empty(section)
            self._add(layout)

    def _fill(self, section: _Section, layout: rsrc.Layout) -> None:
        """Put resources into a section that may take them."""
        size, span = len(layout.data), self._span(section)
        if self._round(section.address + size, self._section_alignment) > _MAX_ADDRESS:
            raise BuildError(
                "CW0704", f"{size} bytes of resources do not fit behind the program in memory"
            )
        self._replace(section, layout.at(section.address))
        filled = self._round(size, self._section_alignment)
        section.virtual_size = size if span is None or span == filled else span
        self._set_directory(rsrc.RESOURCE_DIRECTORY, section.address, size)

    def _add(self, layout: rsrc.Layout) -> None:
        """Add a section."""
        self._make_header_room()
        address = self._round(self._memory_end(), self._section_alignment)
        if any(other >= address for other in self._addresses()):
            raise FormatError("a header leads behind all sections", self._optional_at)
        at = self._image_end()
        start = self._round(at, self._file_alignment)
        self.data[at:at] = bytes(start - at)
        section = _Section(_NAME, 0, address, 0, start)
        self._sections.append(section)
        self._fill(section, layout)

    def _make_header_room(self) -> None:
        """Let the section table have another row, by moving everything behind the headers if need be."""
        start = self._table_at + len(self._sections) * _HEADER.size
        end = start + _HEADER.size
        content = min((part.raw_at for part in self._in_file()), default=len(self.data))
        memory = min((part.address for part in self._sections), default=0)
        size = self._headers_size
        if end > min(size, content):
            size = self._round(end, self._file_alignment)
        if len(self._sections) >= _MAX_SECTIONS:
            reason = f"Windows loads {_MAX_SECTIONS} sections at most"
        elif any(self.data[start : min(end, content)]):
            reason = "something else lies behind its section table"
        elif size > memory or content % self._file_alignment:
            reason = "its headers have no room for another section"
        else:
            if size > content:
                self.data[content:content] = bytes(size - content)
                self._move(None, content, size - content)
            self._headers_size = size
            return
        raise BuildError(
            "CW0712",
            f"cannot be given resources: {reason}",
            hint="link them in: `crosswind resource build` writes an object for that",
        )

    def remove(self, section: _Section | None) -> None:
        """Leave the image without resources."""
        self._set_directory(rsrc.RESOURCE_DIRECTORY, 0, 0)
        if section is None:
            return
        last = self._sections[-1] is section and self._room(section) is None
        if not last or self._has_symbols(section):
            self._empty(section)
            return
        self._cut(section)
        self._sections.pop()
        at = self._table_at + len(self._sections) * _HEADER.size
        self.data[at : at + _HEADER.size] = bytes(_HEADER.size)

    def _empty(self, section: _Section) -> None:
        """Make a section a placeholder: memory of zeros, and nothing in the file."""
        self._cut(section)
        section.virtual_size = self._span(section) or section.end - section.address
        section.raw_at, section.name, section.flags = 0, _PLACEHOLDER, _EMPTY

    def _cut(self, section: _Section) -> None:
        """Take a section's bytes out of the file, with what was put in to align them."""
        before, start = self._image_end(without=section), section.raw_at
        gap = self.data[before:start]
        self._replace(section, b"")
        if len(gap) < self._file_alignment and not any(gap):
            del self.data[before:start]

    def _replace(self, section: _Section, content: bytes) -> None:
        """Give a section other bytes in the file, and move what follows."""
        end = section.raw_end
        size = self._round(len(content), self._file_alignment)
        self.data[section.raw_at : end] = content.ljust(size, b"\0")
        moved = size - section.raw_size
        self._initialized = min(max(self._initialized + moved, 0), _MAX_ADDRESS)
        if moved:
            self._move(section, end, moved)
        section.raw_size = size

    def _move(self, section: _Section | None, end: int, by: int) -> None:
        """Adjust every file offset at or behind a section's old end."""
        limit = len(self.data) - by

        def moved(offset: int) -> int:
            return offset + by if end <= offset <= limit else offset

        for other in self._sections:
            if other is not section and other.raw_size:
                other.raw_at = moved(other.raw_at)
                other.relocations_at = moved(other.relocations_at)
                other.lines_at = moved(other.lines_at)
        self._symbols_at = moved(self._symbols_at)
        for at in self._debug_pointers():
            _U32.pack_into(self.data, at, moved(self._u32(at)))

    def _debug_pointers(self) -> Iterator[int]:
        """Yield where the debug directory holds file offsets."""
        directory = self._image.directory(_DEBUG)
        for part in self._in_file():
            inside = directory.address - part.address
            if 0 <= inside < part.raw_size:
                room = min(directory.size, part.raw_size - inside)
                start = part.raw_at + inside
                for index in range(room // _DEBUG_RECORD):
                    yield start + index * _DEBUG_RECORD + _DEBUG_POINTER

    def finish(self) -> None:
        """Write the headers."""
        table = b"".join(part.pack() for part in self._sections)
        self.data[self._table_at : self._table_at + len(table)] = table
        _U16.pack_into(self.data, self._coff_at + _SECTION_COUNT, len(self._sections))
        _U32.pack_into(self.data, self._coff_at + _SYMBOL_TABLE, self._symbols_at)
        _U32.pack_into(self.data, self._optional_at + _INITIALIZED_SIZE, self._initialized)
        _U32.pack_into(self.data, self._optional_at + _HEADERS_SIZE, self._headers_size)
        end = self._memory_end()
        if end != self._memory_end_before:
            image_size = self._round(end, self._section_alignment)
            _U32.pack_into(self.data, self._optional_at + _IMAGE_SIZE, image_size)
        if self._image.checksum:
            at = self._image.headers.checksum_offset
            _U32.pack_into(self.data, at, pe.checksum(View.of(self.data), at) & _MAX_ADDRESS)

    def _memory_end(self) -> int:
        return max([part.end for part in self._sections], default=self._section_alignment)

    def _set_directory(self, index: int, address: int, size: int) -> None:
        place = self._directory_at(index)
        self.data[place : place + _DIRECTORY_SIZE] = _U32.pack(address) + _U32.pack(size)

    def _u32(self, offset: int) -> int:
        return int.from_bytes(self.data[offset : offset + _U32.size], "little")

    @staticmethod
    def _round(value: int, alignment: int) -> int:
        return -(-value // alignment) * alignment
