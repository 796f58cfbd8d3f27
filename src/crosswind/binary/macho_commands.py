"""The load commands of Mach-O: what each says, as records.

Layouts are those of Apple's `mach-o/loader.h`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from crosswind.binary import macho_tables as tables
from crosswind.binary.image import Section, SymbolKind
from crosswind.binary.strings import text
from crosswind.binary.view import View
from crosswind.frozen import frozen

_VM_PROT_WRITE, _VM_PROT_EXECUTE = 2, 4
# loader.h, section types without content: S_ZEROFILL, S_GB_ZEROFILL, S_THREAD_LOCAL_ZEROFILL.
_ZEROFILL = frozenset({0x1, 0xC, 0x12})
_S_ATTR_INSTRUCTIONS = 0x8000_0400  # S_ATTR_PURE_INSTRUCTIONS | S_ATTR_SOME_INSTRUCTIONS


@frozen
class LoadCommand:
    """One load command; `offset` and `size` place it in the file."""

    number: int
    name: str
    offset: int
    size: int


@frozen
class MachOSection(Section):
    """A section with the fields that only Mach-O has; `alignment` in bytes."""

    flags: int = 0
    alignment: int = 1
    relocations: int = 0


@frozen
class Segment:
    """A part of the file that is mapped as one; protections are 4 execute, 2 write, 1 read."""

    name: str
    address: int
    size: int
    offset: int
    file_size: int
    max_protection: int
    protection: int


@frozen
class Platform:
    """What it runs on: Apple's name, the lowest version, the SDK it was built with, both `x.y.z`."""

    name: str
    minimum: str
    sdk: str
    command: str

    @property
    def goos(self) -> str:
        """The GOOS that means this platform, empty if none does."""
        return tables.GOOSES.get(self.name, "")


@frozen
class Dylib:
    """A library by its install name; `kind` is load, weak, reexport, upward, lazy or id."""

    name: str
    kind: str
    current: str
    compatibility: str


@frozen
class Extent:
    """A range of the file, in bytes."""

    offset: int
    size: int


@frozen
class SymbolTable:
    """Where LC_SYMTAB puts the symbols and their names."""

    offset: int
    count: int
    strings: Extent


@frozen
class DynamicSymbols:
    """How many symbols of each sort LC_DYSYMTAB counts."""

    local: int
    external: int
    undefined: int


@frozen
class DyldInfo:
    """Opcodes for the dynamic linker (LC_DYLD_INFO, LC_DYLD_INFO_ONLY)."""

    rebase: Extent
    bind: Extent
    weak_bind: Extent
    lazy_bind: Extent
    export: Extent


@frozen
class Encryption:
    """A range that the App Store encrypts; `method` 0 means not encrypted yet."""

    extent: Extent
    method: int


# Attributes of an image that at most one load command gives, and their values without it.
SINGLE: dict[str, Any] = {
    "install_name": "",
    "loader": "",
    "uuid": None,
    "symbol_table": None,
    "dynamic_symbols": None,
    "dyld_info": None,
    "chained_fixups": None,
    "encryption": None,
    "signature": None,
    "source_version": "",
}


