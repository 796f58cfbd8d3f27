"""What the dynamic linker reads in a Mach-O file: exports, imports, function starts, data in code.

Layouts are those of Apple's `mach-o/loader.h` and `mach-o/fixup-chains.h`.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from crosswind.binary.macho import MachOImage
from crosswind.binary.macho_commands import Extent
from crosswind.binary.strings import Budget, text
from crosswind.binary.view import FormatError, View

_LC_FUNCTION_STARTS, _LC_DATA_IN_CODE = 0x26, 0x29
_LC_EXPORTS_TRIE = 0x8000_0033
# loader.h, EXPORT_SYMBOL_FLAGS_*.
_KIND_MASK, _WEAK, _REEXPORT, _RESOLVER = 0x03, 0x04, 0x08, 0x10
_EXPORT_KINDS = ("regular", "thread-local", "absolute", "kind 3")
# loader.h, BIND_OPCODE_*: the high half of a byte, the low half is an immediate value.
_BIND_DONE, _ORDINAL_IMMEDIATE, _ORDINAL_ULEB, _ORDINAL_SPECIAL = 0x00, 0x10, 0x20, 0x30
_SYMBOL, _TYPE, _ADDEND, _SEGMENT, _ADD_ADDRESS = 0x40, 0x50, 0x60, 0x70, 0x80
_DO_BIND, _DO_BIND_ADD, _DO_BIND_SCALED, _DO_BIND_TIMES, _THREADED = 0x90, 0xA0, 0xB0, 0xC0, 0xD0
_WEAK_IMPORT = 0x1
_SPECIAL_ORDINALS = {0: "itself", -1: "main executable", -2: "flat lookup", -3: "weak lookup"}
# fixup-chains.h, DYLD_CHAINED_IMPORT*: bytes of an entry.
_IMPORT_SIZES = {1: 4, 2: 8, 3: 16}
_DATA_KINDS = {1: "data", 2: "8-bit jump table", 3: "16-bit jump table", 4: "32-bit jump table",
               5: "absolute 32-bit jump table"}  # fmt: skip

_MAX_NODES = 1 << 18
_MAX_DEPTH = 1 << 11
_SHARING = 16
_MAX_IMPORTS = 1 << 18
_MAX_INFLATED = 1 << 24
_MAX_LEB = 10


class MachOExport(NamedTuple):
    """An exported symbol; `forwarder` names where a re-exported one comes from."""

    name: str
    kind: str
    address: int
    weak: bool
    forwarder: str


class MachOImport(NamedTuple):
    """A symbol that the dynamic linker looks up, and the library it looks in."""

    name: str
    library: str
    weak: bool
    lazy: bool


class DataInCode(NamedTuple):
    """A range of the code that holds data."""

    offset: int
    size: int
    kind: str


class _Bytes:
    """Reads numbers and names one after the other."""

    def __init__(self, view: View, offset: int = 0) -> None:
        self.view = view
        self.data = view.data
        self.at = offset

    def byte(self) -> int:
        if self.at >= len(self.data):
            raise FormatError("link-edit data ends too early", self.view.base + self.at)
        self.at += 1
        return self.data[self.at - 1]

    def uleb(self) -> int:
        value = 0
        for index in range(_MAX_LEB):
            byte = self.byte()
            value |= (byte & 0x7F) << 7 * index
            if byte < 0x80:
                return value
        raise FormatError("number without end", self.view.base + self.at)

    def name(self) -> bytes:
        raw = self.view.cstring(self.at)
        self.at += len(raw) + 1
        return raw


def read_exports(image: MachOImage) -> tuple[MachOExport, ...]:
    """Read the trie of exports.

    Raises:
        FormatError: it is damaged, loops, or is deeper than names are long.
    """
    where = _extent(image, _LC_EXPORTS_TRIE)
    if where is None and image.dyld_info:
        where = image.dyld_info.export
    if where is None or not where.size:
        return ()
    view = image.view.sub(where.offset, where.size, "exports")
    base = next((s.address for s in image.segments if s.file_size and s.offset == 0), 0)
    return tuple(_trie(image, view, base))


def _trie(image: MachOImage, view: View, base: int) -> Iterator[MachOExport]:
    """Walk the trie without recursion; each node is a prefix of its children's names."""
    stack: list[tuple[int, bytes, int]] = [(0, b"", 0)]
    visited: set[int] = set()
    # A tree shares beginnings, so names are much longer in sum than the tree is.
    budget = Budget(_SHARING * len(view), "exports")
    while stack:
        offset, prefix, depth = stack.pop()
        if offset in visited or depth > _MAX_DEPTH or len(visited) > _MAX_NODES:
            raise FormatError("exports: the tree loops or is too deep", view.base + offset)
        visited.add(offset)
        budget.spend(len(prefix), view.base + offset)
        node = _Bytes(view, offset)
        size = node.uleb()
        children = node.at + size
        if size:
            yield _export(image, node, prefix, base)
        node.at = children
        found = []
        for _ in range(node.byte()):
            edge = node.name()
            found.append((node.uleb(), prefix + edge, depth + 1))
        stack += reversed(found)


