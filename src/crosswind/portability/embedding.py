"""Folders that `//go:embed` patterns look into: what changes there may keep a package from being built."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from crosswind.project.graph import Package


def folders(packages: Iterable[Package]) -> Iterator[str]:
    """Yield all folders below those that patterns of packages begin with."""
    for package in packages:
        patterns = package.lists.get("EmbedPatterns", {})
        for first in {pattern.removeprefix("all:").partition("/")[0] for pattern in patterns}:
            for place in _matching(package.directory, first):
                yield from (folder for folder, _, _ in os.walk(place))


def _matching(directory: Path, first: str) -> Iterator[Path]:
    """Yield what a pattern's first element may stand for; classes and backslashes for anything."""
    glob = "*" if "[" in first or "\\" in first else first
    try:
        names = os.listdir(directory)  # noqa: PTH208 - of names alone
    except OSError:
        return
    yield from (directory / name for name in names if glob == "." or fnmatchcase(name, glob))
