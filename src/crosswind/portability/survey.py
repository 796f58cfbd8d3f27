"""What `crosswind portability` tells: rows of packages, and what follows from them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from crosswind import toolchain
from crosswind.finding import Finding, Severity
from crosswind.portability import advice, habits, matrix, syntax
from crosswind.portability.analysis import analyse
from crosswind.portability.folding import fold
from crosswind.portability.hole import IMPORT, Hole, Holes
from crosswind.portability.matrix import Row
from crosswind.portability.reasons import Kind, Reason, place
from crosswind.portability.remembered import Remembered
from crosswind.portability.tables import content, sources
from crosswind.project import gomod
from crosswind.project.graph import File, Graph, Package, load, modules_at
from crosswind.project.graph.contexts import universe
from crosswind.system import files
from crosswind.target import Target
from crosswind.toolchain import Toolchain


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look at.

    Attributes:
        packages: as the go command takes them; all of the module if empty.
        targets: in the order of the matrix.
        ports: all that there are: a name is missed on one target because another has it.
        strict: whether the targets were asked for by name, so that each hole is a failure.
        cgo: whether C code takes part.
        tags: the user's.
    """

    packages: tuple[str, ...]
    targets: tuple[Target, ...]
    ports: tuple[Target, ...] = ()
    strict: bool = False
    cgo: bool = False
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Survey:
    """What was found.

    Attributes:
        graph: the packages; each target is two contexts, without cgo and with it.
        rows: those that were asked for.
        wanted: what was asked.
        directory: places below it are told as files from there, others by import path.
        advice: warnings of habits.
    """

    graph: Graph
    rows: tuple[Row, ...]
    wanted: Wanted
    directory: Path
    advice: tuple[Finding, ...] = ()

    @cached_property
    def _folded(self) -> dict[int, tuple[str, ...]]:
        return {}

    @cached_property
    def chosen(self) -> int:
        """The contexts that are asked about: with cgo or without."""
        return self.bits(frozenset(self.wanted.targets))

    def targets(self, bits: int) -> tuple[Target, ...]:
        """Return the targets of a set of contexts, as far as they are asked about."""
        return tuple(one.target for one in self.graph.universe.members(bits & self.chosen))

    def fold(self, bits: int) -> tuple[str, ...]:
        """Name the targets of a set of contexts in few words."""
        known = self._folded.get(bits)
        if known is None:
            known = self._folded[bits] = self.names(self.targets(bits))
        return known

    def bits(self, targets: Collection[Target]) -> int:
        """Return the contexts of targets that are asked about."""
        return sum(
            1 << bit
            for bit, one in enumerate(self.graph.universe.contexts)
            if one.cgo == self.wanted.cgo and one.target in targets
        )

    def names(self, targets: Collection[Target]) -> tuple[str, ...]:
        """Name targets in few words."""
        return fold(frozenset(targets), self.wanted.targets)

    def place(self, path: str, where: str) -> str:
        """Return a place in a package as people find it.

        Args:
            path: the package's import path.
            where: the place, by import path.
        """
        folder = self.graph.packages[path].directory
        if not folder.is_relative_to(self.directory):
            return where
        return (
            folder.relative_to(self.directory) / where.removeprefix(path).lstrip("/")
        ).as_posix()

    def at(self, row: Row, reason: Reason) -> str:
        """Return the place in the row's own package where a reason shows."""
        if reason.via:
            return self.place(row.path, reason.at)
        return self.place(reason.package, reason.place)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Each hole, as an error where the targets were asked for by name; and the advice."""
        severity = Severity.ERROR if self.wanted.strict else Severity.WARNING
        return (*self._holes(severity), *self.advice)

    def _holes(self, severity: Severity) -> Iterator[Finding]:
        named = self.wanted.packages and not any("..." in one for one in self.wanted.packages)
        for row in self.rows:
            for reason in row.because(self.chosen):
                bits = reason.where & self.chosen & (row.blocked if reason.via else -1)
                is_empty = not reason.via and reason.kind in (Kind.FILES, Kind.CGO)
                if not bits or (is_empty and not named):
                    continue
                where = ", ".join(self.fold(bits))
                message = f"{row.path} does not work on {where}: {said(reason)}"
                yield Finding(reason.code, severity, self.at(row, reason), message, reason.hint)

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The rows as they stand in the JSON document."""
        return [self._document(row) for row in self.rows]

    def _document(self, row: Row) -> dict[str, Any]:
        def names(bits: int) -> list[str]:
            return [str(target) for target in self.targets(bits)]

        return {
            "path": row.path,
            "program": row.is_program,
            "works": names(row.works),
            "blocked": names(row.blocked),
            "absent": names(~row.there),
            "cgo": names(row.cgo),
            "holes": [
                {
                    "kind": reason.kind,
                    "code": reason.code,
                    "targets": names(reason.where),
                    "package": reason.package,
                    "message": reason.message,
                    "place": self.place(reason.package, reason.place),
                    "hint": reason.hint,
                    "via": list(reason.via),
                    "at": self.at(row, reason),
                }
                for reason in row.because(self.chosen)
            ],
        }