def _export(image: MachOImage, node: _Bytes, name: bytes, base: int) -> MachOExport:
    flags = node.uleb()
    kind, weak = _EXPORT_KINDS[flags & _KIND_MASK], bool(flags & _WEAK)
    if flags & _REEXPORT:
        ordinal = node.uleb()
        other = text(node.name())
        library = _library(image, ordinal)
        return MachOExport(text(name), kind, 0, weak, f"{library}: {other}" if other else library)
    address = node.uleb()
    if flags & _KIND_MASK != 2:  # absolute symbols keep their value
        address += base
    forwarder = f"resolver at {node.uleb():#x}" if flags & _RESOLVER else ""
    return MachOExport(text(name), kind, address, weak, forwarder)


def _library(image: MachOImage, ordinal: int) -> str:
    """Name a library by its ordinal, which counts the load commands of libraries from 1."""
    if 0 < ordinal <= len(image.dylibs):
        return image.dylibs[ordinal - 1].name
    return _SPECIAL_ORDINALS.get(ordinal, f"library {ordinal}")


def read_imports(image: MachOImage) -> tuple[MachOImport, ...]:
    """Read what is bound at load time: chained fixups, the older opcodes, else the symbol table.

    Raises:
        FormatError: a table is damaged.
    """
    if image.chained_fixups and image.chained_fixups.size:
        return tuple(_chained(image, image.chained_fixups))
    if image.dyld_info:
        info = image.dyld_info
        tables = ((info.bind, False), (info.weak_bind, False), (info.lazy_bind, True))
        found = (item for where, lazy in tables for item in _opcodes(image, where, lazy=lazy))
        return tuple(dict.fromkeys(found))
    return ()


def _chained(image: MachOImage, where: Extent) -> Iterator[MachOImport]:
    view = image.view.sub(where.offset, where.size, "chained fixups")
    order = ">" if image.big_endian else "<"
    # struct dyld_chained_fixups_header.
    _, _, imports, symbols, count, form, compressed = view.unpack(
        struct.Struct(order + "7I"), 0, "chained fixups"
    )
    size = _IMPORT_SIZES.get(form)
    if size is None or count > _MAX_IMPORTS:
        raise FormatError(f"chained fixups: {count} imports of format {form}", view.base)
    names = view.clip(symbols, len(view))
    if compressed:
        names = _inflated(names)
    budget = Budget(len(names), "imported names")
    table = bytes(view.take(imports, count * size, "chained imports"))
    for index in range(count):
        word = int.from_bytes(
            table[index * size : index * size + min(size, 8)],
            "big" if image.big_endian else "little",
        )
        # DYLD_CHAINED_IMPORT and _ADDEND: 8 bits of ordinal, 1 weak, 23 of name; _ADDEND64: 16, 1, 32.
        if form == 3:
            ordinal, weak, at, bits = word & 0xFFFF, word >> 16 & 1, word >> 32, 16
        else:
            ordinal, weak, at, bits = word & 0xFF, word >> 8 & 1, word >> 9 & 0x7F_FFFF, 8
        if ordinal > (1 << bits) - 16:
            ordinal -= 1 << bits
        raw = names.cstring(at)
        budget.spend(len(raw), names.base)
        yield MachOImport(text(raw), _library(image, ordinal), bool(weak), lazy=False)


def _inflated(view: View) -> View:
    try:
        return View.of(zlib.decompressobj().decompress(view.data, _MAX_INFLATED))
    except zlib.error as error:
        raise FormatError(f"chained fixups: names: {error}", view.base) from None


