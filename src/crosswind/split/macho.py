"""Split a Mach-O program: DWARF and local symbols leave, and a dSYM bundle takes them.

The shipped file loses the segment `__DWARF`; `__LINKEDIT`, the last one, moves down in the file, and
in memory all stays. Of the symbol table remain what the dynamic linker looks at, undefined and
exported symbols, as with `-ldflags=-s`. The signature moves along, and has to be made anew.
Layouts are those of Apple's `mach-o/loader.h` and `mach-o/nlist.h`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

from crosswind.binary import macho_tables as tables
from crosswind.binary.image import is_dwarf
from crosswind.binary.macho import MachOImage
from crosswind.binary.macho_commands import Segment
from crosswind.binary.strings import Budget
from crosswind.binary.view import FormatError, View
from crosswind.frozen import frozen

# Commands whose first two fields place a part of __LINKEDIT (struct linkedit_data_command).
_PLACED = frozenset(
    {tables.LC_CODE_SIGNATURE, 0x1E, 0x26, 0x29, 0x2B, 0x2E, 0x36, 0x37, 0x38}
    | {0x33 | tables.LC_REQ_DYLD, 0x34 | tables.LC_REQ_DYLD}
)
# Commands that point into the file otherwise, from before 2005 or of the kernel: not followed.
_STRANGE = frozenset({0x3, 0x9, 0xA, 0x16, 0x31, 0x35})
_DYLD_INFO = frozenset({tables.LC_DYLD_INFO, tables.LC_DYLD_INFO_ONLY})
_SEGMENTS = {tables.LC_SEGMENT: "I", tables.LC_SEGMENT_64: "Q"}
# struct mach_header: ncmds, sizeofcmds.
_COUNTS = 16
# struct symtab_command: symoff, nsyms, stroff, strsize.
_SYMTAB = 8
# struct dysymtab_command: where its fields begin, and some of them by index.
_DYSYMTAB, _DYSYMTAB_COUNT = 8, 18
_GROUPS = (0, 2, 4)  # ilocalsym, iextdefsym, iundefsym; each before its number
_OLD_TABLES = (7, 9, 11)  # ntoc, nmodtab, nextrefsyms
_INDIRECT, _EXTERNAL_RELOCATIONS, _LOCAL_RELOCATIONS = 12, 14, 16
_RELOCATION_SIZE = 8  # reloc.h, struct relocation_info
# nlist.h: n_type.
_N_STAB, _N_EXT, _N_TYPE, _N_UNDF = 0xE0, 0x01, 0x0E, 0x0
# loader.h: entries of the indirect symbol table that name no symbol.
_INDIRECT_LOCAL, _INDIRECT_ABSOLUTE = 0x8000_0000, 0x4000_0000
# The kernel maps whole pages, of 16 KB on arm64.
_PAGES = {"arm64": 0x4000}
_PAGE = 0x1000
# Apple's codesign_allocate puts signatures at multiples of 16.
_ALIGNMENT, _SIGNATURE_ALIGNMENT = 8, 16
# Parts of __LINKEDIT do not share content.
_MOST_OVERLAP = 2

DWARF, LINKEDIT = "__DWARF", "__LINKEDIT"


@frozen
class Command:
    """A load command that may be changed."""

    number: int
    data: bytearray


class Nlist(NamedTuple):
    """An entry of the symbol table (struct nlist, nlist_64)."""

    name: int
    kind: int
    section: int
    description: int
    value: int

    @property
    def is_kept(self) -> bool:
        """Whether the dynamic linker may look at it: undefined or exported."""
        return not self.kind & _N_STAB and (
            bool(self.kind & _N_EXT) or self.kind & _N_TYPE == _N_UNDF
        )

    @property
    def is_defined(self) -> bool:
        """Whether it says where something is."""
        return not self.kind & _N_STAB and self.kind & _N_TYPE != _N_UNDF


def order(image: MachOImage) -> str:
    """The byte order as `struct` writes it."""
    return ">" if image.big_endian else "<"


def nlist(image: MachOImage) -> struct.Struct:
    """The layout of an entry of the symbol table."""
    return struct.Struct(order(image) + ("IBBHQ" if image.bits == 64 else "IBBHI"))


def commands(image: MachOImage) -> Iterator[Command]:
    """Copy the load commands."""
    for one in image.commands:
        start = one.offset - image.view.base
        yield Command(one.number, bytearray(image.view.take(start, one.size, one.name)))


def symbols(image: MachOImage) -> list[Nlist]:
    """Read the symbol table.

    Raises:
        FormatError: it lies outside the file.
    """
    table, layout = image.symbol_table, nlist(image)
    if table is None:
        return []
    records = image.view.records(layout, table.offset, table.count, "symbol table")
    return [Nlist(*record) for record in records]


def segment_name(command: Command) -> str:
    """The segment that a command places; empty if it is about something else."""
    if command.number not in _SEGMENTS:
        return ""
    return bytes(command.data[8:24]).partition(b"\0")[0].decode("ascii", "replace")


def ship(image: MachOImage) -> bytes:
    """Make the program without debug data; its signature, if it has one, does not hold.

    Raises:
        FormatError: its parts are not where linkers put them.
    """
    linkedit, end = _linkedit(image), _others_end(image)
    page = max((_PAGES.get(name, _PAGE) for name in image.goarchs), default=_PAGE)
    kept = [one for one in commands(image) if segment_name(one) != DWARF]
    out = bytearray(image.view.take(0, end, "segments"))
    out += bytes(-len(out) % page)
    start = len(out)
    for part in sorted(_parts(image, kept), key=lambda part: part.offset):
        out += bytes(-len(out) % part.alignment)
        size = len(part.content)
        if part.fills:
            size += -(len(out) + size) % _SIGNATURE_ALIGNMENT
        part.place(len(out), size)
        out += bytes(part.content).ljust(size, b"\0")
    _place_linkedit(image, kept, linkedit, (start, len(out) - start), page)
    _write_commands(image, kept, out)
    return bytes(out)


@frozen
class _Part:
    """A part of __LINKEDIT.

    Attributes:
        offset: where it was.
        content: what it holds now.
        place: tells its command where it is, and its size in bytes.
        alignment: of its place.
        fills: whether it reaches to where a signature may begin, as Go's string tables do
            (cmd/link/internal/ld/macho.go, doMachoLink).
    """

    offset: int
    content: bytes | memoryview
    place: Callable[[int, int], None]
    alignment: int = _ALIGNMENT
    fills: bool = False


def _linkedit(image: MachOImage) -> Segment:
    """The last segment, with __DWARF right before it: tables tell segments and sections by number."""
    *others, last = image.segments or (None,)
    if last is None or last.name != LINKEDIT or last.offset + last.file_size != len(image.view):
        raise FormatError("__LINKEDIT is not the end of the file", image.view.base)
    if any(part is not None and part.name == DWARF for part in others[:-1]):
        raise FormatError("segments follow the debug data", image.view.base)
    return last


def _others_end(image: MachOImage) -> int:
    """Where the segments end that stay as they are."""
    if any(is_dwarf(section) and section.segment != DWARF for section in image.sections):
        raise FormatError(f"debug data outside of {DWARF}", image.view.base)
    stay = [part for part in image.segments if part.name not in (DWARF, LINKEDIT)]
    moved = [part.offset for part in image.segments if part not in stay and part.file_size]
    end = max((part.offset + part.file_size for part in stay), default=0)
    if end > min(moved, default=end):
        raise FormatError("segments share their content", image.view.base)
    return end


def _parts(image: MachOImage, kept: list[Command]) -> Iterator[_Part]:
    """Yield every part of __LINKEDIT that a command places."""
    renumbered = {n: new for new, n in enumerate(_kept_symbols(image))}
    left = _MOST_OVERLAP * len(image.view)
    numbers = [command.number for command in kept]
    if max(map(numbers.count, (tables.LC_SYMTAB, tables.LC_DYSYMTAB))) > 1:
        raise FormatError("two symbol tables", image.view.base)
    for command in kept:
        if command.number in _STRANGE or tables.command_name(command.number).startswith("0x"):
            name = tables.command_name(command.number)
            raise FormatError(f"load command {name} may place anything", image.view.base)
        for part in _parts_of(image, command, renumbered):
            left -= len(part.content)
            if left < 0:
                raise FormatError("parts of __LINKEDIT overlap beyond reason", image.view.base)
            yield part


def _parts_of(image: MachOImage, command: Command, renumbered: dict[int, int]) -> Iterator[_Part]:
    if command.number == tables.LC_SYMTAB:
        yield from _symtab(image, command)
    elif command.number == tables.LC_DYSYMTAB:
        yield from _dysymtab(image, command, renumbered)
    elif command.number in _PLACED:
        yield from _plain(image, command, 8)
    elif command.number in _DYLD_INFO:
        for field in range(8, 48, 8):
            yield from _plain(image, command, field)


def _plain(image: MachOImage, command: Command, field: int, unit: int = 1) -> Iterator[_Part]:
    """Yield what two fields place, offset and number of units."""
    pair = struct.Struct(order(image) + "II")
    offset, count = _unpack(command, pair, field)
    if count:
        content = image.view.take(offset, count * unit, tables.command_name(command.number))

        def place(new: int, size: int) -> None:
            pair.pack_into(command.data, field, new, size // unit)

        signature = command.number == tables.LC_CODE_SIGNATURE
        yield _Part(offset, content, place, _SIGNATURE_ALIGNMENT if signature else _ALIGNMENT)


def _unpack(command: Command, layout: struct.Struct, offset: int) -> tuple[int, ...]:
    return View.of(command.data).unpack(layout, offset, tables.command_name(command.number))


def _kept_symbols(image: MachOImage) -> list[int]:
    return [number for number, symbol in enumerate(symbols(image)) if symbol.is_kept]


def _symtab(image: MachOImage, command: Command) -> Iterator[_Part]:
    """Yield the symbols that stay, and their names."""
    table, layout = image.symbol_table, nlist(image)
    if table is None:
        return
    strings = image.view.sub(table.strings.offset, table.strings.size, "string table")
    budget = Budget(len(strings), "string table")
    entries, names = bytearray(), bytearray(1)
    for symbol in filter(lambda one: one.is_kept, symbols(image)):
        name = strings.cstring(symbol.name)
        budget.spend(len(name), strings.base)
        entries += layout.pack(*symbol._replace(name=len(names)))
        names += name + b"\0"
    pair = struct.Struct(order(image) + "II")

    def place_entries(new: int, size: int) -> None:
        pair.pack_into(command.data, _SYMTAB, new, size // layout.size)

    def place_names(new: int, size: int) -> None:
        pair.pack_into(command.data, _SYMTAB + pair.size, new, size)

    yield _Part(table.offset, bytes(entries), place_entries)
    yield _Part(table.strings.offset, bytes(names), place_names, fills=True)


def _dysymtab(image: MachOImage, command: Command, renumbered: dict[int, int]) -> Iterator[_Part]:
    """Yield the tables of the dynamic linker, and count its groups of symbols anew."""
    layout = struct.Struct(order(image) + f"{_DYSYMTAB_COUNT}I")
    fields = list(_unpack(command, layout, _DYSYMTAB))
    if any(fields[index] for index in _OLD_TABLES):
        raise FormatError("tables of contents of old libraries", image.view.base)
    before = end = 0
    for index in _GROUPS:
        first, count = fields[index : index + 2]
        if count and first < end:
            raise FormatError("groups of symbols overlap", image.view.base)
        stay = sum(first <= number < first + count for number in renumbered)
        fields[index : index + 2] = before, stay
        before, end = before + stay, first + count
    if before != len(renumbered):
        raise FormatError("symbols are in no group", image.view.base)
    layout.pack_into(command.data, _DYSYMTAB, *fields)
    for index in (_EXTERNAL_RELOCATIONS, _LOCAL_RELOCATIONS):
        yield from _plain(image, command, _DYSYMTAB + 4 * index, _RELOCATION_SIZE)
    for part in _plain(image, command, _DYSYMTAB + 4 * _INDIRECT, 4):
        word = struct.Struct(order(image) + "I")
        entries = [
            entry
            if entry & (_INDIRECT_LOCAL | _INDIRECT_ABSOLUTE)
            else renumbered.get(entry, _INDIRECT_LOCAL)
            for (entry,) in word.iter_unpack(part.content)
        ]
        yield _Part(part.offset, b"".join(map(word.pack, entries)), part.place)


def _place_linkedit(
    image: MachOImage,
    kept: list[Command],
    before: Segment,
    extent: tuple[int, int],
    page: int,
) -> None:
    """Say where __LINKEDIT is now; Go counts its memory in bytes, others in pages."""
    start, size = extent
    memory = size if before.size == before.file_size else size + -size % page
    for command in kept:
        if segment_name(command) == LINKEDIT:
            # struct segment_command: vmaddr follows the name.
            fields = struct.Struct(order(image) + f"4{_SEGMENTS[command.number]}")
            fields.pack_into(command.data, 24, before.address, memory, start, size)


def _write_commands(image: MachOImage, kept: list[Command], out: bytearray) -> None:
    """Write header and commands, and blank what is left of the room."""
    header = struct.Struct(order(image) + "II")
    start = header_size(image)
    content = b"".join(command.data for command in kept)
    room = sum(command.size for command in image.commands)
    if start + room > len(out):
        raise FormatError("load commands lie outside of the segments", image.view.base)
    out[start : start + room] = content.ljust(room, b"\0")
    header.pack_into(out, _COUNTS, len(kept), len(content))


def header_size(image: MachOImage) -> int:
    """The size of struct mach_header or mach_header_64."""
    return 32 if image.bits == 64 else 28
