"""The final table of a build, for terminals, logs and GitHub's step summary."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import click

from crosswind.building.record import UnitResult
from crosswind.finding import Check, Finding, Severity, Status
from crosswind.outcome import Failed, Made
from crosswind.report import columns
from crosswind.report.columns import Cell, Style

_HEADERS = ("target", "program", "outcome", "size", "time", "checks", "file")


def text(results: Sequence[UnitResult], *, colored: bool, limit: int | None = None) -> str:
    """Return the table as aligned columns, one row per unit, for a terminal of this width."""
    rows = [_row(result, colored) for result in results]
    return columns.render(_HEADERS, rows, right=(3, 4), limit=limit)


def _row(result: UnitResult, colored: bool) -> list[Cell]:
    unit, outcome = result.unit, result.outcome
    built = isinstance(outcome, Made)
    color = "green" if built and result.ok else "red" if not result.ok else "bright_black"
    shade = partial(click.style, fg=color) if colored else columns.plain
    dim: Style = partial(click.style, dim=True) if colored else columns.plain
    size = columns.size(outcome.artifacts[0].size) if isinstance(outcome, Made) else ""
    usage = outcome.usage if isinstance(outcome, Made | Failed) else None
    word = outcome.name if result.ok or not built else f"{outcome.name}, NOT verified"
    return [
        Cell(str(unit.target)),
        Cell(unit.program),
        Cell(word, shade),
        Cell(size),
        Cell(columns.seconds(usage.wall) if usage else ""),
        Cell(counts(result.report.checks if result.report else ())),
        Cell(outcome.artifacts[0].path.as_posix() if isinstance(outcome, Made) else "", dim),
    ]


def counts(checks: Sequence[Check]) -> str:
    """Count verdicts in a few characters: `31 pass, 1 warn`."""
    words = [
        f"{number} {status.value}"
        for status in Status
        if (number := sum(check.status is status for check in checks))
    ]
    return ", ".join(words)


def markdown(results: Sequence[UnitResult], findings: Sequence[Finding]) -> str:
    """Return the table for a GitHub step summary, and the errors among the findings."""
    lines = [
        "### crosswind build",
        "",
        "| target | program | outcome | size | time | checks |",
        "|---|---|---|--:|--:|---|",
    ]
    for result in results:
        cells = [cell.text for cell in _row(result, colored=False)[:6]]
        sign = "✅" if result.ok and isinstance(result.outcome, Made) else "❌"
        if result.ok and not isinstance(result.outcome, Made):
            sign = "⏭"
        cells[2] = f"{sign} {cells[2]}"
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    for finding in findings:
        if finding.severity is not Severity.ERROR:
            continue
        lines += ["", f"<details><summary>{finding.subject}</summary>", ""]
        lines += ["```", finding.message, "```", finding.hint, "</details>"]
    return "\n".join(lines) + "\n"
