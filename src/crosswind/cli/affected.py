"""`crosswind affected`: what the changes since a revision touch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import click

from crosswind.affected import Affected, Wanted, affected
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
from crosswind.report.affected import lines

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
            told = lines(found, style, terminal_width(), verbose=common.verbose)
            click.echo("\n".join(told))
        show_findings(found.findings)
    finish(ExitCode.OK)
