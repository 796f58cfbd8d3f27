"""Import paths that match wildcards, in whole trees (cmd/go/internal/modload/search.go, matchPackages)."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from pathlib import Path

from crosswind.project.graph import patterns
from crosswind.project.graph.graph import Place, Root
from crosswind.project.graph.model import has_go, is_go_folder
from crosswind.project.graph.patterns import Ignored
from crosswind.project.graph.scan import Scan
from crosswind.project.modules.model import MainModule
from crosswind.project.modules.modules import Modules
from crosswind.project.modules.vendored import Version

# With cgo off neither wildcards of import paths nor `std` find it.
RUNTIME_CGO = "runtime/cgo"
# Tells whether there may be packages that match at a path or below it.
MayHold = Callable[[str], bool]


class Trees:
    """Walks Go's own packages and those of modules."""

    def __init__(self, modules: Modules, scan: Scan) -> None:
        """Take the modules."""
        self._modules = modules
        self._scan = scan

    def standard(self, pattern: str) -> Iterator[Root]:
        """Yield what `std` or `cmd` means (search.go, MatchPackages)."""
        if self._modules.goroot is None:
            return
        source = self._modules.goroot / "src"
        prefix = "" if pattern == "std" else "cmd"

        def skip(relative: str) -> bool:
            first = relative.partition("/")[0]
            return pattern == "std" and (first == "cmd" or "." in first)

        top = source / prefix
        for relative, folder in patterns.walk(top, self._scan.folder, skip=skip, into_modules=True):
            path = posixpath.join(prefix, relative).rstrip("/")
            if path not in ("", "builtin") and has_go(folder):
                # MatchPackages: "cmd" has no programs of others.
                library = path.startswith("cmd/vendor/")
                place = Place(path, folder.path, standard=True)
                yield Root(place, named=False, library=library, only_cgo=path == RUNTIME_CGO)

    def matching(self, pattern: str) -> Iterator[tuple[str, Place | None]]:
        """Yield import paths that match, and where the package is if that is plain already."""
        matches, may_hold = patterns.matcher(pattern), patterns.may_match(pattern)
        seen = {"builtin"}
        for path, place in self._candidates(may_hold):
            if path not in seen and matches(path):
                seen.add(path)
                yield path, place

    def in_main(self, main: MainModule, may_hold: MayHold) -> Iterator[str]:
        """Yield the import paths of a main module's packages."""
        ignored = Ignored(main.ignore)

        def skip(relative: str) -> bool:
            return relative in ignored or not may_hold(posixpath.join(main.prefix, relative))

        top = main.directory
        for relative, folder in patterns.walk(top, self._scan.folder, skip=skip, into_vendor=False):
            path = posixpath.join(main.prefix, relative).rstrip("/")
            if path and is_go_folder(folder):
                yield path

    def vendored(self) -> Iterator[str]:
        """Yield the import paths of what lies in the vendor folder, where that is in force."""
        top = self._modules.vendor
        if top is None:
            return
        read = self._scan.folder
        for path, folder in patterns.walk(top, read, into_modules=True, into_vendor=False):
            if path and is_go_folder(folder):
                yield path

    def _candidates(self, may_hold: MayHold) -> Iterator[tuple[str, Place | None]]:
        if self._modules.goroot:
            for prefix in ("", "cmd"):
                yield from self._below(self._modules.goroot / "src" / prefix, prefix, may_hold)
        for main in self._modules.mains:
            yield from ((path, None) for path in self.in_main(main, may_hold))
        if self._modules.vendor:
            yield from ((path, None) for path in self.vendored())
            return
        for one in self._modules.selection.versions.items():
            module = Version(*one)
            if may_hold(module.path):
                yield from self._in_module(module, may_hold)

    def _below(
        self, top: Path, prefix: str, may_hold: MayHold
    ) -> Iterator[tuple[str, Place | None]]:
        def skip(relative: str) -> bool:
            return not may_hold(posixpath.join(prefix, relative))

        for relative, folder in patterns.walk(top, self._scan.folder, skip=skip):
            path = posixpath.join(prefix, relative).rstrip("/")
            if path and is_go_folder(folder):
                yield path, Place(path, folder.path, standard=True)

    def _in_module(self, module: Version, may_hold: MayHold) -> Iterator[tuple[str, Place | None]]:
        root = self._modules.folder(module)
        if root is None:
            return
        new = self._modules.replacement(module)
        is_local = bool(new and new.folder)
        self._scan.add(root, fixed=self._modules.cached_sum(module))

        def skip(relative: str) -> bool:
            return not may_hold(posixpath.join(module.path, relative))

        for relative, folder in patterns.walk(
            root, self._scan.folder, skip=skip, into_modules=not is_local, into_vendor=False
        ):
            if is_go_folder(folder):
                path = posixpath.join(module.path, relative).rstrip("/")
                yield path, Place(path, folder.path, module.path, module.version, own=is_local)
