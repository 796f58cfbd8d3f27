"""The modules of a project, and which of them a package belongs to (modload/import.go)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from functools import cached_property
from pathlib import Path

from crosswind.frozen import frozen
from crosswind.project.modules import locate, paths, requirements, semver
from crosswind.project.modules.folders import Folders
from crosswind.project.modules.model import Absent, Found, MainModule, Replacement
from crosswind.project.modules.modfile import WorkFile
from crosswind.project.modules.replaces import Level
from crosswind.project.modules.selection import Selection, select
from crosswind.project.modules.sums import Sum, Sums
from crosswind.project.modules.vendored import Vendored, Version
from crosswind.toolchain import version as gover

# modload/init.go: outside of modules the language is that of the Go in use; any of today will do here.
_OUTSIDE = "1.26"
# gover.ExplicitIndirectVersion: from here on go.mod names every module that packages come from.
_COMPLETE = gover.parse("1.17")
# gover.ExplicitModulesTxtImportVersion: from here on modules.txt must name each vendored package.
_NAMED_IN_VENDOR = gover.parse("1.23")


@frozen
class Mode:
    """How modules are found: `-mod`.

    Attributes:
        name: readonly, mod or vendor.
        explicit: whether a flag says so.
        reason: why it is so, or why a vendor folder is not used, in Go's words.
        modfile: the go.mod file that `-modfile` names.
    """

    name: str = "readonly"
    explicit: bool = False
    reason: str = ""
    modfile: Path | None = None


# Without slots: what is worked out of the files is kept.
@frozen(slots=False)
class Modules:
    """Everything that go.mod, go.sum, go.work and vendor/modules.txt say.

    Attributes:
        mains: the main module, or those of the workspace.
        work: go.work, and `work_path` where it is; None outside of workspaces.
        mode: how packages are found.
        levels: the replace lines, those that count first in front.
        excluded: versions that exclude lines rule out.
        sums: the hashes of go.sum and its like.
        vendored: vendor/modules.txt; None unless the mode is vendor.
        cache: the module cache; None where nothing says where it is.
        goroot: the GOROOT; None where there is none yet.
    """

    mains: tuple[MainModule, ...]
    work: WorkFile | None
    work_path: Path | None
    mode: Mode
    levels: tuple[Level, ...]
    excluded: frozenset[Version]
    sums: Sums
    vendored: Vendored | None
    cache: Path | None
    goroot: Path | None
    _folders: Folders = field(default_factory=Folders)

    @cached_property
    def go(self) -> str:
        """The go line in force: the workspace's, or the main module's; the newest outside of modules."""
        if self.work_path:
            return self.work.go.text if self.work and self.work.go else "1.18"
        return self.mains[0].go if self.mains else _OUTSIDE

    @property
    def top(self) -> Path:
        """The folder of go.work, or of the main module."""
        return self.work_path.parent if self.work_path else self.mains[0].directory

    @property
    def vendor(self) -> Path | None:
        """The vendor folder, where packages come from it."""
        return self.top / "vendor" if self.mode.name == "vendor" else None

    @cached_property
    def is_complete(self) -> bool:
        """Whether go.mod by itself names every module that may take part (graph pruning)."""
        return self.work_path is None and gover.parse(self.go) >= _COMPLETE

    @cached_property
    def required(self) -> dict[str, str]:
        """The modules that the main modules require, and the highest version asked for."""
        found: dict[str, str] = {}
        for main in self.mains:
            for one in main.file.require:
                if Version(one.path, one.version) in self.excluded:
                    continue
                known = found.get(one.path)
                if known is None or semver.key(known) < semver.key(one.version):
                    found[one.path] = one.version
        for main in self.mains:
            found.pop(main.path, None)
        return found

    @cached_property
    def replaced(self) -> tuple[tuple[str, Path], ...]:
        """The modules in whose place there are folders, each with its folder."""
        lines = [line for level in self.levels for line in level.lines.items()]
        return tuple((old.path, new.folder) for old, new in lines if new.folder)

    @cached_property
    def local(self) -> tuple[tuple[str, Path], ...]:
        """What packages' paths begin with, and the folder: of every module whose files may change."""
        found = tuple((main.prefix, main.directory) for main in self.mains)
        return (*found, ("", self.vendor)) if self.vendor else (*found, *self.replaced)

    @cached_property
    def selection(self) -> Selection:
        """The build list: minimal version selection over all that can be read."""
        return select(self)

    def replacement(self, module: Version) -> Replacement | None:
        """Return what stands in a module's place, if anything."""
        if not module.version and any(main.path == module.path for main in self.mains):
            return None
        return next(filter(None, (level.get(module) for level in self.levels)), None)

    def folder(self, module: Version) -> Path | None:
        """Return a module's folder; None where the cache does not have it (modfetch, DownloadDir)."""
        main = next((one for one in self.mains if one.path == module.path), None)
        if main and not module.version:
            return main.directory
        new = self.replacement(module)
        if new and new.folder:
            return new.folder
        return self._folders.cached(self.cache, *_actual(module, new))

    def cached_sum(self, module: Version) -> str:
        """Return the `h1:` of what the module cache holds of a module; empty where it comes from a folder."""
        new = self.replacement(module)
        if self.cache is None or (new and new.folder):
            return ""
        return self._folders.cached_sum(self.cache, *_actual(module, new))

    def find(self, path: str, importer: str = "") -> Found | Absent:
        """Find the package of an import path (importFromModules).

        Args:
            path: as the import has it.
            importer: the import path of the importing package, if that is of the standard library,
                whose vendored packages are others (load.go, stdVendor).
        """
        if wrong := _mistake(path):
            return Absent(path, wrong)
        if path == "C":
            return Found(path, standard=True)
        if importer:
            path = self._standard_vendored(path, importer)
        standard = self._standard(path)
        if standard and self._in_goroot:
            return standard
        if self.mode.name == "vendor":
            return self._in_vendor(path, standard)
        return self._in_modules(path, standard)

    def _standard_vendored(self, path: str, importer: str) -> str:
        if self.goroot is None or paths.is_standard(path):
            return path
        above = "cmd/vendor" if paths.is_within(importer, "cmd") else "vendor"
        inside = f"{above}/{path}"
        return inside if locate.is_folder(f"{self._source}/{inside}") else path

    def _standard(self, path: str) -> Found | None:
        """Find a package in GOROOT/src."""
        source = self._source
        if source is None or not paths.is_standard(path):
            return None
        place = os.path.join(source, path)  # noqa: PTH118 - as in Folders
        if not self._folders.has_go_files(place):
            return None
        root = source / "cmd" if paths.is_within(path, "cmd") else source
        return Found(path, directory=Path(place), root=root, standard=True)

    @cached_property
    def _in_goroot(self) -> bool:
        """Whether the standard library itself is worked on: its modules say nothing new of it."""
        source = self._source
        return source is not None and any(
            main.directory.is_relative_to(source) for main in self.mains
        )

    @cached_property
    def _source(self) -> Path | None:
        return self.goroot / "src" if self.goroot else None

    def _in_main(self, path: str, main: MainModule) -> Found | None:
        place = self._folders.inside(path, main.prefix, main.directory, local=True)
        if place is None or not self._folders.has_go_files(place):
            return None
        return Found(path, main.path, "", Path(place), main.directory, main=True, local=True)

    def _in_vendor(self, path: str, standard: Found | None) -> Found | Absent:
        """Find a package in main modules and the vendor folder: there is nothing else."""
        found = [standard] if standard else []
        found += filter(None, (self._in_main(path, main) for main in self.mains))
        found += self._vendored_package(path)
        if len(found) > 1:
            return _ambiguous(path, found)
        if found:
            return found[0]
        if self.goroot is None and paths.is_standard(path):
            return Found(path, standard=True)
        return Absent(path, self._missing(path))

    def _vendored_package(self, path: str) -> Iterator[Found]:
        if self.vendor is None or self.vendored is None:
            return
        place = self.vendor / path
        if not self._folders.has_go_files(str(place)):
            return
        module = self.vendored.packages.get(path)
        if module is None and gover.parse(self.go) >= _NAMED_IN_VENDOR:
            return
        module = module or Version("")
        new = self.vendored.entries[module].replacement if module.path else Version("")
        replaced = Replacement(new.path, new.version) if new.path else None
        yield Found(
            path, module.path, module.version, place, self.vendor, local=True, replaced=replaced
        )

    @cached_property
    def _main_versions(self) -> dict[str, str]:
        """The main modules, which have no version."""
        return {main.path: "" for main in self.mains}

    @cached_property
    def _named(self) -> dict[str, str]:
        """The version of each module that go.mod names."""
        return {**self.required, **self._main_versions}

    def _in_modules(self, path: str, standard: Found | None) -> Found | Absent:
        """Look at the modules that go.mod names, and only then at all that these require."""
        if self.goroot is None and paths.is_standard(path):
            found = self._among(path, None, self._named, implicit=False)
            return found or Found(path, standard=True)
        if self.is_complete or self.work_path:
            known = self._named if self.is_complete else self._main_versions
            found = self._among(path, standard, known, implicit=False)
            if found is not None:
                return found
        chosen = self.selection
        everything = {**chosen.versions, **self._main_versions}
        found = self._among(path, standard, everything, implicit=self.is_complete)
        if chosen.missing and not (isinstance(found, Found) and (found.main or found.standard)):
            return Absent(path, chosen.unknown(path), unknown=True)
        return found or Absent(path, self._missing(path), unknown=self.mode.name == "mod")

    def _among(
        self,
        path: str,
        standard: Found | None,
        versions: Mapping[str, str],
        *,
        implicit: bool,
    ) -> Found | Absent | None:
        """Look for a package in every module whose path begins its own; it must be in one only."""
        found = [standard] if standard else []
        pending: list[Found] = []
        unsummed: list[str] = []
        for prefix in _prefixes(path):
            chosen = versions.get(prefix)
            if chosen is None:
                continue
            looked = self._in_one(path, Version(prefix, chosen), implicit=implicit)
            if isinstance(looked, Absent):
                return looked
            if isinstance(looked, str):
                unsummed.append(looked)
            elif looked and looked.directory is None:
                pending.append(looked)
            elif looked:
                found.append(looked)
        if len(found) > 1:
            return _ambiguous(path, found)
        if unsummed:
            return Absent(path, _without_sum(path, unsummed, is_found=bool(found)))
        if len(pending) + len(found) > 1:
            names = " and ".join(one.module for one in (*found, *pending))
            reason = f"{names} may provide it: cannot be told without the module cache"
            return Absent(path, reason, unknown=True)
        return next(iter((*found, *pending)), None)

    def _in_one(self, path: str, module: Version, *, implicit: bool) -> Found | Absent | str | None:
        """Look for a package in one module; a text is a module without a sum in go.sum."""
        main = next((one for one in self.mains if one.path == module.path), None)
        if main:
            return self._in_main(path, main)
        new = self.replacement(module)
        root = self.folder(module)
        local = bool(new and new.folder)
        if reason := self._refusal(module, new, root):
            return Absent(path, reason)
        if not local and self._lacks_sum(_actual(module, new)):
            return module.path
        place = self._folders.inside(path, module.path, root, local=local) if root else None
        if root and not (place and self._folders.has_go_files(place)):
            return None
        if wrong := self._mistake_of(root) if root and local else "":
            return Absent(path, f"{module}: {wrong}")
        there = Path(place) if place else None
        return Found(path, *module, there, root, local=local, replaced=new, implicit=implicit)

    def _mistake_of(self, root: Path) -> str:
        """Say why a replaced folder's go.mod is refused: broken, or go.mod is behind what it asks for."""
        file = self._folders.mod(root)
        if isinstance(file, str):
            return file
        return "" if self.work_path or self.mode.name == "mod" else requirements.raised(self, file)

    def _refusal(self, module: Version, new: Replacement | None, root: Path | None) -> str:
        """Say why nothing can come from a module; empty if it can."""
        if new and new.folder:
            is_there = root is None or locate.exists(root)
            return "" if is_there else f"{module}: replacement directory {new.path} does not exist"
        if self._must_have_sums and (said := self.sums.malformed):
            return f"{said.subject}: {said.message}"
        return self._mismatch(module) if root else ""

    @property
    def _must_have_sums(self) -> bool:
        """Whether go.sum must have a module's sum (import.go, mustHaveSums)."""
        return self.mode.name == "readonly" and self.work_path is None

    def _lacks_sum(self, module: Version) -> bool:
        return self._must_have_sums and not self.sums.of(module.path, module.version)

    @cached_property
    def _recorded(self) -> dict[tuple[str, str], list[Sum]]:
        """All hashes of modules' files, those of go.work.sum first."""
        found: dict[tuple[str, str], list[Sum]] = {}
        for one in sorted(self.sums.lines, key=lambda line: not _is_of_work(line)):
            if one.hash.startswith("h1:") and not one.only_go_mod:
                found.setdefault((one.path, one.version), []).append(one)
        return found

    def _mismatch(self, module: Version) -> str:
        """Say that the cache holds another module than go.sum tells of (modfetch/fetch.go, haveModSumLocked)."""
        there = self.cached_sum(module)
        actual = _actual(module, self.replacement(module))
        for one in self._recorded.get((actual.path, actual.version), ()) if there else ():
            if one.hash != there:
                file = Path(one.file).name
                said = f"{file} has {one.hash}, and the module cache {there}"
                return f"verifying {actual}: checksum mismatch: {said}"
            # One that fits counts before what stands behind it, but among go.sum files of a workspace.
            if not self.work_path or _is_of_work(one):
                break
        return ""

    def _missing(self, path: str) -> str:
        """Say that no module has a package, as Go does (ImportMissingError)."""
        if paths.is_standard(path):
            place = self.goroot / "src" / path if self.goroot else Path("GOROOT/src") / path
            return f"package {path} is not in std ({place})"
        if self.mode.name == "mod":
            return f"cannot find module providing package {path} among those of go.mod"
        if suggested := self._only_replaced(path):
            return suggested
        said = f"no required module provides package {path}"
        if self.mode.explicit:
            return f"{said}: import lookup disabled by -mod={self.mode.name}"
        if self.mode.reason:
            return f"{said}: import lookup disabled by -mod={self.mode.name} ({self.mode.reason})"
        return f"{said}; to add it: go get {path}"

    def _only_replaced(self, path: str) -> str:
        """Name a module that has the package and is replaced, but not required (queryImport)."""
        if self.mode.name == "vendor":
            return ""
        modules = {module for level in self.levels for module in level.lines}
        for module in sorted(modules, key=lambda one: (len(one.path), one.version), reverse=True):
            root = self.folder(module)
            if not root or not paths.is_within(path, module.path):
                continue
            place = self._folders.inside(path, module.path, root, local=True)
            if place and self._folders.has_go_files(place):
                return (
                    f"module {module.path} provides package {path} and is replaced but not "
                    f"required; to add it: go get {module}"
                )
        return ""


