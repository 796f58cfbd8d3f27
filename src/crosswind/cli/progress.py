"""How commands show what happens while it happens."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import ParamSpec

import click

from crosswind.cli.common import Options
from crosswind.events import Observer, ignore, one_at_a_time
from crosswind.system import process

P = ParamSpec("P")


class Guard:
    """Ends the work as soon as a word of ours cannot be written: its reader is gone, or a disk full.

    Children are ended, by which the main thread hears of it. What other threads say is dropped from then
    on: an error that one of them raised would be seen by nobody, or only when all is done.
    """

    def __init__(self) -> None:
        """Guard nothing yet."""
        self.error: OSError | None = None

    def __call__(self, write: Callable[P, None]) -> Callable[P, None]:
        """Return a function that prints, with this guard."""

        def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
            if self.error is None:
                try:
                    return write(*args, **kwargs)
                except OSError as error:
                    self.error = error
                    process.kill_all()
            if threading.current_thread() is threading.main_thread():
                raise self.error
            return None

        return guarded


@contextlib.contextmanager
def guarded() -> Iterator[Guard]:
    """Yield a guard for functions that print while the work goes on.

    Raises:
        OSError: that of the first word that could not be written.
    """
    guard = Guard()
    try:
        yield guard
    except Exception:
        if guard.error:
            raise guard.error from None
        raise
    if guard.error:
        raise guard.error


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
    from crosswind.report.lines import Lines, on_github  # late: nobody listens when it is quiet

    terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    if not terminal or common.json:
        with guarded() as guard:
            lines = Lines(_say, github=on_github(), verbose=verbose)
            yield one_at_a_time(guard(lines))
        return
    from rich.console import Console

    from crosswind.report.live import LiveTable

    console = Console(stderr=True, no_color=common.color is False)
    with LiveTable(console, verbose=verbose) as live:
        yield live


def _say(line: str) -> None:
    click.echo(line, err=True)
