"""The reverse questions: what makes a package special, and what a target would still need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crosswind.portability.reasons import Kind, Reason, asks
from crosswind.portability.survey import Survey
from crosswind.project.graph import Package

_LISTS = ("GoFiles", "CgoFiles", "SFiles", "CFiles", "CXXFiles", "MFiles", "HFiles", "FFiles", "SysoFiles")  # fmt: skip


@dataclass(frozen=True, slots=True)
class SpecialFile:
    """A file that is not for all targets.

    Attributes:
        name: without folders.
        asks: for what its name and its head ask.
        where: the contexts in which it is built, as bits.
    """

    name: str
    asks: str
    where: int


@dataclass(frozen=True, slots=True)
class Special:
    """A package that differs by target.

    Attributes:
        path: its import path.
        files: those that make the difference.
        importers: the packages of the survey that import it themselves.
    """

    path: str
    files: tuple[SpecialFile, ...]
    importers: tuple[str, ...]


def special(survey: Survey) -> tuple[Special, ...]:
    """Return the packages whose files differ by target, of those that were asked for."""
    found = []
    for row in survey.rows:
        package = survey.graph.packages[row.path]
        files = tuple(_special_files(package, survey.chosen))
        if files:
            found.append(Special(row.path, files, tuple(_importers(survey, row.path))))
    return tuple(found)


def _special_files(package: Package, chosen: int) -> Iterator[SpecialFile]:
    built: dict[str, int] = {}
    for listed in _LISTS:
        for name, bits in package.lists.get(listed, {}).items():
            built[name] = built.get(name, 0) | bits
    for file in package.files:
        bits = built.get(file.name, 0) & chosen
        # A file that is built nowhere (`ignore`) is no part of the package.
        if bits and bits != chosen:
            yield SpecialFile(file.name, asks(file), bits)


def _importers(survey: Survey, path: str) -> Iterator[str]:
    for row in survey.rows:
        if survey.graph.imports(row.path).get(path, 0) & survey.chosen:
            yield row.path


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that must be mended before packages work on a target.

    Attributes:
        reason: what and where.
        blocked: the packages that wait for it, those that were asked for only.
    """

    reason: Reason
    blocked: tuple[str, ...]

    def document(self, survey: Survey) -> dict[str, Any]:
        """Return the need as it stands in the JSON document."""
        reason = self.reason
        return {
            "kind": Kind(reason.kind),
            "code": reason.code,
            "package": reason.package,
            "place": survey.place(reason.package, reason.place),
            "message": reason.message,
            "hint": reason.hint,
            "blocked": list(self.blocked),
        }


def needs(survey: Survey) -> tuple[Need, ...]:
    """Return all that stands in the way, each once, what most packages wait for first.

    It is the smallest list: each entry is the end of a chain of imports, and none follows from another.
    """
    ends: dict[tuple[str, str, str], Reason] = {}
    blocked: dict[tuple[str, str, str], list[str]] = {}
    for row in survey.rows:
        # A package without files is fine unless it is imported.
        for reason in row.because(row.blocked & survey.chosen):
            key = reason.package, reason.place, reason.message
            ends.setdefault(key, reason)
            if row.path not in blocked.setdefault(key, []):
                blocked[key].append(row.path)
    found = [Need(ends[key], tuple(blocked[key])) for key in ends]
    return tuple(sorted(found, key=lambda need: (-len(need.blocked), need.reason.place)))
