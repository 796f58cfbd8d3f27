"""The packages that patterns mean (cmd/go/internal/modload/load.go, LoadPackages)."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from crosswind.errors import UsageError
from crosswind.project.graph import patterns
from crosswind.project.graph.folders import Folders
from crosswind.project.graph.graph import Finder, Place, Root
from crosswind.project.graph.matching import RUNTIME_CGO, Trees
from crosswind.project.graph.scan import Scan
from crosswind.project.modules import locate, paths
from crosswind.project.modules.modules import Modules


class Roots:
    """Finds the packages of patterns."""

    def __init__(self, modules: Modules, find: Finder, scan: Scan, directory: Path) -> None:
        """Take the modules, and the folder in which relative paths begin."""
        self._modules = modules
        self._find = find
        self._directory = directory
        self._trees = Trees(modules, scan)
        self._folders = Folders(modules, find, scan, directory)

    def of(self, pattern: str) -> Iterator[Root]:
        """Yield the packages that one pattern means.

        Raises:
            UsageError: CW5030, a pattern without wildcards names no package, or one with wildcards a
                folder in which there cannot be any.
        """
        asked, pattern = pattern, clean(pattern)
        if patterns.is_local(pattern):
            found = self._folders.matching if "..." in pattern else self._folders.one
            yield from found(pattern)
        elif pattern in ("std", "cmd"):
            yield from self._trees.standard(pattern)
        elif pattern in ("all", "work", "tool"):
            yield from self._of_mains(pattern) if pattern != "tool" else ()
            yield from self._tools() if pattern != "work" else ()
        elif "..." in pattern:
            for path, known in self._trees.matching(pattern):
                root = self._by_path(known or self._find(path, None))
                yield replace(root, only_cgo=path == RUNTIME_CGO)
        elif "@" in pattern:
            hint = "list it in a module that requires this version"
            raise UsageError("CW5030", "a version cannot be asked for", subject=asked, hint=hint)
        else:
            yield self._named(pattern)

    def _named(self, path: str) -> Root:
        place = self._find(path, None)
        if place.directory is None:
            is_folder = locate.is_folder(self._directory / path)
            hint = "`crosswind list ./...` shows what this module has"
            if is_folder:
                hint = f"a folder begins with a dot: ./{path}"
            elif "; to add it: " in place.reason:
                hint = ""  # it is in what Go says
            raise UsageError("CW5030", place.reason, subject=path, hint=hint)
        return Root(place, named=True)

    def _tools(self) -> Iterator[Root]:
        for main in self._modules.mains:
            for tool in main.file.tool:
                yield self._named(tool.text)

    def _of_mains(self, pattern: str) -> Iterator[Root]:
        trees = [self._trees.in_main(main, lambda _: True) for main in self._modules.mains]
        vendored = self._trees.vendored() if pattern == "work" else ()
        for path in chain(*trees, vendored):
            yield self._by_path(self._find(path, None))

    def _by_path(self, place: Place) -> Root:
        return Root(place, named=False, by_path=True, folder=self._folder(place))

    def _folder(self, place: Place) -> Path | None:
        """Return where a main module has the folder of a path that is none of a package."""
        path = place.import_path
        for main in self._modules.mains if place.directory is None else ():
            if main.prefix and paths.is_within(path, main.prefix):
                return main.directory / path[len(main.prefix) :].lstrip("/")
        return None


def clean(pattern: str) -> str:
    """Put a pattern into its usual form (search.go, CleanPatterns)."""
    if Path(pattern).is_absolute():
        return os.path.normpath(pattern).replace(os.sep, "/")
    pattern = pattern.replace("\\", "/")
    cleaned = posixpath.normpath(pattern)
    return f"./{cleaned}" if pattern.startswith("./") and cleaned != "." else cleaned
