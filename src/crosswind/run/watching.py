"""What `run` may see of a program and keep from it: the words of the command line, checked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from crosswind.errors import UsageError
from crosswind.run.emulator import policy
from crosswind.run.emulator.trace_filter import Filter
from crosswind.run.runner import Watch

# The trace goes to standard error.
STANDARD_ERROR = "-"


def watch(
    *,
    trace: str = "",
    trace_filter: str = "",
    deny: Iterable[str] = (),
    sandbox: Path | None = None,
    report: bool = False,
) -> Watch:
    """Check what is wanted.

    Args:
        trace: the file for the trace of calls, `-` for standard error; empty for none.
        trace_filter: which calls it shows, as `Filter.parse` reads it.
        deny: what is refused, as `policy.parse` reads it.
        sandbox: the only folder that the program sees.
        report: whether what it did is to be told at its end.

    Raises:
        UsageError: CW4080, something that cannot be denied; CW4081, a filter that fits no call, or is
            for no trace; CW4082, a trace that cannot be written.
    """
    try:
        denied = frozenset(action.value for action in policy.parse(deny))
    except policy.UnknownActionError as error:
        raise UsageError("CW4080", str(error), subject="--deny") from error
    if trace and trace != STANDARD_ERROR:
        _check_file(Path(trace))
    if trace_filter:
        _check_filter(trace_filter, trace)
    return Watch(
        trace=str(Path(trace).absolute()) if trace not in ("", STANDARD_ERROR) else trace,
        trace_filter=trace_filter,
        deny=denied,
        sandbox=sandbox.absolute() if sandbox else None,
        report=report,
    )


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise UsageError("CW4082", "a trace cannot be written to a folder", subject=str(path))
    if not path.absolute().parent.is_dir():
        raise UsageError(
            "CW4082", "there is no such folder for the trace", subject=str(path.parent)
        )


def _check_filter(text: str, trace: str) -> None:
    if not trace:
        hint = "--trace FILE writes one, --trace - shows it"
        raise UsageError(
            "CW4081", "there is no trace to filter", subject="--trace-filter", hint=hint
        )
    from crosswind.run.emulator import calls
    from crosswind.run.emulator.abi import TABLE

    calls.load()
    areas = frozenset(call.area for _, call in TABLE)
    names = frozenset(call.name for _, call in TABLE)
    unknown = Filter.parse(text).unknown(areas, names)
    if unknown:
        hint = f"groups are {', '.join(sorted(areas))}; names of calls may have *"
        raise UsageError("CW4081", f"no call is called {unknown[0]}", subject=text, hint=hint)
