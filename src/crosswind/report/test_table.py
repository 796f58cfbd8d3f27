"""The final table of a test run: packages down, targets across."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import click

from crosswind.gotest.model import PackageResult, TargetResult, Verdict
from crosswind.report import columns
from crosswind.report.columns import Cell

_COLORS = {
    Verdict.PASS: "green",
    Verdict.FAIL: "red",
    Verdict.UNSUPPORTED: "yellow",
    Verdict.GIVEN_UP: "yellow",
}

_WORDS = {
    Verdict.PASS: "passed",
    Verdict.FAIL: "failed",
    Verdict.NO_TESTS: "without tests",
}


def text(results: Sequence[TargetResult], *, colored: bool, limit: int | None = None) -> str:
    """Return the table, then by what each target's tests were run, and every reason once."""
    lines = [_matrix(results, colored, limit), ""]
    lines += [columns.paragraph(_summary(one), 0, limit) for one in results]
    reasons = dict.fromkeys(
        f"{one.target} {package.package}: {package.reason}"
        for one in results
        for package in one.packages
        if package.verdict is Verdict.UNSUPPORTED and package.reason != one.absent
    )
    lines += [columns.paragraph(reason, 0, limit) for reason in reasons]
    return "\n".join(lines)


def _matrix(results: Sequence[TargetResult], colored: bool, limit: int | None) -> str:
    found = {(one.target, package.package): package for one in results for package in one.packages}
    names = list(dict.fromkeys(name for _, name in found))
    rows = [
        [Cell(name), *(_cell(found.get((one.target, name)), colored) for one in results)]
        for name in names
    ]
    return columns.render(("package", *(str(one.target) for one in results)), rows, limit=limit)


def _cell(result: PackageResult | None, colored: bool) -> Cell:
    if result is None:
        return Cell("-")
    color = _COLORS.get(result.verdict, "bright_black")
    return Cell(str(result.verdict), partial(click.style, fg=color) if colored else columns.plain)


def _summary(one: TargetResult) -> str:
    counted = [
        f"{number} {_WORDS.get(verdict, verdict)}"
        for verdict in Verdict
        if (number := one.count(verdict))
    ]
    by = f"by {one.by}" if one.by.runner else f"not run: {one.absent}"
    notes = f" ({'; '.join(one.by.notes)})" if one.by.notes else ""
    return f"{one.target} {by}{notes}: {', '.join(counted) or 'no packages'}"
