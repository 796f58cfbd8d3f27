"""Map a file into memory to read it."""

from __future__ import annotations

import mmap
from pathlib import Path

from crosswind.binary.view import View
from crosswind.errors import UsageError


def view_of(path: Path, code: str) -> View:
    """Map a file into memory; the map ends with the last view of it.

    Args:
        path: the file.
        code: of the error, which each command has for its own files.

    Raises:
        UsageError: there is no such file, or it cannot be read.
    """
    try:
        # A pipe would wait for its writer.
        if path.exists() and not path.is_file():
            raise UsageError(code, "not a file", subject=str(path), hint="give the program itself")
        with path.open("rb") as stream:
            # An empty file cannot be mapped.
            if not stream.seek(0, 2):
                return View.of(b"")
            return View.of(memoryview(mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(code, f"cannot read it: {reason}", subject=str(path)) from error
