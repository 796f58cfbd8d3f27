"""Files that `//go:embed` patterns may take: all of them, and sometimes a few more.

cmd/go/internal/load/pkg.go, resolveEmbed, leaves out names that begin with `.` or `_`, and other modules.
Here they count: whether a file is taken may hang on them, and a key may have an input too many.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from crosswind.building.key.model import Doubt

# A pattern that takes more files than this is not for a key.
_MOST = 20_000


def files(directory: Path, pattern: str) -> Iterator[Path]:
    """Yield every file that a pattern may take, ordered by path.

    Args:
        directory: of the package.
        pattern: as the source has it.

    Raises:
        Doubt: there are too many, or a folder cannot be read.
    """
    count = 0
    for place in _matching(directory, pattern.removeprefix("all:").split("/")):
        for path in _below(place):
            count += 1
            if count > _MOST:
                raise Doubt(f"//go:embed {pattern} takes more than {_MOST} files")
            yield path


def _matching(directory: Path, parts: list[str]) -> list[Path]:
    """Return what matches a pattern, element by element (path.Match)."""
    found = [directory]
    for part in parts:
        below = (path for folder in found for path in _entries(folder))
        # Classes and backslashes are written differently in Python: then anything goes.
        glob = "*" if "[" in part or "\\" in part else part
        found = [path for path in below if fnmatchcase(path.name, glob)]
    return found


def _entries(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise Doubt(f"cannot read {folder}: {error.strerror}") from error


def _below(place: Path) -> Iterator[Path]:
    if not place.is_dir():
        yield place
        return
    for folder, names, here in os.walk(place):
        names.sort()
        yield from (Path(folder) / name for name in sorted(here))
