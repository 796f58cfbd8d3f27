"""Facts that only Mach-O files have."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import cast

from crosswind.binary import macho_describe, macho_linkedit
from crosswind.binary.macho import MachOImage
from crosswind.binary.macho_commands import Dylib, Platform
from crosswind.binary.macho_linkedit import DataInCode, MachOExport, MachOImport
from crosswind.frozen import frozen
from crosswind.inspect.model import Subject

# struct mach_header: magic, cputype, cpusubtype, filetype, ncmds, sizeofcmds, flags.
_HEADER = "7I"


@frozen
class MachOHeaders:
    """Every header field, and what the numbers mean."""

    magic: int
    cpu_type: int
    cpu_subtype: int
    machine: str
    file_type: str
    commands: int
    commands_size: int
    flags: tuple[str, ...]


@frozen
class CommandFacts:
    """A load command and its fields by name."""

    name: str
    fields: Mapping[str, object]


@frozen
class Commands:
    """All load commands in order."""

    commands: tuple[CommandFacts, ...]


@frozen
class MachOLoader:
    """What the dynamic linker reads.

    Attributes:
        platforms: with lowest version and SDK.
        loader: the dynamic linker's path.
        install_name: of a library.
        libraries: what must be found, in order.
        rpaths: where `@rpath` looks.
        uuid: as Apple's tools spell it; empty if there is none.
        entry: address of the entry point.
        pie: whether it may be loaded anywhere.
        source_version: of LC_SOURCE_VERSION.
        encrypted: whether the App Store encrypted it.
        function_starts: how many functions LC_FUNCTION_STARTS lists.
        data_in_code: ranges of code that hold data.
    """

    platforms: tuple[Platform, ...]
    loader: str
    install_name: str
    libraries: tuple[Dylib, ...]
    rpaths: tuple[str, ...]
    uuid: str
    entry: int
    pie: bool
    source_version: str
    encrypted: bool
    function_starts: int
    data_in_code: tuple[DataInCode, ...]


@frozen
class MachOImports:
    """Symbols that the dynamic linker looks up."""

    imports: tuple[MachOImport, ...]


@frozen
class MachOExports:
    """Symbols that others may use."""

    exports: tuple[MachOExport, ...]


def _image(subject: Subject) -> MachOImage:
    return cast("MachOImage", subject.image)


def read_headers(subject: Subject) -> MachOHeaders:
    """Read every header field."""
    image = _image(subject)
    layout = struct.Struct((">" if image.big_endian else "<") + _HEADER)
    magic, cpu, subtype, _, count, size, _ = image.view.unpack(layout, 0, "Mach-O header")
    return MachOHeaders(
        magic, cpu, subtype, image.machine, image.file_type, count, size, image.flags
    )


def read_commands(subject: Subject) -> Commands:
    """Put every load command into words."""
    described = macho_describe.describe(_image(subject))
    return Commands(tuple(CommandFacts(*command) for command in described))


def read_loader(subject: Subject) -> MachOLoader:
    """Read what the dynamic linker reads; raises FormatError if a table is damaged."""
    image = _image(subject)
    return MachOLoader(
        platforms=image.platforms,
        loader=image.loader,
        install_name=image.install_name,
        libraries=image.dylibs,
        rpaths=image.rpaths,
        uuid=macho_describe.uuid_text(image.uuid) if image.uuid else "",
        entry=image.entry,
        pie=image.is_pie,
        source_version=image.source_version,
        encrypted=bool(image.encryption and image.encryption.method),
        function_starts=macho_linkedit.function_starts(image),
        data_in_code=macho_linkedit.data_in_code(image),
    )


def read_imports(subject: Subject) -> MachOImports | None:
    """Read what is bound at load time; raises FormatError if a table is damaged."""
    found = macho_linkedit.read_imports(_image(subject))
    return MachOImports(found) if found else None


def read_exports(subject: Subject) -> MachOExports | None:
    """Read the exports; raises FormatError if their tree is damaged."""
    found = macho_linkedit.read_exports(_image(subject))
    return MachOExports(found) if found else None
