"""Find the function, file and line of a program counter in a Go program (Go 1.20 and newer).

The tables are those of `runtime/symtab.go` (struct moduledata, pcvalue), `runtime/runtime2.go` (struct _func)
and `runtime/symtabinl.go` (struct inlinedCall). Stripped programs have them too.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_right
from typing import NamedTuple

from crosswind.binary import pclntab
from crosswind.binary.image import Image
from crosswind.binary.pclntab import PclnTable
from crosswind.binary.view import FormatError, View

# internal/abi/symtab.go: PCDATA_InlTreeIndex and FUNCDATA_InlTree.
_PCDATA_INLINE, _FUNCDATA_INLINE = 2, 3
# runtime/runtime2.go, struct _func of Go 1.20: entryOff, nameOff, args, deferreturn, pcsp, pcfile, pcln,
# npcdata, cuOffset, startLine, funcID, flag, nfuncdata.
_FUNC = struct.Struct("<IiiIIIIIIiBBxB")
# runtime/symtabinl.go, struct inlinedCall: funcID, nameOff, parentPc, startLine.
_INLINED = struct.Struct("<B3xiii")
_WORD = struct.Struct("<I")
# No compilation unit (cmd/link/internal/ld/pcln.go), no file, no table.
_NONE = 0xFFFFFFFF
# runtime/symtab.go, struct moduledata: the word gofunc follows rodata; Go 1.27 put three more before.
_RODATA_WORDS = (39, 42)
_MODULE_WORDS = 44
# A stack of inlined calls that is deeper than this is damaged.
_MAX_INLINED = 64


class Frame(NamedTuple):
    """One call: the function's symbol name, the source file's path as recorded, and the line."""

    function: str
    file: str
    line: int


class _Function(NamedTuple):
    """A record: the address of the code, the fields, and where its arrays begin."""

    start: int
    fields: tuple[int, ...]
    arrays: int


class LineTable:
    """Answers for program counters of one program."""

    def __init__(self, table: PclnTable, functions_data: View | None) -> None:
        """Keep the table, and the data that funcdata offsets are relative to (`go:func.*`)."""
        self._table = table
        self._view = table.view
        self._data = functions_data
        self._entries: array[int] = table.entries(wide=False)
        files, pctab, functab = table.places()
        self._files = self._view.clip(files, pctab - files)
        self._counters = bytes(self._view.clip(pctab, functab - pctab).data)
        self._units = self._view.clip(_unit_table(table), len(self._view))

    def frames(self, pc: int) -> list[Frame]:
        """Return the calls at an instruction, the innermost inlined one first; empty outside Go code.

        Args:
            pc: address in the instruction; of a return address, one less.

        Raises:
            FormatError: the tables are damaged.
        """
        function = self._function(pc)
        if function is None:
            return []
        found = []
        for _ in range(_MAX_INLINED):
            file, line = self._position(function, pc)
            call = self._inlined(function, pc)
            if call is None:
                found.append(Frame(self._name(function.fields[1]), file, line))
                return found
            name, parent = call
            found.append(Frame(self._name(name), file, line))
            pc = function.start + parent
        raise FormatError("inlined calls lead round in circles", self._view.base)

    def frame_size(self, pc: int) -> int | None:
        """Return the bytes of the stack frame at an instruction, up to the return address.

        None outside Go code and where the function does not say.
        """
        function = self._function(pc)
        if function is None or not function.fields[4]:
            return None
        size = self._value(function, function.fields[4], pc)
        return size if size >= 0 else None

    def _function(self, pc: int) -> _Function | None:
        """Find the function whose code an address lies in."""
        offset = pc - self._table.text
        index = bisect_right(range(self._table.count), offset, key=self._start) - 1
        if index < 0 or offset >= self._entries[-1]:
            return None
        at = self._table.functab + self._entries[2 * index + 1]
        fields = self._view.unpack(_FUNC, at, "pclntab")
        return _Function(self._table.text + self._start(index), fields, at + _FUNC.size)

    def _start(self, index: int) -> int:
        return self._entries[2 * index]

    def _name(self, offset: int) -> str:
        return self._view.cstring(self._table.names + offset).decode("utf-8", "replace")

    def _position(self, function: _Function, pc: int) -> tuple[str, int]:
        """Return file and line; an empty file and 0 where the table does not say."""
        number = self._value(function, function.fields[5], pc)
        line = self._value(function, function.fields[6], pc)
        unit = function.fields[8]
        if number < 0 or unit == _NONE:
            return "", max(line, 0)
        (offset,) = self._units.unpack(_WORD, 4 * (unit + number), "pclntab files")
        if offset == _NONE:
            return "", max(line, 0)
        return self._files.cstring(offset).decode("utf-8", "replace"), max(line, 0)

    def _inlined(self, function: _Function, pc: int) -> tuple[int, int] | None:
        """Return the name and the caller's place, if the instruction was inlined."""
        count, arrays = function.fields[7], function.fields[-1]
        if count <= _PCDATA_INLINE or arrays <= _FUNCDATA_INLINE or self._data is None:
            return None
        (table,) = self._view.unpack(_WORD, function.arrays + 4 * _PCDATA_INLINE, "pclntab")
        (tree,) = self._view.unpack(
            _WORD, function.arrays + 4 * (count + _FUNCDATA_INLINE), "pclntab"
        )
        if not table or tree == _NONE:
            return None
        index = self._value(function, table, pc)
        if index < 0:
            return None
        record = self._data.unpack(_INLINED, tree + _INLINED.size * index, "inlined calls")
        return record[1], record[2]

    def _value(self, function: _Function, offset: int, pc: int) -> int:
        """Look a program counter up in one of the function's tables (runtime/symtab.go, pcvalue)."""
        value, at, address = -1, offset, function.start
        first = True
        while True:
            delta, at = self._varint(at)
            if delta == 0 and not first:
                return -1
            first = False
            value += (delta >> 1) ^ -(delta & 1)
            step, at = self._varint(at)
            address += step * self._table.quantum
            if pc < address:
                return value

    def _varint(self, at: int) -> tuple[int, int]:
        """Read a number of seven bits a byte (encoding/binary), at most of 32 bits."""
        value = shift = 0
        counters = self._counters
        while at < len(counters) and shift < 35:
            byte = counters[at]
            at += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value, at
            shift += 7
        raise FormatError("pclntab: a table of program counters is damaged", self._view.base)


