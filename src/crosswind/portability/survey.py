"""What `crosswind portability` tells: rows of packages, and what follows from them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from crosswind.constraints import Universe
from crosswind.finding import Finding, Severity
from crosswind.frozen import frozen
from crosswind.portability.folding import fold
from crosswind.portability.reasons import Kind, Reason
from crosswind.portability.row import Row
from crosswind.portability.special import Special
from crosswind.target import Target


@frozen
class Wanted:
    """What to look at.

    Attributes:
        packages: as the go command takes them; all of the module if empty.
        targets: in the order of the matrix.
        ports: all that there are: a name is missed on one target because another has it.
        strict: whether the targets were asked for by name, so that each hole is a failure.
        cgo: whether C code takes part.
        tags: the user's; None for those of GOFLAGS.
        deep: whether to read every file to its end, however many there are.
        tests: whether to look at tests, too.
    """

    packages: tuple[str, ...]
    targets: tuple[Target, ...]
    ports: tuple[Target, ...] = ()
    strict: bool = False
    cgo: bool = False
    tags: tuple[str, ...] | None = None
    deep: bool = False
    tests: bool = False


@frozen(slots=False)
class Survey:
    """What was found.

    Attributes:
        universe: each target is two contexts, without cgo and with it.
        wanted: what was asked.
        directory: where we are.
        rows: the packages that were asked for.
        folders: of packages below the directory, from there; places in others are told by import path.
        modules: the module's path of each row that is a package.
        special: packages whose files differ by target.
        advice: warnings of habits.
    """

    universe: Universe
    wanted: Wanted
    directory: Path
    rows: tuple[Row, ...]
    folders: Mapping[str, str]
    modules: Mapping[str, str]
    special: tuple[Special, ...] = ()
    advice: tuple[Finding, ...] = ()

    @cached_property
    def _folded(self) -> dict[int, tuple[str, ...]]:
        return {}

    @property
    def named(self) -> bool:
        """Whether the packages were named themselves, not found by patterns."""
        asked = self.wanted.packages
        return bool(asked) and not any("..." in one for one in asked)

    def is_told(self, row: Row) -> bool:
        """Whether a package is asked for or there on any target, be it with cgo: `ignore` is not."""
        needs_cgo = any(one.kind is Kind.CGO and not one.via for one in row.because(self.chosen))
        return self.named or needs_cgo or bool(row.there & self.chosen)

    @cached_property
    def chosen(self) -> int:
        """The contexts that are asked about: with cgo or without."""
        return self.bits(frozenset(self.wanted.targets))

    def targets(self, bits: int) -> tuple[Target, ...]:
        """Return the targets of a set of contexts, as far as they are asked about."""
        return tuple(one.target for one in self.universe.members(bits & self.chosen))

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
            for bit, one in enumerate(self.universe.contexts)
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
        folder = self.folders.get(path)
        if folder is None:
            return where
        within = where.removeprefix(path).lstrip("/")
        return f"{folder}/{within}".removeprefix("./").rstrip("/") or "."

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
        for row in self.rows:
            for reason in row.because(self.chosen):
                bits = reason.where & self.chosen & (row.blocked if reason.via else -1)
                is_empty = not reason.via and reason.kind in (Kind.FILES, Kind.CGO)
                if not bits or (is_empty and not self.named):
                    continue
                where = ", ".join(self.fold(bits))
                message = f"{row.path} does not work on {where}: {said(reason)}"
                yield Finding(reason.code, severity, self.at(row, reason), message, reason.hint)
            for reason in row.of_tests:
                if bits := reason.where & self.chosen & row.untestable:
                    where = ", ".join(self.fold(bits))
                    message = f"the tests of {row.path} do not work on {where}: {said(reason)}"
                    yield Finding(reason.code, severity, self.at(row, reason), message, reason.hint)

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The rows as they stand in the JSON document."""
        return [self._document(row) for row in self.rows]

    def _document(self, row: Row) -> dict[str, Any]:
        def names(bits: int) -> list[str]:
            return [str(target) for target in self.targets(bits)]

        document = {
            "path": row.path,
            "program": row.is_program,
            "works": names(row.works),
            "blocked": names(row.blocked),
            "absent": names(~row.there),
            "cgo": names(row.cgo),
            "holes": [self._hole(row, reason) for reason in row.because(self.chosen)],
        }
        if self.wanted.tests:
            document["tests"] = {
                "works": names(row.tested & ~row.untestable & ~row.blocked),
                "blocked": names(row.tested & (row.untestable | row.blocked)),
                "holes": [
                    self._hole(row, reason)
                    for reason in row.of_tests
                    if reason.where & row.untestable & self.chosen
                ],
            }
        return document

    def _hole(self, row: Row, reason: Reason) -> dict[str, Any]:
        return {
            "kind": reason.kind,
            "code": reason.code,
            "targets": [str(target) for target in self.targets(reason.where)],
            "package": reason.package,
            "message": reason.message,
            "place": self.place(reason.package, reason.place),
            "hint": reason.hint,
            "via": list(reason.via),
            "at": self.at(row, reason),
        }


def said(reason: Reason) -> str:
    """Say a reason in one sentence: whose fault it is, if it is another package's."""
    return f"needs {reason.package}: {reason.message}" if reason.via else reason.message
