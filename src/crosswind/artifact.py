"""A file that was made."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from crosswind.frozen import frozen
from crosswind.target import Target


class Kind(StrEnum):
    """What an artifact is, in GoReleaser's words where it has one."""

    BINARY = "Binary"
    C_ARCHIVE = "C Archive Library"
    C_SHARED = "C Shared Library"
    HEADER = "C Header"
    PACKAGE_ARCHIVE = "Go Package Archive"
    DEBUG = "Debug File"


@frozen
class Artifact:
    """A finished file.

    Attributes:
        path: where it lies.
        kind: what it is.
        program: name of the program it was built from.
        target: what it runs on.
        size: in bytes.
        sha256: of its whole content, in hex.
    """

    path: Path
    kind: Kind
    program: str
    target: Target
    size: int
    sha256: str
