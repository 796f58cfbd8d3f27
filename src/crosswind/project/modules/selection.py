"""The build list: minimal version selection over the go.mod files at hand (modload/buildlist.go, mvs)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from crosswind.errors import UsageError
from crosswind.frozen import frozen
from crosswind.project.modules import folders, locate, modfile, semver
from crosswind.project.modules.modfile import ModFile
from crosswind.project.modules.vendored import Version
from crosswind.toolchain import version as gover

if TYPE_CHECKING:
    from crosswind.project.modules.modules import Modules

_COMPLETE = gover.parse("1.17")


class Missing(NamedTuple):
    """A module whose go.mod file cannot be read, and why."""

    module: Version
    reason: str


@frozen
class Selection:
    """What was selected.

    Attributes:
        versions: of each module by path, main modules apart.
        missing: modules whose requirements are unknown; the versions are then too low, perhaps.
    """

    versions: dict[str, str]
    missing: tuple[Missing, ...]

    def unknown(self, path: str) -> str:
        """Say why it cannot be told which module a package belongs to."""
        first = self.missing[0]
        more = f" (and {len(self.missing) - 1} more)" if len(self.missing) > 1 else ""
        return (
            f"which module provides {path} cannot be told without the module cache: "
            f"{first.module}: {first.reason}{more}"
        )


class _Summary(NamedTuple):
    """What matters of another module's go.mod."""

    requires: tuple[Version, ...]
    pruned: bool


def select(modules: Modules) -> Selection:
    """Select the highest version of each module that any go.mod in the graph asks for."""
    return _Graph(modules).run()


def _is_pruned(file: ModFile) -> bool:
    """Whether a go.mod names all that its packages need (pruningForGoVersion)."""
    return file.go is not None and gover.parse(file.go.text) >= _COMPLETE


class _Graph:
    """Reads go.mod files as far as graph pruning lets them count (readModGraph)."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._mains = {main.path for main in modules.mains}
        self._summaries: dict[Version, _Summary | None] = {}
        self._missing: list[Missing] = []
        self._seen: set[tuple[Version, bool]] = set()
        self._queue: list[tuple[Version, bool]] = []
        self._versions: dict[str, str] = {}

    def run(self) -> Selection:
        for main in self._modules.mains:
            requires = self._allowed(Version(one.path, one.version) for one in main.file.require)
            self._count(requires)
            pruned = _is_pruned(main.file)
            self._summaries[Version(main.path)] = _Summary(requires, pruned)
            self._queue += ((one, pruned) for one in requires)
        self._drain()
        if self._modules.work_path:
            self._reload()
        return Selection(self._versions, tuple(self._missing))

    def _drain(self) -> None:
        while self._queue:
            module, pruned = self._queue.pop()
            if module.path in self._mains or (module, pruned) in self._seen:
                continue
            self._seen.add((module, pruned))
            summary = self._summary(module)
            # Behind a module that names all it needs, nothing new comes.
            if summary and not (pruned and summary.pruned):
                self._queue += ((one, False) for one in summary.requires)

    def _reload(self) -> None:
        """Load modules again that a workspace raises (readModGraph, hasDepsInAll).

        The versions that the used modules name say too little of what the raised ones need.
        """
        interesting = set(self._mains)
        seen: set[Version] = set()
        while True:
            wanted: set[Version] = set()
            for path in interesting:
                module = Version(path, self._versions.get(path, ""))
                if module not in seen:
                    wanted.add(module)
                    continue
                summary = self._summaries.get(module)
                for one in summary.requires if summary else ():
                    chosen = Version(one.path, self._versions.get(one.path, ""))
                    if chosen not in seen and semver.key(chosen.version) > semver.key(one.version):
                        wanted.add(chosen)
            if not wanted:
                return
            for module in wanted:
                seen.add(module)
                interesting.add(module.path)
                self._enqueue_workspace(module)
            self._drain()

    def _enqueue_workspace(self, module: Version) -> None:
        """Take a module as one of the workspace: what it requires counts, and what that requires."""
        summary = self._summary(module)
        if summary:
            self._queue += ((one, summary.pruned) for one in summary.requires)

    def _summary(self, module: Version) -> _Summary | None:
        if module not in self._summaries:
            self._summaries[module] = self._load(module)
        return self._summaries[module]

    def _load(self, module: Version) -> _Summary | None:
        file = self._read(module)
        if isinstance(file, str):
            self._missing.append(Missing(module, file))
            return None
        requires = self._allowed(Version(one.path, one.version) for one in file.require)
        self._count(requires)
        return _Summary(requires, _is_pruned(file))

    def _allowed(self, requires: Iterable[Version]) -> tuple[Version, ...]:
        excluded = self._modules.excluded
        return tuple(one for one in requires if one not in excluded)

    def _count(self, requires: Iterable[Version]) -> None:
        for path, version in requires:
            known = self._versions.get(path)
            if path not in self._mains and (
                known is None or semver.key(known) < semver.key(version)
            ):
                self._versions[path] = version

    def _read(self, module: Version) -> ModFile | str:
        """Read the go.mod of a module or of what replaces it; a text says why that fails."""
        place = self._place(module)
        if isinstance(place, str):
            return place
        try:
            return modfile.read_mod_lax(str(place), locate.read(place))
        except UsageError as error:
            return f"{error.subject}: {error.message}"

    def _place(self, module: Version) -> Path | str:
        new = self._modules.replacement(module)
        if new and new.folder:
            return new.folder / "go.mod"
        actual = Version(new.path, new.version) if new else module
        needs_sum = self._modules.mode.name == "readonly" and not self._modules.work_path
        if needs_sum and not self._modules.sums.of(*actual, only_go_mod=True):
            return f"missing go.sum entry for go.mod file; to add it: go mod download {module.path}"
        if self._modules.cache is None:
            return "module cache not found: neither GOMODCACHE nor GOPATH nor HOME is set"
        place = folders.download(self._modules.cache, actual.path, actual.version, "mod")
        return place if locate.exists(place) else "its go.mod file is not in the module cache"
