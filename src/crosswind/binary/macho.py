"""Read Mach-O: the executables of macOS and iOS, thin or universal.

Layouts are those of Apple's `mach-o/loader.h`, `mach-o/nlist.h` and `mach-o/fat.h`; what Go writes
is in `cmd/link/internal/ld/macho.go`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import field

from crosswind.binary import macho_tables as tables
from crosswind.binary.image import Image, Symbol, SymbolKind
from crosswind.binary.macho_commands import (
    SINGLE,
    DyldInfo,
    Dylib,
    DynamicSymbols,
    Encryption,
    Extent,
    LoadCommand,
    Loads,
    Platform,
    Segment,
    SymbolTable,
)
from crosswind.binary.strings import StringTable
from crosswind.binary.view import FormatError, View
from crosswind.frozen import frozen
from crosswind.port import Format

# loader.h: the magic number as it lies in the file -> byte order, word size.
_MAGICS = {
    b"\xfe\xed\xfa\xce": (">", 32),
    b"\xce\xfa\xed\xfe": ("<", 32),
    b"\xfe\xed\xfa\xcf": (">", 64),
    b"\xcf\xfa\xed\xfe": ("<", 64),
}
# fat.h: FAT_MAGIC and FAT_MAGIC_64; the fields are big-endian on every host.
_FAT_MAGICS = {b"\xca\xfe\xba\xbe": False, b"\xca\xfe\xba\xbf": True}
# Java class files begin like FAT_MAGIC and have their version where the count of slices would be;
# the oldest is 45.
_MAX_SLICES = 44

# nlist.h, n_type.
_N_STAB, _N_TYPE, _N_EXT = 0xE0, 0x0E, 0x01
_N_UNDF, _N_ABS, _N_SECT, _N_PBUD = 0x0, 0x2, 0xE, 0xC


@frozen
class MachOImage(Image):
    """A thin Mach-O file.

    Attributes:
        file_type: `executable`, `dynamic library`, `bundle`, `object` …
        flags: names as in loader.h without `MH_`.
        commands: every load command in order.
        segments: in order; `sections` lists what is inside them.
        platforms: usually one; none in old object files.
        dylibs: what it links, in order.
        install_name: its own name as a library (LC_ID_DYLIB).
        rpaths: where `@rpath` looks.
        loader: the dynamic linker's path, empty for libraries.
        uuid: 16 bytes, or None.
        symbol_table, dynamic_symbols, dyld_info, chained_fixups, encryption, signature: None if
            the command is absent.
        source_version: `a.b.c.d.e` of LC_SOURCE_VERSION, or empty.
        section_kinds: what symbols of each section are, in the order of `sections`.
    """

    file_type: str
    flags: tuple[str, ...]
    commands: tuple[LoadCommand, ...] = field(repr=False)
    segments: tuple[Segment, ...] = field(repr=False)
    platforms: tuple[Platform, ...]
    dylibs: tuple[Dylib, ...]
    install_name: str
    rpaths: tuple[str, ...]
    loader: str
    uuid: bytes | None
    symbol_table: SymbolTable | None
    dynamic_symbols: DynamicSymbols | None
    dyld_info: DyldInfo | None
    chained_fixups: Extent | None
    encryption: Encryption | None
    signature: Extent | None
    source_version: str
    section_kinds: tuple[SymbolKind, ...] = field(repr=False)

    @property
    def is_pie(self) -> bool:
        """Whether the loader may put the executable anywhere (MH_PIE)."""
        return "PIE" in self.flags

    @property
    def gooses(self) -> tuple[str, ...]:
        """The GOOS values its platforms stand for; both of Go's where it names no platform."""
        if not self.platforms:
            return ("darwin", "ios")
        return tuple(platform.goos for platform in self.platforms if platform.goos)

    @property
    def libraries(self) -> tuple[str, ...]:
        """Install names of what the dynamic linker must find, in order."""
        return tuple(dylib.name for dylib in self.dylibs)

    @property
    def has_symbols(self) -> bool:
        """Whether local symbols are there: `-s` leaves undefined and exported ones in place."""
        table, entry = self._nlists()
        kinds = set(bytes(table[4 :: entry.size]))  # n_type follows the four bytes of n_strx
        return any(not kind & (_N_STAB | _N_EXT) and kind & _N_TYPE != _N_UNDF for kind in kinds)

    def symbols(self) -> Iterator[Symbol]:
        """Yield the symbols, debugger's (stab) entries left out; names as in the file.

        `go_name` takes the `_` away that Go's linker puts before every name.

        Raises:
            FormatError: the table or its names lie outside the file.
        """
        table, entry = self._nlists()
        if self.symbol_table is None:
            return
        where = self.symbol_table.strings
        strings = StringTable(self.view.sub(where.offset, where.size, "string table"))
        for name, kind, section, _, address in entry.iter_unpack(table):
            if not kind & _N_STAB:
                yield Symbol(strings.name(name), address, 0, self._kind(kind & _N_TYPE, section))

    def segment(self, name: str) -> Segment | None:
        """Return the first segment of that name."""
        return next((segment for segment in self.segments if segment.name == name), None)

    def at(self, address: int, size: int) -> View:
        """Return up to `size` bytes at a virtual address, headers and link-edit data included."""
        for segment in self.segments:
            inside = address - segment.address
            held = min(segment.file_size, segment.size)
            if 0 <= inside < held:
                return self.view.clip(segment.offset + inside, min(size, held - inside))
        return self.view.clip(0, 0)

    def _nlists(self) -> tuple[memoryview, struct.Struct]:
        """Return the raw symbol table and the layout of struct nlist or nlist_64."""
        order = ">" if self.big_endian else "<"
        entry = struct.Struct(order + ("IBBHQ" if self.bits == 64 else "IBBHI"))
        if self.symbol_table is None:
            return memoryview(b""), entry
        size = self.symbol_table.count * entry.size
        return self.view.take(self.symbol_table.offset, size, "symbol table"), entry

    def _kind(self, kind: int, section: int) -> SymbolKind:
        if kind == _N_SECT and 0 < section <= len(self.section_kinds):
            return self.section_kinds[section - 1]
        if kind in (_N_UNDF, _N_PBUD):
            return SymbolKind.UNDEFINED
        return SymbolKind.ABSOLUTE if kind == _N_ABS else SymbolKind.OTHER


