"""Sections and segments: where they lie, how they are mapped, how random they look."""

from __future__ import annotations

from bisect import bisect_left

from crosswind.binary import elf_words, macho_describe
from crosswind.binary.dwarf import plain_name
from crosswind.binary.elf import ELFImage
from crosswind.binary.elf_header import ELFSection
from crosswind.binary.entropy import entropy
from crosswind.binary.image import Section
from crosswind.binary.macho import MachOImage
from crosswind.binary.macho_commands import MachOSection
from crosswind.binary.pe_header import PESection
from crosswind.frozen import frozen
from crosswind.inspect.model import Subject

# "Section Flags" of Microsoft's "PE Format", without `IMAGE_SCN_`; alignment is a number in itself.
_PE_FLAGS = {
    0x8: "TYPE_NO_PAD", 0x20: "CNT_CODE", 0x40: "CNT_INITIALIZED_DATA",
    0x80: "CNT_UNINITIALIZED_DATA", 0x100: "LNK_OTHER", 0x200: "LNK_INFO", 0x800: "LNK_REMOVE",
    0x1000: "LNK_COMDAT", 0x8000: "GPREL", 0x2_0000: "MEM_PURGEABLE", 0x4_0000: "MEM_LOCKED",
    0x8_0000: "MEM_PRELOAD", 0x100_0000: "LNK_NRELOC_OVFL", 0x200_0000: "MEM_DISCARDABLE",
    0x400_0000: "MEM_NOT_CACHED", 0x800_0000: "MEM_NOT_PAGED", 0x1000_0000: "MEM_SHARED",
    0x2000_0000: "MEM_EXECUTE", 0x4000_0000: "MEM_READ", 0x8000_0000: "MEM_WRITE",
}  # fmt: skip
_PE_ALIGN_MASK, _PE_ALIGN_SHIFT = 0xF0_0000, 20


@frozen
class SectionFacts:
    """A section.

    Attributes:
        name: long names resolved.
        segment: Mach-O's segment, else empty.
        type: in the format's words, where it has types.
        address, size: in memory.
        offset, file_size: in the file.
        access: as the loader maps it: `r-x`; `---` if it is not loaded.
        flags: in the format's words.
        alignment: in bytes, 0 if the format does not say.
        entropy: bits per byte of its content in the file, 0 to 8; None if it was not counted.
        debug: whether it holds DWARF.
    """

    name: str
    segment: str
    type: str
    address: int
    size: int
    offset: int
    file_size: int
    access: str
    flags: tuple[str, ...]
    alignment: int
    entropy: float | None
    debug: bool


@frozen
class Sections:
    """All sections in file order."""

    sections: tuple[SectionFacts, ...]


@frozen
class SegmentFacts:
    """A segment: a range of the file that is mapped as one."""

    name: str
    address: int
    size: int
    offset: int
    file_size: int
    access: str
    max_access: str
    alignment: int
    sections: tuple[str, ...]


@frozen
class Segments:
    """All segments in file order."""

    segments: tuple[SegmentFacts, ...]


def read_sections(subject: Subject) -> Sections:
    """Describe every section; overlapping ones are counted no more than the file is long."""
    image = subject.image
    left = 2 * len(image.view)
    found = []
    for section in image.sections:
        debug = bool(plain_name(section))
        value = None
        if section.file_size and left >= section.file_size and not (debug and subject.quick):
            left -= section.file_size
            value = round(entropy(image.content(section)), 2)
        found.append(_section(section, value, debug=debug))
    return Sections(tuple(found))


def _section(section: Section, value: float | None, *, debug: bool) -> SectionFacts:
    kind, flags, alignment = _words(section)
    return SectionFacts(
        name=section.name,
        segment=section.segment,
        type=kind,
        address=section.address,
        size=section.size,
        offset=section.offset,
        file_size=section.file_size,
        access=_access(section),
        flags=flags,
        alignment=alignment,
        entropy=value,
        debug=debug,
    )


def _access(section: Section) -> str:
    readable = True
    if isinstance(section, PESection):
        readable = bool(section.characteristics & 0x4000_0000)
    elif isinstance(section, ELFSection):
        readable = bool(section.flags & 0x2)
    writable, executable = section.writable and readable, section.executable and readable
    return f"{'r' if readable else '-'}{'w' if writable else '-'}{'x' if executable else '-'}"


def _words(section: Section) -> tuple[str, tuple[str, ...], int]:
    if isinstance(section, PESection):
        flags = section.characteristics
        power = (flags & _PE_ALIGN_MASK) >> _PE_ALIGN_SHIFT
        names = elf_words.names(_PE_FLAGS, flags & ~_PE_ALIGN_MASK)
        return "", names, 1 << power - 1 if power else 0
    if isinstance(section, ELFSection):
        kind = elf_words.name(elf_words.SECTION_TYPES, section.type)
        return kind, elf_words.names(elf_words.SECTION_FLAGS, section.flags), section.alignment
    if isinstance(section, MachOSection):
        number = section.flags & 0xFF
        types = macho_describe.SECTION_TYPES
        kind = types[number] if number < len(types) else f"type {number:#x}"
        attributes = elf_words.names(macho_describe.SECTION_ATTRIBUTES, section.flags & ~0xFF)
        return kind, attributes, section.alignment
    return "", (), 0


def elf_segments(subject: Subject) -> Segments | None:
    """Describe the program headers, each with the sections inside it."""
    image = subject.image
    assert isinstance(image, ELFImage)  # noqa: S101 - the registry's promise
    found = []
    loaded = sorted(
        (s for s in image.section_headers if s.flags & _ALLOC and s.size), key=lambda s: s.address
    )
    starts = [section.address for section in loaded]
    for segment in image.segments:
        first = bisect_left(starts, segment.address)
        end = segment.address + segment.size
        names = tuple(
            section.name
            for section in loaded[first : first + _MAX_NAMES]
            if section.address + section.size <= end
        )
        access = "".join(
            letter if segment.flags & bit else "-" for letter, bit in (("r", 4), ("w", 2), ("x", 1))
        )
        found.append(
            SegmentFacts(
                elf_words.name(elf_words.SEGMENT_TYPES, segment.type),
                segment.address, segment.size, segment.offset, segment.file_size, access, "",
                segment.alignment, names,
            )
        )  # fmt: skip
    return Segments(tuple(found)) if found else None


# Hostile files have 65536 segments over as many sections.
_MAX_NAMES = 64
_ALLOC = 2  # SHF_ALLOC: the section is loaded


def macho_segments(subject: Subject) -> Segments | None:
    """Describe the segments, each with its sections."""
    image = subject.image
    assert isinstance(image, MachOImage)  # noqa: S101 - the registry's promise
    names: dict[str, list[str]] = {}
    for section in image.sections:
        names.setdefault(section.segment, []).append(section.name)
    found = tuple(
        SegmentFacts(
            segment.name, segment.address, segment.size, segment.offset, segment.file_size,
            macho_describe.protection(segment.protection),
            macho_describe.protection(segment.max_protection), 0,
            tuple(names.get(segment.name, ())[:_MAX_NAMES]),
        )
        for segment in image.segments
    )  # fmt: skip
    return Segments(found) if found else None
