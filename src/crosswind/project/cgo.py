"""Which packages use cgo, and what a build without it loses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from crosswind.errors import UsageError
from crosswind.frozen import frozen
from crosswind.project import golist
from crosswind.project.graph import Graph, contexts, load, modules_at
from crosswind.project.graph.scan import Scan
from crosswind.target import Target
from crosswind.toolchain import Toolchain

# Packages of the standard library with a pure Go side and a cgo side, and the difference
# (net: "Name Resolution" in its package documentation; os/user: its package documentation).
STANDARD_LOSSES = {
    "net": "host names are looked up by Go's resolver alone, never by the C library's",
    "os/user": "users and groups come from /etc/passwd and /etc/group, not from LDAP or NIS",
    "plugin": "plugins cannot be opened",
}


@frozen
class CgoUse:
    """A package whose files say `import "C"` for a target."""

    package: str
    standard: bool

    @property
    def loss(self) -> str:
        """What happens without cgo, in a few words; empty if nothing a user would notice."""
        if self.standard:
            return STANDARD_LOSSES.get(self.package, "")
        return "its cgo files are left out: it fails to compile, or does less"


class CgoUses:
    """Packages that use cgo, of some programs and all they import, for some targets.

    Nothing is read before something is asked.
    """

    def __init__(
        self,
        toolchain: Toolchain,
        directory: Path,
        env: Mapping[str, str],
        packages: Sequence[str],
        targets: Sequence[Target],
        scan: Scan,
    ) -> None:
        """Take what can be asked about.

        Args:
            toolchain: the Go.
            directory: where its go command would run.
            env: of that.
            packages: import paths of the programs.
            targets: the targets.
            scan: reads folders.
        """
        self._toolchain, self._directory, self._env = toolchain, directory, env
        self._packages, self._targets = packages, targets
        self._scan = scan

    @cached_property
    def _graph(self) -> Graph | None:
        """The import graph for all targets at once; None where only the go command can tell."""
        env, goroot = self._env, self._toolchain.goroot
        try:
            universe = contexts.universe(self._toolchain, env, self._targets, (True,))
            modules = modules_at(self._directory, env, goroot, self._packages)
            return load(modules, universe, self._packages, self._directory, scan=self._scan)
        except UsageError:  # the go command says why
            return None

    def is_used(self, package: str, target: Target) -> bool:
        """Whether a program needs a package of others that uses cgo; raises as `of`."""
        return any(not use.standard for use in self.of(package, target))

    def of(self, package: str, target: Target) -> tuple[CgoUse, ...]:
        """List the packages that use cgo among a program's.

        The go command is asked where one of them is nowhere to be found: it may fetch it.

        Raises as `golist.packages`, and:
            MissingError: CW0414, the go command does not tell its tags.
        """
        graph = self._graph
        if graph is None:
            return tuple(self._asked(package, target))
        where = 1 << self._targets.index(target)
        reached = graph.closure({package: where})
        if not reached.keys() <= graph.packages.keys():
            return tuple(self._asked(package, target))
        used = (graph.packages[path] for path in sorted(reached))
        return tuple(
            CgoUse(one.import_path, one.standard)
            for one in used
            if any(bits & where for bits in one.lists.get("CgoFiles", {}).values())
        )

    def _asked(self, package: str, target: Target) -> Iterator[CgoUse]:
        env = {**self._env, **target.env, "CGO_ENABLED": "1"}
        words = ["-deps", "-json=ImportPath,CgoFiles,Standard", "--", package]
        for document in golist.packages(self._toolchain, self._directory, env, words):
            if document.get("CgoFiles"):
                yield CgoUse(document["ImportPath"], bool(document.get("Standard")))
