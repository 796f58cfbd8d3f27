"""The COFF symbol table of a PE image ("COFF Symbol Table" in Microsoft's "PE Format")."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from crosswind.binary.image import Symbol, SymbolKind
from crosswind.binary.pe_header import CoffHeader, PESection, string_table
from crosswind.binary.strings import text
from crosswind.binary.view import View

# Name, value, section number, type, storage class, number of auxiliary records.
_SYMBOL = struct.Struct("<8sIhHBB")
# "Section Number Values".
_UNDEFINED = 0
_ABSOLUTE = -1
# "Storage Class": the name of a source file, in auxiliary records.
_FILE = 103
# "Section Flags".
_CODE = 0x20
_INITIALIZED_DATA = 0x40
_UNINITIALIZED_DATA = 0x80


def read_symbols(view: View, coff: CoffHeader, sections: Sequence[PESection]) -> Iterator[Symbol]:
    """Yield the symbols in file order.

    Raises:
        FormatError: the table does not fit the file, or its names overlap beyond reason.
    """
    records = view.records(_SYMBOL, coff.symbol_offset, coff.symbol_count, "COFF symbol table")
    name_at = string_table(view, coff).name
    kinds = {_UNDEFINED: SymbolKind.UNDEFINED, _ABSOLUTE: SymbolKind.ABSOLUTE}
    kinds |= {number: _kind(section) for number, section in enumerate(sections, 1)}
    bases = {number: section.address for number, section in enumerate(sections, 1)}
    stored = {number: section.file_size for number, section in enumerate(sections, 1)}
    auxiliary = 0
    for raw, value, number, _, storage, following in records:
        if auxiliary:
            auxiliary -= 1
            continue
        auxiliary = following
        # "Symbol Name Representation": four zero bytes, then an offset into the string table.
        if raw.startswith(b"\0\0\0\0"):
            name = name_at(int.from_bytes(raw[4:], "little"))
        else:
            name = text(raw.rstrip(b"\0"))
        kind = kinds.get(number, SymbolKind.OTHER)
        if storage == _FILE:
            kind = SymbolKind.OTHER
        elif kind is SymbolKind.DATA and value >= stored[number]:
            # Go's linker keeps .bss behind the stored part of .data.
            kind = SymbolKind.BSS
        yield Symbol(name, bases.get(number, 0) + value, 0, kind)


def _kind(section: PESection) -> SymbolKind:
    flags = section.characteristics
    if flags & _CODE:
        return SymbolKind.CODE
    if flags & _INITIALIZED_DATA:
        return SymbolKind.DATA
    return SymbolKind.BSS if flags & _UNINITIALIZED_DATA else SymbolKind.OTHER
