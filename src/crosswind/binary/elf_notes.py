"""Notes of an ELF file: build ids and the marks of operating systems."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from crosswind.binary.elf_header import ELFHeader
from crosswind.binary.strings import text
from crosswind.binary.view import View

# gABI, "Note Section": namesz, descsz, type.
_NOTE = "III"
# Files have a handful; a core dump has a few per thread.
_MAX_NOTES = 1 << 13
_MAX_NAME = 256


class Note(NamedTuple):
    """A note: its owner's name, its type in the owner's numbering, its content."""

    name: str
    type: int
    content: View


def read_notes(header: ELFHeader, tables: Iterable[tuple[View, int]]) -> Iterator[Note]:
    """Yield the notes of several tables, each with its alignment.

    A note that is in two tables (a segment and a section) comes once; one that is cut ends its table.
    Alignment is 4 in practice in both classes; GNU property notes use 8 (Linux extensions to gABI).
    """
    layout = struct.Struct(header.order + _NOTE)
    left = _MAX_NOTES
    seen = set()
    for table, alignment in tables:
        step = 8 if alignment == 8 else 4
        offset = 0
        while left and offset + layout.size <= len(table):
            left -= 1
            name_size, size, kind = table.unpack(layout, offset, "note")
            name_offset = offset + layout.size
            start = _align(name_offset + name_size, step)
            if start + size > len(table):
                break
            name = table.cstring(name_offset, min(name_size, _MAX_NAME))
            content = table.sub(start, size, "note")
            if content.base not in seen:
                seen.add(content.base)
                yield Note(text(name), kind, content)
            offset = _align(start + size, step)


def _align(offset: int, step: int) -> int:
    return (offset + step - 1) & -step