class Loads:
    """Gathers what the load commands say, one method per kind of command."""

    def __init__(self, order: str, bits: int) -> None:
        self.order = order
        self.bits = bits
        self.commands: list[LoadCommand] = []
        self.segments: list[Segment] = []
        self.sections: list[MachOSection] = []
        self.section_kinds: list[SymbolKind] = []
        self.platforms: list[Platform] = []
        self.dylibs: list[Dylib] = []
        self.rpaths: list[str] = []
        self.single: dict[str, Any] = {}
        self._entry_offset: int | None = None
        self._thread: View | None = None

    def add(self, number: int, body: View) -> None:
        """Take one load command in."""
        name = tables.command_name(number)
        self.commands.append(LoadCommand(number, name, body.base, len(body)))
        read_command = _READERS.get(number)
        if read_command:
            read_command(self, body, number)

    def entry(self, cpu: int) -> int:
        """Return the entry point's address: LC_MAIN's file offset, or LC_UNIXTHREAD's register."""
        if self._entry_offset is not None:
            text = next((s for s in self.segments if s.file_size and s.offset == 0), None)
            return (text.address if text else 0) + self._entry_offset
        if self._thread is None or cpu not in _PROGRAM_COUNTERS:
            return 0
        layout, offset = _PROGRAM_COUNTERS[cpu]
        return int(self._fields(self._thread, layout, offset)[0])

    def _fields(self, body: View, layout: str, offset: int = 8) -> tuple[Any, ...]:
        """Unpack fields; the first after a command's number and size lies at 8."""
        return body.unpack(struct.Struct(self.order + layout), offset, "load command")

    def _segment(self, body: View, number: int) -> None:
        wide = number == tables.LC_SEGMENT_64
        word = "Q" if wide else "I"
        layout = struct.Struct(self.order + f"16s4{word}4I")
        name, address, size, offset, file_size, highest, protection, count, _ = body.unpack(
            layout, 8, "segment"
        )
        segment = Segment(_name(name), address, size, offset, file_size, highest, protection)
        self.segments.append(segment)
        # struct section ends with two reserved words, section_64 with three.
        entry = struct.Struct(self.order + f"16s16s2{word}{'8I' if wide else '7I'}")
        for record in body.records(entry, 8 + layout.size, count, "sections"):
            self._section(segment, record)

    def _section(self, segment: Segment, record: tuple[Any, ...]) -> None:
        name, owner, address, size, offset, align, _, relocations, flags = record[:9]
        empty = flags & 0xFF in _ZEROFILL or not segment.file_size
        self.sections.append(
            MachOSection(
                name=_name(name),
                address=address,
                size=size,
                offset=offset,
                file_size=0 if empty else size,
                writable=bool(segment.protection & _VM_PROT_WRITE),
                executable=bool(segment.protection & _VM_PROT_EXECUTE),
                segment=_name(owner),
                flags=flags,
                alignment=1 << min(align, 63),
                relocations=relocations,
            )
        )
        code = SymbolKind.CODE if flags & _S_ATTR_INSTRUCTIONS else SymbolKind.DATA
        self.section_kinds.append(SymbolKind.BSS if flags & 0xFF in _ZEROFILL else code)

    def _dylib(self, body: View, number: int) -> None:
        name, _, current, compatibility = self._fields(body, "IIII")
        kind = _DYLIBS[number]
        dylib = Dylib(_text(body, name), kind, version(current), version(compatibility))
        if kind == "id":
            self.single["install_name"] = dylib.name
        else:
            self.dylibs.append(dylib)

    def _build_version(self, body: View, _number: int) -> None:
        platform, minimum, sdk = self._fields(body, "III")
        name = tables.PLATFORMS.get(platform, f"platform {platform}")
        self.platforms.append(Platform(name, version(minimum), version(sdk), "LC_BUILD_VERSION"))

    def _version_min(self, body: View, number: int) -> None:
        minimum, sdk = self._fields(body, "II")
        name = tables.MINIMUM_COMMANDS[number]
        command = tables.command_name(number)
        self.platforms.append(Platform(name, version(minimum), version(sdk), command))

    def _rpath(self, body: View, _number: int) -> None:
        self.rpaths.append(_text(body, self._fields(body, "I")[0]))

    def _dylinker(self, body: View, _number: int) -> None:
        self.single["loader"] = _text(body, self._fields(body, "I")[0])

    def _uuid(self, body: View, _number: int) -> None:
        self.single["uuid"] = bytes(body.take(8, 16, "LC_UUID"))

    def _main(self, body: View, _number: int) -> None:
        self._entry_offset = int(self._fields(body, "Q")[0])

    def _unix_thread(self, body: View, _number: int) -> None:
        self._thread = body

    def _symtab(self, body: View, _number: int) -> None:
        offset, count, strings, size = self._fields(body, "IIII")
        self.single["symbol_table"] = SymbolTable(offset, count, Extent(strings, size))

    def _dysymtab(self, body: View, _number: int) -> None:
        _, local, _, external, _, undefined = self._fields(body, "6I")
        self.single["dynamic_symbols"] = DynamicSymbols(local, external, undefined)

    def _dyld_info(self, body: View, _number: int) -> None:
        fields = self._fields(body, "10I")
        extents = (Extent(*fields[index : index + 2]) for index in range(0, 10, 2))
        self.single["dyld_info"] = DyldInfo(*extents)

    def _chained_fixups(self, body: View, _number: int) -> None:
        self.single["chained_fixups"] = Extent(*self._fields(body, "II"))

    def _signature(self, body: View, _number: int) -> None:
        self.single["signature"] = Extent(*self._fields(body, "II"))

    def _encryption(self, body: View, _number: int) -> None:
        offset, size, method = self._fields(body, "III")
        self.single["encryption"] = Encryption(Extent(offset, size), method)

    def _source_version(self, body: View, _number: int) -> None:
        (packed,) = self._fields(body, "Q")
        # loader.h: A.B.C.D.E packed as a24.b10.c10.d10.e10.
        parts = [packed >> 40, *(packed >> shift & 0x3FF for shift in (30, 20, 10, 0))]
        self.single["source_version"] = ".".join(map(str, parts))


