"""ELF images: programs and libraries of Linux, the BSDs, Solaris and Android.

Headers are read at once, everything else when it is asked for.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import field
from enum import StrEnum
from functools import cached_property

from crosswind.binary import elf_abi, elf_marks
from crosswind.binary.elf_dynamic import Dynamic, VersionNeed
from crosswind.binary.elf_header import (
    ET_DYN,
    ET_EXEC,
    ET_REL,
    PF_W,
    PF_X,
    PT_DYNAMIC,
    PT_GNU_RELRO,
    PT_GNU_STACK,
    PT_INTERP,
    PT_LOAD,
    PT_NOTE,
    PT_TLS,
    SHF_ALLOC,
    SHF_EXECINSTR,
    SHF_WRITE,
    SHT_DYNSYM,
    SHT_NOTE,
    SHT_SYMTAB,
    ELFHeader,
    ELFSection,
    Segment,
    read_header,
    read_sections,
    read_segments,
)
from crosswind.binary.elf_notes import Note, read_notes
from crosswind.binary.elf_relocations import RelocationTable, read_relocations
from crosswind.binary.elf_symbols import read_symbols
from crosswind.binary.elf_versions import DynamicSymbol, defined_versions, read_dynamic_symbols
from crosswind.binary.image import Image, Symbol, SymbolKind
from crosswind.binary.memory import Memory
from crosswind.binary.strings import StringTable, text
from crosswind.binary.view import View
from crosswind.frozen import frozen
from crosswind.port import Format

# Linux's own limit (PATH_MAX) for the interpreter's path.
_MAX_PATH = 4096
# Linux Standard Base, "Note Sections": NT_GNU_ABI_TAG and NT_GNU_BUILD_ID of owner GNU.
_GNU_ABI_TAG = 1
_GNU_BUILD_ID = 3
# cmd/link/internal/ld/elf.go, ELF_NOTE_GOBUILDID_TAG of owner Go.
_GO_BUILD_ID = 4
_GLIBC = "GLIBC_"
_TYPES = {0: "none", ET_REL: "object file", ET_EXEC: "executable", 4: "core dump"}


class Linkage(StrEnum):
    """How a program finds its libraries."""

    STATIC = "static"
    STATIC_PIE = "static-pie"
    DYNAMIC = "dynamic"


class Relro(StrEnum):
    """How much of the relocated data is read-only once the program runs."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


