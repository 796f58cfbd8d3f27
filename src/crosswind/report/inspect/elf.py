"""Blocks of the parts that only ELF files have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crosswind.report.inspect.block import Block, Detail, address, pairs, table

if TYPE_CHECKING:
    from crosswind.inspect.elf import ELFDynamicSymbols, ELFHeaders, ELFLoader, Notes


def headers(facts: ELFHeaders, _detail: Detail) -> Iterator[Block]:
    """Every header field in words."""
    header = facts.header
    yield pairs(
        "ELF header",
        {
            "class": f"ELF{header.bits}, {'big' if header.big_endian else 'little'}-endian",
            "type": f"{facts.kind} ({header.type})",
            "machine": facts.machine,
            "flags": ", ".join(filter(None, (f"{header.flags:#x}", *facts.flags))),
            "floating point": facts.float_abi,
            "OS ABI": f"{facts.os_abi}, version {header.abi_version}",
            "systems": facts.systems,
            "version": header.version,
            "entry point": address(header.entry),
            "program headers": _table(
                header.segment_count, header.segment_size, header.segments_offset
            ),
            "section headers": _table(
                header.section_count, header.section_size, header.sections_offset
            ),
            "section names": f"section {header.names_index}",
            "header": f"{header.header_size} bytes",
        },
    )


def _table(count: int, entry: int, offset: int) -> str:
    return f"{count} of {entry} bytes at {offset:#x}" if count else ""


def loader(facts: ELFLoader, detail: Detail) -> Iterator[Block]:
    """What the dynamic loader reads."""
    relocations = [
        f"{sum(table.types.values())} in {table.name}" for table in facts.relocations if table.types
    ]
    yield pairs(
        "Loader",
        {
            "linkage": facts.linkage,
            "interpreter": facts.interpreter,
            "needed": facts.needed,
            "own name": facts.soname,
            "RPATH": facts.rpath,
            "RUNPATH": facts.runpath,
            "glibc": f"{facts.glibc} or newer" if facts.glibc else "",
            "RELRO": facts.relro,
            "bind now": facts.bind_now,
            "stack": facts.stack,
            "thread-local storage": facts.tls,
            "relocations": relocations,
        },
    )
    if not detail.full:
        return
    rows = [[one.tag, address(one.value), one.text] for one in facts.entries]
    if rows:
        yield table(
            "Dynamic section", ["tag", "value", "meaning"], rows, right=(1,), limit=detail.limit
        )
    rows = [[need.library, version] for need in facts.versions for version in need.versions]
    if rows:
        yield table("Versions needed", ["library", "version"], rows, limit=detail.limit)
    if facts.defines:
        yield table(
            "Versions defined", ["version"], [[one] for one in facts.defines], limit=detail.limit
        )
    rows = [
        [one.name, kind, str(count)]
        for one in facts.relocations
        for kind, count in one.types.items()
    ]
    if rows:
        yield table("Relocations", ["table", "type", "count"], rows, right=(2,), limit=detail.limit)


def imports(facts: ELFDynamicSymbols, detail: Detail) -> Iterator[Block]:
    """Symbols that others must define."""
    yield from _symbols("Imports", facts, detail)


def exports(facts: ELFDynamicSymbols, detail: Detail) -> Iterator[Block]:
    """Symbols that it defines for others."""
    yield from _symbols("Exports", facts, detail)


def _symbols(word: str, facts: ELFDynamicSymbols, detail: Detail) -> Iterator[Block]:
    rows = [
        [
            one.name, ("@@" if one.default and one.defined else "@") + one.version if one.version else "",
            one.library, f"{one.binding} {one.type}", address(one.address) if one.defined else "",
        ]
        for one in facts.symbols
    ]  # fmt: skip
    headers = ["symbol", "version", "library", "kind", "address"]
    limit = detail.limit if detail.full else min(detail.limit or _FEW, _FEW)
    yield table(f"{word} ({len(rows)})", headers, rows, right=(4,), limit=limit)


_FEW = 6


def notes(facts: Notes, detail: Detail) -> Iterator[Block]:
    """What the notes say."""
    rows = [[one.owner, one.kind, one.text, address(one.offset)] for one in facts.notes]
    yield table(
        "Notes", ["owner", "note", "content", "offset"], rows, right=(3,), limit=detail.limit
    )