def read(image: Image) -> LineTable | None:
    """Read the tables; None if there are none of Go 1.20 or newer for a little-endian machine.

    Raises:
        FormatError: there is a table and it is damaged.
    """
    table = pclntab.read(image)
    if table is None or table.version != "1.20" or table.big_endian:
        return None
    return LineTable(table, _functions_data(image, table))


def _unit_table(table: PclnTable) -> int:
    """Return the offset of cutab: the word before that of file names."""
    size = table.pointer_size
    return int.from_bytes(table.view.take(8 + 4 * size, size, "pclntab header"), "little")


def _functions_data(image: Image, table: PclnTable) -> View | None:
    """Find what moduledata.gofunc points to; None if moduledata is not found."""
    words = pclntab.module_words(image, table, _MODULE_WORDS)
    if words is None:
        return None
    for rodata in _RODATA_WORDS:
        start = words[rodata + 1]
        # Before Go 1.27 the word is an address where the newer layout has a size.
        if words[rodata] and words[rodata] <= start and len(image.at(start, 1)):
            return _to_section_end(image, start)
    return None


def _to_section_end(image: Image, address: int) -> View | None:
    for section in image.sections:
        if section.address <= address < section.address + section.file_size:
            offset = address - section.address
            return image.content(section).clip(offset, section.file_size - offset)
    return None
