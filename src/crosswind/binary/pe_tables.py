"""The tables that a PE file's data directories point to: imports, exports, debug data, certificates.

Names and sections are those of Microsoft's "PE Format" specification.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

from crosswind.binary.memory import Memory
from crosswind.binary.pe_header import DataDirectory
from crosswind.binary.strings import Budget, text
from crosswind.binary.view import FormatError, View

# "Import Directory Table", "The Delay-Load Import Tables".
_IMPORT = struct.Struct("<5I")
_DELAY_IMPORT = struct.Struct("<8I")
_DELAY_BY_RVA = 1
# "Export Directory Table".
_EXPORT = struct.Struct("<IIHH7I")
# "Debug Directory (Image Only)".
_DEBUG = struct.Struct("<IIHHIIII")
_CODEVIEW = 2
_GUID = struct.Struct("<IHH8s")
# "The Attribute Certificate Table (Image Only)".
_CERTIFICATE = struct.Struct("<IHH")
_U16 = struct.Struct("<H")
_U32 = struct.Struct("<I")
_THUNK = {32: struct.Struct("<I"), 64: struct.Struct("<Q")}
# "Import Lookup Table": an entry without the ordinal flag has its name's address in bits 30-0; bits
# 62-31 must be zero in PE32+.
_NAME_ADDRESS = 0x7FFF_FFFF

# Limits that real files do not reach: the largest system DLLs import a few thousand functions and
# ordinals have 16 bits. Microsoft's compiler cuts decorated names at 4096 bytes.
_MAX_IMPORTS = 1 << 16
_MAX_LIBRARIES = 1 << 12
_MAX_EXPORTS = 1 << 16
_MAX_ENTRIES = 1 << 8
_MAX_NAME = 4096

# "Debug Type".
_DEBUG_TYPES = {
    0: "unknown", 1: "COFF", 2: "CodeView", 3: "FPO", 4: "misc", 5: "exception", 6: "fixup",
    7: "OMAP to source", 8: "OMAP from source", 9: "Borland", 11: "CLSID", 12: "VC feature",
    13: "POGO", 14: "ILTCG", 15: "MPX", 16: "repro", 20: "extended DLL characteristics",
}  # fmt: skip


class ImportedFunction(NamedTuple):
    """A function that the loader looks up by name, or by ordinal if the name is empty."""

    name: str
    ordinal: int
    hint: int


class ImportedLibrary(NamedTuple):
    """A DLL and what is wanted of it.

    Attributes:
        name: the DLL's.
        functions: in the table's order.
        address_table: relative to the image base; where the loader puts a pointer for each function.
    """

    name: str
    functions: tuple[ImportedFunction, ...]
    address_table: int = 0


class Export(NamedTuple):
    """An exported symbol.

    Attributes:
        name: empty if it is exported by ordinal only.
        ordinal: with the table's ordinal base.
        address: relative to the image base; 0 for a forwarder.
        forwarder: `DLL.name` or `DLL.#ordinal` that stands in, else empty.
    """

    name: str
    ordinal: int
    address: int
    forwarder: str


class DebugEntry(NamedTuple):
    """An entry of the debug directory.

    Attributes:
        kind: its type in words.
        timestamp: Unix seconds, or part of a hash in reproducible builds.
        offset, size: of its data in the file, in bytes.
        path: of the PDB file, for CodeView entries.
        guid: that the PDB must carry too (empty in entries older than RSDS).
        age: of the PDB.
    """

    kind: str
    timestamp: int
    offset: int
    size: int
    path: str = ""
    guid: str = ""
    age: int = 0


class Certificate(NamedTuple):
    """An entry of the attribute certificate table; type 2 is Authenticode (PKCS #7)."""

    offset: int
    size: int
    revision: int
    type: int


class _Importer:
    """Reads lookup tables with one limit over all of them, so that tables which overlap end soon."""

    def __init__(self, memory: Memory, bits: int, file_size: int) -> None:
        self._memory = memory
        self._thunk = _THUNK[bits]
        self._by_ordinal = 1 << (bits - 1)
        self._budget = Budget(file_size, "import tables")
        self._left = _MAX_IMPORTS

    def library(self, name_rva: int, table_rva: int, addresses_rva: int) -> ImportedLibrary:
        name = self._memory.cstring(name_rva, _MAX_NAME)
        return ImportedLibrary(text(name), tuple(self._functions(table_rva)), addresses_rva)

    def _functions(self, table_rva: int) -> Iterator[ImportedFunction]:
        table = self._memory.rest(table_rva)
        count = len(table) // self._thunk.size
        for (thunk,) in table.records(self._thunk, 0, count, "import lookup table"):
            if not thunk:
                return
            self._left -= 1
            if self._left < 0:
                raise FormatError(f"more than {_MAX_IMPORTS} imported functions", table.base)
            # Code or data that was taken for a table ends here, not after thousands of entries.
            if not thunk & self._by_ordinal and thunk > _NAME_ADDRESS:
                what = f"import lookup table: {thunk:#x} is neither a name's address nor an ordinal"
                raise FormatError(what, table.base)
            yield self._function(thunk)

    def _function(self, thunk: int) -> ImportedFunction:
        if thunk & self._by_ordinal:
            return ImportedFunction("", thunk & 0xFFFF, 0)
        # "Hint/Name Table": a 16-bit hint, then the name.
        entry = self._memory.at(thunk, _U16.size + _MAX_NAME)
        name = entry.cstring(_U16.size, _MAX_NAME)
        self._budget.spend(len(name), entry.base)
        return ImportedFunction(text(name), 0, int.from_bytes(entry.clip(0, 2).data, "little"))


def read_imports(
    memory: Memory, directory: DataDirectory, bits: int, file_size: int
) -> tuple[ImportedLibrary, ...]:
    """Read the import directory.

    Raises:
        FormatError: it names more than any real program can.
    """
    importer = _Importer(memory, bits, file_size)
    return tuple(
        # A linker may leave out the lookup table; the address table then holds the same.
        importer.library(name, lookup or addresses, addresses)
        for lookup, _, _, name, addresses in _descriptors(memory, directory, _IMPORT, 3)
    )


def read_delay_imports(
    memory: Memory, directory: DataDirectory, bits: int, image_base: int, file_size: int
) -> tuple[ImportedLibrary, ...]:
    """Read the delay-load directory; its libraries are looked for at the first call.

    Raises:
        FormatError: it names more than any real program can.
    """
    importer = _Importer(memory, bits, file_size)
    found = []
    for record in _descriptors(memory, directory, _DELAY_IMPORT, 1):
        attributes, name, _, addresses, table, *_ = record
        # Visual C++ 6 wrote virtual addresses and left the attribute clear.
        base = 0 if attributes & _DELAY_BY_RVA else image_base
        found.append(importer.library(name - base, table - base, addresses - base))
    return tuple(found)


def _descriptors(
    memory: Memory, directory: DataDirectory, layout: struct.Struct, name_index: int
) -> Iterator[tuple[int, ...]]:
    """Yield descriptors up to the first without a name; the loader ignores the directory's size."""
    if not directory.address:
        return
    table = memory.rest(directory.address)
    if not len(table):
        raise FormatError(f"import directory at {directory.address:#x} is not in the file")
    for index, record in enumerate(
        table.records(layout, 0, len(table) // layout.size, "import directory")
    ):
        if not record[name_index]:
            return
        if index == _MAX_LIBRARIES:
            raise FormatError(f"more than {_MAX_LIBRARIES} imported libraries", table.base)
        yield record


def read_exports(memory: Memory, directory: DataDirectory, file_size: int) -> tuple[Export, ...]:
    """Read the export directory: named exports in the table's order, then those without a name.

    Raises:
        FormatError: its tables are not in the file, or are larger than ordinals allow.
    """
    if not directory.address:
        return ()
    header = memory.at(directory.address, _EXPORT.size)
    *_, base, function_count, name_count, functions_rva, names_rva, ordinals_rva = header.unpack(
        _EXPORT, 0, "export directory"
    )
    if max(function_count, name_count) > _MAX_EXPORTS:
        raise FormatError("export directory claims more than 65536 entries", header.base)

    def column(address: int, layout: struct.Struct, count: int) -> list[int]:
        part = memory.at(address, layout.size * count)
        return [value for (value,) in part.records(layout, 0, count, "export table")]

    addresses = column(functions_rva, _U32, function_count)
    names = column(names_rva, _U32, name_count)
    indexes = column(ordinals_rva, _U16, name_count)
    budget = Budget(file_size, "export names")

    def name_at(address: int) -> str:
        raw = memory.cstring(address, _MAX_NAME)
        budget.spend(len(raw), header.base)
        return text(raw)

    return tuple(
        _exports(directory, base, addresses, list(zip(names, indexes, strict=True)), name_at)
    )


def _exports(
    directory: DataDirectory,
    base: int,
    addresses: list[int],
    names: list[tuple[int, int]],
    name_at: Callable[[int], str],
) -> Iterator[Export]:
    def export(name: str, index: int) -> Export:
        address = addresses[index]
        # "Export Address Table": an address inside the directory is a forwarder's string.
        if directory.address <= address < directory.address + directory.size:
            return Export(name, base + index, 0, name_at(address))
        return Export(name, base + index, address, "")

    named = set()
    for name, index in names:
        if index < len(addresses):
            named.add(index)
            yield export(name_at(name), index)
    for index, address in enumerate(addresses):
        if address and index not in named:
            yield export("", index)


def read_export_name(memory: Memory, directory: DataDirectory) -> str:
    """Return the name that the export directory gives the library; empty if it gives none."""
    header = memory.at(directory.address, _EXPORT.size) if directory.address else None
    if header is None or len(header) < _EXPORT.size:
        return ""
    return text(memory.cstring(header.unpack(_EXPORT, 0)[4], _MAX_NAME))


def read_debug(view: View, memory: Memory, directory: DataDirectory) -> tuple[DebugEntry, ...]:
    """Read the debug directory.

    Raises:
        FormatError: it is not in the file, or claims more entries than any linker writes.
    """
    count = directory.size // _DEBUG.size if directory.address else 0
    table = memory.at(directory.address, directory.size)
    if count > _MAX_ENTRIES:
        raise FormatError(f"debug directory claims {count} entries", table.base)
    records = table.records(_DEBUG, 0, count, "debug directory")
    return tuple(
        _codeview(view, timestamp, offset, size)
        if kind == _CODEVIEW
        else DebugEntry(_DEBUG_TYPES.get(kind, f"type {kind}"), timestamp, offset, size)
        for _, timestamp, _, _, kind, size, _, offset in records
    )


def _codeview(view: View, timestamp: int, offset: int, size: int) -> DebugEntry:
    """Read the reference to a PDB: `RSDS` GUID age path, or the older `NB10` offset time age path."""
    data = view.clip(offset, size)
    if bytes(data.clip(0, 4).data) == b"RSDS" and len(data) >= 24:
        guid, start = _guid(data), 24
    elif bytes(data.clip(0, 4).data) == b"NB10" and len(data) >= 16:
        guid, start = "", 16
    else:
        return DebugEntry("CodeView", timestamp, offset, size)
    age = int.from_bytes(data.take(start - 4, 4), "little")
    path = text(data.cstring(start, _MAX_NAME))
    return DebugEntry("CodeView", timestamp, offset, size, path, guid, age)


def _guid(data: View) -> str:
    """Spell the GUID at offset 4 as Windows does: three little-endian numbers, then bytes."""
    first, second, third, rest = data.unpack(_GUID, 4, "PDB signature")
    return f"{first:08x}-{second:04x}-{third:04x}-{rest[:2].hex()}-{rest[2:].hex()}"


def read_certificates(view: View, directory: DataDirectory) -> tuple[Certificate, ...]:
    """Read the certificate table, whose directory holds a file offset instead of an address.

    Raises:
        FormatError: it reaches beyond the file, or an entry is shorter than its header.
    """
    if not directory.address:
        return ()
    table = view.sub(directory.address, directory.size, "certificate table")
    found: list[Certificate] = []
    offset = 0
    while len(table) - offset >= _CERTIFICATE.size and len(found) < _MAX_ENTRIES:
        size, revision, kind = table.unpack(_CERTIFICATE, offset, "certificate")
        if size < _CERTIFICATE.size or size > len(table) - offset:
            raise FormatError(f"certificate of {size} bytes", table.base + offset)
        found.append(Certificate(table.base + offset, size, revision, kind))
        # Entries start at multiples of eight bytes.
        offset += (size + 7) & ~7
    return tuple(found)
