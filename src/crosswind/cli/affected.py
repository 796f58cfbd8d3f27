"""`crosswind affected`: what the changes since a revision touch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import click

from crosswind.affected import Affected, Touched, Wanted, affected
from crosswind.cli.common import (
    Command,
    emit,
    finish,
    options,
    show_findings,
    style,
    terminal_width,
)
from crosswind.errors import ExitCode
from crosswind.report.columns import hang, harmless
from crosswind.target import grouped

_MOST_REASONS = 3
_MOST_TARGETS = 3
_INDENT = 4
_LISTS: Mapping[str, Callable[[Affected], Sequence[object]]] = {
    "programs": lambda found: [one.package for one in found.programs],
    "targets": lambda found: found.targets,
    "tests": lambda found: [one.package for one in found.tests],
}


@click.command(cls=Command)
@click.option(
    "--since", required=True, metavar="REV", help="Commit, tag or branch to compare with."
)
@click.option("-t", "--target", "patterns", multiple=True, metavar="TARGET", help="Only these.")
@click.option(
    "--list", "listed", type=click.Choice([*_LISTS]), help="Print only these, one a line."
)
def command(since: str, patterns: tuple[str, ...], listed: str | None) -> None:
    """Say which programs, targets and tests the changes since a revision touch.

    Changes are those of the working tree against REV: committed or not, and new files that git does not
    ignore. What cannot be told counts as touched, and is said.
    """
    common = options()
    wanted = Wanted(common.directory, since, patterns, common.config, common.offline)
    found = affected(wanted)
    if common.json:
        emit("affected", ok=True, findings=found.findings, **found.document)
    elif listed:
        for line in map(str, _LISTS[listed](found)):
            click.echo(line)
        show_findings(found.findings)
    else:
        if not common.quiet:
            click.echo("\n".join(_lines(found, verbose=common.verbose)))
        show_findings(found.findings)
    finish(ExitCode.OK)


def _lines(found: Affected, *, verbose: bool) -> Iterator[str]:
    changed = len(found.changed)
    asked = found.asked
    # Without -t and a configuration it is this host alone: a change elsewhere would seem to be none.
    where = ", ".join(map(str, asked)) if len(asked) <= _MOST_TARGETS else f"{len(asked)} targets"
    yield f"{changed} file{'s' * (changed != 1)} changed since {found.commit[:12]}, seen for {where}"
    yield _head("programs", len(found.programs), found.all_programs)
    for one in found.programs:
        yield from _touched(one.name, one, found, verbose=verbose)
    yield _head("packages with tests", len(found.tests), found.all_tests)
    for one in found.tests:
        yield from _touched(one.package, one, found, verbose=verbose)
    if found.idle:
        names = harmless(", ".join(found.idle if verbose else found.idle[:_MOST_REASONS]))
        more = len(found.idle) - _MOST_REASONS
        rest = f" and {more} more" if more > 0 and not verbose else ""
        line = f"{style('nothing', bold=True)} is touched by {names}{rest}"
        yield hang(line, _INDENT, terminal_width())


def _head(what: str, count: int, total: int) -> str:
    return f"{style(what, bold=True)}: {count} of {total} touched"


def _touched(name: str, one: Touched, found: Affected, *, verbose: bool) -> Iterator[str]:
    where = "all targets" if len(found.asked) > 1 else str(found.asked[0])
    if len(one.targets) < len(found.asked):
        where = ", ".join(grouped(one.targets, found.asked))
    yield f"  {name}  {hang(where, _INDENT, terminal_width())}"
    shown = one.causes if verbose else one.causes[:_MOST_REASONS]
    for cause in shown:
        yield f"    {harmless(str(cause))}"
    if len(shown) < len(one.causes):
        yield f"    and {len(one.causes) - len(shown)} more reasons (-v)"
