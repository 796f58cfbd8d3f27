"""Compile what a survey says, and tell every disagreement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from crosswind.finding import Finding, Severity
from crosswind.frozen import frozen
from crosswind.portability.hole import MAINLESS
from crosswind.portability.reasons import Reason
from crosswind.portability.row import Row
from crosswind.portability.survey import Survey
from crosswind.project import golist
from crosswind.system import process
from crosswind.target import Target
from crosswind.toolchain import Toolchain

# Messages of packages that only wait for others begin so (cmd/go/internal/work/exec.go).
_FOLLOWS = "could not import"

# What the compiler refuses, by import path: its first message.
Refused = Mapping[str, str]


@frozen
class Proof:
    """What compiling came to.

    Attributes:
        cells: how many packages were compiled, for all targets together.
        findings: every disagreement.
    """

    cells: int
    findings: tuple[Finding, ...]


def prove(
    survey: Survey,
    chosen: Toolchain,
    env: Mapping[str, str],
    width: int,
    on_target: Callable[[Target], None],
) -> Proof:
    """Compile the survey's packages for its targets; programs are linked, too.

    Args:
        survey: without cgo.
        chosen: the Go that compiles.
        env: in which it runs.
        width: go commands to run at a time.
        on_target: told of each target that is done.

    Raises:
        CrosswindError: the go command cannot load the packages at all.
    """

    def one(target: Target) -> Refused:
        here = {**env, **target.env, "CGO_ENABLED": "0"}
        tests = ["-test"] if survey.wanted.tests else []
        given = survey.wanted.tags
        tags = [] if given is None else [f"-tags={','.join(given)}"]
        words = [
            "-export",
            "-deps",
            *tests,
            *tags,
            "-gcflags=-e",
            "-json=ImportPath,Error,DepsErrors",
            "--",
        ]
        paths = [row.path for row in survey.rows]
        refused = dict(read(golist.packages(chosen, survey.directory, here, [*words, *paths])))
        on_target(target)
        return refused

    targets = survey.wanted.targets
    with process.workers(width, "prove") as pool:
        said = dict(zip(targets, pool.map(one, targets), strict=True))
    return judge(survey, said)


def read(documents: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield what the go command says against packages, by import path.

    Args:
        documents: of `go list -e -export -json`.
    """
    for document in documents:
        errors = [document.get("Error"), *(document.get("DepsErrors") or ())]
        said = [message for error in errors if error for message in _messages(error)]
        if any(errors):
            yield document["ImportPath"], said[0] if said else "an import does not build"


def _messages(error: Mapping[str, Any]) -> Iterator[str]:
    place = f"{error['Pos']}: " if error.get("Pos") else ""
    for line in str(error.get("Err", "")).splitlines():
        if line and not line.startswith(("# ", "\t")) and _FOLLOWS not in line:
            yield f"{place}{line}"


class Case(NamedTuple):
    """What is compiled: a package, or its tests."""

    row: Row
    of_tests: bool

    @property
    def key(self) -> str:
        """Under which import path the go command reports it."""
        return f"{self.row.path}.test" if self.of_tests else self.row.path

    @property
    def name(self) -> str:
        """How findings call it."""
        return f"the tests of {self.row.path}: " if self.of_tests else ""

    @property
    def there(self) -> int:
        """Where it is."""
        return self.row.tested if self.of_tests else self.row.there

    @property
    def blocked(self) -> int:
        """Where the analysis says that it does not build."""
        row = self.row
        return row.tested & (row.untestable | row.blocked) if self.of_tests else row.blocked

    @property
    def is_unlinked(self) -> bool:
        """Whether a program lacks what the linker begins with: the go command lists no word of the linker."""
        return any(one.code == MAINLESS for one in self.row.reasons)

    def reason(self, bits: int) -> Reason:
        """Return the first reason of the analysis in some contexts."""
        own = (one for one in self.row.of_tests if self.of_tests and one.where & bits)
        return next(own, None) or self.row.because(bits)[0]


def judge(survey: Survey, said: Mapping[Target, Refused]) -> Proof:
    """Hold a survey against the compiler's word.

    Args:
        survey: without cgo.
        said: by target, what was refused.
    """
    cells = 0
    missed: dict[tuple[Case, str], list[Target]] = {}
    false: dict[Case, list[Target]] = {}
    for case in (Case(row, of_tests) for row in survey.rows for of_tests in (False, True)):
        for target in survey.targets(case.there):
            cells += 1
            refused = said[target].get(case.key, "")
            blocked = target in survey.targets(case.blocked)
            if refused and not blocked:
                missed.setdefault((case, refused), []).append(target)
            elif blocked and not refused and not case.is_unlinked:
                false.setdefault(case, []).append(target)
    return Proof(cells, (*_missed(survey, missed), *_false(survey, false)))


def _missed(survey: Survey, missed: Mapping[tuple[Case, str], list[Target]]) -> Iterator[Finding]:
    severity = Severity.ERROR if survey.wanted.strict else Severity.WARNING
    for (case, message), targets in missed.items():
        where = ", ".join(survey.names(targets))
        text = f"{case.name}should work on {where}, but the compiler says: {message}"
        hint = "the analysis knows files, imports and names; what needs types is the compiler's"
        place = survey.place(case.row.path, case.row.path)
        yield Finding("CW5078", severity, place, text, hint)


def _false(survey: Survey, false: Mapping[Case, list[Target]]) -> Iterator[Finding]:
    for case, targets in false.items():
        where = ", ".join(survey.names(targets))
        reason = case.reason(survey.bits(targets))
        text = f"{case.name}compiles for {where}, against what is said here: {reason.message}"
        hint = "a mistake of crosswind's: please report it, with the package and its version"
        yield Finding("CW5078", Severity.WARNING, survey.at(case.row, reason), text, hint)
