"""Read XCOFF64, the executables of AIX.

Layouts are those of IBM's "XCOFF Object File Format"; Go's `internal/xcoff` and
`cmd/link/internal/ld/xcoff.go` use the same names. All fields are big-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import field

from crosswind.binary.image import Image, Section, Symbol, SymbolKind
from crosswind.binary.strings import StringTable, text
from crosswind.binary.view import FormatError, View
from crosswind.frozen import frozen
from crosswind.port import Format

_MAGIC_32 = b"\x01\xdf"  # U802TOCMAGIC
_MAGIC_64 = b"\x01\xf7"  # U64_TOCMAGIC

_HEADER = struct.Struct(">2sHIQHHI")  # struct FileHeader64
_SECTION = struct.Struct(">8s6QIIII")  # struct SectionHeader64
_SYMBOL = struct.Struct(">QIhHBB")  # struct SymEnt64
_CSECT = struct.Struct(">I6xBBI2x")  # struct AuxCSect64: length, symbol type, class, its high half
_LOADER = struct.Struct(">6I4Q")  # struct ldhdr64 of <loader.h>
_ENTRY_OFFSET = 80  # o_entry in the 64-bit auxiliary header

_F_SHROBJ = 0x2000
_STYP_DWARF, _STYP_TEXT, _STYP_DATA, _STYP_BSS, _STYP_LOADER = 0x10, 0x20, 0x40, 0x80, 0x1000
_STYP_MASK = 0xFFFF  # the upper half holds the DWARF subtype
_N_UNDEF, _N_ABS = 0, -1
_XTY_MASK, _XTY_LD = 0x7, 2  # symbol type; of a label the length field means something else
_XMC_RO = 1  # storage mapping class of constants, which Go puts into .text
# Storage classes of what the linker sees: C_EXT, C_HIDEXT, C_WEAKEXT.
_LINKED = frozenset({2, 107, 111})


@frozen
class XCOFFImage(Image):
    """An AIX executable or shared object.

    Attributes:
        shared: whether it is a shared object (F_SHROBJ).
        imports: libraries with their archive member, such as `libc.a(shr_64.o)`.
        section_kinds: what symbols of each section are, in the order of `sections`.
        symbol_table: file offset of the symbols, and how many entries there are.
    """

    shared: bool
    imports: tuple[str, ...]
    section_kinds: tuple[SymbolKind, ...] = field(repr=False)
    symbol_table: tuple[int, int]

    @property
    def libraries(self) -> tuple[str, ...]:
        """The shared libraries it imports from."""
        return self.imports

    @property
    def has_symbols(self) -> bool:
        """Whether a symbol table is there."""
        return self.symbol_table[1] > 0

    @property
    def has_dwarf(self) -> bool:
        """Whether DWARF sections are there; on AIX their names begin with `.dw`."""
        return any(section.name.startswith(".dw") for section in self.sections)

    def symbols(self) -> Iterator[Symbol]:
        """Yield what the linker sees of the symbol table, in file order.

        Raises:
            FormatError: the table or its names lie outside the file.
        """
        offset, count = self.symbol_table
        if not count:
            return
        table = self.view.take(offset, count * _SYMBOL.size, "symbol table")
        strings = _strings(self.view, offset + len(table))
        index = 0
        while index < count:
            address, name, section, _, storage, more = _SYMBOL.unpack_from(
                table, index * _SYMBOL.size
            )
            index += 1 + more
            # The entry of its control section is the last of a symbol's auxiliary entries.
            if storage not in _LINKED or not more or index > count:
                continue
            low, kind, mapping, high = _CSECT.unpack_from(table, (index - 1) * _SYMBOL.size)
            size = 0 if kind & _XTY_MASK == _XTY_LD else high << 32 | low
            label = strings.name(name) if name else ""
            if label:
                yield Symbol(label, address, size, self._kind(section, mapping))

    def _kind(self, section: int, mapping: int) -> SymbolKind:
        if 0 < section <= len(self.section_kinds):
            kind = self.section_kinds[section - 1]
            return SymbolKind.DATA if mapping == _XMC_RO and kind is SymbolKind.CODE else kind
        fixed = {_N_UNDEF: SymbolKind.UNDEFINED, _N_ABS: SymbolKind.ABSOLUTE}
        return fixed.get(section, SymbolKind.OTHER)


def read(view: View) -> XCOFFImage:
    """Read a 64-bit XCOFF file.

    Raises:
        FormatError: it is none (32-bit XCOFF has no Go port), or is truncated.
    """
    if bytes(view.clip(0, 2).data) == _MAGIC_32:
        raise FormatError("32-bit XCOFF: Go has no such port", view.base)
    magic, count, _, symbols, auxiliary, flags, entries = view.unpack(_HEADER, 0, "XCOFF header")
    if magic != _MAGIC_64:
        raise FormatError("not an XCOFF file", view.base)
    entry = 0
    if auxiliary >= _ENTRY_OFFSET + 8:
        (entry,) = view.unpack(struct.Struct(">Q"), _HEADER.size + _ENTRY_OFFSET, "XCOFF header")
    table = view.records(_SECTION, _HEADER.size + auxiliary, count, "section headers")
    headers = [(*record[:5], record[-2] & _STYP_MASK) for record in table]
    sections = tuple(_section(view, *header) for header in headers)
    if symbols + entries * _SYMBOL.size > len(view):
        raise FormatError("truncated: the symbol table is cut", view.base + len(view))
    loader = next(
        (s for s, h in zip(sections, headers, strict=True) if h[-1] == _STYP_LOADER), None
    )
    return XCOFFImage(
        view=view,
        format=Format.XCOFF64,
        goarchs=("ppc64",),
        machine="PowerPC 64 (0x1f7)",
        big_endian=True,
        bits=64,
        sections=sections,
        entry=entry,
        shared=bool(flags & _F_SHROBJ),
        imports=_imports(view.sub(loader.offset, loader.file_size)) if loader else (),
        section_kinds=tuple(_SECTION_KINDS.get(header[-1], SymbolKind.OTHER) for header in headers),
        symbol_table=(symbols, entries if symbols else 0),
    )


_SECTION_KINDS = {
    _STYP_TEXT: SymbolKind.CODE,
    _STYP_DATA: SymbolKind.DATA,
    _STYP_BSS: SymbolKind.BSS,
}


def _section(
    view: View, name: bytes, _physical: int, address: int, size: int, offset: int, kind: int
) -> Section:
    held = size if offset and kind != _STYP_BSS else 0
    label = text(name.partition(b"\0")[0])
    if offset + held > len(view):
        raise FormatError(
            f"truncated: section {label} ends at byte {offset + held}, the file at {len(view)}",
            view.base + len(view),
        )
    writable = kind in (_STYP_DATA, _STYP_BSS)
    return Section(label, address, size, offset, held, writable, executable=kind == _STYP_TEXT)


def _strings(view: View, offset: int) -> StringTable:
    """Read the string table; its first four bytes hold its size, themselves included."""
    (size,) = view.unpack(struct.Struct(">I"), offset, "string table")
    return StringTable(view.sub(offset, size, "string table"))


def _imports(loader: View) -> tuple[str, ...]:
    """Read the import file identifiers: path, base name, member; the first is the search path."""
    _, _, _, size, count, _, offset, *_ = loader.unpack(_LOADER, 0, "loader section")
    names = bytes(loader.take(offset, size, "import file identifiers")).split(b"\0")
    triples = zip(names[3::3], names[4::3], names[5::3], strict=False)
    return tuple(
        text(base) + (f"({text(member)})" if member else "")
        for _path, base, member in list(triples)[: max(count - 1, 0)]
    )
