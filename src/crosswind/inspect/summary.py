"""The few lines that come first: what it is, for whom, how it was made, what it lacks."""

from __future__ import annotations

from collections.abc import Iterator

from crosswind.binary.elf import ELFImage, Relro
from crosswind.binary.elf_header import ET_EXEC
from crosswind.binary.image import Image
from crosswind.binary.macho import MachOImage
from crosswind.binary.pe import PEImage
from crosswind.binary.view import FormatError
from crosswind.binary.wasm import WasmImage
from crosswind.binary.xcoff import XCOFFImage
from crosswind.frozen import frozen
from crosswind.inspect.model import Subject


@frozen
class Protection:
    """A hardening measure, and whether the file has it."""

    name: str
    on: bool


@frozen
class Summary:
    """What the file is, at a glance.

    Attributes:
        format, machine: in words.
        bits: 32 or 64.
        byte_order: little-endian, big-endian.
        kind: program, library and so on, in words.
        target: what the go command recorded, or what the format tells, such as `windows/amd64`.
        entry: address of the entry point, 0 if there is none.
        go_version: empty if it is no Go program.
        program: import path of the main package, with the module's version.
        libraries: that the loader must find.
        symbols: whether the symbol table is there.
        dwarf: whether DWARF debug data is there.
        protections: hardening measures of its system.
    """

    format: str
    machine: str
    bits: int
    byte_order: str
    kind: str
    target: str
    entry: int
    go_version: str
    program: str
    libraries: tuple[str, ...]
    symbols: bool
    dwarf: bool
    protections: tuple[Protection, ...]


def read_summary(subject: Subject) -> Summary:
    """Sum up; what is damaged is told by its own part."""
    image = subject.image
    try:
        build = subject.build
    except FormatError:
        build = None
    target = program = ""
    if build:
        target = "/".join(filter(None, (build.settings.get("GOOS"), build.settings.get("GOARCH"))))
        version = build.main.version if build.main else ""
        program = " ".join(filter(None, (build.path, version)))
    return Summary(
        format=str(image.format),
        machine=image.machine,
        bits=image.bits,
        byte_order="big-endian" if image.big_endian else "little-endian",
        kind=f"debug data of: {_kind(image)}" if _is_debug_data(image) else _kind(image),
        target=target or _target(image),
        entry=image.entry,
        go_version=build.go_version if build else "",
        program=program,
        libraries=_libraries(image),
        symbols=_has_symbols(image),
        dwarf=image.has_dwarf,
        protections=tuple(_protections(image)),
    )


def _kind(image: Image) -> str:
    if isinstance(image, PEImage):
        return "library (DLL)" if image.is_dll else f"program, {image.subsystem}"
    if isinstance(image, ELFImage):
        return f"{image.kind}, {image.linkage.value}"
    if isinstance(image, MachOImage):
        return image.file_type
    if isinstance(image, WasmImage):
        return "module"
    shared = isinstance(image, XCOFFImage) and image.shared
    return "shared object" if shared else "program"


def _is_debug_data(image: Image) -> bool:
    try:
        return image.is_debug_data and not isinstance(image, MachOImage)
    except FormatError:
        return False


def _target(image: Image) -> str:
    """Say what the format alone tells; empty where that is not one target."""
    systems: tuple[str, ...] = ()
    if isinstance(image, PEImage):
        systems = ("windows",)
    elif isinstance(image, ELFImage):
        systems = image.goos_candidates[:1]
    elif isinstance(image, MachOImage | WasmImage):
        systems = image.gooses
    if len(systems) != 1 or len(image.goarchs) != 1:
        return ""
    return f"{systems[0]}/{image.goarchs[0]}"


def _libraries(image: Image) -> tuple[str, ...]:
    try:
        return image.libraries
    except FormatError:
        return ()


def _has_symbols(image: Image) -> bool:
    try:
        return image.has_symbols
    except FormatError:
        return False


def _protections(image: Image) -> Iterator[Protection]:
    if isinstance(image, PEImage):
        yield Protection("ASLR", image.aslr)
        if image.bits == 64:
            yield Protection("high-entropy ASLR", image.high_entropy_va)
        yield Protection("DEP", image.nx_compat)
        yield Protection("CFG", image.control_flow_guard)
    elif isinstance(image, ELFImage):
        if image.header.type == ET_EXEC or image.is_pie:
            yield Protection("PIE", image.is_pie)
        yield Protection("RELRO", image.relro is not Relro.NONE)
        yield Protection("bind now", image.bind_now)
        yield Protection("no executable stack", image.stack_executable is False)
    elif isinstance(image, MachOImage):
        if image.file_type == "executable":
            yield Protection("PIE", image.is_pie)
        yield Protection("signature", image.signature is not None)
