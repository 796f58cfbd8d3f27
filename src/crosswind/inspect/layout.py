"""Which part of a file every byte belongs to: ranges that add up to its size exactly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from crosswind.binary.dwarf import plain_name
from crosswind.binary.elf import ELFImage
from crosswind.binary.image import Image, Section
from crosswind.binary.macho import MachOImage
from crosswind.binary.macho_commands import MachOSection
from crosswind.binary.macho_describe import describe
from crosswind.binary.pe import PEImage
from crosswind.binary.pe_header import string_table_view
from crosswind.binary.view import FormatError
from crosswind.binary.wasm import WasmImage
from crosswind.binary.xcoff import XCOFFImage
from crosswind.frozen import frozen
from crosswind.inspect.model import Subject

# Kinds of ranges, as people think of them.
CODE, CONSTANTS, DATA, FUNCTIONS, DEBUG, SYMBOLS, LOADER, RESOURCES, SIGNATURE, HEADERS, OVERLAY = (
    "code", "constants", "data", "Go function table", "debug data", "symbols", "loader tables",
    "resources", "signature", "headers", "overlay",
)  # fmt: skip
PADDING, UNATTRIBUTED = "padding", "unattributed"

# What linkers fill gaps with: zeros, x86's int3 and nop; Microsoft's resource compiler writes
# PADDINGXX over and over.
_FILLERS = b"\0\xcc\x90PADINGX"
_BY_NAME = {
    ".reloc": LOADER, ".idata": LOADER, ".edata": LOADER, ".pdata": LOADER, ".xdata": LOADER,
    ".rsrc": RESOURCES, ".symtab": SYMBOLS, ".strtab": SYMBOLS, ".shstrtab": HEADERS,
    ".gopclntab": FUNCTIONS, "__gopclntab": FUNCTIONS, ".data.rel.ro.gopclntab": FUNCTIONS,
    ".dynsym": LOADER, ".dynstr": LOADER, ".dynamic": LOADER, ".hash": LOADER,
    ".gnu.hash": LOADER, ".gnu.version": LOADER, ".gnu.version_r": LOADER,
    ".gnu.version_d": LOADER, ".interp": LOADER, ".eh_frame": LOADER, ".eh_frame_hdr": LOADER,
    "name": SYMBOLS, "syms": SYMBOLS, "spsz": DEBUG, "pcsz": DEBUG,
}  # fmt: skip


class Range(NamedTuple):
    """Bytes of the file that belong to one thing."""

    offset: int
    size: int
    kind: str
    name: str


class _Claim(NamedTuple):
    """What says that a range is its own; claims may lie inside others."""

    offset: int
    end: int
    kind: str
    name: str


@frozen
class KindTotal:
    """All ranges of one kind together."""

    kind: str
    size: int
    ranges: int


@frozen
class Layout:
    """The file from first byte to last.

    Attributes:
        size: of the file (or slice); the sizes of `ranges` add up to it, and those of `kinds` too.
        kinds: the largest first.
        ranges: in file order, without gaps or overlaps.
    """

    size: int
    kinds: tuple[KindTotal, ...]
    ranges: tuple[Range, ...]


def read_layout(subject: Subject) -> Layout:
    """Attribute every byte; what nothing claims is padding if it looks so, else unattributed."""
    image = subject.image
    claims = [*_sections(image), *_format_claims(image), *_function_table(subject)]
    ranges = tuple(_named(image, _partition(claims, len(image.view))))
    totals: dict[str, list[int]] = {}
    for part in ranges:
        totals.setdefault(part.kind, []).append(part.size)
    kinds = [KindTotal(kind, sum(sizes), len(sizes)) for kind, sizes in totals.items()]
    kinds.sort(key=lambda one: -one.size)
    return Layout(len(image.view), tuple(kinds), ranges)


def kind_of(section: Section) -> str:
    """Say what a section is for."""
    if section.name in _BY_NAME:
        return _BY_NAME[section.name]
    if plain_name(section):
        return DEBUG
    if section.name.startswith((".rela", ".rel.", ".relr")):
        return LOADER
    if is_code(section):
        return CODE
    return DATA if section.writable else CONSTANTS


# loader.h: S_ATTR_PURE_INSTRUCTIONS | S_ATTR_SOME_INSTRUCTIONS.
_MACHO_INSTRUCTIONS = 0x8000_0400


def is_code(section: Section) -> bool:
    """Whether it holds instructions; in Mach-O whole segments are executable, constants included."""
    if isinstance(section, MachOSection):
        return bool(section.flags & _MACHO_INSTRUCTIONS)
    return section.executable


def _sections(image: Image) -> Iterator[_Claim]:
    for section in image.sections:
        # PE files store sections in multiples of the alignment; what is behind their size is padding.
        size = min(section.file_size, section.size or section.file_size)
        if size:
            kind = kind_of(section)
            yield _Claim(section.offset, section.offset + size, kind, section.name)


def _format_claims(image: Image) -> Iterator[_Claim]:
    if isinstance(image, PEImage):
        yield from _pe(image)
    elif isinstance(image, ELFImage):
        yield from _elf(image)
    elif isinstance(image, MachOImage):
        yield from _macho(image)
    elif isinstance(image, WasmImage):
        # What lies between the contents of sections are their numbers and sizes.
        yield _Claim(0, len(image.view), HEADERS, "section headers")
    else:
        if isinstance(image, XCOFFImage):
            yield from _xcoff(image)
        first = min((s.offset for s in image.sections if s.file_size), default=0)
        yield _Claim(0, first, HEADERS, "header")


def _pe(image: PEImage) -> Iterator[_Claim]:
    coff = image.headers.coff
    yield _Claim(0, image.headers.headers_end, HEADERS, "headers")
    if image.has_symbols:
        names = string_table_view(image.view, coff)
        start = names.base - image.view.base
        yield _Claim(coff.symbol_offset, start, SYMBOLS, "COFF symbols")
        yield _Claim(start, start + len(names), SYMBOLS, "COFF strings")
    directory = image.directory(4)
    if directory.address:
        end = directory.address + directory.size
        yield _Claim(directory.address, end, SIGNATURE, "certificate table")
    overlay = image.overlay
    if len(overlay):
        start = overlay.base - image.view.base
        yield _Claim(start, start + len(overlay), OVERLAY, "overlay")


def _elf(image: ELFImage) -> Iterator[_Claim]:
    header = image.header
    yield _Claim(0, header.header_size, HEADERS, "ELF header")
    start = header.segments_offset
    yield _Claim(
        start, start + len(image.segments) * header.segment_size, HEADERS, "program headers"
    )
    start, count = header.sections_offset, len(image.section_headers)
    yield _Claim(start, start + count * header.section_size, HEADERS, "section headers")


# struct SymEnt64 of XCOFF; the string table behind the symbols begins with its own size.
_SYMBOL_SIZE = 18


def _xcoff(image: XCOFFImage) -> Iterator[_Claim]:
    offset, count = image.symbol_table
    end = offset + count * _SYMBOL_SIZE
    if count:
        strings = int.from_bytes(image.view.clip(end, 4).data, "big")
        yield _Claim(offset, end, SYMBOLS, "symbols")
        yield _Claim(end, end + strings, SYMBOLS, "strings")


# Commands of Mach-O with ranges in __LINKEDIT: prefix of the fields, what to call it, its kind.
_LINKEDIT = {
    "LC_FUNCTION_STARTS": ("", "function starts", LOADER),
    "LC_DATA_IN_CODE": ("", "data in code", LOADER),
    "LC_CODE_SIGNATURE": ("", "code signature", SIGNATURE),
    "LC_SEGMENT_SPLIT_INFO": ("", "segment split info", LOADER),
    "LC_DYLIB_CODE_SIGN_DRS": ("", "library signing requirements", SIGNATURE),
    "LC_LINKER_OPTIMIZATION_HINT": ("", "linker optimization hints", LOADER),
    "LC_DYLD_EXPORTS_TRIE": ("", "exports", LOADER),
    "LC_DYLD_CHAINED_FIXUPS": ("", "chained fixups", LOADER),
}


def _macho(image: MachOImage) -> Iterator[_Claim]:
    first, base = min((c.offset for c in image.commands), default=0), image.view.base
    size = sum(command.size for command in image.commands)
    yield _Claim(0, max(first - base + size, 0), HEADERS, "header and load commands")
    word = 8 if image.bits == 64 else 4
    for name, fields in describe(image):
        if name in _LINKEDIT:
            _, words, kind = _LINKEDIT[name]
            yield from _claim(fields.get("offset"), fields.get("size"), kind, words)
        elif name in ("LC_DYLD_INFO", "LC_DYLD_INFO_ONLY"):
            for part in ("rebase", "bind", "weak_bind", "lazy_bind", "export"):
                offset, size_ = fields.get(f"{part}_offset"), fields.get(f"{part}_size")
                yield from _claim(offset, size_, LOADER, f"dyld {part.replace('_', ' ')}")
        elif name == "LC_SYMTAB" and isinstance(count := fields.get("count"), int):
            yield from _claim(fields["offset"], count * (8 + word), SYMBOLS, "symbols")
            yield from _claim(fields["strings_offset"], fields["strings_size"], SYMBOLS, "strings")
        elif name == "LC_DYSYMTAB" and isinstance(count := fields.get("indirect"), int):
            yield from _claim(fields["indirect_offset"], 4 * count, LOADER, "indirect symbols")


def _claim(offset: object, size: object, kind: str, name: str) -> Iterator[_Claim]:
    if isinstance(offset, int) and isinstance(size, int) and size:
        yield _Claim(offset, offset + size, kind, name)


def _function_table(subject: Subject) -> Iterator[_Claim]:
    """Claim Go's function table where it lies inside another section, as in PE."""
    try:
        table = subject.table
    except FormatError:
        return
    if table is None:
        return
    start = table.offset - subject.image.view.base
    sections = (s for s in subject.image.sections if kind_of(s) == FUNCTIONS)
    if not any(s.offset <= start < s.offset + s.file_size for s in sections):
        yield _Claim(start, start + table.end, FUNCTIONS, "pclntab")


