"""The table of what was proved: every check against every program, and what was not checked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import click

from crosswind.building.record import UnitResult
from crosswind.finding import Check, Status
from crosswind.report import columns
from crosswind.report.columns import Cell, Style

_SIGNS = {
    Status.PASS: ("✓", "green"),
    Status.FAIL: ("✗", "red"),
    Status.WARN: ("!", "yellow"),
    Status.SKIP: ("-", "bright_black"),
}
# Programs side by side, in this many columns of a wide terminal; more go below.
_SIDE_BY_SIDE, _WIDE = 5, 160


def text(results: Sequence[UnitResult], *, colored: bool, limit: int | None = None) -> str:
    """Return the table, its legend, and the reasons of what was not checked.

    `limit` is the terminal's width.
    """
    verified = [result for result in results if result.report is not None]
    count = _count(verified, limit or _WIDE)
    parts = [
        _part(verified[start : start + count], colored) for start in range(0, len(verified), count)
    ]
    legend = "✓ proved  ! proved with a warning  ✗ failed  - not checked  (blank) does not apply"
    if limit:
        legend = "\n".join(columns.wrap(legend, limit))
    return "\n\n".join(
        [*parts, legend, *filter(None, [_runs(verified, limit), _reasons(verified, limit)])]
    )


def _count(results: Sequence[UnitResult], limit: int) -> int:
    """Say how many programs fit side by side."""
    titles = [check.title for result in results for check in _checks(result)]
    names = [f"{result.unit.program} {result.unit.target}" for result in results]
    left = limit - len("CWnnnn  ") - max(map(columns.width, titles), default=0)
    wide = 2 + max(map(columns.width, names), default=0)
    return max(1, min(_SIDE_BY_SIDE, left // wide))


def _part(results: Sequence[UnitResult], colored: bool) -> str:
    single = len({result.unit.program for result in results}) == 1
    names = [
        str(result.unit.target) if single else f"{result.unit.program} {result.unit.target}"
        for result in results
    ]
    by_code = [{check.code: check for check in _checks(result)} for result in results]
    titles = {check.code: check.title for result in results for check in _checks(result)}
    rows = [
        [Cell(code), Cell(titles[code]), *(_cell(checks.get(code), colored) for checks in by_code)]
        for code in sorted(titles)
    ]
    return columns.render(["check", "what was proved", *names], rows)


def _cell(check: Check | None, colored: bool) -> Cell:
    if check is None:
        return Cell("")
    sign, color = _SIGNS[check.status]
    style: Style = partial(click.style, fg=color) if colored else columns.plain
    return Cell(sign, style)


def _runs(results: Sequence[UnitResult], limit: int | None) -> str:
    """List what ran here, by what, and what it said."""
    rows = [
        (f"ran {result.unit.program} {result.unit.target}", columns.harmless(check.message))
        for result in results
        if result.report and result.report.run
        for check in result.report.checks
        if check.code == "CW1801"
    ]
    wide = max((columns.width(name) for name, _ in rows), default=0)
    return "\n".join(
        f"{name:<{wide}}  {columns.hang(message, wide + 2, limit)}".rstrip()
        for name, message in rows
    )


def _reasons(results: Sequence[UnitResult], limit: int | None) -> str:
    """List what was not checked, each reason once."""
    reasons: dict[str, str] = {}
    for result in results:
        for check in _checks(result):
            if check.status is Status.SKIP:
                reasons.setdefault(
                    f"{check.code} {check.title}: {columns.harmless(check.message)}", ""
                )
    return "\n".join(columns.hang(reason, len("CWnnnn "), limit) for reason in reasons)


def _checks(result: UnitResult) -> tuple[Check, ...]:
    return result.report.checks if result.report else ()
