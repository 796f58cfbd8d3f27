"""What `crosswind run` does: read the program, choose a runner, run it, judge how it ended."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

from crosswind.errors import BuildError, CrosswindError, MissingError, UsageError
from crosswind.finding import Finding, Severity
from crosswind.frozen import frozen
from crosswind.run import execute, select, subject
from crosswind.run.runner import Absent, Ended, Job, Result, Subject
from crosswind.run.select import Choice
from crosswind.target import Target

# What programs need of the environment to find their files and speak the user's language.
_BASIC = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TERM", "TZ", "TMPDIR",
          "SYSTEMROOT", "USERPROFILE", "USERNAME", "TEMP", "TMP")  # fmt: skip

# How a run may end that is not the program's own doing, or not of its own will.
_CODES = {
    Ended.TIMEOUT: "CW4005",
    Ended.MEMORY: "CW4005",
    Ended.OUTPUT: "CW4005",
    Ended.DEADLOCK: "CW4010",
    Ended.UNSUPPORTED: "CW4006",
    Ended.BROKEN: "CW4007",
    Ended.SIGNAL: "CW4009",
}
# Signals that shells say nothing of: Ctrl-C, and a pipe whose reader has gone.
_UNREMARKABLE = (signal.SIGINT, getattr(signal, "SIGPIPE", -1))
_HINTS = {
    Ended.TIMEOUT: "--timeout gives it longer",
    Ended.MEMORY: "--memory gives it more",
    Ended.UNSUPPORTED: "another runner may have it: --with NAME",
    Ended.BROKEN: "another runner may do better: --with NAME",
}


@frozen
class Launch:
    """A program and the runner that was chosen for it.

    Attributes:
        subject: the program.
        choice: the runner.
        host: what this host is.
        env: the host's environment, for the runner itself.
    """

    subject: Subject
    choice: Choice
    host: Target
    env: Mapping[str, str]

    def run(self, job: Job) -> Result:
        """Run it; raises what `execute.execute` does, and what the runner's session does."""
        return execute.run(self.choice.runner, self.choice.found, self.subject, job, self.env)

    def explain(self) -> Iterator[str]:
        """Say which runner was chosen, and why none of the others."""
        found = self.choice.found
        yield f"{found.label} runs {self.subject.port} programs here"
        yield from found.notes
        later = select.after(self.choice, self.subject.target, self.host, self.env)
        for name, other in (*self.choice.passed_over, *later):
            reason = other.reason if isinstance(other, Absent) else f"{found.runner} comes first"
            yield f"not {name}: {reason}"


def prepare(
    path: Path,
    host: Target,
    env: Mapping[str, str],
    wanted: str = "",
    *,
    watched: bool = False,
) -> Launch:
    """Read a program and choose its runner; the arguments are those of `select.choose`.

    Raises:
        UsageError: CW4001, there is no such file; CW4003, no runner of that name.
        BuildError: CW4002, it is no program.
        MissingError: CW4008, nothing here runs it.
    """
    try:
        program = subject.read(path, host)
    except (UsageError, BuildError) as error:
        raise _with_hint(error, path) from error
    choice = select.choose(program.target, host, env, wanted, watched=watched)
    if not isinstance(choice, Choice):
        raise _nothing(program, choice, wanted)
    return Launch(program, choice, host, env)


def environment(
    host_env: Mapping[str, str], given: Mapping[str, str], *, clean: bool
) -> dict[str, str]:
    """Return a program's environment: ours or only its basic part, and what was given."""
    kept = {name: host_env[name] for name in _BASIC if name in host_env} if clean else host_env
    return {**kept, **given}


def finding(result: Result, name: str) -> Finding | None:
    """Say how a run ended if it was not by the program's own exit."""
    code = _CODES.get(result.ended)
    if code is None or (result.ended is Ended.SIGNAL and result.status in _UNREMARKABLE):
        return None
    hint = _HINTS.get(result.ended, "")
    return Finding(code, Severity.ERROR, name, result.message or str(result.ended), hint)


def _nothing(program: Subject, absent: tuple[tuple[str, Absent], ...], wanted: str) -> MissingError:
    name = program.path.name
    if wanted:
        (only,) = absent
        message = f"{wanted} does not run it: {only[1].reason}"
        return MissingError("CW4008", message, subject=name, hint=only[1].hint)
    hints = [f"{runner}: {one.reason}; {one.hint}" for runner, one in absent if one.hint]
    reasons = [f"{runner}: {one.reason}" for runner, one in absent]
    return MissingError(
        "CW4008",
        f"nothing on this host runs {program.port} programs",
        subject=name,
        hint="\n".join(hints or reasons),
    )


def _with_hint(error: UsageError | BuildError, path: Path) -> CrosswindError:
    """Tell who names a package or a program's bare name where the file is, or how to get it."""
    hint = error.hint
    if os.path.isdir(path) or path.suffix == ".go":  # noqa: PTH112 - Path's raises where it may not look
        hint = f"build it first: crosswind build {path}, then run what is in dist"
    elif near := _built(path.stem) if isinstance(error, UsageError) else ():
        hint = f"did you mean {' or '.join(near)}?"
    return type(error)(error.code, error.message, subject=error.subject, hint=hint)


def _built(name: str) -> list[str]:
    """Return programs of a name that `build` left in the project's usual place."""
    places = sorted(Path("dist").glob("*/*"))
    return [str(place) for place in places if place.stem == name and place.is_file()][:3]
