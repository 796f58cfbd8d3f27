"""Verdicts, reports and exit statuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosswind.doctor import Group, Line
from crosswind.doctor.examination import Examination
from crosswind.doctor.line import Verdict, failed, fine, missing, refused, unchecked, warned
from crosswind.doctor.registry import CHECKS
from crosswind.errors import ExitCode, UsageError
from crosswind.explain import load
from crosswind.finding import Check, Severity, Status

WRONG = refused(UsageError("CW0101", "unknown target 'x'"), "nothing is built for it")


def examination(*verdicts: Verdict) -> Examination:
    lines = tuple(Line("CW2001", Group.GO, "Go", verdict) for verdict in verdicts)
    return Examination(Path("/app"), lines)


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ([fine("x"), warned("x", "y", "z"), unchecked("of x")], ExitCode.OK),
        ([failed("x", "y", "z")], ExitCode.FAILED),
        ([failed("x", "y", "z"), missing("x", "y", "z")], ExitCode.MISSING),
        ([missing("x", "y", "z"), WRONG], ExitCode.USAGE),
    ],
)
def test_the_exit_status(verdicts: list[Verdict], code: ExitCode) -> None:
    assert examination(*verdicts).exit_code is code


def test_a_line_as_a_check() -> None:
    line = Line("CW2001", Group.GO, "Go", warned("found", "because", "mend it"))
    assert line.check == Check("CW2001", "Go", Status.WARN, "found: because", "mend it")
    finding = examination(line.verdict).report.findings[0]
    assert (finding.severity, finding.subject) == (Severity.WARNING, "/app")


def test_an_error_without_a_hint_has_its_page() -> None:
    assert WRONG.found == "unknown target 'x'"
    assert WRONG.mend == "crosswind explain CW0101"


def test_the_registry_is_in_order() -> None:
    codes = [entry.code for entry in CHECKS]
    assert codes == sorted(set(codes))
    assert [entry.group for entry in CHECKS] == sorted(
        (entry.group for entry in CHECKS), key=list(Group).index
    )


@pytest.mark.parametrize("entry", CHECKS, ids=lambda entry: entry.code)
def test_every_line_has_its_page(entry: object) -> None:
    assert hasattr(entry, "code")
    page = load(entry.code)
    assert all(page.section(name) for name in ("What happened", "Why", "Mend", "Source"))
