"""Which packages are in which folders of a repository."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from crosswind.project.graph import Graph, Package
from crosswind.project.modules.modules import Modules


class Places:
    """Folders by their path relative to the top of the repository; the top itself is empty."""

    def __init__(self, top: Path, graph: Graph, modules: Modules) -> None:
        """Take the repository, its packages and its modules."""
        self.top = top
        self._top = os.path.realpath(top)
        self.mains = [(self.inside(one.directory), one) for one in modules.mains]
        self.folders: dict[str, list[Package]] = {}
        for package in graph.packages.values():
            folder = None if package.standard else self.inside(package.directory)
            if folder is not None:
                self.folders.setdefault(folder, []).append(package)

    def inside(self, path: Path) -> str | None:
        """Return a path relative to the top; None if it is outside."""
        found = os.path.relpath(os.path.realpath(path), self._top)
        if found == os.curdir:
            return ""
        outside = found == os.pardir or found.startswith(os.pardir + os.sep) or os.path.isabs(found)  # noqa: PTH117 - on Windows: another drive
        return None if outside else found.replace(os.sep, "/")

    def import_paths(self, folder: str) -> tuple[str, ...]:
        """Return the import paths of a folder, be there a package in it or not."""
        known = tuple(package.import_path for package in self.folders.get(folder, ()))
        if known:
            return known
        around = [
            (place, main)
            for place, main in self.mains
            if place is not None and is_below(folder, place)
        ]
        if not around:
            return ()
        place, main = max(around, key=lambda one: len(one[0]))
        below = folder[len(place) :].strip("/")
        # Packages in the vendor folder are known by the path below it.
        if below.startswith("vendor/"):
            return (below.removeprefix("vendor/"),)
        return ("/".join(filter(None, (main.prefix, below))),)

    def above(self, path: str) -> Iterator[tuple[Package, str]]:
        """Yield the packages in the folders around a file, and its path relative to each."""
        folder, name = _split(path)
        rest = name
        while True:
            for package in self.folders.get(folder, ()):
                yield package, rest
            if not folder:
                return
            folder, last = _split(folder)
            rest = f"{last}/{rest}"

    def within(self, folder: str) -> Iterator[Package]:
        """Yield the packages in a folder and below it."""
        for place, packages in self.folders.items():
            if is_below(place, folder):
                yield from packages


def _split(path: str) -> tuple[str, str]:
    folder, _, name = path.rpartition("/")
    return folder, name


def is_below(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies in it."""
    return not folder or path == folder or path.startswith(f"{folder}/")