@frozen
class FatSlice:
    """One thin file inside a universal one; `view` is that file, `offset` where it begins."""

    goarchs: tuple[str, ...]
    machine: str
    offset: int
    size: int
    align: int
    view: View = field(repr=False)

    def image(self) -> MachOImage:
        """Read the slice; raises FormatError if it is damaged or no Mach-O file (an archive)."""
        return read(self.view)


@frozen
class FatFile:
    """A universal binary: several thin files for several machines in one."""

    view: View
    slices: tuple[FatSlice, ...]


def go_name(name: str) -> str:
    """Return a symbol's Go name: without the `_` that Go's linker added for Apple's tools.

    debug/macho/file.go, parseSymtab, does the same (Go issue 33808): only to names with a dot, which
    no C name has.
    """
    return name[1:] if name.startswith("_") and "." in name else name


def is_fat(view: View) -> bool:
    """Whether this is a universal binary, and not a Java class file with the same magic."""
    magic = bytes(view.clip(0, 4).data)
    if magic not in _FAT_MAGICS or len(view) < 8:
        return False
    return int.from_bytes(view.take(4, 4), "big") <= _MAX_SLICES


def read_fat(view: View) -> FatFile:
    """Read the table of a universal binary; its slices are read by `FatSlice.image`.

    Raises:
        FormatError: it is none, is empty, or a slice lies outside the file.
    """
    magic, count = view.unpack(struct.Struct(">4sI"), 0, "universal header")
    wide = _FAT_MAGICS.get(magic)
    if wide is None or count > _MAX_SLICES:
        raise FormatError("not a universal Mach-O file", view.base)
    if not count:
        raise FormatError("universal Mach-O file without slices", view.base + 4)
    layout = struct.Struct(">IIQQII" if wide else ">IIIII")  # struct fat_arch_64, fat_arch
    records = view.records(layout, 8, count, "universal header")
    return FatFile(view, tuple(_slice(view, *record[:5]) for record in records))


def _slice(view: View, cpu: int, subtype: int, offset: int, size: int, align: int) -> FatSlice:
    machine = tables.machine(cpu, subtype)
    part = view.sub(offset, size, f"truncated: slice for {machine}")
    return FatSlice(tables.goarchs(cpu, subtype), machine, offset, size, 1 << min(align, 63), part)


def read(view: View) -> MachOImage:
    """Read a thin Mach-O file.

    Raises:
        FormatError: it is none, is truncated, or its load commands break the rules.
    """
    order, bits = _MAGICS.get(bytes(view.clip(0, 4).data), ("", 0))
    if not order:
        raise FormatError("not a Mach-O file", view.base)
    header = struct.Struct(order + "7I")  # struct mach_header; mach_header_64 adds a reserved word
    _, cpu, subtype, file_type, count, size, flags = view.unpack(header, 0, "Mach-O header")
    loads = Loads(order, bits)
    start = header.size + (4 if bits == 64 else 0)
    for command, body in _commands(view.sub(start, size, "load commands"), order, count):
        loads.add(command, body)
    for segment in loads.segments:
        _require(view, segment)
    return MachOImage(
        view=view,
        format=Format.MACHO64 if bits == 64 else Format.MACHO32,
        goarchs=tables.goarchs(cpu, subtype),
        machine=tables.machine(cpu, subtype),
        big_endian=order == ">",
        bits=bits,
        sections=tuple(loads.sections),
        entry=loads.entry(cpu),
        file_type=tables.FILE_TYPES.get(file_type, f"type {file_type}"),
        flags=tuple(name for bit, name in enumerate(tables.HEADER_FLAGS) if flags >> bit & 1),
        commands=tuple(loads.commands),
        segments=tuple(loads.segments),
        platforms=tuple(loads.platforms),
        dylibs=tuple(loads.dylibs),
        rpaths=tuple(loads.rpaths),
        section_kinds=tuple(loads.section_kinds),
        **{name: loads.single.get(name, default) for name, default in SINGLE.items()},
    )


def _commands(view: View, order: str, count: int) -> Iterator[tuple[int, View]]:
    """Yield number and bytes of each load command."""
    head = struct.Struct(order + "II")
    offset = 0
    for index in range(count):
        number, size = view.unpack(head, offset, f"load command {index}")
        if size < head.size:
            raise FormatError(f"load command {index}: size {size}", view.base + offset + 4)
        yield number, view.sub(offset, size, f"load command {index}")
        offset += size


def _require(view: View, segment: Segment) -> None:
    if segment.file_size and segment.offset + segment.file_size > len(view):
        end = segment.offset + segment.file_size
        raise FormatError(
            f"truncated: segment {segment.name} ends at byte {end}, the file at {len(view)}",
            view.base + len(view),
        )
