"""Which function draws which facts: one line each."""

from __future__ import annotations

from collections.abc import Iterator

from crosswind.inspect import debugdata, golang, layout, resources, sections, signature, summary
from crosswind.inspect import elf as elf_facts
from crosswind.inspect import flat as flat_facts
from crosswind.inspect import macho as macho_facts
from crosswind.inspect import pe as pe_facts
from crosswind.inspect import symbols as symbol_facts
from crosswind.report.inspect import common, elf, flat, macho, pe
from crosswind.report.inspect.block import Block, Detail, Draw

_DRAWERS: dict[type, Draw] = {
    summary.Summary: common.summary,
    sections.Sections: common.sections,
    sections.Segments: common.segments,
    layout.Layout: common.layout,
    golang.Build: common.build,
    golang.Packages: common.packages,
    golang.Functions: common.functions,
    symbol_facts.Symbols: common.symbols,
    debugdata.DebugFacts: common.debug,
    resources.Resources: common.resources,
    pe_facts.PEHeaders: pe.headers,
    pe_facts.PEImports: pe.imports,
    pe_facts.PEExports: pe.exports,
    pe_facts.PELoader: pe.loader,
    pe_facts.PEDebugDirectory: pe.debug_directory,
    signature.Authenticode: pe.signature,
    elf_facts.ELFHeaders: elf.headers,
    elf_facts.ELFLoader: elf.loader,
    elf_facts.Notes: elf.notes,
    macho_facts.MachOHeaders: macho.headers,
    macho_facts.Commands: macho.commands,
    macho_facts.MachOLoader: macho.loader,
    macho_facts.MachOImports: macho.imports,
    macho_facts.MachOExports: macho.exports,
    signature.AppleSignature: macho.signature,
    flat_facts.FlatHeaders: flat.headers,
    flat_facts.WasmHeaders: flat.wasm_headers,
    flat_facts.WasmExternals: flat.externals,
    flat_facts.XCOFFLoader: flat.xcoff_loader,
}


def blocks(name: str, facts: object, detail: Detail) -> Iterator[Block]:
    """Draw the facts of a part."""
    if isinstance(facts, elf_facts.ELFDynamicSymbols):
        # Imports and exports are the same sort of facts.
        yield from (elf.imports if name == "imports" else elf.exports)(facts, detail)
        return
    yield from _DRAWERS[type(facts)](facts, detail)
