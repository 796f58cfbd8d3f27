"""Go's table of functions (pclntab): every function's name, address and size, in stripped programs too.

The layouts are those of Go's `internal/abi/symtab.go` (magic numbers), `runtime/symtab.go` (pcHeader,
moduledata) and `debug/gosym/pclntab.go` (the reader of all versions).
"""

from __future__ import annotations

import re
import struct
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import field, replace
from itertools import islice, pairwise
from typing import Literal, NamedTuple

from crosswind.binary.image import Image, Section
from crosswind.binary.strings import StringTable
from crosswind.binary.view import FormatError, View
from crosswind.frozen import frozen

# internal/abi/symtab.go: magic numbers, and the first Go version that wrote each.
_VERSIONS = {0xFFFFFFFB: "1.2", 0xFFFFFFFA: "1.16", 0xFFFFFFF0: "1.18", 0xFFFFFFF1: "1.20"}
# The magic number in either byte order, two zero bytes, the instructions' smallest size, a pointer's size.
_HEADER = re.compile(
    rb"(?:[\xfb\xfa\xf0\xf1]\xff\xff\xff|\xff\xff\xff[\xfb\xfa\xf0\xf1])\0\0[\x01\x02\x04][\x04\x08]"
)
_MAX_MARKS = 64
_Order = Literal["little", "big"]
# cmd/link/internal/ld/pcln.go and data.go: sections of its own in ELF and Mach-O. PE, XCOFF and
# Plan 9 keep the table inside another section, as ELF does for -buildmode=pie before Go 1.26.
_NAMED = (".gopclntab", ".data.rel.ro.gopclntab", "__gopclntab")
_TEXTS = (".text", "__text", "text")
_MODULE_DATA = (".go.module", "__go_module", ".noptrdata", "__noptrdata", ".data", "data")
_MAX_SECTIONS = 8
# runtime/symtab.go, struct moduledata: minpc, maxpc, text follow pcHeader, six slices and findfunctab.
_MINPC_WORD, _TEXT_WORD = 20, 22
# Bytes of struct _func before its arrays (runtime/runtime2.go), for the layouts whose records are
# made of 32-bit numbers; and of an entry that leads to one.
_FIXED_SIZES = {"1.18": 40, "1.20": 44}
_ENTRY_SIZE = 8
# No linked program has more; the largest have a few hundred thousand.
_MAX_FUNCTIONS = 1 << 22


class Function(NamedTuple):
    """A function: its symbol's name, virtual address, and bytes up to the next function."""

    name: str
    address: int
    size: int


@frozen
class PclnTable:
    """The table, its header read.

    Attributes:
        view: from the header to the end of what holds it.
        version: of the layout, by the Go version that brought it: 1.2, 1.16, 1.18, 1.20.
        big_endian: byte order.
        pointer_size: in bytes.
        quantum: smallest size of an instruction, in bytes.
        count: number of functions.
        file_count: number of source files; 0 where the header does not say (1.2).
        text: virtual address that offsets of functions are relative to; 0 where they are absolute.
        names, functab: offsets of the functions' names and of their entries, from the header.
        end: bytes of the view that the table takes, as far as its header tells.
        address: virtual address of the header.
    """

    view: View = field(repr=False)
    version: str
    big_endian: bool
    pointer_size: int
    quantum: int
    count: int
    file_count: int
    text: int
    names: int
    functab: int
    end: int
    address: int

    @property
    def offset(self) -> int:
        """File offset of the header."""
        return self.view.base

    def functions(self) -> Iterator[Function]:
        """Yield the functions by address.

        Raises:
            FormatError: a part of the table lies outside it, or the addresses do not ascend.
        """
        wide = self.version in ("1.2", "1.16")
        order = ">" if self.big_endian else "<"
        entries = self.entries(wide)
        # struct _func: the entry (a pointer before Go 1.18), then the name's offset.
        name_field = struct.Struct(order + "i")
        skip = self.pointer_size if wide else 4
        base = self.functab if self.version != "1.2" else 0
        strings = StringTable(self.view.clip(self.names, len(self.view)), "function names")
        read = name_field.unpack_from
        data = self.view.data
        limit = len(data) - skip - name_field.size
        for index in range(self.count):
            start, where, end = entries[2 * index : 2 * index + 3]
            at = base + where
            if end < start or at > limit:
                raise FormatError(f"pclntab: function {index} is damaged", self.view.base + at)
            yield Function(strings.name(read(data, at + skip)[0]), self.text + start, end - start)

    def footprints(self) -> list[int] | None:
        """Return how many bytes of the table each function takes, in the order of `functions`.

        Its entry, its record, its name and its tables of program counters; what functions share
        counts for the first. None for layouts before Go 1.18.

        Raises:
            FormatError: a part of the table lies outside it, or records overlap beyond reason.
        """
        fixed = _FIXED_SIZES.get(self.version)
        if fixed is None:
            return None
        return _Footprints(self, fixed).measure(self.entries(wide=False)[1::2])

    def source_files(self) -> Iterator[str]:
        """Yield the paths of source files (Go 1.16 and newer), in the table's order.

        Raises:
            FormatError: the table of files lies outside the view.
        """
        if self.version == "1.2":
            return
        files, pctab, _ = self.places()
        if not 0 < files < pctab:
            raise FormatError("pclntab: the table of files is damaged", self.view.base)
        table = self.view.sub(files, pctab - files, "table of source files")
        for raw in bytes(table.data).split(b"\0")[: self.file_count]:
            yield raw.decode("utf-8", "replace")

    def places(self) -> tuple[int, int, int]:
        """Return the offsets of file names, tables of program counters, and functions."""
        first = 5 if self.version in ("1.18", "1.20") else 4
        files, pctab, functab = (_word(self, first + step) for step in range(3))
        return files, pctab, functab

    def entries(self, wide: bool) -> array[int]:
        """Return the table of entries: start and place of each function, and the last one's end."""
        size = self.pointer_size if wide else 4
        code = "Q" if size == 8 else "I"
        entries = array(code)
        raw = self.view.take(self.functab, (2 * self.count + 1) * size, "table of functions")
        entries.frombytes(raw)
        if self.big_endian is not _NATIVE_BIG:
            entries.byteswap()
        return entries


