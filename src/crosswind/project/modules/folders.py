"""Folders that may hold packages; each is looked at once."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from crosswind.errors import UsageError
from crosswind.project.modules import locate, modfile, paths
from crosswind.project.modules.modfile import ModFile


@dataclass(slots=True)
class Folders:
    """What is known of folders so far."""

    _with_go: dict[str, bool] = field(default_factory=dict)
    _with_mod: dict[str, bool] = field(default_factory=dict)
    _mods: dict[Path, ModFile | str] = field(default_factory=dict)
    _modules: dict[tuple[str, str], Path | None] = field(default_factory=dict)
    _sums: dict[tuple[str, str], str] = field(default_factory=dict)

    # Folders are texts here: a graph asks for thousands, and making a Path takes longer than looking.

    def inside(self, path: str, module: str, root: Path, *, local: bool) -> str | None:
        """Return the folder of a package in a module; None if it cannot be there (dirInModule).

        Args:
            path: the package's import path.
            module: what paths of the module's packages begin with; empty for std and vendor.
            root: the module's folder.
            local: whether other modules may lie inside, which are none of it.
        """
        if module and not paths.is_within(path, module):
            return None
        below = path[len(module) + 1 :] if module else path
        at = below if local else ""
        while at:
            if self._has_mod(os.path.join(root, at)):  # noqa: PTH118 - as above
                return None
            at = at.rpartition("/")[0]
        return os.path.join(root, below) if below else str(root)  # noqa: PTH118 - as above

    def _has_mod(self, folder: str) -> bool:
        known = self._with_mod.get(folder)
        if known is None:
            known = self._with_mod[folder] = locate.is_file(f"{folder}/go.mod")
        return known

    def has_go_files(self, folder: str) -> bool:
        """Whether a folder holds a file whose name ends in `.go` (fsys.IsGoDir)."""
        known = self._with_go.get(folder)
        if known is None:
            known = self._with_go[folder] = _has_go_files(folder)
        return known

    def mod(self, root: Path) -> ModFile | str:
        """Read the go.mod of a replaced folder; a text says why it cannot be read (goModSummary)."""
        if root not in self._mods:
            file = root / "go.mod"
            try:
                self._mods[root] = modfile.read_mod_lax(str(file), locate.read(file))
            except UsageError as error:
                self._mods[root] = f"{error.subject}: {error.message}"
        return self._mods[root]

    def cached(self, cache: Path | None, path: str, version: str) -> Path | None:
        """Return a module's folder in the cache; None if it is not there in full."""
        if cache is None:
            return None
        if (path, version) not in self._modules:
            self._modules[path, version] = _cached(cache, path, version)
        return self._modules[path, version]

    def cached_sum(self, cache: Path, path: str, version: str) -> str:
        """Return the `h1:` that the cache notes of a module when it unpacks it; empty if it does not."""
        if (path, version) not in self._sums:
            try:
                noted = download(cache, path, version, "ziphash").read_text("ascii").strip()
            except (OSError, ValueError):
                noted = ""
            self._sums[path, version] = noted
        return self._sums[path, version]


def _has_go_files(folder: str) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(entry.name.endswith(".go") and _is_file(entry) for entry in entries)
    except (OSError, ValueError):  # a folder that may not be read, or a NUL in its name
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # links in a circle: another file may be one
        return False


def _cached(cache: Path, path: str, version: str) -> Path | None:
    """modfetch/cache.go, DownloadDir: a folder that is being unpacked does not count."""
    folder = place(cache, path, version)
    beside = download(cache, path, version, "ziphash")
    if not locate.is_folder(folder) or locate.exists(beside.with_suffix(".partial")):
        return None
    return folder if locate.exists(beside) or path == "golang.org/fips140" else None


def place(cache: Path, path: str, version: str) -> Path:
    """Return where the cache unpacks a module (modfetch/cache.go, DownloadDir)."""
    return cache / f"{paths.escape(path)}@{paths.escape(version)}"


def download(cache: Path, path: str, version: str, ending: str) -> Path:
    """Return where the cache keeps what it downloaded of a module (modfetch/cache.go, CachePath)."""
    name = f"{paths.escape(version)}.{ending}"
    return cache / "cache" / "download" / paths.escape(path) / "@v" / name
