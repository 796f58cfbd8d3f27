"""Read files that hold resources: bounded, and with errors that say which file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError, UsageError

# The largest source of resources that makes sense; a program may be larger.
MAX_SOURCE = 256 << 20
# All of a PE image lies below 2 GiB, and patching holds it in memory.
MAX_PROGRAM = 2 << 30

T = TypeVar("T")


def read_file(path: Path, limit: int = MAX_SOURCE) -> bytes:
    """Read a whole file.

    Args:
        path: the file.
        limit: most bytes that it may have.

    Raises:
        UsageError: CW0705, it is not there or cannot be read.
        BuildError: CW0706, it is larger than the limit.
    """
    try:
        # A pipe would wait for its writer.
        if path.exists() and not path.is_file():
            raise UsageError("CW0705", "not a file", subject=str(path), hint="give the file itself")
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        raise UsageError(
            "CW0705",
            f"cannot be read: {error.strerror}",
            subject=str(path),
            hint="check the path and its permissions",
        ) from error
    if len(data) > limit:
        raise BuildError(
            "CW0706",
            f"larger than {limit >> 20} MiB",
            subject=str(path),
            hint="this cannot be what was meant",
        )
    return data


def parse(path: Path, read: Callable[[View], T], limit: int = MAX_SOURCE) -> T:
    """Read a file with a reader of bytes.

    Raises:
        UsageError: CW0705, it is not there or cannot be read.
        BuildError: CW0706, it is larger than the limit; CW0703, it is damaged.
    """
    data = read_file(path, limit)
    try:
        return read(View.of(data))
    except FormatError as error:
        raise damaged(path, error) from error


def damaged(path: Path, error: FormatError) -> BuildError:
    """Return the error that tells which file is damaged, and where."""
    return BuildError(
        "CW0703",
        error.message,
        subject=f"{path}:{error.offset:#x}",
        hint="give the file that was meant, or make it anew",
    )