class _Footprints:
    """Adds up what each function needs of the table."""

    def __init__(self, table: PclnTable, fixed: int) -> None:
        self._table = table
        self._fixed = fixed
        order = ">" if table.big_endian else "<"
        # nameoff, args, deferreturn, pcsp, pcfile, pcln, npcdata, behind the entry's offset.
        self._fields = struct.Struct(order + "4x7I")
        self._order = order
        self._left = len(table.view)

    def measure(self, places: Sequence[int]) -> list[int]:
        """Return the bytes for each function, whose records lie at these places."""
        owners: dict[int, int] = {}  # offset of a table of program counters -> its first function
        names: set[int] = set()
        sizes = []
        for index, place in enumerate(places):
            name, counters, arrays = self._record(self._table.functab + place)
            size = _ENTRY_SIZE + self._fixed + 4 * arrays
            if name not in names:
                names.add(name)
                size += len(self._table.view.cstring(self._table.names + name)) + 1
            sizes.append(size)
            for offset in counters:
                owners.setdefault(offset, index)
        self._add_counters(owners, sizes)
        return sizes

    def _record(self, at: int) -> tuple[int, tuple[int, ...], int]:
        """Return the name's offset, those of tables of program counters, and the arrays' length."""
        view = self._table.view
        name, _, _, *counters, count = view.unpack(self._fields, at, "pclntab")
        (extra,) = view.take(at + self._fixed - 1, 1, "pclntab")
        self._left -= 4 * (count + extra)
        if self._left < 0:
            raise FormatError("pclntab: records overlap beyond reason", view.base + at)
        array_ = struct.Struct(f"{self._order}{count}I")
        found = (*counters, *view.unpack(array_, at + self._fixed, "pclntab"))
        return name, found, count + extra

    def _add_counters(self, owners: dict[int, int], sizes: list[int]) -> None:
        """Give each table of program counters, up to the next, to the function that had it first."""
        _, pctab, functab = self._table.places()
        ends = sorted(offset for offset in owners if 0 < offset < functab - pctab)
        ends.append(max(functab - pctab, 0))
        for offset, end in pairwise(ends):
            sizes[owners[offset]] += end - offset


_NATIVE_BIG = struct.pack("=H", 1) == b"\0\x01"


def read(image: Image) -> PclnTable | None:
    """Find the table and read its header; None if there is none, so that it is no Go program.

    Raises:
        FormatError: there is a section for it whose content is damaged.
    """
    # Files of debug data keep the section's header without its content.
    named = next((s for s in image.sections if s.name in _NAMED and s.file_size), None)
    if named is not None:
        content = image.content(named)
        table = _table(image, content, named.address)
        if table is None:
            raise FormatError(f"section {named.name} holds no table of functions", content.base)
        return table
    return next(_searched(image), None)


def _searched(image: Image) -> Iterator[PclnTable]:
    """Look for the header where a linker may have put it: at a pointer's alignment in memory."""
    budget = len(image.view)
    for section in _candidates(image):
        content = image.content(section)
        # Honest sections do not overlap, so together they are no longer than the file.
        budget -= len(content)
        if budget < 0:
            return
        for match in islice(_HEADER.finditer(content.data), _MAX_MARKS):
            address = section.address + match.start()
            table = _table(image, content.clip(match.start(), len(content)), address)
            if table is not None:
                yield table


