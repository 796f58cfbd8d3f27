"""Load a graph: from modules, a toolchain's GOROOT, and what the user asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from crosswind.constraints import Universe
from crosswind.errors import UsageError
from crosswind.project.gomod import Module
from crosswind.project.graph import patterns
from crosswind.project.graph.graph import Graph, Place, Root, build
from crosswind.project.graph.model import Folder, Package
from crosswind.project.graph.scan import Scan
from crosswind.system import files


class Loader:
    """Knows where packages are, and reads their folders."""

    def __init__(self, module: Module, goroot: Path) -> None:
        """Take the main module, and the toolchain's root."""
        self._module = module
        self._source = goroot / "src"
        self.scan = Scan(files.cache_dir())
        self.scan.add(module.directory)
        self.scan.add(self._source)

    def read(self, path: Path) -> Folder:
        """Read a folder, once."""
        return self.scan.folder(path)

    def find(self, path: str, importer: Package | None) -> Place:
        """Find a package by its import path."""
        if self._module.path and (
            path == self._module.path or path.startswith(f"{self._module.path}/")
        ):
            below = path.removeprefix(self._module.path).lstrip("/")
            return Place(path, self._module.directory / below, self._module.path)
        if found := self._standard(path, importer):
            return found
        return Place(path, None, reason="no module in the build list has it")

    def _standard(self, path: str, importer: Package | None) -> Place | None:
        if importer and importer.standard:
            vendor = "cmd/vendor/" if importer.import_path.startswith("cmd/") else "vendor/"
            if (self._source / vendor / path).is_dir():
                return Place(vendor + path, self._source / vendor / path, standard=True)
        if (self._source / path).is_dir():
            return Place(path, self._source / path, standard=True)
        return None

    def roots(self, pattern: str, directory: Path) -> Iterator[Root]:
        """Yield the packages that a pattern means."""
        if pattern in ("std", "cmd"):
            yield from self._meta(pattern)
        elif patterns.is_local(pattern):
            yield from self._local(pattern, directory)
        elif "..." not in pattern:
            yield Root(self.find(pattern, None), named=True)
        else:
            raise UsageError("CW5030", "unsupported pattern", subject=pattern)

    def _meta(self, pattern: str) -> Iterator[Root]:
        top = self._source if pattern == "std" else self._source / "cmd"
        for relative, folder in patterns.walk(top, self.read, into_modules=True):
            path = relative if pattern == "std" else f"cmd/{relative}".rstrip("/")
            if path and path != "builtin" and not (pattern == "std" and path.startswith("cmd/")):
                # cmd/go/internal/search/search.go, MatchPackages: "cmd" has no programs of others.
                library = pattern == "cmd" and path.startswith("cmd/vendor/")
                yield Root(Place(path, folder.path, standard=True), named=False, library=library)

    def _local(self, pattern: str, directory: Path) -> Iterator[Root]:
        base, dots, _ = pattern.partition("...")
        start = Path(os.path.normpath(directory / base))
        if not dots:
            yield Root(self._at(start), named=True)
            return
        for _, folder in patterns.walk(start, self.read, into_vendor=False):
            yield Root(self._at(folder.path), named=False)

    def _at(self, path: Path) -> Place:
        root = self._module.directory
        if path == root:
            return Place(self._module.path, path, self._module.path)
        if path.is_relative_to(root):
            below = path.relative_to(root).as_posix()
            return Place(f"{self._module.path}/{below}", path, self._module.path)
        raise UsageError("CW5030", "outside of the main module", subject=str(path))


def load(
    module: Module,
    universe: Universe,
    wanted: Sequence[str],
    directory: Path,
    *,
    deps: bool = True,
    tests: bool = False,
    goroot: Path,
) -> Graph:
    """Load packages and what they need."""
    loader = Loader(module, goroot)
    roots = [root for pattern in wanted for root in loader.roots(pattern, directory)]
    graph = build(universe, roots, loader.find, loader.read, deps=deps, tests=tests)
    loader.scan.save()
    return graph
