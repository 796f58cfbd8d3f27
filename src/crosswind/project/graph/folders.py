"""The packages of folders that a user names: `./cmd/app`, `./...` (modload/load.go, search/search.go)."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from pathlib import Path

from crosswind.errors import UsageError
from crosswind.project.graph import patterns
from crosswind.project.graph.graph import Finder, Place, Root
from crosswind.project.graph.model import has_go, is_go_folder
from crosswind.project.graph.patterns import Ignored
from crosswind.project.graph.scan import Scan
from crosswind.project.modules.model import MainModule
from crosswind.project.modules.modules import Modules
from crosswind.project.modules.vendored import Version


class Folders:
    """Finds the packages in folders."""

    def __init__(self, modules: Modules, find: Finder, scan: Scan, directory: Path) -> None:
        """Take the modules, and the folder in which relative paths begin."""
        self._modules = modules
        self._find = find
        self._scan = scan
        self._directory = directory
        self._source = modules.goroot / "src" if modules.goroot else None
        self._with_mod: dict[tuple[Path, str], bool] = {}

    def one(self, pattern: str) -> Iterator[Root]:
        """Yield the package in one folder.

        Raises:
            UsageError: CW5030, there is none.
        """
        path = Path(os.path.normpath(self._directory / pattern))
        folder = self._scan.folder(path)
        if folder.unreadable:
            raise _unknown(pattern, folder.unreadable)
        if not has_go(folder):
            raise _unknown(pattern, f"no Go files in {path}")
        place = self._at(path)
        if isinstance(place, str) or place.directory is None:
            raise _unknown(pattern, place if isinstance(place, str) else place.reason)
        yield Root(place, named=True)

    def matching(self, pattern: str) -> Iterator[Root]:
        """Yield the packages in the folders that a pattern matches (MatchDirs).

        Raises:
            UsageError: CW5030, the folder where it begins does not exist, or is outside of all modules.
        """
        base = pattern[: pattern.index("...")]
        start = posixpath.normpath(base[: base.rfind("/") + 1] or ".")
        top = Path(os.path.normpath(self._directory / start))
        main = self._main_around(top)
        if main is None and not self._is_known(top):
            message = f"folder {top} is outside of the main module and of what it depends on"
            raise _unknown(pattern, message)
        if unreadable := self._scan.folder(top).unreadable:
            raise _unknown(pattern, f"{top}: {unreadable}")
        inside = (_below(top, main.directory) if main else "") or ""
        ignored = Ignored(main.ignore if main else ())
        name = posixpath.basename(start)
        if inside in ignored or (name not in (".", "..") and patterns.is_hidden(name)):
            return
        matches = patterns.matcher(pattern)
        # Folders are compared by their path as the pattern would write it.
        prefix = f"./{start}" if pattern.startswith("./") and start != "." else start

        def skip(below: str) -> bool:
            return posixpath.join(inside, below) in ignored

        for below, folder in patterns.walk(top, self._scan.folder, skip=skip):
            written = posixpath.join(prefix, below).rstrip("/") or "/"
            if has_go(folder) and matches(written):
                place = self._at(folder.path)
                if isinstance(place, Place):
                    yield Root(place, named=False, folder=folder.path)

    def _main_around(self, path: Path) -> MainModule | None:
        found = [main for main in self._modules.mains if path.is_relative_to(main.directory)]
        return max(found, key=lambda main: len(main.directory.parts), default=None)

    def _is_known(self, path: Path) -> bool:
        in_source = self._source is not None and path.is_relative_to(self._source)
        return in_source or self._in_cache(path) is not None

    def _at(self, path: Path) -> Place | str:
        """Return the package in a folder, or why there is none (resolveLocalPackage)."""
        places = [(main, _below(path, main.directory)) for main in self._modules.mains]
        for main, below in places:
            if below == "":
                return self._found(main.prefix) if main.prefix else f"{path} holds no package"
        for main, below in places:
            if below is not None and "@" not in below:
                place = self._in_main(main, path, below)
                if place is not None:
                    return place
        if self._source and (inside := _below(path, self._source)):
            return self._found(inside)
        cached = self._in_cache(path)
        if cached is None:
            return f"folder {path} is outside of the main module and of what it depends on"
        return self._found(cached)

    def _in_main(self, main: MainModule, path: Path, below: str) -> Place | str | None:
        if below.startswith("vendor/") and main.prefix:
            if self._modules.vendor is None:
                return f"folder {path} has no import path: -mod=vendor is not in force"
            place = self._find(below.removeprefix("vendor/"), None)
            return place if place.directory else place.reason
        if not is_go_folder(self._scan.folder(path)) or self._is_of_another(main, below):
            return None
        return self._found(posixpath.join(main.prefix, below))

    def _is_of_another(self, main: MainModule, below: str) -> bool:
        """Whether a go.mod file stands between a main module's folder and one below it, or there."""
        while below:
            known = self._with_mod.get((main.directory, below))
            if known is None:
                known = "go.mod" in self._scan.folder(main.directory / below).others
                self._with_mod[main.directory, below] = known
            if known:
                return True
            below = below.rpartition("/")[0]
        return False

    def _found(self, path: str) -> Place | str:
        if path == "builtin":
            return "builtin is no package to build"
        return self._find(path, None)

    def _in_cache(self, path: Path) -> str | None:
        """Return the import path of a folder in a module of the build list (pathInModuleCache)."""
        for module in self._modules.selection.versions.items():
            root = self._modules.folder(Version(*module))
            below = _below(path, root) if root else None
            if below is not None:
                if "@" in below or "vendor" in below.split("/")[:-1]:
                    return None
                return posixpath.join(module[0], below).rstrip("/")
        return None


def _below(path: Path, root: Path) -> str | None:
    """Return a path relative to a folder that it is in: empty for that folder itself, None elsewhere."""
    name, top = str(path), os.path.join(root, "")  # noqa: PTH118 - once for each folder of a tree
    if os.path.normcase(name).startswith(os.path.normcase(top)):
        return name[len(top) :].replace(os.sep, "/")
    return "" if path == root else None


def _unknown(pattern: str, message: str) -> UsageError:
    hint = "name a folder of Go files in this module: `crosswind list ./...` shows all"
    return UsageError("CW5030", message, subject=pattern, hint=hint)
