"""Run a go command, and hear which modules it fetches meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from crosswind.errors import BuildError
from crosswind.system import process
from crosswind.system.process import Completed, Limits, Stop, Streams

# cmd/go/internal/modfetch/fetch.go, DownloadZip; go says no more of a download, not even its end.
_FETCHING = "go: downloading "
# Takes a module that is asked for, as `path version`.
OnFetch = Callable[[str], None]


def silent(_module: str) -> None:
    """Take what nobody wants to know."""


def run(
    argv: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str],
    timeout: float | None = None,
    on_start: Callable[[int], None] | None = None,
    on_fetch: OnFetch = silent,
) -> Completed:
    """Run a go command to its end; `on_fetch` is called from another thread.

    The other arguments, and what it raises, are those of `process.run`.
    """
    from crosswind.system import follow  # late: where nothing changed no go command runs

    def listen(line: str) -> None:
        if line.startswith(_FETCHING):
            on_fetch(line.removeprefix(_FETCHING))

    with follow.lines(listen) as stderr:
        done = process.supervise(
            argv,
            cwd=cwd,
            env=env,
            streams=Streams(stderr=stderr.descriptor),
            limits=Limits(timeout),
            on_start=on_start,
        )
    if done.stopped is Stop.TIME:
        raise BuildError("CW0502", f"{done.argv[0]} did not end within {timeout:g} s")
    if done.stopped:
        raise BuildError("CW0511", f"{done.argv[0]} printed too much")
    return replace(done, stderr=bytes(stderr.data))
