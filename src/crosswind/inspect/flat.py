"""Facts of the formats that have few: WebAssembly, XCOFF, Plan 9."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from crosswind.binary.wasm import External, WasmImage
from crosswind.binary.xcoff import XCOFFImage
from crosswind.frozen import frozen
from crosswind.inspect.model import Subject


@frozen
class FlatHeaders:
    """What the header says."""

    machine: str
    bits: int
    byte_order: str
    entry: int


@frozen
class WasmHeaders:
    """What the module says of itself: the tools that made it, by field and name."""

    machine: str
    systems: tuple[str, ...]
    producers: Mapping[str, Mapping[str, str]]


@frozen
class WasmExternals:
    """What it imports from its host, or exports to it."""

    externals: tuple[External, ...]


@frozen
class XCOFFLoader:
    """What AIX' loader reads: libraries with their archive members."""

    shared: bool
    libraries: tuple[str, ...]


def read_headers(subject: Subject) -> FlatHeaders:
    """Tell what all formats have in common."""
    image = subject.image
    order = "big-endian" if image.big_endian else "little-endian"
    return FlatHeaders(image.machine, image.bits, order, image.entry)


def read_wasm_headers(subject: Subject) -> WasmHeaders:
    """Tell which tools made a module, and for which hosts."""
    image = cast("WasmImage", subject.image)
    return WasmHeaders(image.machine, image.gooses, image.producers)


def read_wasm_imports(subject: Subject) -> WasmExternals | None:
    """List what the host must provide."""
    found = cast("WasmImage", subject.image).imports
    return WasmExternals(found) if found else None


def read_wasm_exports(subject: Subject) -> WasmExternals | None:
    """List what the host may call."""
    found = cast("WasmImage", subject.image).exports
    return WasmExternals(found) if found else None


def read_xcoff_loader(subject: Subject) -> XCOFFLoader:
    """List the libraries that AIX' loader must find."""
    image = cast("XCOFFImage", subject.image)
    return XCOFFLoader(image.shared, image.libraries)
