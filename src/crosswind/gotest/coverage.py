"""Coverage profiles: one file of all runs, as cmd/go/internal/test/cover.go merges them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from crosswind.errors import BuildError
from crosswind.system import files

_MODE = b"mode: "


def merge(profiles: Iterable[Path], into: Path) -> None:
    """Write the blocks of all profiles behind one line of their mode.

    A block that several runs tell of stays several lines: who reads profiles adds them up
    (golang.org/x/tools/cover, ParseProfilesFromReader).

    Raises:
        BuildError: CW4034, a test wrote what is no profile, or the modes differ.
        CrosswindError: as `files.write_atomic`.
    """
    mode, parts = b"", []
    for profile in profiles:
        if not profile.is_file():  # a test that ended early wrote none
            continue
        first, _, rest = profile.read_bytes().partition(b"\n")
        if not first:
            continue
        if not first.startswith(_MODE) or (mode and first != mode):
            raise BuildError(
                "CW4034",
                f"no coverage profile of {mode.decode() or 'a mode'}",
                subject=profile.name,
            )
        mode = first
        parts.append(rest)
    files.write_atomic(into, (mode or _MODE + b"set") + b"\n" + b"".join(parts))