def _candidates(image: Image) -> list[Section]:
    """Order the sections: constants first, then code and data; debug data never."""
    loaded = [s for s in image.sections if s.file_size and s.address]
    return sorted(loaded, key=lambda s: (s.executable, s.writable))


def _table(image: Image, view: View, address: int) -> PclnTable | None:
    """Read a header; None if these bytes are none, or do not fit what follows."""
    head = bytes(view.clip(0, 8).data)
    if not _HEADER.fullmatch(head):
        return None
    big_endian = head[0] == 0xFF
    magic = int.from_bytes(head[:4], "big" if big_endian else "little")
    pointer_size = head[7]
    word = struct.Struct((">" if big_endian else "<") + ("Q" if pointer_size == 8 else "I"))
    version = _VERSIONS[magic]
    length = {"1.2": 1, "1.16": 7, "1.18": 8, "1.20": 8}[version]
    try:
        words = [value for (value,) in view.records(word, 8, length, "pclntab")]
    except FormatError:
        return None
    count = words[0]
    if version == "1.2":
        names, functab, files = 0, 8 + pointer_size, 0
        field_size = pointer_size
    else:
        names, functab, files = words[-5], words[-1], words[1]
        field_size = pointer_size if version == "1.16" else 4
    end = functab + (2 * count + 1) * field_size
    if not 0 < count <= _MAX_FUNCTIONS or end > len(view) or names > len(view):
        return None
    text = 0
    if version in ("1.18", "1.20"):
        text = words[2] or _text(image, address, pointer_size)
    table = PclnTable(
        view, version, big_endian, pointer_size, head[6], count, files, text, names, functab, end, address
    )  # fmt: skip
    return replace(table, end=_end(table)) if _plausible(table) else None


def _end(table: PclnTable) -> int:
    """Return where the last function's record ends; they are the last part of the table.

    struct _func: nameoff, args, deferreturn, pcsp, pcfile, pcln, npcdata, cuOffset, startLine (Go
    1.20), then four bytes of which the last is nfuncdata, then the arrays of 32-bit offsets. Older
    layouts align what follows; there the table of entries is the end that is known.
    """
    fixed = _FIXED_SIZES.get(table.version)
    if fixed is None:
        return table.end
    order: _Order = "big" if table.big_endian else "little"
    last = table.view.clip(table.end - 8, 4).data
    at = table.functab + int.from_bytes(last, order)
    record = table.view.clip(at, fixed).data
    if len(record) < fixed:
        return table.end
    arrays = int.from_bytes(record[28:32], order) + record[fixed - 1]
    return min(max(at + fixed + 4 * arrays, table.end), len(table.view))


def _plausible(table: PclnTable) -> bool:
    """Whether the first entries ascend: bytes that only look like a header stop here."""
    try:
        first = list(islice(table.functions(), 2))
    except FormatError:
        return False
    return bool(first) and first[0].size >= 0


def _text(image: Image, address: int, pointer_size: int) -> int:
    """Return the address that entries are relative to, where the header leaves it out (Go 1.26).

    moduledata has it; the linker's section of code stands in, which begins elsewhere only in programs
    with C code.
    """
    for record in _module_records(image, address, pointer_size):
        return record[_TEXT_WORD]
    code = next((s for s in image.sections if s.name in _TEXTS), None)
    return code.address if code else 0


def module_words(image: Image, table: PclnTable, count: int) -> tuple[int, ...] | None:
    """Return the first words of struct moduledata, as they are in the file; None if it is not found."""
    return next(_module_records(image, table.address, table.pointer_size, count), None)


def _module_records(
    image: Image, address: int, pointer_size: int, count: int = _TEXT_WORD + 1
) -> Iterator[tuple[int, ...]]:
    """Look for moduledata, the only structure that begins with a pointer to the table."""
    order: _Order = "big" if image.big_endian else "little"
    # A damaged image base may lead beyond what a pointer holds; no program points there.
    if address >> (8 * pointer_size):
        return
    pointer = re.compile(re.escape(address.to_bytes(pointer_size, order)))
    for section in islice((s for s in image.sections if s.name in _MODULE_DATA), _MAX_SECTIONS):
        content = image.content(section)
        for match in islice(pointer.finditer(content.data), _MAX_MARKS):
            record = content.clip(match.start(), count * pointer_size)
            words = tuple(
                int.from_bytes(record.clip(n * pointer_size, pointer_size).data, order)
                for n in range(count)
            )
            lowest, text = words[_MINPC_WORD], words[_TEXT_WORD]
            if 0 < text <= lowest and len(image.at(text, 1)):
                yield words


def _word(table: PclnTable, index: int) -> int:
    """Read a pointer-sized word behind the first eight bytes of the header."""
    size = table.pointer_size
    raw = table.view.take(8 + index * size, size, "pclntab header")
    return int.from_bytes(raw, "big" if table.big_endian else "little")
