"""`Split`: a program without its debug data, and the files that hold that data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from crosswind.frozen import frozen


@frozen
class Split:
    """What became of a program.

    Attributes:
        shipped: the program for users.
        debug: the files with debug data, by their place relative to the program's folder; empty
            where it was thrown away.
        notes: what users of the debug data should know, in sentences.
    """

    shipped: bytes
    debug: Mapping[PurePosixPath, bytes]
    notes: tuple[str, ...] = ()