def said(reason: Reason) -> str:
    """Say a reason in one sentence: whose fault it is, if it is another package's."""
    return f"needs {reason.package}: {reason.message}" if reason.via else reason.message


def survey(directory: Path, chosen: Toolchain, wanted: Wanted) -> Survey:
    """Look at packages for targets.

    Raises:
        CrosswindError: the module, its workspace or a pattern cannot be read.
    """
    env = toolchain.environment(chosen, os.environ)
    targets = tuple(dict.fromkeys((*wanted.targets, *wanted.ports)))
    contexts = universe(chosen, env, targets, (False, True), wanted.tags)
    patterns = wanted.packages or gomod.everything(gomod.find(directory, env), directory)
    modules = modules_at(directory, env, chosen.goroot, patterns)
    graph = load(modules, contexts, patterns, directory)
    cache = files.cache_dir() / "portability"
    return of_graph(graph, analyse(graph, chosen.version, cache), wanted, directory, cache)


def of_graph(
    graph: Graph, found: Holes, wanted: Wanted, directory: Path, cache: Path | None = None
) -> Survey:
    """Put together what was found.

    Args:
        graph: the packages that were asked for, and all that they need.
        found: what names tell of them.
        wanted: what to look at.
        directory: see `Survey`.
        cache: the folder for what was read before; None keeps nothing.
    """
    rows = matrix.build(graph, _of_names(graph, found))
    plain = Survey(graph, rows, wanted, directory)
    return replace(plain, advice=_advise(plain, Remembered(cache, directory)))


def _of_names(graph: Graph, found: Holes) -> Mapping[str, Sequence[Reason]]:
    """Take over what names tell; what imports tell is known from the graph."""
    return {
        path: [_reason(graph.packages[path], hole) for hole in holes if hole.code != IMPORT]
        for path, holes in found.found.items()
    }


def _reason(package: Package, hole: Hole) -> Reason:
    where = place(package, f"{hole.file}:{hole.line}:{hole.column}")
    more = f" (and {hole.more} more in this file)" if hole.more else ""
    return Reason(hole.bits, Kind.NAME, hole.code, f"{hole.message}{more}", where, hole.hint,
                  package.import_path)  # fmt: skip


def _advise(survey: Survey, known: Remembered) -> tuple[Finding, ...]:
    """Judge the habits of the packages that were asked for."""
    found: list[Finding] = []
    for row in survey.rows:
        package = survey.graph.packages[row.path]
        where = survey.place(row.path, row.path)
        found += advice.of_names(where, [file.name for file in package.files])
        for file, bits in sources(package):
            habit = _habits(package, file, known)
            if habit and bits & survey.chosen:
                systems = {one.goos for one in survey.targets(bits)}
                subject = f"{where}/{file.name}".removeprefix("./")
                found += advice.of_habits(subject, habit, systems)
    known.save()
    return tuple(found)


def _habits(package: Package, file: File, known: Remembered) -> tuple[habits.Habit, ...]:
    found = known.get(file.digest) if file.digest else None
    if found is None:
        data = content(package, file)
        found = habits.find(syntax.parse(data), data) if habits.is_telling(data) else ()
        if file.digest:
            known.put(file.digest, found)
    return found
