"""The files of a checkout that programs are compiled from, for all targets at once.

What lies in the module cache counts by the module's hash, what lies in GOROOT by the toolchain; only
packages in local folders are read: of main modules, a workspace, replacing folders, `vendor`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from crosswind.building.key import assembly
from crosswind.building.key.contexts import without_unknown
from crosswind.building.key.local import Local
from crosswind.building.key.model import Doubt, Part, Refusal
from crosswind.constraints import Universe
from crosswind.finding import Finding, Severity
from crosswind.project.graph import Folder, Package, Place, Problem, Root, build
from crosswind.project.graph.scan import NOT_REGULAR, Scan

# What go/build lists of a package, tests apart, that goes into a compile.
_LISTS = (
    "GoFiles", "CgoFiles", "CFiles", "CXXFiles", "MFiles", "HFiles", "FFiles", "SFiles", "SwigFiles",
    "SwigCXXFiles", "SysoFiles", "EmbedFiles",
)  # fmt: skip
# cmd/go/internal/load/pkg.go, setPGOProfilePath: taken from the main package's folder.
_PROFILE = "default.pgo"


class _Input(NamedTuple):
    name: str
    digest: str
    where: int


class Sources:
    """The local files of some programs."""

    def __init__(
        self,
        universe: Universe,
        mains: Sequence[tuple[str, Path]],
        root: Path,
        local: Local,
        scan: Scan,
    ) -> None:
        """Read all that the programs need.

        Args:
            universe: all contexts.
            mains: each program's import path and folder.
            root: what file names are told relative to.
            local: tells where local packages are.
            scan: reads folders and files.

        Raises:
            Doubt: a package is in two places.
        """
        self.universe = universe
        self._root = root
        self._local = local
        self._scan = scan
        self._folders = dict(mains)
        self._parts: dict[tuple[str, frozenset[int]], Part] = {}
        self._inputs: dict[str, list[_Input]] = {}

        def place(path: str, importer: Package | None) -> Place:
            del importer
            return Place(path, local.find(path), reason="not here")

        def folder(path: Path) -> Folder:
            return without_unknown(scan.folder(path))

        self._hidden = dict(local.hidden(scan.folder))
        roots = [Root(Place(path, directory), named=True) for path, directory in mains]
        roots += [Root(Place(path, at), named=False) for path, at in self._hidden.items()]
        self._graph = build(universe, roots, place, folder)
        self._problems: dict[str, tuple[tuple[int, Problem], ...]] = {}
        self._unlisted: dict[str, tuple[tuple[int, Path], ...]] = {}
        self._reached: dict[str, dict[str, int]] = {}

    def _reach(self, main: str) -> dict[str, int]:
        """Return the packages that a program may need, and where."""
        found = self._reached.get(main)
        if found is None:
            found = self._graph.reach(main)
            elsewhere = 0
            for path, where in found.items():
                if path in self._graph.absent and self._local.is_elsewhere(path):
                    elsewhere |= where
            if elsewhere and self._hidden:
                start = {path: elsewhere for path in self._hidden if self._is_library(path)}
                found = self._graph.closure({main: self.universe.everything, **start})
            self._reached[main] = found
        return found

    def _is_library(self, path: str) -> bool:
        package = self._graph.packages.get(path)
        return package is not None and list(package.names) != ["main"]

    def part(self, main: str, bit: int) -> Part:
        """Return the files of a program in one context; programs and contexts alike share it.

        `check` says where there is none that counts.
        """
        inputs = self._of(main)
        mine = frozenset(at for at, one in enumerate(inputs) if one.where >> bit & 1)
        found = self._parts.get((main, mine))
        if found is None:
            files = {f"file {inputs[at].name}": inputs[at].digest for at in mine}
            found = self._parts[main, mine] = Part("sources", files)
        return found

    def using_c(self) -> Iterator[str]:
        """Yield the local files that use cgo, each with its digest; without cgo they are in no key."""
        for package in self._graph.packages.values():
            for file in package.files:
                if file.go and file.go.uses_c:
                    yield f"{self._name(package.directory / file.name)} {file.digest}"

    def profile(self, chosen: str) -> Part:
        """Return the profile that `-pgo` names; `auto` takes one of the sources.

        Raises:
            Doubt: it cannot be read.
        """
        if chosen in ("", "auto", "off"):
            return Part("profile", {})
        path = self._root / chosen
        return Part("profile", {f"file {self._name(path)}": self._digest(path)})

    def check(self, main: str, bit: int) -> None:
        """Look for what the go command would refuse in a program in a context.

        Raises:
            Refusal: a file is a pipe or a device; go would wait for a pipe's writer, without end.
            Doubt: it refuses something else, and says it better than we; or it reads what nobody lists.
        """
        if main not in self._problems:
            self._problems[main] = tuple(self._refused(main))
        found = [problem for where, problem in self._problems[main] if where >> bit & 1]
        for problem in found:
            if problem.message == NOT_REGULAR:
                place = self._name(Path(problem.place))
                hint = "the go command would wait for it: remove it, or name it otherwise"
                raise Refusal(Finding("CW5007", Severity.ERROR, place, problem.message, hint))
        for problem in found:
            raise Doubt(f"{problem.place}: {problem.message}")
        if main not in self._unlisted:
            self._unlisted[main] = tuple(self._not_listed(main))
        for where, path in self._unlisted[main]:
            if where >> bit & 1:
                raise Doubt(
                    f"{self._name(path)} is taken in by assembly, and go does not look at it"
                )

    def _not_listed(self, main: str) -> Iterator[tuple[int, Path]]:
        for path, where in self._reach(main).items():
            package = self._graph.packages.get(path)
            for used, file in assembly.unlisted(package) if package else ():
                if where & used:
                    yield where & used, file

    def _refused(self, main: str) -> Iterator[tuple[int, Problem]]:
        for path, where in self._graph.reach(main).items():
            package = self._graph.packages.get(path)
            for problem in package.problems if package else ():
                if where & problem.where:
                    yield where & problem.where, problem
            # Go's index refuses those of other targets and of tests, too (modindex/read.go, Import);
            # it is there for files that are two seconds old.
            for file in package.files if package else ():
                if package and file.go and (error := file.go.error):
                    place = f"{package.directory / file.name}:{error.line}:{error.column}"
                    yield where, Problem(where, error.message, place)

    def _of(self, main: str) -> list[_Input]:
        found = self._inputs.get(main)
        if found is None:
            found = self._inputs[main] = list(self._collect(main))
        return found

    def _collect(self, main: str) -> Iterator[_Input]:
        for path, where in sorted(self._reach(main).items()):
            package = self._graph.packages.get(path)
            if package:
                yield from self._files(package, where)
        profile = self._folders[main] / _PROFILE
        if profile.is_file():
            yield _Input(self._name(profile), self._digest(profile), self.universe.everything)

    def _files(self, package: Package, where: int) -> Iterator[_Input]:
        known = {file.name: file.digest for file in package.files}
        for listed in _LISTS:
            for name, bits in package.lists.get(listed, {}).items():
                if bits & where:
                    path = package.directory / name
                    digest = known.get(name) or self._digest(path)
                    yield _Input(self._name(path), digest, bits & where)

    def _digest(self, path: Path) -> str:
        try:
            return self._scan.digest(path)
        except OSError as error:
            raise Doubt(f"cannot read {path}: {error.strerror}") from error

    def _name(self, path: Path) -> str:
        return os.path.relpath(path, self._root).replace(os.sep, "/")
