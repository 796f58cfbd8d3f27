"""The files of a checkout that programs are compiled from, for all targets at once.

What lies in the module cache counts by the module's hash, what lies in GOROOT by the toolchain; only
packages in local folders are read: of main modules, a workspace, replacing folders, `vendor`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from crosswind.building.key.contexts import without_unknown
from crosswind.building.key.model import Part
from crosswind.constraints import Universe
from crosswind.project.graph import Folder, Graph, Package, Place, Root, build

# What go/build lists of a package, tests apart, that goes into a compile.
_LISTS = (
    "GoFiles", "CgoFiles", "CFiles", "CXXFiles", "MFiles", "HFiles", "FFiles", "SFiles", "SwigFiles",
    "SwigCXXFiles", "SysoFiles", "EmbedFiles",
)  # fmt: skip
# cmd/go/internal/load/pkg.go, setPGOProfilePath: taken from the main package's folder.
_PROFILE = "default.pgo"

# Returns the folder of a package if it is a local one.
Find = Callable[[str], Path | None]
# Returns the sha256 of a file's content.
Digest = Callable[[Path], str]


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
        find: Find,
        read: Callable[[Path], Folder],
        digest: Digest,
    ) -> None:
        """Read all that the programs need.

        Args:
            universe: all contexts.
            mains: each program's import path and folder.
            root: what file names are told relative to.
            find: tells where a local package is.
            read: reads a folder.
            digest: reads a file that is no source.
        """
        self._root = root
        self._digest = digest
        self.universe = universe
        self._folders = dict(mains)
        self._parts: dict[tuple[str, frozenset[int]], Part] = {}
        self._inputs: dict[str, list[_Input]] = {}

        def place(path: str, importer: Package | None) -> Place:
            del importer
            return Place(path, find(path), reason="not here")

        def folder(path: Path) -> Folder:
            return without_unknown(read(path))

        roots = [Root(Place(path, directory), named=True) for path, directory in mains]
        self.graph: Graph = build(universe, roots, place, folder)

    def part(self, main: str, bit: int) -> Part:
        """Return the files of a program in one context; programs and contexts alike share it.

        `refusal` says where there is none that counts.
        """
        inputs = self._of(main)
        mine = frozenset(at for at, one in enumerate(inputs) if one.where >> bit & 1)
        found = self._parts.get((main, mine))
        if found is None:
            files = {f"file {inputs[at].name}": inputs[at].digest for at in mine}
            found = self._parts[main, mine] = Part("sources", files)
        return found

    def refusal(self, main: str, bit: int) -> str:
        """Say why the go command would refuse a program in a context; empty if it would not."""
        for path, where in self.graph.reach(main).items():
            package = self.graph.packages.get(path)
            for problem in package.problems if package else ():
                if where & problem.where >> bit & 1:
                    return f"{problem.place}: {problem.message}"
        return ""

    def _of(self, main: str) -> list[_Input]:
        found = self._inputs.get(main)
        if found is None:
            found = self._inputs[main] = list(self._collect(main))
        return found

    def _collect(self, main: str) -> Iterator[_Input]:
        for path, where in sorted(self.graph.reach(main).items()):
            package = self.graph.packages.get(path)
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

    def _name(self, path: Path) -> str:
        return os.path.relpath(path, self._root).replace(os.sep, "/")