def _opcodes(image: MachOImage, where: Extent, *, lazy: bool) -> Iterator[MachOImport]:
    """Run the opcodes as far as names go: one import for each bind, whatever it is stored into."""
    code = _Bytes(image.view.sub(where.offset, where.size, "bind opcodes"))
    ordinal, name, flags = 0, b"", 0
    budget = Budget(where.size, "bind opcodes")
    while code.at < len(code.data):
        byte = code.byte()
        opcode, immediate = byte & 0xF0, byte & 0x0F
        operands = [code.uleb() for _ in range(_operand_count(opcode, immediate, code))]
        if opcode == _SYMBOL:
            name, flags = code.name(), immediate
        elif opcode in _ORDINALS:
            ordinal = _ordinal(opcode, immediate, operands)
        elif opcode in _BINDS:
            budget.spend(len(name), code.view.base + code.at)
            weak = bool(flags & _WEAK_IMPORT)
            yield MachOImport(text(name), _library(image, ordinal), weak, lazy)
        elif opcode == _BIND_DONE and not lazy:
            # Lazy binds end one by one, the others once and for all.
            return


_ORDINALS = (_ORDINAL_IMMEDIATE, _ORDINAL_ULEB, _ORDINAL_SPECIAL)
_BINDS = (_DO_BIND, _DO_BIND_ADD, _DO_BIND_SCALED, _DO_BIND_TIMES)
# LEB128 numbers that follow an opcode.
_OPERANDS = {
    _BIND_DONE: 0, _ORDINAL_IMMEDIATE: 0, _ORDINAL_ULEB: 1, _ORDINAL_SPECIAL: 0, _SYMBOL: 0,
    _TYPE: 0, _ADDEND: 1, _SEGMENT: 1, _ADD_ADDRESS: 1, _DO_BIND: 0, _DO_BIND_ADD: 1,
    _DO_BIND_SCALED: 0, _DO_BIND_TIMES: 2,
}  # fmt: skip


def _operand_count(opcode: int, immediate: int, code: _Bytes) -> int:
    # BIND_SUBOPCODE_THREADED_SET_BIND_ORDINAL_TABLE_SIZE_ULEB is 0, _APPLY has no operand.
    count = int(immediate == 0) if opcode == _THREADED else _OPERANDS.get(opcode)
    if count is None:
        raise FormatError(f"bind opcode {opcode:#x}", code.view.base + code.at - 1)
    return count


def _ordinal(opcode: int, immediate: int, operands: list[int]) -> int:
    if opcode == _ORDINAL_ULEB:
        return operands[0]
    if opcode == _ORDINAL_SPECIAL and immediate:
        return immediate - 16  # a negative number of four bits
    return immediate


def function_starts(image: MachOImage) -> int:
    """Count the functions that LC_FUNCTION_STARTS lists as steps from one to the next.

    Raises:
        FormatError: the list lies outside the file.
    """
    where = _extent(image, _LC_FUNCTION_STARTS)
    if where is None:
        return 0
    view = image.view.sub(where.offset, where.size, "function starts")
    raw = bytes(view.data).rstrip(b"\0")
    # Every number ends with a byte below 0x80.
    return sum(byte < 0x80 for byte in raw)


def data_in_code(image: MachOImage) -> tuple[DataInCode, ...]:
    """Read the ranges of code that hold data; raises FormatError if they lie outside the file."""
    where = _extent(image, _LC_DATA_IN_CODE)
    if where is None:
        return ()
    view = image.view.sub(where.offset, where.size, "data in code")
    layout = struct.Struct((">" if image.big_endian else "<") + "IHH")
    records = view.records(layout, 0, len(view) // layout.size, "data in code")
    return tuple(
        DataInCode(offset, size, _DATA_KINDS.get(kind, f"kind {kind}"))
        for offset, size, kind in records
    )


def _extent(image: MachOImage, number: int) -> Extent | None:
    """Return the range that a link-edit command names."""
    command = next((c for c in image.commands if c.number == number), None)
    if command is None:
        return None
    body = image.view.clip(command.offset - image.view.base, command.size)
    layout = struct.Struct((">" if image.big_endian else "<") + "II")
    return Extent(*body.unpack(layout, 8, "load command"))
