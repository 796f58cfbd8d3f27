"""Run one test binary, and say of it what `go test` would say (cmd/go/internal/test, Act)."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Mapping
from pathlib import Path

from crosswind.errors import CrosswindError
from crosswind.frozen import frozen
from crosswind.gotest import duration
from crosswind.gotest.model import By, Verdict
from crosswind.gotest.outputfile import followed
from crosswind.run import execute, subject
from crosswind.run.runner import Ended, Found, Job, Result, Runner, Subject
from crosswind.system import process
from crosswind.system.process import MAX_OUTPUT, Limits
from crosswind.target import Target

# test.go, testKillTimeout: seconds that a test binary has to end itself after its own time limit.
_GRACE = 60.0

_NOTHING_RUN = (
    (b"testing: warning: no tests to run\n", " [no tests to run]"),
    (b"testing: warning: no fuzz tests to fuzz\n", " [no fuzz tests to fuzz]"),
)
_COVERAGE = re.compile(rb"coverage: (.*)\n")

Take = Callable[[bytes], None]


@frozen
class Engine:
    """What runs the test binaries of a target.

    Attributes:
        runner: the runner, and `found` what it found.
        target: what it runs.
        host: what this host is.
        env: the host's environment; test binaries get it, too, as go test does it.
    """

    runner: Runner
    found: Found
    target: Target
    host: Target
    env: Mapping[str, str]

    @property
    def by(self) -> By:
        """Its name for results."""
        return By(self.found.runner, self.found.version, self.found.notes)


@frozen
class Run:
    """One run of a test binary.

    Attributes:
        package: import path.
        program: the test binary.
        directory: of the package: there it runs.
        words: its arguments.
        timeout: seconds after which it ends itself; 0 for no limit.
        framed: whether its output is framed for events: then the last line is, too.
        covered: whether coverage is measured.
    """

    package: str
    program: Path
    directory: Path
    words: tuple[str, ...]
    timeout: float
    framed: bool
    covered: bool


@frozen
class Done:
    """How a run ended.

    Attributes:
        verdict: PASS, FAIL or UNSUPPORTED.
        seconds: wall time.
        reason: why it is unsupported, or what ended it.
        last: what `go test` says behind its output.
        by: what ran it.
    """

    verdict: Verdict
    seconds: float
    reason: str
    last: bytes
    by: By


def run(engine: Engine, job: Run, take: Take) -> Done:
    """Run a test binary; `take` takes its output while it comes, from one thread at a time."""
    heard = _Heard(take)
    try:
        result = _run(engine, job, heard)
    except CrosswindError as error:  # of the runner, not of the program
        return Done(Verdict.UNSUPPORTED, 0.0, error.message, b"", engine.by)
    by = By(result.runner, result.version, result.notes)
    seconds = result.usage.wall
    if result.ended in (Ended.UNSUPPORTED, Ended.BROKEN):
        reason = result.message or f"the runner ended with status {result.status}"
        return Done(Verdict.UNSUPPORTED, seconds, reason, b"", by)
    if result.ended is Ended.EXIT and result.status == 0:
        return Done(Verdict.PASS, seconds, "", heard.newline + _ok(job, seconds, heard), by)
    reason = _how(result, job, heard)
    return Done(Verdict.FAIL, seconds, reason, _failed(result, job, heard, reason), by)


def _run(engine: Engine, job: Run, heard: _Heard) -> Result:
    pids: list[int] = []

    def end() -> None:
        heard.too_much = True
        for pid in pids:
            process.stop(pid)

    program = Subject(job.program, engine.target, subject.read(job.program, engine.host).format)
    with (
        engine.runner.session(engine.found, program, engine.env) as session,
        followed(heard.hear, MAX_OUTPUT, end) as output,
    ):
        return execute.execute(
            session,
            Job(
                program=job.program,
                arguments=("-test.paniconexit0", *job.words),
                cwd=job.directory,
                env={**engine.env, "PWD": str(job.directory)},
                limits=Limits(_kill_after(job.timeout)),
                stdout=output,
                stderr=output,
            ),
            pids.append,
        )


class _Heard:
    """Remembers of an output what the last line depends on."""

    def __init__(self, take: Take) -> None:
        self._take = take
        # The warnings and the coverage stand among the last lines of the testing package.
        self.tail = b""
        self.some = self.too_much = False

    def hear(self, data: bytes) -> None:
        self.some = True
        self.tail = (self.tail + data)[-4096:]
        self._take(data)

    @property
    def newline(self) -> bytes:
        """What is missing for the next line to begin one."""
        return b"\n" if self.tail and not self.tail.endswith(b"\n") else b""


def _kill_after(timeout: float) -> float | None:
    """Return the seconds until a test binary is killed (test.go, testWaitDelay)."""
    return timeout + max(_GRACE, timeout / 10) if timeout else None


def _ok(job: Run, seconds: float, heard: _Heard) -> bytes:
    coverage = _COVERAGE.search(heard.tail) if job.covered else None
    told = f"\tcoverage: {coverage[1].decode(errors='replace')}" if coverage else ""
    lines = b"\n" + heard.tail
    warning = next((text for mark, text in _NOTHING_RUN if b"\n" + mark in lines), "")
    return f"ok  \t{job.package}\t{seconds:.3f}s{told}{warning}\n".encode()


def _how(result: Result, job: Run, heard: _Heard) -> str:
    """Say what ended a test binary, in Go's words; empty if it ended by itself (os/exec)."""
    if heard.too_much:
        return f"*** Test killed: printed more than {MAX_OUTPUT >> 20} MiB."
    if result.ended is Ended.TIMEOUT:
        after = duration.spell(_kill_after(job.timeout) or 0)
        return f"*** Test killed: ran too long ({after})."
    if result.ended is Ended.SIGNAL:
        return f"signal: {(signal.strsignal(result.status) or str(result.status)).lower()}"
    if result.ended is Ended.EXIT:
        big = result.status >= 1 << 16  # os/exec_posix.go: a Windows status is told in hexadecimal
        return f"exit status {result.status:#x}" if big else f"exit status {result.status}"
    return result.message


def _failed(result: Result, job: Run, heard: _Heard, reason: str) -> bytes:
    """Write the end of a failure: why, where the output does not say it, and the verdict."""
    ended_by_itself = result.ended is Ended.EXIT and not heard.too_much
    told = heard.newline
    if reason.startswith("***"):
        told = f"{reason}\nsignal: killed\n".encode()
    elif not ended_by_itself or not heard.some:
        told = f"{reason}\n".encode()
    mark = "\x16" if job.framed else ""
    return told + f"{mark}FAIL\t{job.package}\t{result.usage.wall:.3f}s\n".encode()
