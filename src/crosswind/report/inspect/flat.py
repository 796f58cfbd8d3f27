"""Blocks of WebAssembly, XCOFF and Plan 9 files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crosswind.report.inspect.block import Block, Detail, address, pairs, table

if TYPE_CHECKING:
    from crosswind.inspect.flat import FlatHeaders, WasmExternals, WasmHeaders, XCOFFLoader


def headers(facts: FlatHeaders, _detail: Detail) -> Iterator[Block]:
    """What the header says."""
    entry = address(facts.entry) if facts.entry else ""
    yield pairs(
        "Header", {"machine": facts.machine, "byte order": facts.byte_order, "entry point": entry}
    )


def wasm_headers(facts: WasmHeaders, _detail: Detail) -> Iterator[Block]:
    """Which tools made the module."""
    made = {
        field: [f"{name} {version}" for name, version in tools.items()]
        for field, tools in facts.producers.items()
    }
    yield pairs("Module", {"machine": facts.machine, "systems": facts.systems, **made})


def externals(facts: WasmExternals, detail: Detail) -> Iterator[Block]:
    """What is imported from the host or exported to it."""
    imported = any(one.module for one in facts.externals)
    rows = [[one.module, one.name, one.kind] for one in facts.externals]
    title = f"{'Imports' if imported else 'Exports'} ({len(rows)})"
    yield table(title, ["module", "name", "kind"], rows, limit=detail.limit)


def xcoff_loader(facts: XCOFFLoader, _detail: Detail) -> Iterator[Block]:
    """Libraries with their archive members."""
    yield pairs("Loader", {"libraries": facts.libraries, "shared object": facts.shared})
