"""Sources that a compiler or a linker made: `.res`, `.syso`, programs and libraries."""

from __future__ import annotations

from pathlib import Path

from crosswind.binary import detect
from crosswind.binary.image import Image
from crosswind.binary.pe import PEImage
from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError
from crosswind.resource.reading import MAX_PROGRAM, parse
from crosswind.resource.sources import Context
from crosswind.windows import coff, rsrc
from crosswind.windows import res as res_format
from crosswind.windows.resource import ResourceTree


def res(path: Path, _context: Context) -> ResourceTree:
    """Read a `.res` file."""
    return parse(path, res_format.read)


def syso(path: Path, context: Context) -> ResourceTree:
    """Read an object file.

    Raises:
        BuildError: CW0708, it is for another architecture.
    """
    found = parse(path, coff.read)
    if context.goarch and found.goarch != context.goarch:
        raise BuildError(
            "CW0708",
            f"an object file for {found.goarch}, but the resources are for {context.goarch}",
            subject=str(path),
            hint=f"give the one for {context.goarch}, or what it was made from;"
            f" `build --arch {found.goarch}` takes this one",
        )
    return found.resources


def program(path: Path, _context: Context) -> ResourceTree:
    """Read the resources of a program or a library."""
    return parse(path, lambda view: rsrc.read_image(read_pe(view)), MAX_PROGRAM)


def read_pe(view: View) -> PEImage:
    """Read a PE image; raises FormatError if it is anything else."""
    image = detect.read(view)
    if not isinstance(image, PEImage):
        words = image.format if isinstance(image, Image) else "universal Mach-O"
        raise FormatError(f"no Windows program, but a file of format {words}", view.base)
    return image
