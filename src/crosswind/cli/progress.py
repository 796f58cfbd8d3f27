"""How commands show what happens while it happens."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

import click

from crosswind.cli.common import Options
from crosswind.events import Observer, ignore, one_at_a_time
from crosswind.report.lines import Lines, on_github


@contextlib.contextmanager
def observer(common: Options, *, notes: bool = False) -> Iterator[Observer]:
    """Yield an observer: silent for `--quiet`, live on a terminal, else one that says lines.

    Args:
        common: the common options.
        notes: whether notes are shown without `--verbose`, too.
    """
    verbose = common.verbose or notes
    if common.quiet:
        yield ignore
        return
    terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    if not terminal or common.json:
        yield one_at_a_time(Lines(_say, github=on_github(), verbose=verbose))
        return
    from rich.console import Console

    from crosswind.report.live import LiveTable

    console = Console(stderr=True, no_color=common.color is False)
    with LiveTable(console, verbose=verbose) as live:
        yield live


def _say(line: str) -> None:
    click.echo(line, err=True)