# Where a thread state holds the program counter, from the command's start: the state follows the
# command's number and size, a flavor and a count (mach/i386/_structs.h, mach/arm/_structs.h).
_PROGRAM_COUNTERS = {
    tables.CPU_TYPE_I386: ("I", 16 + 10 * 4),
    tables.CPU_TYPE_X86_64: ("Q", 16 + 16 * 8),
    tables.CPU_TYPE_ARM: ("I", 16 + 15 * 4),
    tables.CPU_TYPE_ARM64: ("Q", 16 + 32 * 8),
}

_DYLIBS = {
    tables.LC_LOAD_DYLIB: "load",
    tables.LC_LOAD_WEAK_DYLIB: "weak",
    tables.LC_REEXPORT_DYLIB: "reexport",
    tables.LC_LOAD_UPWARD_DYLIB: "upward",
    tables.LC_LAZY_LOAD_DYLIB: "lazy",
    tables.LC_ID_DYLIB: "id",
}

# ruff: noqa: SLF001 - the table belongs to the class above
_READERS: dict[int, Callable[[Loads, View, int], None]] = {
    tables.LC_SEGMENT: Loads._segment,
    tables.LC_SEGMENT_64: Loads._segment,
    tables.LC_BUILD_VERSION: Loads._build_version,
    tables.LC_RPATH: Loads._rpath,
    tables.LC_LOAD_DYLINKER: Loads._dylinker,
    tables.LC_UUID: Loads._uuid,
    tables.LC_MAIN: Loads._main,
    tables.LC_UNIXTHREAD: Loads._unix_thread,
    tables.LC_SYMTAB: Loads._symtab,
    tables.LC_DYSYMTAB: Loads._dysymtab,
    tables.LC_DYLD_INFO: Loads._dyld_info,
    tables.LC_DYLD_INFO_ONLY: Loads._dyld_info,
    tables.LC_DYLD_CHAINED_FIXUPS: Loads._chained_fixups,
    tables.LC_CODE_SIGNATURE: Loads._signature,
    tables.LC_ENCRYPTION_INFO: Loads._encryption,
    tables.LC_ENCRYPTION_INFO_64: Loads._encryption,
    tables.LC_SOURCE_VERSION: Loads._source_version,
    **dict.fromkeys(_DYLIBS, Loads._dylib),
    **dict.fromkeys(tables.MINIMUM_COMMANDS, Loads._version_min),
}


def version(packed: int) -> str:
    """Spell a version that loader.h packs as xxxx.yy.zz: `12.0.0`."""
    return f"{packed >> 16}.{packed >> 8 & 0xFF}.{packed & 0xFF}"


def _name(raw: bytes) -> str:
    """Decode a name of at most 16 bytes, padded with NULs."""
    return text(raw.partition(b"\0")[0])


def _text(body: View, offset: int) -> str:
    """Decode a string that lies inside a load command (union lc_str)."""
    return text(body.cstring(offset))
