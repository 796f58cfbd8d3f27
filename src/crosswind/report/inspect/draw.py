"""Which function draws which facts: one line each."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from crosswind.report.inspect.block import Block, Detail, Draw

# Modules of `crosswind.inspect` with their facts, modules of this package with their functions. They
# are names because drawing one format must not import what the others need.
DRAWERS: dict[str, str] = {
    "summary.Summary": "common.summary",
    "sections.Sections": "common.sections",
    "sections.Segments": "common.segments",
    "layout.Layout": "common.layout",
    "golang.Build": "common.build",
    "golang.Packages": "common.packages",
    "golang.Functions": "common.functions",
    "symbols.Symbols": "common.symbols",
    "debugdata.DebugFacts": "common.debug",
    "resources.Resources": "common.resources",
    "pe.PEHeaders": "pe.headers",
    "pe.PEImports": "pe.imports",
    "pe.PEExports": "pe.exports",
    "pe.PELoader": "pe.loader",
    "pe.PEDebugDirectory": "pe.debug_directory",
    "signature.Authenticode": "pe.signature",
    "elf.ELFHeaders": "elf.headers",
    "elf.ELFLoader": "elf.loader",
    "elf.Notes": "elf.notes",
    "macho.MachOHeaders": "macho.headers",
    "macho.Commands": "macho.commands",
    "macho.MachOLoader": "macho.loader",
    "macho.MachOImports": "macho.imports",
    "macho.MachOExports": "macho.exports",
    "signature.AppleSignature": "macho.signature",
    "flat.FlatHeaders": "flat.headers",
    "flat.WasmHeaders": "flat.wasm_headers",
    "flat.WasmExternals": "flat.externals",
    "flat.XCOFFLoader": "flat.xcoff_loader",
    "elf.ELFDynamicSymbols": "elf.imports",
}
# Imports and exports of ELF files are the same sort of facts.
EXPORTS = {"elf.ELFDynamicSymbols": "elf.exports"}


def blocks(name: str, facts: object, detail: Detail) -> Iterator[Block]:
    """Draw the facts of a part."""
    kind = type(facts)
    key = f"{kind.__module__.rpartition('.')[2]}.{kind.__name__}"
    drawer = EXPORTS.get(key) if name == "exports" else None
    yield from resolve(drawer or DRAWERS[key])(facts, detail)


def resolve(name: str) -> Draw:
    """Import a function of this package by `module.function`."""
    module, _, function = name.partition(".")
    draw: Draw = getattr(import_module(f"crosswind.report.inspect.{module}"), function)
    return draw
