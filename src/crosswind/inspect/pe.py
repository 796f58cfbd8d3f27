"""Facts that only PE files have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from crosswind.binary import pe_debug, pe_loader
from crosswind.binary.pe import PEImage
from crosswind.binary.pe_header import CoffHeader, DataDirectory, OptionalHeader
from crosswind.binary.pe_loader import BoundImport, ClrHeader, Relocations, TlsDirectory
from crosswind.binary.pe_stub import DosHeader, RichHeader
from crosswind.binary.pe_tables import DebugEntry, Export, ImportedLibrary
from crosswind.binary.view import FormatError
from crosswind.frozen import frozen
from crosswind.inspect.model import Subject

# "Optional Header Data Directories".
_DIRECTORIES = (
    "export table", "import table", "resource table", "exception table", "certificate table",
    "base relocation table", "debug", "architecture", "global pointer", "TLS table",
    "load config table", "bound import", "import address table", "delay import descriptor",
    "CLR runtime header", "reserved",
)  # fmt: skip


@frozen
class NamedDirectory:
    """A data directory by the specification's name."""

    name: str
    address: int
    size: int


@frozen
class PEHeaders:
    """Every header field, and what the flags mean.

    Attributes:
        checksum: in the header; 0 is what Go writes and Windows accepts but for drivers.
        computed_checksum: what it should be.
    """

    dos: DosHeader
    dos_message: str
    rich: RichHeader | None
    coff: CoffHeader
    machine: str
    characteristics: tuple[str, ...]
    optional: OptionalHeader
    subsystem: str
    dll_characteristics: tuple[str, ...]
    directories: tuple[NamedDirectory, ...]
    checksum: int
    computed_checksum: int


@frozen
class PEImports:
    """Functions by library; `delayed` are loaded at the first call, `bound` were bound at link time."""

    libraries: tuple[ImportedLibrary, ...]
    delayed: tuple[ImportedLibrary, ...]
    bound: tuple[BoundImport, ...]


@frozen
class PEExports:
    """The library's own name for itself, and what others may import from it."""

    name: str
    exports: tuple[Export, ...]


@frozen
class PELoader:
    """What the loader reads beside imports.

    Attributes:
        tls: thread-local storage; None if there is none.
        load_config: fields by name, as far as the file has them.
        guard_flags: of Control Flow Guard, in words.
        relocations: base relocations, counted.
        unwind_functions: functions with unwind data.
        clr: the header of .NET code.
        overlay_offset, overlay_size: bytes behind everything that the headers know of.
    """

    tls: TlsDirectory | None
    load_config: Mapping[str, int]
    guard_flags: tuple[str, ...]
    relocations: Relocations | None
    unwind_functions: int
    clr: ClrHeader | None
    overlay_offset: int
    overlay_size: int


@frozen
class PEDebugEntry:
    """An entry of the debug directory with what its data says; `problem` if that cannot be read."""

    entry: DebugEntry
    details: Mapping[str, object]
    problem: str


@frozen
class PEDebugDirectory:
    """The debug directory."""

    entries: tuple[PEDebugEntry, ...]


def _image(subject: Subject) -> PEImage:
    return cast("PEImage", subject.image)


def read_headers(subject: Subject) -> PEHeaders:
    """Read every header field."""
    image = _image(subject)
    directories = (
        NamedDirectory(name, *entry)
        for name, entry in zip(_DIRECTORIES, image.headers.directories, strict=False)
        if entry != DataDirectory(0, 0)
    )
    return PEHeaders(
        dos=image.dos_header,
        dos_message=image.dos_message,
        rich=image.rich_header,
        coff=image.headers.coff,
        machine=image.machine,
        characteristics=image.characteristics,
        optional=image.headers.optional,
        subsystem=image.subsystem,
        dll_characteristics=image.dll_characteristics,
        directories=tuple(directories),
        checksum=image.checksum,
        computed_checksum=image.compute_checksum(),
    )


def read_imports(subject: Subject) -> PEImports | None:
    """Read imports of all three kinds; raises FormatError if a table is damaged."""
    image = _image(subject)
    facts = PEImports(image.imports, image.delay_imports, image.bound_imports)
    return facts if facts.libraries or facts.delayed or facts.bound else None


def read_exports(subject: Subject) -> PEExports | None:
    """Read exports; raises FormatError if their tables are damaged."""
    image = _image(subject)
    return PEExports(image.export_name, image.exports) if image.exports else None


def read_loader(subject: Subject) -> PELoader:
    """Read what the loader needs beside imports; raises FormatError if a table is damaged."""
    image = _image(subject)
    overlay = image.overlay
    config = image.load_config
    return PELoader(
        tls=image.tls,
        load_config=config,
        guard_flags=pe_loader.guard_flags(config.get("guard_flags", 0)),
        relocations=image.relocations,
        unwind_functions=image.unwind_count,
        clr=image.clr,
        overlay_offset=overlay.base - image.view.base if len(overlay) else 0,
        overlay_size=len(overlay),
    )


def read_debug_directory(subject: Subject) -> PEDebugDirectory | None:
    """Read the debug directory; an entry whose data is damaged says so and hides no other."""
    image = _image(subject)
    found = tuple(_debug_entry(image, entry) for entry in image.debug_entries)
    return PEDebugDirectory(found) if found else None


def _debug_entry(image: PEImage, entry: DebugEntry) -> PEDebugEntry:
    try:
        return PEDebugEntry(entry, pe_debug.details(image.view, entry), "")
    except FormatError as error:
        return PEDebugEntry(entry, {}, str(error))
