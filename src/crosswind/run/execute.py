"""Carry out a job: start the runner's command under limits, and say how it ended."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from crosswind.run.runner import Command, Ended, Found, Job, Result, Runner, Session, Subject
from crosswind.system import process
from crosswind.system.process import Completed, Limits, Stop, Streams

# A report is a few lines; a hostile program's may be anything.
_MAX_REPORT = 1 << 20
_FORM = {"ended": str, "status": int, "message": str, "notes": list, "activity": dict}


def run(runner: Runner, found: Found, subject: Subject, job: Job, env: Mapping[str, str]) -> Result:
    """Run one job in a session of its own; raises what `execute` does.

    `env` is the host's environment, for the runner itself; the program gets that of the job.
    """
    with runner.session(found, subject, env) as session:
        return execute(session, job)


def execute(session: Session, job: Job, on_start: Callable[[int], None] | None = None) -> Result:
    """Run a job to its end or to a limit; nothing of it runs on afterwards.

    `on_start` is called with the process id once it runs, for `process.stop`.

    Raises:
        MissingError: CW0501, the runner's program cannot be started.
        UsageError: CW0510, CW0512, an argument or a directory that no program can be given.
        StoppedError: all work was given up meanwhile.
    """
    command = session.command(job)
    done = process.supervise(
        command.argv,
        cwd=command.cwd,
        env=command.env,
        streams=Streams(job.stdin, job.stdout, job.stderr),
        limits=job.limits,
        on_start=on_start,
    )
    found = session.found
    result = Result(
        ended=_ended(done),
        status=abs(done.returncode),
        runner=found.runner,
        version=found.version,
        notes=found.notes + command.notes,
        stdout=done.stdout,
        stderr=done.stderr,
        usage=done.usage,
        message=_message(done, job.limits),
    )
    return _completed(result, command) if done.stopped is None else result


def _ended(done: Completed) -> Ended:
    if done.stopped is not None:
        return Ended(done.stopped.value)
    return Ended.SIGNAL if done.returncode < 0 else Ended.EXIT


def _message(done: Completed, limits: Limits) -> str:
    if done.stopped is Stop.TIME:
        return f"did not end within {limits.seconds:g} s"
    if done.stopped is Stop.MEMORY:
        return f"took more than {(limits.memory or 0) / (1 << 20):.0f} MiB of memory"
    if done.stopped is Stop.OUTPUT:
        return f"printed more than {limits.output / (1 << 20):g} MiB"
    return f"ended by {signal_name(-done.returncode)}" if done.returncode < 0 else ""


def signal_name(number: int) -> str:
    """Name a signal of this system."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _completed(result: Result, command: Command) -> Result:
    """Add what only the process itself knows."""
    if command.report is not None:
        return _reported(result, command.report)
    if not command.cut_status or result.ended is not Ended.EXIT or not result.status:
        return result
    whole = _whole(command.whole_status, result.status)
    if whole is None:
        return replace(result, notes=(*result.notes, command.cut_status))
    return replace(result, status=whole)


def _whole(path: Path | None, status: int) -> int | None:
    """Read a whole status; None if there is none, or not that of a process that ended like this."""
    try:
        whole = int(path.read_bytes()[:8], 16) if path else 0
    except (OSError, ValueError):
        return None
    return whole if whole & 0xFF == status or (whole and not whole & 0xFF and status == 1) else None


def _reported(result: Result, report: Path) -> Result:
    """Complete a result by the report of the process itself."""
    told = _read(report)
    if told is None:
        # One that reports always does, unless it broke down: a signal was not the program's.
        message = result.message or f"it ended with status {result.status} and no report"
        return replace(result, ended=Ended.BROKEN, message=f"the runner broke down: {message}")
    return replace(
        result,
        ended=Ended(told["ended"]),
        status=told.get("status", result.status),
        message=told.get("message", ""),
        notes=(*result.notes, *map(str, told.get("notes", ()))),
        activity=told.get("activity", {}),
    )


def _read(report: Path) -> dict[str, Any] | None:
    """Read a report; None if there is none, or none that can be believed."""
    try:
        with report.open("rb") as stream:
            told = json.loads(stream.read(_MAX_REPORT))
    except (OSError, ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) and _believable(told) else None


def _believable(told: dict[str, Any]) -> bool:
    """Whether a report has the form that ours have: who broke out of a runner may write another."""
    right = all(isinstance(told[name], kind) for name, kind in _FORM.items() if name in told)
    return right and told.get("ended") in set(Ended)
