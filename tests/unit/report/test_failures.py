"""What several units failed with, told once: nothing is lost, and each message says whom it is about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crosswind.artifact import Artifact, Kind
from crosswind.building.plan import Unit
from crosswind.building.record import UnitResult
from crosswind.config.settings import Settings
from crosswind.finding import Finding, Severity
from crosswind.outcome import Built, Failed, Skipped, Usage
from crosswind.report.failures import merged
from crosswind.target import Target

LINUX, WINDOWS, ARM = (
    Target("linux", "amd64"),
    Target("windows", "amd64"),
    Target("windows", "arm64"),
)
SHARED = "lib/l.go:3:12: undefined: x"
CALL = "lib/l.go:4:5: not enough arguments in call to f\n\thave ()\n\twant (int)"
FOR_WINDOWS = "lib/l_windows.go:3:13: cannot use s"
HEAD = "# example.com/lib"


def unit(target: Target, program: str = "app") -> Unit:
    return Unit(program, f"./{program}", f"example.com/{program}", target, Settings(), cgo=False)


def failed(one: Unit, *lines: str, code: str = "CW0601", hint: str = "old advice") -> UnitResult:
    subject = f"{one.program} {one.target}"
    finding = Finding(code, Severity.ERROR, subject, "\n".join(lines), hint)
    return UnitResult(one, Failed((finding,)))


def tell(*results: UnitResult, others: Sequence[Finding] = ()) -> list[Finding]:
    failures = [
        finding
        for result in results
        if isinstance(result.outcome, Failed)
        for finding in result.outcome.findings
    ]
    return merged([*failures, *others], results, lambda text, target: f"{target}: {text[:9]}")


def said(*results: UnitResult) -> list[tuple[str, str, str]]:
    return [(one.subject, one.message, one.hint) for one in tell(*results)]


def test_one_failure_is_told_as_it_is() -> None:
    alone = failed(unit(LINUX), HEAD, SHARED, "… and 3 more lines in dist/log.txt")
    assert tell(alone) == list(alone.outcome.findings)  # type: ignore[union-attr]


def test_what_all_share_is_told_once() -> None:
    message = f"{HEAD}\n{SHARED}\n{CALL}"
    results = [failed(unit(target), HEAD, SHARED, CALL) for target in (LINUX, WINDOWS, ARM)]
    assert said(*results) == [("app on all 3 targets", message, "old advice")]


def test_what_only_some_have_is_told_apart_and_after() -> None:
    results = [
        failed(unit(WINDOWS), HEAD, FOR_WINDOWS, SHARED, CALL),
        failed(unit(LINUX), HEAD, SHARED, CALL),
        failed(unit(ARM), HEAD, FOR_WINDOWS, SHARED, CALL),
    ]
    assert said(*results) == [
        ("app on all 3 targets", f"{HEAD}\n{SHARED}\n{CALL}", "windows/amd64: # example"),
        ("app on windows/*", f"{HEAD}\n{FOR_WINDOWS}", "windows/amd64: # example"),
    ]


def test_the_same_line_of_another_package_is_another_message() -> None:
    results = [failed(unit(LINUX), "# a", SHARED, "# b", SHARED), failed(unit(ARM), "# a", SHARED)]
    assert [(one[0], one[1]) for one in said(*results)] == [
        ("app on all 2 targets", f"# a\n{SHARED}"),
        ("app linux/amd64", f"# b\n{SHARED}"),
    ]


def test_how_much_is_not_shown_names_one_log() -> None:
    results = [
        failed(unit(LINUX), HEAD, SHARED, "… and 3 more lines in dist/linux.txt"),
        failed(unit(ARM), HEAD, FOR_WINDOWS, SHARED, "… and 4 more lines in dist/arm.txt"),
    ]
    shared, own = said(*results)
    assert shared[1] == f"{HEAD}\n{SHARED}\n… and 3 more lines in dist/linux.txt"
    assert own == ("app windows/arm64", f"{HEAD}\n{FOR_WINDOWS}", "windows/arm64: # example")


def test_programs_that_fail_for_the_same_targets_are_named_together() -> None:
    names = ("a", "b", "c", "d")
    every = [failed(unit(one, name), SHARED) for name in names for one in (LINUX, WINDOWS)]
    assert said(*every)[0][0] == "all 4 programs on all 2 targets"
    some = [*every[:5], UnitResult(unit(WINDOWS, "c"), Failed(()))]
    assert said(*some)[0][0] == "a, b on all 2 targets; c on linux/amd64"
    skipped = UnitResult(unit(ARM, "a"), Skipped("constraints"))
    assert said(*every, skipped)[0][0] == "all 4 programs on all 2 targets"


def test_another_code_is_told_with_its_own_hint() -> None:
    offline = "go: example.com/x: module lookup disabled"
    results = [
        failed(unit(one), offline, code="CW0314", hint="fetch it") for one in (LINUX, WINDOWS)
    ]
    assert said(*results) == [("app on all 2 targets", offline, "fetch it")]


def test_nothing_is_lost() -> None:
    other = Finding("CW1206", Severity.ERROR, "dist/app", "writable code")
    artifact = Artifact(Path("dist/app"), Kind.BINARY, "app", ARM, 1, "00")
    built = UnitResult(unit(ARM), Built((artifact,), Usage(1.0)))
    only_a_head = failed(unit(LINUX), HEAD)
    indented = failed(unit(WINDOWS), "\tat once", SHARED)
    found = tell(built, only_a_head, indented, others=[other])
    assert found[-1] == other
    assert [one.message for one in found[:-1]] == [HEAD, f"\tat once\n{SHARED}"]


def test_what_names_a_place_stays_as_it_is() -> None:
    finding = Finding("CW5019", Severity.ERROR, "lib/l.go:4", "invalid flag", "allow it")
    results = [UnitResult(unit(target), Failed((finding,))) for target in (LINUX, WINDOWS)]
    assert merged([finding], results, lambda *_: "") == [finding]
