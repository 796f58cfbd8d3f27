"""What a runner is, what it is given and what comes back.

A runner finds itself on this host (`find`, which starts nothing), proves that it works (`probe`), and
opens a session, in which it says for each job which command runs the program. Starting it, the limits
and the streams are the same for all and stand in `execute.py`; the order of preference and the list
of all runners in `select.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from crosswind.frozen import frozen
from crosswind.outcome import Usage
from crosswind.port import Format, Port
from crosswind.system.process import Limits
from crosswind.target import Target


@frozen
class Subject:
    """A program that is to run.

    Attributes:
        path: the file, absolute.
        target: what it was built for; the variant as far as the file tells.
        format: its file format.
        interpreter: the dynamic linker that it asks for; empty if it asks for none.
        go_version: the Go that built it, such as `go1.27.3`; empty if it does not say.
    """

    path: Path
    target: Target
    format: Format
    interpreter: str = ""
    go_version: str = ""

    @property
    def port(self) -> Port:
        """The target without its level, which seldom matters to a reader."""
        return Port(self.target.goos, self.target.goarch)


@frozen
class Found:
    """A runner that is here.

    Attributes:
        runner: its name.
        program: what it is on this host; None if it is part of crosswind or of the system.
        version: empty until `probe` asked for it.
        notes: what a user should know of results obtained by it.
    """

    runner: str
    program: Path | None = None
    version: str = ""
    notes: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Name and version as far as known, and the program: `qemu 7.2.22 (/usr/bin/qemu-arm)`."""
        where = f"({self.program})" if self.program else ""
        return " ".join(filter(None, (self.runner, self.version, where)))


@frozen
class Absent:
    """Why a runner does not serve, and how it could."""

    reason: str
    hint: str = ""


@frozen
class Watch:
    """What is to be seen of a program, and kept from it; only the emulator can.

    Attributes:
        trace: absolute path of the file to write the trace of calls to, `-` for standard error; empty
            for none.
        trace_filter: which calls it shows; empty for all.
        deny: kinds of access that are refused, such as `net`.
        sandbox: the only folder that it sees.
        report: whether what it did is to be told.
    """

    trace: str = ""
    trace_filter: str = ""
    deny: frozenset[str] = frozenset()
    sandbox: Path | None = None
    report: bool = False

    @property
    def needed(self) -> bool:
        """Whether only a runner that can do this will do."""
        return bool(self.trace or self.deny or self.sandbox or self.report)


@frozen
class Job:
    """One run of a program.

    Attributes:
        program: the file, absolute.
        arguments: the program's own.
        cwd: its working directory, absolute.
        env: its whole environment; a runner adds what it needs itself and no more.
        limits: when it is ended.
        stdin: what it reads: bytes, an open descriptor, or None for nothing.
        stdout, stderr: an open descriptor to write to; None to capture it into the result.
        watch: what is seen of it.
        verbose: let the runner's own messages through, such as Wine's.
    """

    program: Path
    arguments: Sequence[str] = ()
    cwd: Path = field(default_factory=Path.cwd)
    env: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    stdin: bytes | int | None = None
    stdout: int | None = None
    stderr: int | None = None
    watch: Watch = field(default_factory=Watch)
    verbose: bool = False


@frozen
class Command:
    """The process that carries out a job.

    Attributes:
        argv, env, cwd: what to start, with its whole environment.
        report: a JSON file that the process may write before it ends: `ended` (a word of `Ended`),
            `status` (all 32 bits of it), `message`, `notes`, `activity`. What it says wins over what is seen
            from outside.
        notes: what a user should know of this run, such as a shim in use.
        whole_status: a file in which the program's status may stand in hexadecimal, where the process's own
            has too few bits for it.
        cut_status: the note if it does not.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    report: Path | None = None
    notes: tuple[str, ...] = ()
    whole_status: Path | None = None
    cut_status: str = ""


class Ended(StrEnum):
    """How a run ended.

    `DEADLOCK` is a program that waits for ever, where the runner sees that. `UNSUPPORTED` is a call or an instruction that the runner does not have, `BROKEN` a mistake of the
    runner itself: neither says anything about the program.
    """

    EXIT = "exit"
    SIGNAL = "signal"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    OUTPUT = "output"
    DEADLOCK = "deadlock"
    UNSUPPORTED = "unsupported"
    BROKEN = "broken"


@frozen
class Result:
    """What came of a run.

    Attributes:
        ended: how it ended.
        status: the program's exit status, with all bits that its system has; the signal's number if
            it ended by one.
        runner, version, notes: by what it was obtained.
        stdout, stderr: what it printed, where that was captured.
        usage: what it cost, the runner included.
        message: how it ended, in words, where there is more to say than a status.
        activity: what it did and wanted, by kind, as `emulator.activity` tells it; empty where the runner
            does not see it.
    """

    ended: Ended
    status: int
    runner: str
    version: str
    notes: tuple[str, ...] = ()
    stdout: bytes = b""
    stderr: bytes = b""
    usage: Usage = field(default_factory=lambda: Usage(0.0))
    message: str = ""
    activity: Mapping[str, Any] = field(default_factory=dict)

    @property
    def exit_status(self) -> int:
        """The status that `crosswind run` ends with: eight bits, and never 0 by losing the others."""
        if self.ended is Ended.EXIT:
            return self.status & 0xFF or (1 if self.status else 0)
        if self.ended is Ended.SIGNAL:
            return 128 + self.status
        own = {Ended.TIMEOUT: 124, Ended.DEADLOCK: 124, Ended.UNSUPPORTED: 126}
        return own.get(self.ended, 125)


class Session(Protocol):
    """A runner ready for jobs, several at once too: a prefix, a scratch folder."""

    @property
    def found(self) -> Found:
        """The runner, probed."""

    def command(self, job: Job) -> Command:
        """Say what carries out a job; called once for each, from any thread."""


class Runner(Protocol):
    """One way to run programs that this host may not run by itself."""

    @property
    def name(self) -> str:
        """The word for `--with`."""

    @property
    def watches(self) -> bool:
        """Whether it can do what a `Watch` asks for."""

    def find(self, target: Target, host: Target, env: Mapping[str, str]) -> Found | Absent:
        """Look for the runner, in `env`'s PATH and the usual places; starts no process."""

    def probe(self, found: Found, target: Target, env: Mapping[str, str]) -> Found | Absent:
        """Ask what was found for its version, and whether it works; may start a process."""

    def session(
        self, found: Found, subject: Subject, env: Mapping[str, str]
    ) -> AbstractContextManager[Session]:
        """Prepare runs of a program; whatever is made for them is gone when the block ends."""
