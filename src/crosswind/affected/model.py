"""What a change touches, as values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from crosswind.finding import Finding
from crosswind.frozen import frozen
from crosswind.target import Target


class Cause(NamedTuple):
    """Why something is touched: a file, relative to the top of the repository, and what of it."""

    path: str
    message: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.path}: {self.message}"


class Touch(NamedTuple):
    """A cause at a package, the contexts in which it counts, and whether for its tests alone."""

    cause: Cause
    where: int
    tests_only: bool = False


@dataclass(slots=True)
class Touches:
    """Everything that is touched at first hand.

    Attributes:
        packages: by import path.
        everything: what touches all programs and tests.
        programs: by name, what touches a program itself, and for which targets.
        unseen: what git cannot see and therefore counts as changed, and what counts for targets that
            nobody looked at.
    """

    packages: dict[str, list[Touch]] = field(default_factory=dict)
    everything: list[Cause] = field(default_factory=list)
    programs: dict[str, list[tuple[Cause, frozenset[Target]]]] = field(default_factory=dict)
    unseen: list[Finding] = field(default_factory=list)
    _count: int = 0

    def package(self, path: str, cause: Cause, where: int, *, tests_only: bool = False) -> None:
        """Note that a package is touched; nowhere is no touch."""
        if where:
            self.packages.setdefault(path, []).append(Touch(cause, where, tests_only))
            self._count += 1

    def program(self, name: str, cause: Cause, targets: Iterable[Target]) -> None:
        """Note that a program is touched, whatever it imports."""
        self.programs.setdefault(name, []).append((cause, frozenset(targets)))
        self._count += 1

    @property
    def count(self) -> int:
        """How many touches there are: a change that adds none touches nothing."""
        return self._count + len(self.everything)


@frozen
class Touched:
    """A program, or a package's tests.

    Attributes:
        name: of the program; empty for tests.
        package: its import path.
        targets: those for which it is touched.
        causes: why, in the order of the files.
    """

    name: str
    package: str
    targets: tuple[Target, ...]
    causes: tuple[Cause, ...]

    @property
    def document(self) -> dict[str, Any]:
        """It, as it stands in the JSON document."""
        named = {"name": self.name} if self.name else {}
        return {
            **named,
            "package": self.package,
            "targets": [str(target) for target in self.targets],
            "reasons": [{"path": one.path, "message": one.message} for one in self.causes],
        }


@frozen
class Affected:
    """What changes since a revision touch.

    Attributes:
        commit: the revision's hash.
        changed: each changed file, and what became of it.
        idle: the changed files that touch nothing.
        asked: all targets that were looked at.
        programs, tests: what is touched.
        all_programs: how many programs there are.
        all_tests: how many packages have tests.
        findings: what could not be told.
    """

    commit: str
    changed: Mapping[str, str]
    idle: tuple[str, ...]
    asked: tuple[Target, ...]
    programs: tuple[Touched, ...]
    tests: tuple[Touched, ...]
    all_programs: int
    all_tests: int
    findings: tuple[Finding, ...]

    @property
    def targets(self) -> tuple[Target, ...]:
        """The targets for which any program is to be built anew."""
        touched = {target for one in self.programs for target in one.targets}
        return tuple(target for target in self.asked if target in touched)

    @property
    def document(self) -> dict[str, Any]:
        """Everything, as it stands in the JSON document."""
        return {
            "since": self.commit,
            "changes": [
                {"path": path, "change": kind, "touches": path not in self.idle}
                for path, kind in self.changed.items()
            ],
            "targets": [str(target) for target in self.targets],
            "programs": [one.document for one in self.programs],
            "tests": [one.document for one in self.tests],
        }
