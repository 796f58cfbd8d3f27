"""The files that a package embeds, for all contexts at once (cmd/go/internal/load/pkg.go, load)."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from crosswind.gosource.embed import Kind, resolve
from crosswind.project.graph.model import Bits, Problem


class OnDisk:
    """A folder of the file system, as patterns look at it (`gosource.embed.Folder`)."""

    def __init__(self, path: Path) -> None:
        """Take the package's folder."""
        self._path = str(path)

    def kind(self, path: str) -> Kind | None:
        """Return what a path is, without following a link at its end; None if there is nothing."""
        try:
            return _kind(os.lstat(self._place(path)).st_mode)
        except (OSError, ValueError):
            return None

    def target(self, path: str) -> Kind | None:
        """Return what a path leads to; None if there is nothing."""
        try:
            return _kind(os.stat(self._place(path)).st_mode)  # noqa: PTH116 - no Path is made for it
        except (OSError, ValueError):
            return None

    def entries(self, path: str) -> Mapping[str, Kind]:
        """Return the names in a folder.

        Raises:
            OSError: it cannot be read.
        """
        with os.scandir(self._place(path)) as listing:
            return {entry.name: _entry(entry) for entry in listing}

    def _place(self, path: str) -> str:
        return f"{self._path}/{path}" if path else self._path


def _entry(entry: os.DirEntry[str]) -> Kind:
    if entry.is_symlink():
        return Kind.LINK
    if entry.is_dir(follow_symlinks=False):
        return Kind.FOLDER
    return Kind.FILE if entry.is_file(follow_symlinks=False) else Kind.OTHER


def _kind(mode: int) -> Kind:
    if stat.S_ISREG(mode):
        return Kind.FILE
    if stat.S_ISDIR(mode):
        return Kind.FOLDER
    return Kind.LINK if stat.S_ISLNK(mode) else Kind.OTHER


def embedded(
    directory: Path, patterns: Bits, places: Mapping[str, str], left_out: int = 0
) -> tuple[dict[str, int], list[Problem]]:
    """Return the files that patterns stand for and where, and the patterns that Go refuses.

    In a context where one pattern is refused no file is embedded.

    Args:
        directory: the package's.
        patterns: with the contexts of each.
        places: where each stands.
        left_out: contexts in which none is looked at.
    """
    folder = OnDisk(directory)
    found: dict[str, int] = {}
    problems: list[Problem] = []
    refused = left_out
    for pattern, where in sorted(patterns.items()):
        said = resolve([pattern], folder)
        if said.refusal and where & ~refused:
            place = places.get(pattern, str(directory))
            problems.append(Problem(where & ~refused, str(said.refusal), place))
        if said.refusal:
            refused |= where
        for path in said.files:
            found[path] = found.get(path, 0) | where
    return {path: bits & ~refused for path, bits in found.items() if bits & ~refused}, problems