@frozen(slots=False)
class ELFImage(Image):
    """An ELF image.

    Without section headers, `sections` are the loaded segments under the name `LOAD`.
    Properties that read tables raise FormatError if the table is damaged.

    Attributes:
        header: every field of the ELF header.
        segments: the program headers.
        section_headers: all of them, number 0 included, so that indexes in the file fit.
    """

    header: ELFHeader = field(repr=False)
    segments: tuple[Segment, ...] = field(repr=False)
    section_headers: tuple[ELFSection, ...] = field(repr=False)

    @cached_property
    def memory(self) -> Memory:
        """Virtual addresses, mapped to the file."""
        loaded = [(part.address, part.file_size, part.offset) for part in self._loads]
        if not loaded:
            loaded = [
                (part.address, part.file_size, part.offset)
                for part in self.section_headers
                if part.flags & SHF_ALLOC
            ]
        return Memory(self.view, loaded)

    def at(self, address: int, size: int) -> View:
        """Return up to `size` bytes of memory at a virtual address, as far as the file holds them."""
        return self.memory.at(address, size)

    @property
    def kind(self) -> str:
        """What it is: executable, position-independent executable, shared library and so on."""
        if self.header.type != ET_DYN:
            return _TYPES.get(self.header.type, f"type {self.header.type:#x}")
        return "position-independent executable" if self.is_pie else "shared library"

    @property
    def is_pie(self) -> bool:
        """Whether it is a program that may be loaded anywhere.

        Older linkers set no flag; what has an interpreter and no library name is a program then.
        """
        if self.header.type != ET_DYN:
            return False
        marked = self.dynamic is not None and self.dynamic.is_pie
        return marked or bool(self.interpreter and not self.soname)

    @property
    def linkage(self) -> Linkage:
        """Whether a dynamic loader must be there to run it."""
        if self.interpreter or self.libraries:
            return Linkage.DYNAMIC
        if self.header.type != ET_DYN:
            return Linkage.STATIC
        return Linkage.STATIC_PIE if self.is_pie else Linkage.DYNAMIC

    @cached_property
    def interpreter(self) -> str:
        """Path of the dynamic loader, empty if there is none."""
        segment = self._segment(PT_INTERP)
        if segment is None:
            return ""
        return text(self.view.clip(segment.offset, segment.file_size).cstring(0, _MAX_PATH))

    @cached_property
    def dynamic(self) -> Dynamic | None:
        """The dynamic section, if there is one."""
        segment = self._segment(PT_DYNAMIC)
        if segment is None:
            return None
        table = self.view.clip(segment.offset, segment.file_size)
        return Dynamic(self.header, self.memory, table)

    @cached_property
    def libraries(self) -> tuple[str, ...]:
        """Shared libraries that the loader must find, in the file's order (DT_NEEDED)."""
        return self.dynamic.needed if self.dynamic else ()

    @property
    def soname(self) -> str:
        """A shared library's own name."""
        return self.dynamic.soname if self.dynamic else ""

    @property
    def rpath(self) -> str:
        """Folders that are searched for libraries first (DT_RPATH)."""
        return self.dynamic.rpath if self.dynamic else ""

    @property
    def runpath(self) -> str:
        """Folders that are searched for libraries after LD_LIBRARY_PATH (DT_RUNPATH)."""
        return self.dynamic.runpath if self.dynamic else ""

    @cached_property
    def version_needs(self) -> tuple[VersionNeed, ...]:
        """Versions of each library's symbols that it was linked against."""
        return self.dynamic.version_needs() if self.dynamic else ()

    @property
    def glibc_needed(self) -> str:
        """The oldest glibc it runs with, such as `2.34`; empty if it asks for none."""
        versions = {name for need in self.version_needs for name in need.versions}
        numbers = (name.removeprefix(_GLIBC) for name in versions if name.startswith(_GLIBC))
        # GLIBC_PRIVATE and GLIBC_ABI_… name no release.
        releases = (tuple(number.split(".")) for number in numbers)
        known = [tuple(map(int, parts)) for parts in releases if all(map(_is_number, parts))]
        return ".".join(map(str, max(known))) if known else ""

    @property
    def truncated(self) -> bool:
        """Whether the file ends before the content of a segment or section does."""
        size = len(self.view)
        cut = any(part.file_size and part.offset + part.file_size > size for part in self.segments)
        return cut or super().truncated

    @property
    def stack_executable(self) -> bool | None:
        """Whether the stack is executable; None if the file leaves it to the system."""
        segment = self._segment(PT_GNU_STACK)
        return None if segment is None else bool(segment.flags & PF_X)

    @property
    def relro(self) -> Relro:
        """Whether relocated data turns read-only, and the table of function addresses with it."""
        if self._segment(PT_GNU_RELRO) is None:
            return Relro.NONE
        return Relro.FULL if self.bind_now else Relro.PARTIAL

    @property
    def bind_now(self) -> bool:
        """Whether every symbol is resolved at start."""
        return self.dynamic is not None and self.dynamic.bind_now

    @property
    def has_tls(self) -> bool:
        """Whether there is a template of thread-local storage."""
        return self._segment(PT_TLS) is not None

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """All notes: those the system sees, then those in sections that are not loaded."""
        parts: list[Segment | ELFSection] = []
        parts += (part for part in self.segments if part.type == PT_NOTE)
        parts += (part for part in self.section_headers if part.type == SHT_NOTE)
        tables = ((self.view.clip(part.offset, part.file_size), part.alignment) for part in parts)
        return tuple(read_notes(self.header, tables))

    @property
    def build_id(self) -> str:
        """The GNU build id in hexadecimal, empty if there is none."""
        content = self._note("GNU", _GNU_BUILD_ID)
        return bytes(content.data).hex() if content else ""

    @property
    def go_build_id(self) -> str:
        """The Go build id, empty if there is none."""
        content = self._note("Go", _GO_BUILD_ID)
        return text(bytes(content.data)) if content else ""

    @property
    def goos_candidates(self) -> tuple[str, ...]:
        """The GOOS values that it can stand for: one where the file bears a system's mark."""
        tag = self._note("GNU", _GNU_ABI_TAG)
        word = struct.Struct(self.header.order + "I")
        gnu_os = word.unpack_from(tag.data)[0] if tag and len(tag) >= word.size else None
        names = tuple(note.name for note in self.notes)
        marks = elf_abi.Marks(names, gnu_os, self.interpreter, self.libraries)
        return elf_abi.goos_candidates(self.header, marks)

    @property
    def float_abi(self) -> str:
        """How floating-point values are passed, in the ABI's word; empty if the file does not say."""
        section = self.section(".MIPS.abiflags")
        flags = bytes(self.content(section).clip(0, 24).data) if section else b""
        return elf_abi.float_abi(self.header, flags)

    @property
    def abi_flags(self) -> tuple[str, ...]:
        """The machine-specific header flags in words."""
        return elf_abi.flag_words(self.header)

    @property
    def compressed_debug(self) -> tuple[str, ...]:
        """Debug sections that are compressed."""
        return tuple(
            part.name
            for part in self.section_headers
            if part.compressed and part.name.lstrip(".").startswith(("debug_", "zdebug_"))
        )

    @property
    def has_symbols(self) -> bool:
        """Whether a static symbol table is there."""
        return any(part.type == SHT_SYMTAB for part in self.section_headers)

    def symbols(self) -> Iterator[Symbol]:
        """Yield the static symbol table in file order.

        Raises:
            FormatError: it does not fit the file, or its names overlap beyond reason.
        """
        table = next((part for part in self.section_headers if part.type == SHT_SYMTAB), None)
        if table is None:
            return iter(())
        names = self._section_names(table)
        records = self.view.sub(table.offset, table.file_size, "symbol table")
        return read_symbols(self.header, records, names, self.section_headers)

    def dynamic_symbols(self) -> Iterator[Symbol]:
        """Yield the symbols that the dynamic loader sees; those of kind UNDEFINED are imports.

        Raises:
            FormatError: a hash table that tells their number is damaged, or their names overlap.
        """
        table = next((part for part in self.section_headers if part.type == SHT_DYNSYM), None)
        if table is not None:
            names = self._section_names(table)
            records = self.view.sub(table.offset, table.file_size, "dynamic symbol table")
        elif self.dynamic is not None:
            names, records = self.dynamic.strings, self.dynamic.symbol_table()
        else:
            return iter(())
        return read_symbols(self.header, records, names, self.section_headers)

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """Names of the dynamic symbols that other images must define."""
        undefined = SymbolKind.UNDEFINED
        return tuple(symbol.name for symbol in self.dynamic_symbols() if symbol.kind is undefined)

    @cached_property
    def exports(self) -> tuple[str, ...]:
        """Names of the dynamic symbols that it defines."""
        undefined = SymbolKind.UNDEFINED
        return tuple(
            symbol.name
            for symbol in self.dynamic_symbols()
            if symbol.name and symbol.kind is not undefined
        )

    @cached_property
    def relocations(self) -> tuple[RelocationTable, ...]:
        """The tables of relocations, counted by type; raises FormatError if they overlap."""
        found = read_relocations(
            self.header, self.view, self.memory, self.section_headers, self.dynamic
        )
        return tuple(found)

    @property
    def defined_versions(self) -> tuple[str, ...]:
        """Versions of symbols that a library defines, its own name first."""
        if self.dynamic is None:
            return ()
        return defined_versions(self.header, self.memory, self.dynamic)

    def versioned_symbols(self) -> Iterator[DynamicSymbol]:
        """Yield the dynamic symbols with their versions.

        Raises:
            FormatError: a table is damaged.
        """
        if self.dynamic is None:
            return iter(())
        table = next((part for part in self.section_headers if part.type == SHT_DYNSYM), None)
        if table is None:
            records = self.dynamic.symbol_table()
        else:
            records = self.view.sub(table.offset, table.file_size, "dynamic symbol table")
        return read_dynamic_symbols(self.header, self.memory, self.dynamic, records)

    @property
    def debug_alternate(self) -> elf_marks.AlternateLink | None:
        """The file of debug data that it shares with other programs."""
        section = self.section(".gnu_debugaltlink")
        return elf_marks.alternate_link(self.content(section)) if section else None

    @property
    def _loads(self) -> list[Segment]:
        return [part for part in self.segments if part.type == PT_LOAD]

    def _segment(self, kind: int) -> Segment | None:
        return next((part for part in self.segments if part.type == kind), None)

    def _note(self, owner: str, kind: int) -> View | None:
        found = (note.content for note in self.notes if (note.name, note.type) == (owner, kind))
        return next(found, None)

    def _section_names(self, table: ELFSection) -> StringTable:
        if table.link >= len(self.section_headers):
            return StringTable(self.view.clip(0, 0))
        return StringTable(self.content(self.section_headers[table.link]), "symbol names")


