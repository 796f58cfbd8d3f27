"""Read the file that is to be signed."""

from __future__ import annotations

from pathlib import Path

from crosswind.binary import detect
from crosswind.binary.image import Image
from crosswind.binary.macho import FatFile
from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError, UsageError


def content(path: Path) -> bytes:
    """Read a file; raises UsageError CW0801 if it is not there or cannot be read."""
    try:
        # A pipe would wait for its writer, and a device never end.
        if path.exists() and not path.is_file():
            raise UsageError(
                "CW0801", "not a file", subject=str(path), hint="give the program itself"
            )
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError("CW0801", f"cannot read it: {reason}", subject=str(path)) from error


def image(path: Path, data: bytes) -> Image | FatFile:
    """Tell what a file is; raises BuildError CW0813 if it is damaged or no program at all."""
    try:
        return detect.read(View.of(data))
    except FormatError as error:
        raise damaged(path, error) from error


def damaged(path: Path, error: FormatError) -> BuildError:
    """Turn a format's error on a file into one for people."""
    hint = "`crosswind verify` says more; build or copy it again"
    return BuildError("CW0813", str(error), subject=str(path), hint=hint)


def unfit(path: Path, found: Image | FatFile, wanted: str) -> UsageError:
    """Say that a file is of another format than its settings are for."""
    kind = "universal Mach-O" if isinstance(found, FatFile) else str(found.format)
    return UsageError(
        "CW0801",
        f"{kind}, but these settings sign {wanted} files",
        subject=str(path),
        hint="Authenticode is for PE files, ad-hoc signatures are for Mach-O; ELF files have neither",
    )
