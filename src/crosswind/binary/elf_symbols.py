"""Symbol tables of an ELF file (gABI, "Symbol Table")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crosswind.binary.elf_header import (
    SHF_ALLOC,
    SHF_EXECINSTR,
    SHT_NOBITS,
    ELFHeader,
    ELFSection,
)
from crosswind.binary.image import Symbol, SymbolKind
from crosswind.binary.strings import StringTable
from crosswind.binary.view import View

# st_shndx
_SHN_UNDEF = 0
_SHN_ABS = 0xFFF1
_SHN_COMMON = 0xFFF2
# st_info's low half
_STT_OBJECT = 1
_STT_FUNC = 2
_STT_SECTION = 3
_STT_FILE = 4
_BY_TYPE = {_STT_OBJECT: SymbolKind.DATA, _STT_FUNC: SymbolKind.CODE}


def read_symbols(
    header: ELFHeader, table: View, names: StringTable, sections: Sequence[ELFSection]
) -> Iterator[Symbol]:
    """Yield a symbol table's entries in file order, without the empty one that opens every table.

    Raises:
        FormatError: its names overlap beyond reason.
    """
    layout = header.layout.symbol
    records = table.records(layout, 0, len(table) // layout.size, "symbol table")
    kinds = {number: _kind(section) for number, section in enumerate(sections)}
    kinds |= {
        _SHN_UNDEF: SymbolKind.UNDEFINED,
        _SHN_ABS: SymbolKind.ABSOLUTE,
        _SHN_COMMON: SymbolKind.BSS,
    }
    name_at = names.name
    other = SymbolKind.OTHER
    next(records, None)
    for record in records:
        if header.bits == 64:
            name, info, _, index, value, size = record
        else:
            name, value, size, info, _, index = record
        kind = kinds.get(index)
        symbol_type = info & 0xF
        if kind is None:
            # The section headers were stripped.
            kind = _BY_TYPE.get(symbol_type, other)
        elif symbol_type in (_STT_SECTION, _STT_FILE):
            kind = other
        yield Symbol(name_at(name), value, size, kind)


def _kind(section: ELFSection) -> SymbolKind:
    if not section.flags & SHF_ALLOC:
        return SymbolKind.OTHER
    if section.flags & SHF_EXECINSTR:
        return SymbolKind.CODE
    return SymbolKind.BSS if section.type == SHT_NOBITS else SymbolKind.DATA
