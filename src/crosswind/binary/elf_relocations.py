"""Count the relocations of an ELF file by type (gABI, "Relocation"; RELR from the gABI's draft)."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from crosswind.binary import elf_words
from crosswind.binary.elf_dynamic import Dynamic
from crosswind.binary.elf_header import ELFHeader, ELFSection
from crosswind.binary.memory import Memory
from crosswind.binary.view import FormatError, View

_SHT_RELA, _SHT_REL, _SHT_RELR = 4, 9, 19
# DT_RELA and its size, DT_REL, DT_JMPREL (whose kind DT_PLTREL tells), DT_RELR.
_DYNAMIC = ((7, 8, _SHT_RELA), (17, 18, _SHT_REL), (36, 35, _SHT_RELR))
_DT_JMPREL, _DT_PLTRELSZ, _DT_PLTREL = 23, 2, 20
_EM_MIPS = 8


class RelocationTable(NamedTuple):
    """One table: its section's name or dynamic tag, and how many entries of each type it has."""

    name: str
    types: Mapping[str, int]

    @property
    def total(self) -> int:
        """All entries."""
        return sum(self.types.values())


def read_relocations(
    header: ELFHeader,
    view: View,
    memory: Memory,
    sections: tuple[ELFSection, ...],
    dynamic: Dynamic | None,
) -> Iterator[RelocationTable]:
    """Yield the tables of relocations: by sections, or by the dynamic section where there are none.

    Raises:
        FormatError: they are longer than the file.
    """
    found = [s for s in sections if s.type in (_SHT_RELA, _SHT_REL, _SHT_RELR)]
    left = len(view)
    for section in found:
        content = view.clip(section.offset, section.file_size)
        # Honest tables do not overlap, so together they are no longer than the file.
        left -= len(content)
        if left < 0:
            raise FormatError("relocation tables overlap", content.base)
        yield RelocationTable(section.name, _count(header, content, section.type))
    if sections or dynamic is None:
        return
    values = dict(dynamic.entries)
    for address, size, kind in _DYNAMIC:
        if address in values:
            name = elf_words.name(elf_words.DYNAMIC_TAGS, address)
            content = memory.at(values[address], values.get(size, 0))
            yield RelocationTable(name, _count(header, content, kind))
    if _DT_JMPREL in values:
        kind = _SHT_RELA if values.get(_DT_PLTREL) == _DYNAMIC[0][0] else _SHT_REL
        content = memory.at(values[_DT_JMPREL], values.get(_DT_PLTRELSZ, 0))
        yield RelocationTable("JMPREL", _count(header, content, kind))


def _count(header: ELFHeader, content: View, kind: int) -> dict[str, int]:
    word = "Q" if header.bits == 64 else "I"
    if kind == _SHT_RELR:
        return {"RELATIVE": _relr(header, content, word)}
    layout = struct.Struct(header.order + word * (3 if kind == _SHT_RELA else 2))
    count = len(content) // layout.size
    infos = (record[1] for record in content.records(layout, 0, count, "relocations"))
    if header.bits == 32:
        counts = Counter(info & 0xFF for info in infos)
    elif header.machine == _EM_MIPS and not header.big_endian:
        # 64-bit MIPS spells the type as a byte of its own, the last one of the word.
        counts = Counter(info >> 56 for info in infos)
    else:
        counts = Counter(info & 0xFFFF_FFFF for info in infos)
    return {elf_words.relocation(header.machine, n): count for n, count in counts.most_common()}


def _relr(header: ELFHeader, content: View, word: str) -> int:
    """Count packed relative relocations: an even word is one address, an odd one a bitmap of more."""
    layout = struct.Struct(header.order + word)
    words = content.records(layout, 0, len(content) // layout.size, "packed relocations")
    return sum((value >> 1).bit_count() if value & 1 else 1 for (value,) in words)
