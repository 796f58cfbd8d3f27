"""`crosswind doctor`."""

from __future__ import annotations

from itertools import groupby

import click

from crosswind.cli.common import Command, emit, finish, mark, options, style, terminal_width
from crosswind.doctor import Examination, Line, examine
from crosswind.finding import Status

_BAD = (Status.FAIL, Status.WARN)
# What people look for though it is fine: Go, the targets, the programs, and what runs them.
_TOLD = ("CW2001", "CW2101", "CW2407", "CW2601", "CW2602", "CW2603", "CW2604", "CW2605")
# The title of the line that names the others.
_FINE = "fine"


@click.command(cls=Command)
@click.option("-t", "--target", multiple=True, metavar="TARGET", help="Target, glob, all or host.")
def command(target: tuple[str, ...]) -> None:
    """Check this host and project, and say how to mend what is wrong.

    Each line says what was found, whether it matters for this project, and the command that mends
    it. What is fine is named only; -v tells all. Nothing is fetched and nothing is changed.
    """
    common = options()
    found = examine(common.directory, target, config=common.config, offline=common.offline)
    if common.json:
        report = found.report
        checks = [line.document for line in found.lines]
        emit("doctor", ok=report.ok, findings=report.findings, checks=checks)
    else:
        _print(found, quiet=common.quiet, verbose=common.verbose)
    finish(found.exit_code)


def _print(found: Examination, *, quiet: bool, verbose: bool) -> None:
    is_whole = verbose and not quiet
    told = [line for line in found.lines if is_whole or _is_told(line, quiet=quiet)]
    width = max((len(line.title) for line in told), default=len(_FINE))
    for group, lines in groupby(found.lines, key=lambda line: line.group):
        every = list(lines)
        shown = [line for line in every if line in told]
        named = [] if quiet else [line.title for line in every if line not in told]
        if shown or named:
            click.echo(style(group.value[0].upper() + group.value[1:], bold=True))
        for line in shown:
            _print_line(line, width, verbose=verbose)
        if named:
            from crosswind.report.columns import hang

            names = hang(", ".join(named), width + 6, terminal_width())
            head = f"  {mark(Status.PASS)} {_FINE:<{width}}"
            click.echo(f"{head}  {style(names, dim=True)}")
    if not quiet:
        more = "" if verbose else "; -v tells all"
        click.echo(f"\n{_counts(found)}{more}")


def _is_told(line: Line, *, quiet: bool) -> bool:
    """Whether a line is told in full: what is not as it should be, and what one looks for."""
    status = line.verdict.status
    if quiet:
        return status in _BAD
    return status is not Status.PASS or (line.verdict.matters and line.code in _TOLD)


def _print_line(line: Line, width: int, *, verbose: bool) -> None:
    verdict = line.verdict
    bad = verdict.status in _BAD
    code = f"[{line.code}]" if bad or verbose else ""
    from crosswind.report import columns

    column, limit = width + 6, terminal_width()
    found = columns.hang(f"{verdict.found} {code}".rstrip(), column, limit).removesuffix(code)
    head = f"  {mark(verdict.status)} {line.title:<{width}}"
    click.echo(f"{head}  {found}{style(code, dim=True)}")
    if verdict.why:
        lead = "" if verdict.matters else "does not matter: "
        click.echo(style(columns.paragraph(lead + verdict.why, column, limit), dim=not bad))
    if verdict.mend and (bad or verbose):
        # Never wrapped: it is there to be copied.
        click.echo(f"{'':{column}}{style('mend:', bold=True)} {verdict.mend}")


def _counts(found: Examination) -> str:
    words = {
        Status.FAIL: "to mend",
        Status.WARN: "worth mending",
        Status.SKIP: "not checked",
        Status.PASS: "fine",
    }
    numbers = {
        status: sum(line.verdict.status is status for line in found.lines) for status in words
    }
    return ", ".join(f"{count} {words[status]}" for status, count in numbers.items() if count)
