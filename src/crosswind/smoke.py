"""The pipeline's smoke stage: run a finished program once, where this host can run it."""

from __future__ import annotations

import os
import re
import shlex
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosswind.artifact import Kind
from crosswind.building.plan import Unit
from crosswind.config.settings import Settings, as_pattern
from crosswind.errors import CrosswindError, MissingError
from crosswind.finding import Check, Status
from crosswind.frozen import frozen
from crosswind.system.process import Limits
from crosswind.target import Target

if TYPE_CHECKING:
    from crosswind.run.runner import Result

# A `--version` takes milliseconds, in an emulator a second; a program that waits for a person, or
# takes all memory, must not hold up a build.
_LIMITS = Limits(seconds=60.0, memory=4 << 30, output=1 << 20)
_CODE, _TITLE = "CW1801", "runs here"
_SHOWN = 120


@frozen
class Smoke:
    """What came of it.

    Attributes:
        check: the verdict.
        record: by which runner it was obtained, for the build's record; None if nothing ran.
    """

    check: Check
    record: Mapping[str, Any] | None = None


def check(unit: Unit, program: Path, final: Path, host: Target) -> Smoke | None:
    """Run a program as its `smoke` setting says; None if it says nothing.

    CW1801: it must end in time with the status, and print what is expected. "Cannot run here" is
    never a pass: it is not checked, and says why.
    """
    settings = unit.settings
    if not settings.smoke_run:
        return None
    if unit.kind is not Kind.BINARY:
        return _skip("only programs run")
    # Imported late: most builds run nothing.
    from crosswind.run import launch
    from crosswind.run.runner import Job

    try:
        started = launch.prepare(program, host, os.environ)
        with tempfile.TemporaryDirectory() as folder:
            result = started.run(
                Job(
                    program=started.subject.path,
                    arguments=settings.smoke,
                    cwd=Path(folder).resolve(),
                    env=launch.environment(os.environ, {}, clean=True),
                    limits=_LIMITS,
                )
            )
    except MissingError as error:
        return _skip(error.message)
    except CrosswindError as error:
        return Smoke(Check(_CODE, _TITLE, Status.FAIL, error.message, error.hint))
    return Smoke(_judge(result, settings, final), _record(result))


def _judge(result: Result, settings: Settings, final: Path) -> Check:
    by = f"by {result.runner} {result.version}"
    text = (result.stdout + result.stderr).decode(errors="replace").replace("\r\n", "\n").strip()
    first = next(iter(text.splitlines()), "no output")[:_SHOWN]
    from crosswind.run.runner import Ended

    if result.ended in (Ended.UNSUPPORTED, Ended.BROKEN):  # neither says anything of the program
        return Check(_CODE, _TITLE, Status.SKIP, f"not checked because {by}: {result.message}")
    wrong = _wrong(result, settings, text)
    if not wrong:
        return Check(_CODE, _TITLE, Status.PASS, f"{by}: {first}")
    again = shlex.join(["crosswind", "run", str(final), "--", *settings.smoke])
    hint = f"see for yourself: {again}"
    return Check(_CODE, _TITLE, Status.FAIL, f"{by}: {wrong}: {first}", hint)


def _wrong(result: Result, settings: Settings, text: str) -> str:
    """Say what was not as expected; empty if all was."""
    from crosswind.run.runner import Ended

    if result.ended is not Ended.EXIT:
        return result.message
    if not _is(result.status, settings.smoke_exit):
        wanted = f", not {settings.smoke_exit}" if settings.smoke_exit else ""
        return f"ended with status {result.status}{wanted}"
    pattern = as_pattern(settings.smoke_output)
    if re.search(pattern, text, re.MULTILINE):
        return ""
    return f"printed no {settings.smoke_output}"


def _is(status: int, wanted: int) -> bool:
    """Compare statuses; where a runner hands on eight bits of a larger one, these have to do."""
    return status == wanted or (wanted > 0xFF and status == (wanted & 0xFF or 1))


def _record(result: Result) -> Mapping[str, Any]:
    return {
        "runner": result.runner,
        "version": result.version,
        "ended": result.ended.value,
        "status": result.status,
        "seconds": round(result.usage.wall, 3),
        "notes": list(result.notes),
    }


def _skip(reason: str) -> Smoke:
    return Smoke(Check(_CODE, _TITLE, Status.SKIP, f"not checked because {reason}"))
