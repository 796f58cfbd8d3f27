"""What the dynamic loader reads: the dynamic section, symbol versions, the dynamic symbols' number.

All of it is found through addresses, as the loader does, so it survives the loss of the section
headers. Names are those of the gABI, chapter "Dynamic Linking".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from crosswind.binary.elf_header import ELFHeader
from crosswind.binary.memory import Memory
from crosswind.binary.strings import StringTable
from crosswind.binary.view import FormatError, View

# d_tag
_DT_NULL = 0
_DT_NEEDED = 1
_DT_HASH = 4
_DT_STRTAB = 5
_DT_SYMTAB = 6
_DT_STRSZ = 10
_DT_SONAME = 14
_DT_RPATH = 15
_DT_BIND_NOW = 24
_DT_RUNPATH = 29
_DT_FLAGS = 30
# Sun's and GNU's: Linux Standard Base, "Dynamic Entries"; Oracle's "Linker and Libraries Guide".
_DT_GNU_HASH = 0x6FFF_FEF5
_DT_FLAGS_1 = 0x6FFF_FFFB
_DT_VERNEED = 0x6FFF_FFFE
_DT_VERNEEDNUM = 0x6FFF_FFFF
# DF_BIND_NOW, DF_1_NOW, DF_1_PIE
_DF_BIND_NOW = 0x8
_DF_1_NOW = 0x1
_DF_1_PIE = 0x0800_0000

# Linux Standard Base, "Symbol Versioning": Elfxx_Verneed and Elfxx_Vernaux, alike in both classes.
_VERNEED = "HHIII"
_VERNAUX = "IHHII"
_MAX_VERSIONS = 1 << 14
_MAX_ENTRIES = 1 << 16

# The S/390 ELF ABI supplement makes DT_HASH's words 64 bits wide.
_EM_S390 = 22


class VersionNeed(NamedTuple):
    """The versions of one library's symbols that the program was linked against."""

    library: str
    versions: tuple[str, ...]


class Dynamic:
    """The dynamic section.

    Attributes:
        entries: tag and value of each entry, DT_NULL left out.
        strings: names that the entries and dynamic symbols refer to.
    """

    __slots__ = ("_header", "_memory", "_values", "entries", "strings")

    def __init__(self, header: ELFHeader, memory: Memory, table: View) -> None:
        """Read the entries up to DT_NULL.

        Raises:
            FormatError: there are more than any linker writes.
        """
        self._header = header
        self._memory = memory
        self.entries = tuple(_entries(header, table))
        self._values: dict[int, int] = {}
        for tag, value in self.entries:
            self._values.setdefault(tag, value)
        size = self._values.get(_DT_STRSZ, 0)
        self.strings = StringTable(
            memory.at(self._values.get(_DT_STRTAB, 0), size), "dynamic names"
        )

    @property
    def needed(self) -> tuple[str, ...]:
        """DT_NEEDED: shared libraries, in the order of search."""
        return tuple(self.strings.name(value) for tag, value in self.entries if tag == _DT_NEEDED)

    @property
    def soname(self) -> str:
        """DT_SONAME: the library's own name."""
        return self._name(_DT_SONAME)

    @property
    def rpath(self) -> str:
        """DT_RPATH: folders to search first, colons between them."""
        return self._name(_DT_RPATH)

    @property
    def runpath(self) -> str:
        """DT_RUNPATH: folders to search after LD_LIBRARY_PATH."""
        return self._name(_DT_RUNPATH)

    @property
    def flags(self) -> int:
        """DT_FLAGS."""
        return self._values.get(_DT_FLAGS, 0)

    @property
    def flags_1(self) -> int:
        """DT_FLAGS_1."""
        return self._values.get(_DT_FLAGS_1, 0)

    @property
    def bind_now(self) -> bool:
        """Whether every symbol is resolved at start."""
        now = self.flags & _DF_BIND_NOW or self.flags_1 & _DF_1_NOW
        return bool(now) or _DT_BIND_NOW in self._values

    @property
    def is_pie(self) -> bool:
        """Whether the linker marked it as a position-independent executable."""
        return bool(self.flags_1 & _DF_1_PIE)

    def version_needs(self) -> tuple[VersionNeed, ...]:
        """Read DT_VERNEED.

        Raises:
            FormatError: the records do not fit their table, or are more than any linker writes.
        """
        address = self._values.get(_DT_VERNEED, 0)
        if not address:
            return ()
        table = self._memory.rest(address)
        order = self._header.order
        need, aux = struct.Struct(order + _VERNEED), struct.Struct(order + _VERNAUX)
        count = self._values.get(_DT_VERNEEDNUM, 0)
        found: list[VersionNeed] = []
        left = _MAX_VERSIONS
        for offset, (_, versions, library, first, _) in _chain(table, need, 0, min(count, left)):
            left -= versions + 1
            if left < 0:
                raise FormatError(f"more than {_MAX_VERSIONS} symbol versions", table.base)
            chain = _chain(table, aux, offset + first, versions)
            names = tuple(self.strings.name(name) for _, (_, _, _, name, _) in chain)
            found.append(VersionNeed(self.strings.name(library), names))
        return tuple(found)

    def symbol_table(self) -> View:
        """Return the dynamic symbols' records; their number is known from the hash tables only."""
        address = self._values.get(_DT_SYMTAB, 0)
        count = self._symbol_count() if address else 0
        return self._memory.at(address, count * self._header.layout.symbol.size)

    def _symbol_count(self) -> int:
        if address := self._values.get(_DT_HASH, 0):
            wide = self._header.machine == _EM_S390 and self._header.bits == 64
            words = struct.Struct(self._header.order + ("QQ" if wide else "II"))
            # "Hash Table": nbucket, then nchain, which equals the number of symbols.
            return int(self._memory.rest(address).unpack(words, 0, "hash table")[1])
        if address := self._values.get(_DT_GNU_HASH, 0):
            return self._gnu_hash_count(self._memory.rest(address))
        return 0

    def _gnu_hash_count(self, table: View) -> int:
        """Find the last chain of the GNU hash table; its end is the last symbol."""
        order = self._header.order
        word = struct.Struct(order + "I")
        buckets, first, bloom_words, _ = table.unpack(struct.Struct(order + "4I"), 0, "GNU hash")
        offset = 16 + bloom_words * (self._header.bits // 8)
        last = max(
            (n for (n,) in table.records(word, offset, buckets, "GNU hash buckets")), default=0
        )
        if last < first:
            return int(first)
        chains = table.clip(offset + buckets * word.size + (last - first) * word.size, len(table))
        for index, (value,) in enumerate(
            chains.records(word, 0, len(chains) // word.size, "GNU hash chains")
        ):
            # The lowest bit ends a chain.
            if value & 1:
                return int(last) + index + 1
        return int(last)

    def _name(self, tag: int) -> str:
        return self.strings.name(self._values[tag]) if tag in self._values else ""


def _entries(header: ELFHeader, table: View) -> Iterator[tuple[int, int]]:
    layout = header.layout.dynamic
    for index, (tag, value) in enumerate(
        table.records(layout, 0, len(table) // layout.size, "dynamic section")
    ):
        if tag == _DT_NULL:
            return
        if index == _MAX_ENTRIES:
            raise FormatError(f"more than {_MAX_ENTRIES} dynamic entries", table.base)
        yield tag, value


def _chain(
    table: View, layout: struct.Struct, offset: int, count: int
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Follow records whose last field is the distance to the next, 0 at the end."""
    for _ in range(count):
        record = table.unpack(layout, offset, "symbol version")
        yield offset, record
        if not record[-1]:
            return
        offset += record[-1]
