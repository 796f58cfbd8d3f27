"""What PE, ELF, Mach-O and the rest have in common, once read.

Each reader (`pe.py`, `elf.py`, …) returns its own subclass of `Image` with the format's own fields;
everything that holds for all of them is asked through this class.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from enum import StrEnum

from crosswind.binary.view import View
from crosswind.frozen import frozen
from crosswind.port import Format


class SymbolKind(StrEnum):
    """What a symbol names, as far as the format tells."""

    CODE = "code"
    DATA = "data"
    BSS = "bss"
    UNDEFINED = "undefined"
    ABSOLUTE = "absolute"
    OTHER = "other"


@frozen
class Section:
    """A section (or, where a format has none, a segment).

    Attributes:
        name: as the file has it, long names resolved.
        address: virtual address (image base included for PE).
        size: bytes in memory.
        offset: file offset of its content.
        file_size: bytes in the file; 0 for bss.
        writable, executable: as the loader will map it.
        segment: Mach-O's segment name, else empty.
    """

    name: str
    address: int
    size: int
    offset: int
    file_size: int
    writable: bool = False
    executable: bool = False
    segment: str = ""


def is_dwarf(section: Section) -> bool:
    """Whether a section holds DWARF, compressed or not, by its name in any format."""
    return section.name.lstrip("._").startswith(("debug_", "zdebug_"))


@frozen
class Symbol:
    """An entry of the static symbol table; `size` is 0 where the format has none."""

    name: str
    address: int
    size: int
    kind: SymbolKind


@frozen
class Image:
    """An executable, library or object file that was read.

    Attributes:
        view: the whole file.
        format: which format, word size included.
        goarchs: the GOARCH values its machine field can stand for (empty: none that Go knows).
        machine: the machine field in words, such as `x86-64 (0x8664)`.
        big_endian: byte order of its fields.
        bits: 32 or 64.
        sections: in file order.
        entry: virtual address of the entry point, 0 if none.
    """

    view: View
    format: Format
    goarchs: tuple[str, ...]
    machine: str
    big_endian: bool
    bits: int
    sections: tuple[Section, ...] = field(repr=False)
    entry: int

    @property
    def libraries(self) -> tuple[str, ...]:
        """Shared libraries that the loader must find, in the file's order."""
        return ()

    @property
    def has_symbols(self) -> bool:
        """Whether a static symbol table is there (what `-s` removes)."""
        return False

    @property
    def has_dwarf(self) -> bool:
        """Whether DWARF sections are there (what `-w` removes)."""
        return any(map(is_dwarf, self.sections))

    @property
    def is_debug_data(self) -> bool:
        """Whether it holds the debug data of a program and none of its code, as split files do.

        Raises FormatError if the symbol table is damaged.
        """
        code = [part for part in self.sections if part.executable and part.size]
        if not code or any(part.file_size for part in code):
            return False
        return self.has_dwarf or self.has_symbols

    @property
    def truncated(self) -> bool:
        """Whether the file ends before a section's content does, as after a cut download."""
        size = len(self.view)
        return any(part.file_size and part.offset + part.file_size > size for part in self.sections)

    def symbols(self) -> Iterator[Symbol]:
        """Yield the static symbol table, in file order; nothing if it was stripped."""
        return iter(())

    def section(self, name: str) -> Section | None:
        """Return the first section of that name."""
        return next((section for section in self.sections if section.name == name), None)

    def content(self, section: Section) -> View:
        """Return a section's bytes as far as the file holds them."""
        return self.view.clip(section.offset, section.file_size)

    def at(self, address: int, size: int) -> View:
        """Return up to `size` bytes of memory at a virtual address, as far as the file holds them."""
        for section in self.sections:
            inside = address - section.address
            if section.file_size and 0 <= inside < section.file_size:
                return self.view.clip(
                    section.offset + inside, min(size, section.file_size - inside)
                )
        return self.view.clip(0, 0)