def read(view: View) -> ELFImage:
    """Read an ELF image.

    Raises:
        FormatError: the bytes are no ELF file, or its headers are damaged.
    """
    header = read_header(view)
    segments = read_segments(view, header)
    sections = read_sections(view, header)
    return ELFImage(
        view=view,
        format=Format.ELF64 if header.bits == 64 else Format.ELF32,
        goarchs=elf_abi.goarchs(header),
        machine=elf_abi.machine(header),
        big_endian=header.big_endian,
        bits=header.bits,
        sections=sections[1:] if sections else _loads_as_sections(segments),
        entry=header.entry,
        header=header,
        segments=segments,
        section_headers=sections,
    )


def _loads_as_sections(segments: tuple[Segment, ...]) -> tuple[ELFSection, ...]:
    return tuple(
        ELFSection(
            name="LOAD",
            address=part.address,
            size=part.size,
            offset=part.offset,
            file_size=part.file_size,
            writable=bool(part.flags & PF_W),
            executable=bool(part.flags & PF_X),
            flags=SHF_ALLOC
            | (SHF_WRITE if part.flags & PF_W else 0)
            | (SHF_EXECINSTR if part.flags & PF_X else 0),
            alignment=part.alignment,
        )
        for part in segments
        if part.type == PT_LOAD
    )


def _is_number(part: str) -> bool:
    return part.isascii() and part.isdecimal() and len(part) < 10