def _partition(claims: Iterable[_Claim], size: int) -> Iterator[tuple[int, int, _Claim | None]]:
    """Cut the file where claims begin and end; the innermost one, that began last, wins."""
    inside = sorted(
        (c for c in claims if 0 <= c.offset < min(c.end, size)), key=lambda c: (c.offset, -c.end)
    )
    position = 0
    open_claims: list[_Claim] = []

    def advance(to: int) -> Iterator[tuple[int, int, _Claim | None]]:
        nonlocal position
        while position < to:
            while open_claims and open_claims[-1].end <= position:
                open_claims.pop()
            end = min(open_claims[-1].end, to) if open_claims else to
            yield position, end, open_claims[-1] if open_claims else None
            position = end

    for claim in inside:
        yield from advance(claim.offset)
        open_claims.append(claim)
    yield from advance(size)


def _named(image: Image, pieces: Iterable[tuple[int, int, _Claim | None]]) -> Iterator[Range]:
    """Name the gaps by what is in them."""
    for start, end, claim in pieces:
        if claim is not None:
            yield Range(start, end - start, claim.kind, claim.name)
        elif bytes(image.view.clip(start, end - start).data).strip(_FILLERS):
            yield Range(start, end - start, UNATTRIBUTED, "")
        else:
            yield Range(start, end - start, PADDING, "")
