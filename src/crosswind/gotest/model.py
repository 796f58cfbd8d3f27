"""What is asked of `crosswind test`, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from enum import StrEnum
from pathlib import Path
from typing import Any

from crosswind.errors import ExitCode
from crosswind.finding import Finding
from crosswind.frozen import frozen
from crosswind.gotest.event import Event, text
from crosswind.target import Target


class Verdict(StrEnum):
    """How a package, or one of its tests, fared on a target.

    `UNSUPPORTED` says that it could not be run to its end here, `EXCLUDED` that it has no Go files for
    the target, `GIVEN_UP` that it was not tried after a failure elsewhere. None of them is a pass.
    """

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    SKIP = "skip"
    NO_TESTS = "no tests"
    EXCLUDED = "excluded"
    UNSUPPORTED = "unsupported"
    GIVEN_UP = "given up"


@frozen
class Package:
    """A package that is tested.

    Attributes:
        path: its import path.
        directory: where its files lie, and its tests run.
        has_tests: whether it has test files for the target.
    """

    path: str
    directory: Path
    has_tests: bool


@frozen
class Case:
    """One test, benchmark, example or fuzz test; known only if the output told each one.

    Attributes:
        name: with its parents', `TestA/sub`.
        verdict: PASS, FAIL or SKIP; UNSUPPORTED for one that had begun and did not end.
        seconds: how long it took, as the test binary says.
        output: what it printed.
    """

    name: str
    verdict: Verdict
    seconds: float = 0.0
    output: bytes = b""


@frozen
class By:
    """By what a result was obtained; all empty if nothing was run."""

    runner: str = ""
    version: str = ""
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Name it for people: `qemu 7.2.19`."""
        return " ".join(filter(None, (self.runner, self.version)))


@frozen
class PackageResult:
    """How the tests of one package fared on one target.

    Attributes:
        package: its import path.
        verdict: of the package as a whole.
        seconds: wall time of its test binary, the runner included.
        reason: why there is no pass, in words; empty where the output says it.
        cases: its tests, if their output told each one.
        output: what was printed outside of all tests; all of it if no tests are known.
        by: what ran it.
    """

    package: str
    verdict: Verdict
    seconds: float = 0.0
    reason: str = ""
    cases: tuple[Case, ...] = ()
    output: bytes = b""
    by: By = field(default_factory=By)

    @property
    def document(self) -> dict[str, Any]:
        """The result as JSON documents carry it."""
        return {
            "package": self.package,
            "verdict": self.verdict.value,
            "seconds": round(self.seconds, 3),
            "reason": self.reason,
            "runner": self.by.runner,
            "version": self.by.version,
            "notes": list(self.by.notes),
            "tests": [
                {"name": case.name, "verdict": case.verdict.value, "seconds": case.seconds}
                for case in self.cases
            ],
            "output": text(self.output) if self.verdict is Verdict.FAIL else "",
        }


@frozen
class TargetResult:
    """How all packages fared on one target.

    Attributes:
        target: the target; `named` if it was asked for by its name.
        by: the runner that was chosen.
        absent: why there is no runner; empty if there is one.
        packages: in the go command's order.
    """

    target: Target
    named: bool
    by: By
    absent: str
    packages: tuple[PackageResult, ...]

    def count(self, verdict: Verdict) -> int:
        """Count the packages that fared so."""
        return sum(one.verdict is verdict for one in self.packages)

    @property
    def document(self) -> dict[str, Any]:
        """The result as JSON documents carry it."""
        return {
            "target": str(self.target),
            "runner": self.by.runner,
            "version": self.by.version,
            "notes": list(self.by.notes),
            "absent": self.absent,
            "packages": [one.document for one in self.packages],
        }


@frozen
class SuiteResult:
    """How the tests fared on all targets.

    Attributes:
        targets: each target's results.
        findings: what else is worth telling.
        seconds: wall time.
    """

    targets: tuple[TargetResult, ...]
    findings: tuple[Finding, ...]
    seconds: float

    @property
    def exit_code(self) -> ExitCode:
        """1 after any failure, 3 if what was asked for could not be run, else 0.

        A target that only a glob selected may lack a runner, as long as others have one.
        """
        results = [(one, package) for one in self.targets for package in one.packages]
        if any(package.verdict is Verdict.FAIL for _, package in results):
            return ExitCode.FAILED
        unrun = [one for one, package in results if package.verdict is Verdict.UNSUPPORTED]
        nothing = all(one.absent for one in self.targets)
        if any(one.named or not one.absent or nothing for one in unrun):
            return ExitCode.MISSING
        return ExitCode.OK

    @property
    def ok(self) -> bool:
        """Whether all that was asked for was run, and passed."""
        return self.exit_code is ExitCode.OK


@frozen
class BuildLine:
    """One line of `go test -c -json` about a build (`go help buildjson`), or of its messages."""

    text: str
    document: Mapping[str, Any] | None = None


@frozen
class Reporter:
    """Who is told what, while it happens; each is called from one thread at a time.

    Attributes:
        target: that the tests for a target begin, with what runs them.
        build: a line about builds.
        text: what is printed of a package, in the order of packages.
        event: an event, where events are asked for.
    """

    target: Callable[[Target, By], None]
    build: Callable[[Target, BuildLine], None]
    text: Callable[[bytes], None]
    event: Callable[[Event], None]
