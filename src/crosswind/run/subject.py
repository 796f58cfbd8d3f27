"""Read from a file what it takes to run it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from crosswind.binary import buildinfo, detect
from crosswind.binary.buildinfo import BuildInfo
from crosswind.binary.image import Image
from crosswind.binary.view import FormatError
from crosswind.errors import BuildError
from crosswind.port import ARCHS, Format
from crosswind.run.runner import Subject
from crosswind.system.mapping import view_of
from crosswind.target import Target

# The classes of images are for types alone: detection imports the one reader that is needed.
if TYPE_CHECKING:
    from crosswind.binary.elf import ELFImage
    from crosswind.binary.macho import FatFile, MachOImage
    from crosswind.binary.pe import PEImage
    from crosswind.binary.wasm import WasmImage

# What `ELFImage.kind` calls programs.
_PROGRAMS = ("executable", "position-independent executable")


def read(path: Path, host: Target) -> Subject:
    """Read what a program was built for.

    Args:
        path: the file.
        host: what a file that fits several systems, or a universal one, is taken for if it can be.

    Raises:
        UsageError: CW4001, there is no such file, or it cannot be read.
        BuildError: CW4002, it is no program, is damaged, or is for a machine that Go has no name for.
    """
    view = view_of(path, "CW4001")
    try:
        image = _slice(detect.read(view), host)
        return _subject(path, image, host)
    except FormatError as error:
        where = f"{path}:{error.offset:#x}" if error.offset else str(path)
        raise BuildError("CW4002", error.message, subject=where) from error


def _subject(path: Path, image: Image, host: Target) -> Subject:
    build = _build(image)
    settings: Mapping[str, str] = build.settings if build else {}
    systems = _systems(image)
    recorded = settings.get("GOOS", "")
    goos = next((name for name in (recorded, host.goos) if name in systems), systems[0])
    if not image.goarchs:
        raise FormatError(f"a program for {image.machine}, which Go has no port for")
    goarch = next(
        (name for name in (settings.get("GOARCH"), host.goarch) if name in image.goarchs),
        image.goarchs[0],
    )
    variant = ARCHS[goarch].variant if goarch in ARCHS else None
    level = settings.get(variant.variable, "") if variant else ""
    elf = image.format in (Format.ELF32, Format.ELF64)
    interpreter = cast("ELFImage", image).interpreter if elf else ""
    target = Target(goos, goarch, level if variant and variant.accepts(level) else "")
    version = build.go_version.partition(" ")[0] if build else ""
    return Subject(path.absolute(), target, image.format, interpreter, version)


def _build(image: Image) -> BuildInfo | None:
    """Return what Go recorded; None if it is no Go program or its record is damaged."""
    try:
        return buildinfo.read(image)
    except FormatError:
        return None


def _systems(image: Image) -> tuple[str, ...]:
    """Return the GOOS values that a program can stand for, the likeliest first.

    Raises:
        FormatError: it is no program.
    """
    match image.format:
        case Format.PE32 | Format.PE32_PLUS:
            return _of_pe(cast("PEImage", image))
        case Format.ELF32 | Format.ELF64:
            return _of_elf(cast("ELFImage", image))
        case Format.MACHO32 | Format.MACHO64:
            return _of_macho(cast("MachOImage", image))
        case Format.WASM:
            return cast("WasmImage", image).gooses or ("wasip1",)
        case Format.XCOFF64:
            return ("aix",)
        case Format.PLAN9:
            return ("plan9",)


def _of_pe(image: PEImage) -> tuple[str, ...]:
    if image.is_dll or not image.entry:
        raise FormatError("a library or a driver, not a program")
    return ("windows",)


def _of_elf(image: ELFImage) -> tuple[str, ...]:
    if image.kind not in _PROGRAMS:
        article = "an" if image.kind.startswith("o") else "a"
        raise FormatError(f"{article} {image.kind}, not a program")
    return image.goos_candidates or ("linux",)


def _of_macho(image: MachOImage) -> tuple[str, ...]:
    if image.file_type != "executable":
        raise FormatError(f"a {image.file_type}, not a program")
    return image.gooses or ("darwin",)


def _slice(read: Image | FatFile, host: Target) -> Image:
    """Return the image, of a universal file the one that fits this host best."""
    if isinstance(read, Image):
        return read
    images = [part.image() for part in read.slices]
    if not images:
        raise FormatError("a universal file without a program in it")
    return next((image for image in images if host.goarch in image.goarchs), images[0])