def _actual(module: Version, new: Replacement | None) -> Version:
    """Return the module of the cache that another one stands for, or that stands in its place."""
    return Version(new.path, new.version) if new else module


def _is_of_work(line: Sum) -> bool:
    return line.file.endswith(".work.sum")


def _prefixes(path: str) -> Iterator[str]:
    """Yield the paths of modules that could hold a package, longest first."""
    prefix = path
    while prefix:
        # Not the made-up modules of Go itself: go/ast is no package of `go`.
        if prefix not in ("go", "toolchain"):
            yield prefix
        prefix = prefix.rpartition("/")[0]


def _mistake(path: str) -> str:
    """Say why something is no import path at all."""
    if "@" in path:
        return f'import path "{path}" should not have @version'
    if path in (".", "..") or path.startswith(("./", "../")):
        return f'"{path}" is relative, but relative import paths are not supported in module mode'
    if os.path.isabs(path):  # noqa: PTH117 - a path of Go, no path of files
        return f'"{path}" is not a package path'
    if path in ("std", "cmd", "all", "tool", "work"):
        return f'"{path}" is not an importable package'
    wrong = paths.import_path_mistake(path) if path != "C" else ""
    return f'malformed import path "{path}": {wrong}' if wrong else ""


def _ambiguous(path: str, found: Iterable[Found]) -> Absent:
    """AmbiguousImportError: from the shortest module path to the longest."""
    ordered = sorted(found, key=lambda one: len(one.module))
    places = " and ".join(
        f"{one.module or 'std'}{' ' if one.version else ''}{one.version} ({one.directory})"
        for one in ordered
    )
    return Absent(path, f"ambiguous import: found package {path} in multiple modules: {places}")


def _without_sum(path: str, modules: list[str], *, is_found: bool) -> str:
    """ImportMissingSumError."""
    names = " ".join(reversed(modules))
    if is_found:
        said = f"needed to verify package {path} is provided by exactly one module"
    else:
        said = f"for module providing package {path}"
    return f"missing go.sum entry {said}; to add: go mod download {names}"
