"""Versions of dynamic symbols (Linux Standard Base, "Symbol Versioning")."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from crosswind.binary import elf_words
from crosswind.binary.elf_dynamic import Dynamic
from crosswind.binary.elf_header import ELFHeader
from crosswind.binary.memory import Memory
from crosswind.binary.view import FormatError, View

_DT_VERSYM, _DT_VERDEF, _DT_VERDEFNUM = 0x6FFF_FFF0, 0x6FFF_FFFC, 0x6FFF_FFFD
_DT_VERNEED, _DT_VERNEEDNUM = 0x6FFF_FFFE, 0x6FFF_FFFF
# Elfxx_Verdef: version, flags, index, count, hash, first auxiliary, next; Elfxx_Verdaux: name, next.
_VERDEF, _VERDAUX = "HHHHIII", "II"
_VERNEED, _VERNAUX = "HHIII", "IHHII"
_HIDDEN = 0x8000
_MAX_VERSIONS = 1 << 14
_SHN_UNDEF = 0


class DynamicSymbol(NamedTuple):
    """A symbol as the dynamic loader sees it.

    Attributes:
        name: its name.
        version: such as `GLIBC_2.34`; empty where it has none.
        library: the library that the version is wanted from; empty for symbols of its own.
        default: whether programs that name no version get this one.
        binding, type, visibility: in words.
        address, size: 0 for an import.
        defined: False for an import.
    """

    name: str
    version: str
    library: str
    default: bool
    binding: str
    type: str
    visibility: str
    address: int
    size: int
    defined: bool


class Version(NamedTuple):
    """A version by its index in the table of symbols' versions."""

    name: str
    library: str


def read_versions(header: ELFHeader, memory: Memory, dynamic: Dynamic) -> dict[int, Version]:
    """Read the versions that the file defines and those it needs, by index.

    Raises:
        FormatError: a record lies outside its table, or there are more than any linker writes.
    """
    values = dict(dynamic.entries)
    found: dict[int, Version] = {}
    for index, version in (*_defined(header, memory, dynamic, values),
                           *_needed(header, memory, dynamic, values)):  # fmt: skip
        found[index] = version
        if len(found) > _MAX_VERSIONS:
            raise FormatError(f"more than {_MAX_VERSIONS} symbol versions")
    return found


def defined_versions(header: ELFHeader, memory: Memory, dynamic: Dynamic) -> tuple[str, ...]:
    """Return the names of the versions that the library defines; raises like `read_versions`."""
    found = _defined(header, memory, dynamic, dict(dynamic.entries))
    return tuple(version.name for _, version in found)


def _defined(
    header: ELFHeader, memory: Memory, dynamic: Dynamic, values: dict[int, int]
) -> Iterator[tuple[int, Version]]:
    if not values.get(_DT_VERDEF):
        return
    table = memory.rest(values[_DT_VERDEF])
    layout, auxiliary = (struct.Struct(header.order + form) for form in (_VERDEF, _VERDAUX))
    offset = 0
    for _ in range(min(values.get(_DT_VERDEFNUM, 0), _MAX_VERSIONS)):
        _, _, index, _, _, first, following = table.unpack(layout, offset, "version definition")
        name, _ = table.unpack(auxiliary, offset + first, "version definition")
        yield index, Version(dynamic.strings.name(name), "")
        if not following:
            return
        offset += following


def _needed(
    header: ELFHeader, memory: Memory, dynamic: Dynamic, values: dict[int, int]
) -> Iterator[tuple[int, Version]]:
    if not values.get(_DT_VERNEED):
        return
    table = memory.rest(values[_DT_VERNEED])
    layout, auxiliary = (struct.Struct(header.order + form) for form in (_VERNEED, _VERNAUX))
    offset, left = 0, _MAX_VERSIONS
    for _ in range(min(values.get(_DT_VERNEEDNUM, 0), _MAX_VERSIONS)):
        _, count, library, first, following = table.unpack(layout, offset, "version need")
        at = offset + first
        for _ in range(count):
            left -= 1
            if left < 0:
                raise FormatError(f"more than {_MAX_VERSIONS} symbol versions", table.base)
            _, _, index, name, step = table.unpack(auxiliary, at, "version need")
            yield index, Version(dynamic.strings.name(name), dynamic.strings.name(library))
            if not step:
                break
            at += step
        if not following:
            return
        offset += following


def read_dynamic_symbols(
    header: ELFHeader, memory: Memory, dynamic: Dynamic, records: View
) -> Iterator[DynamicSymbol]:
    """Yield the dynamic symbols with their versions, without the empty one that opens the table.

    Raises:
        FormatError: the tables are damaged, or their names overlap beyond reason.
    """
    layout = header.layout.symbol
    count = len(records) // layout.size
    versions = read_versions(header, memory, dynamic)
    address = dict(dynamic.entries).get(_DT_VERSYM, 0)
    marks = memory.at(address, 2 * count) if address else records.clip(0, 0)
    numbers = [n for (n,) in marks.records(struct.Struct(header.order + "H"), 0, len(marks) // 2)]
    numbers += [0] * (count - len(numbers))
    for record, number in zip(records.records(layout, 0, count), numbers, strict=True):
        if header.bits == 64:
            name, info, other, section, value, size = record
        else:
            name, value, size, info, other, section = record
        if not (name or info or value):
            continue
        # Indexes 0 and 1 say local and global, without a version.
        version = (
            versions.get(number & ~_HIDDEN, Version("", "")) if number > 1 else Version("", "")
        )
        defined = section != _SHN_UNDEF
        yield DynamicSymbol(
            name=dynamic.strings.name(name),
            version=version.name,
            library="" if defined else version.library,
            default=not number & _HIDDEN,
            binding=elf_words.name(elf_words.BINDINGS, info >> 4),
            type=elf_words.name(elf_words.SYMBOL_TYPES, info & 0xF),
            visibility=elf_words.VISIBILITIES[other & 3],
            address=value if defined else 0,
            size=size,
            defined=defined,
        )
