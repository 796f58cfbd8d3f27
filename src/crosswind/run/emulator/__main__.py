"""`python -m crosswind.run.emulator program.exe arguments…`: run a Windows program.

The runner starts it with `--job FILE`; the other options are for people who work on the emulator.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

from crosswind.errors import CrosswindError
from crosswind.run.emulator import session
from crosswind.run.emulator.emulator import Emulator
from crosswind.run.emulator.job import Ending, JobFile


def main(arguments: list[str]) -> int:
    """Run, report, and return the exit status."""
    # Few objects form cycles, and the process ends soon.
    gc.freeze()
    gc.disable()
    parsed = _parser().parse_args(arguments)
    job = JobFile.read(Path(parsed.job)) if parsed.job else _job(parsed)
    began = time.perf_counter()
    emulator = None
    try:
        ending, emulator = session.run(Path(parsed.program), parsed.arguments, job)
    except CrosswindError as error:
        ending = Ending("broken", 125, f"{error.code}: {error.message}: {error.hint}")
    except OSError as error:
        ending = Ending("broken", 125, f"{parsed.program}: {error.strerror}")
    if job.report:
        _report(Path(job.report), ending, emulator, job)
    elif ending.message:
        print(ending.message, file=sys.stderr)  # noqa: T201 - a program of its own, for developers
    if job.speed and emulator is not None:
        _tell_speed(emulator, time.perf_counter() - began)
    return ending.status & 0xFF or int(ending.status != 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m crosswind.run.emulator")
    parser.add_argument("--job", help="a file that tells everything")
    parser.add_argument("--report", default="", help="file to write how it ended to")
    parser.add_argument(
        "--trace", default="", help="file for the trace of calls, - for standard error"
    )
    parser.add_argument("--trace-filter", default="", help="which calls it shows")
    parser.add_argument("--deny", action="append", default=[], help="what is refused")
    parser.add_argument("--sandbox", default="", help="the only folder that is seen")
    parser.add_argument("--env", action="append", default=[], help="NAME=VALUE for the program")
    parser.add_argument("--real-time", action="store_true", help="let time pass as here")
    parser.add_argument("--deterministic", action="store_true", help="the same at each run")
    parser.add_argument("--memory", type=int, default=4096, help="limit in MiB")
    parser.add_argument("--speed", action="store_true", help="tell how fast it was")
    parser.add_argument("program")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    return parser


def _job(parsed: argparse.Namespace) -> JobFile:
    pairs = (entry.partition("=") for entry in parsed.env)
    return replace(
        JobFile(),
        variables={name: value for name, _, value in pairs},
        sandbox=parsed.sandbox,
        report=parsed.report,
        trace=parsed.trace,
        trace_filter=parsed.trace_filter,
        deny=tuple(parsed.deny),
        real_time=parsed.real_time,
        deterministic=parsed.deterministic,
        memory=parsed.memory << 20,
        speed=parsed.speed,
        activity=bool(parsed.report),
    )


def _report(path: Path, ending: Ending, emulator: Emulator | None, job: JobFile) -> None:
    told = {
        "ended": ending.how,
        "status": ending.status,
        "message": ending.message,
        "notes": ending.notes,
    }
    if emulator is not None:
        told["calls"], told["blocks"] = emulator.calls, emulator.ran
        if job.activity:
            told["activity"] = emulator.p.activity.document()
    path.write_text(json.dumps(told))


def _tell_speed(emulator: Emulator, seconds: float) -> None:
    # A block of code has five instructions, more or less.
    millions = 5 * emulator.ran / 1e6
    print(  # noqa: T201 - a program of its own, for developers
        f"{seconds:.2f} s; {millions:.0f} million instructions, {millions / seconds:.0f} a second;"
        f" {emulator.calls} calls, {emulator.calls / seconds:.0f} a second",
        file=sys.stderr,
    )


if __name__ == "__main__":
    # Until the program runs, and has them end in order.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # What the program had is the host's to free.
    os._exit(code)
