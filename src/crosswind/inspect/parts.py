"""Every part that can be asked for: one line each, in the order of showing."""

from __future__ import annotations

from crosswind.inspect.model import Part

PARTS: tuple[Part, ...] = (
    Part("summary", "Summary", True, {"Image": "summary.read_summary"}),
    Part(
        "headers",
        "Headers",
        False,
        {
            "PEImage": "pe.read_headers",
            "ELFImage": "elf.read_headers",
            "MachOImage": "macho.read_headers",
            "WasmImage": "flat.read_wasm_headers",
            "Image": "flat.read_headers",
        },
    ),
    Part("sections", "Sections", True, {"Image": "sections.read_sections"}),
    Part(
        "segments",
        "Segments",
        False,
        {"ELFImage": "sections.elf_segments", "MachOImage": "sections.macho_segments"},
    ),
    Part("commands", "Load commands", False, {"MachOImage": "macho.read_commands"}),
    Part(
        "loader",
        "Loader",
        True,
        {
            "PEImage": "pe.read_loader",
            "ELFImage": "elf.read_loader",
            "MachOImage": "macho.read_loader",
            "XCOFFImage": "flat.read_xcoff_loader",
        },
    ),
    Part(
        "imports",
        "Imports",
        True,
        {
            "PEImage": "pe.read_imports",
            "ELFImage": "elf.read_imports",
            "MachOImage": "macho.read_imports",
            "WasmImage": "flat.read_wasm_imports",
        },
    ),
    Part(
        "exports",
        "Exports",
        True,
        {
            "PEImage": "pe.read_exports",
            "ELFImage": "elf.read_exports",
            "MachOImage": "macho.read_exports",
            "WasmImage": "flat.read_wasm_exports",
        },
    ),
    Part("notes", "Notes", False, {"ELFImage": "elf.read_notes"}),
    Part("debug-directory", "Debug directory", False, {"PEImage": "pe.read_debug_directory"}),
    Part("debug", "Debug data", True, {"Image": "debugdata.read_debug"}),
    Part("resources", "Resources", True, {"PEImage": "resources.read_resources"}),
    Part(
        "signature",
        "Signature",
        True,
        {"PEImage": "signature.read_pe", "MachOImage": "signature.read_macho"},
    ),
    Part("build", "Go build", True, {"Image": "golang.read_build"}),
    Part("size", "Where the bytes are", True, {"Image": "layout.read_layout"}),
    Part("packages", "Go packages", True, {"Image": "golang.read_packages"}),
    Part("functions", "Go functions", False, {"Image": "golang.read_functions"}),
    Part("symbols", "Symbols", False, {"Image": "symbols.read_symbols"}),
)
NAMES: tuple[str, ...] = tuple(part.name for part in PARTS)
# What is shown, and read, when nothing was asked for.
USUAL: frozenset[str] = frozenset(part.name for part in PARTS if part.usual)
# What a document holds when nothing was asked for: everything but what takes megabytes.
QUICK: frozenset[str] = frozenset(NAMES) - {"symbols", "functions"}
# What a page shows.
PAGE: frozenset[str] = QUICK | {"functions"}
