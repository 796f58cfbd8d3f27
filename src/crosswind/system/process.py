"""Start programs so that none outlives us, and tell what they cost.

Every child leads a process group of its own. Ctrl-C, SIGTERM, a time limit and `kill_all` end the
whole group, and what a child leaves behind ends with it; a kill -9 of crosswind itself is noticed
by its guard (`guard.py`), but for children that end in a moment anyway (`glance`).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from crosswind.errors import BuildError, MissingError, UsageError
from crosswind.frozen import frozen
from crosswind.outcome import Usage
from crosswind.system import foreground, guard, host, signals

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

# Bytes of each output; `go list` of the largest modules says a tenth of it, a program that runs wild
# would fill the disk.
MAX_OUTPUT = 64 << 20
# Seconds between the polite and the final signal.
GRACE = 2.0
# Seconds between two looks at a child's time and output.
_LOOK = 0.1

_POSIX = os.name == "posix"
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
_NEW_GROUP: int = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
_live: dict[int, _Child] = {}
_live_lock = threading.Lock()
_stopping = threading.Event()


@frozen
class Limits:
    """What a child may use before it is ended with its whole group; None is no limit.

    Attributes:
        seconds: of wall time.
        memory: bytes that the group has in memory at one time. What it reserved and never touched
            does not count: Go's runtime and Wine reserve far more than they use.
        output: bytes of each output that is captured.
    """

    seconds: float | None = None
    memory: int | None = None
    output: int = MAX_OUTPUT


class Stop(StrEnum):
    """The limit that a child was ended for."""

    TIME = "timeout"
    MEMORY = "memory"
    OUTPUT = "output"


@frozen
class Streams:
    """A child's standard streams; a number is an open descriptor, handed on as it is.

    Attributes:
        stdin: what it reads; None for nothing.
        stdout, stderr: None to capture them.
    """

    stdin: bytes | int | None = None
    stdout: int | None = None
    stderr: int | None = None


@frozen
class Completed:
    """A child that ended; a negative `returncode` is the signal that ended it, as in subprocess.

    `stopped` is the limit that it was ended for, if it was.
    """

    argv: tuple[str, ...]
    returncode: int
    stdout: bytes
    stderr: bytes
    usage: Usage
    stopped: Stop | None = None

    @property
    def text(self) -> str:
        """Standard output, then standard error, for messages to people."""
        return (self.stdout + self.stderr).decode(errors="replace").strip()


class StoppedError(Exception):
    """`kill_all` was called: the work is being given up, and no new child starts."""


def run(
    argv: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
    timeout: float | None = None,
    on_start: Callable[[int], None] | None = None,
    terminal: bool = True,
) -> Completed:
    """Run a program to its end.

    Args:
        argv: the program and its arguments; a bare name is looked up in `env`'s PATH.
        cwd: its directory; ours if None.
        env: its whole environment; ours if None.
        stdin: what it reads; nothing if None.
        timeout: seconds until its process group is killed.
        on_start: called with the process id once it runs.
        terminal: whether it may open our terminal. A child that asks for a password there is stopped
            by the system, since its group is not the terminal's, and would wait for ever.

    Raises:
        MissingError: CW0501, the program is not there or may not be executed.
        BuildError: CW0502, the time limit passed; CW0511, it printed more than `MAX_OUTPUT`.
        UsageError: CW0510, a word that no program can be given; CW0512, `cwd` is no directory.
        StoppedError: `kill_all` was called before or meanwhile.
    """
    done = supervise(
        argv,
        cwd=cwd,
        env=env,
        streams=Streams(stdin),
        limits=Limits(timeout),
        on_start=on_start,
        terminal=terminal,
    )
    return _whole(done, timeout)


def glance(
    argv: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str], timeout: float
) -> Completed:
    """Run a program that only reads, and ends in a moment by itself; else as `run`.

    It has no guard: that is a process as well, which would take longer to start.
    """
    start = _Start(tuple(map(str, argv)), cwd, env, Streams(), terminal=True, guarded=False)
    return _whole(_supervise(start, Limits(timeout), None), timeout)


def _whole(done: Completed, timeout: float | None) -> Completed:
    """Refuse what ended for a limit."""
    if done.stopped is Stop.TIME:
        raise BuildError("CW0502", f"{done.argv[0]} did not end within {timeout:g} s")
    if done.stopped is Stop.OUTPUT:
        raise BuildError("CW0511", f"{done.argv[0]} printed more than {MAX_OUTPUT >> 20} MiB")
    return done


def supervise(
    argv: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    streams: Streams = Streams(),
    limits: Limits = Limits(),
    on_start: Callable[[int], None] | None = None,
    terminal: bool = True,
) -> Completed:
    """Run a program to its end, or to a limit; one that reaches a limit is a result as well.

    A child that has our standard input is treated as a shell treats one: it may read from the
    terminal, Ctrl-Z stops both, and what signals ask of us is passed on to it.

    The other arguments, and what it raises, are those of `run`; `streams` says what its standard
    streams are, `limits` when it is ended.
    """
    start = _Start(tuple(map(str, argv)), cwd, env, streams, terminal, guarded=True)
    return _supervise(start, limits, on_start)


def _supervise(start: _Start, limits: Limits, on_start: Callable[[int], None] | None) -> Completed:
    streams, children = start.streams, list[_Child]()
    with _captured(streams.stdout) as out, _captured(streams.stderr) as err:
        stopped = None
        try:
            with signals.forwarded(children) if streams.stdin == 0 else contextlib.nullcontext():
                child = _start(start, (out, err), children)
                if on_start:
                    on_start(child.pid)
                stopped = _oversee(child, limits, _files(streams, out, err))
        except BaseException:
            for child in children:
                child.end()
            raise
        finally:
            for child in children:
                _forget(child)
        if _stopping.is_set():
            raise StoppedError
        printed = [
            _read(output, limits.output) if given is None else b""
            for output, given in ((out, streams.stdout), (err, streams.stderr))
        ]
        return Completed(start.words, child.status, printed[0], printed[1], child.usage, stopped)


@contextlib.contextmanager
def _captured(given: int | None) -> Iterator[int]:
    """Yield the descriptor for an output: the one that was given, or that of a temporary file."""
    if given is not None:
        yield given
        return
    with tempfile.TemporaryFile() as stream:
        yield stream.fileno()


def _files(streams: Streams, out: int, err: int) -> tuple[int, ...]:
    """Return the descriptors of the outputs that are captured."""
    pairs = ((streams.stdout, out), (streams.stderr, err))
    return tuple(output for given, output in pairs if given is None)


def stop(pid: int) -> None:
    """End one running child with its group; its `run` returns, with the signal as status."""
    with _live_lock:
        child = _live.get(pid)
    if child:
        child.signal(_KILL)


def kill_all() -> None:
    """End every running child with its process group, and let no new one start.

    Safe to call from any thread, more than once.
    """
    _stopping.set()
    with _live_lock:
        children = list(_live.values())
    for child in children:
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    try:
        for child in children:
            child.ended.wait(max(0.0, deadline - time.monotonic()))
    finally:  # at once if the user interrupts a second time
        for child in children:
            child.signal(_KILL)


def resume() -> None:
    """Let children start again after `kill_all`: for those who use crosswind as a library."""
    _stopping.clear()


@frozen
class _Start:
    """What is started, and how."""

    words: tuple[str, ...]
    cwd: Path | None
    env: Mapping[str, str] | None
    streams: Streams
    terminal: bool
    guarded: bool


def _start(start: _Start, outputs: tuple[int, int], children: list[_Child]) -> _Child:
    """Start a child; it is in `children` then, even if an interrupt keeps us from returning."""
    words, cwd, env = start.words, start.cwd, start.env
    program = shutil.which(words[0], path=(env or os.environ).get("PATH"))
    if program is None:
        raise MissingError("CW0501", f"{words[0]}: no such program", hint="is it on PATH?")
    if cwd is not None and not cwd.is_dir():
        raise UsageError("CW0512", "no such directory", subject=str(cwd))
    watch = guard.instance() if start.guarded else None
    with signals.put_off(), _live_lock:
        if _stopping.is_set():
            raise StoppedError
        try:
            popen = subprocess.Popen(
                words,
                executable=Path(program).absolute(),
                cwd=cwd,
                env=dict(env) if env is not None else None,
                stdin=_stdin(start.streams.stdin),
                stdout=outputs[0],
                stderr=outputs[1],
                process_group=0 if _POSIX and start.terminal else None,
                # A session's leader leads a group, too.
                start_new_session=not start.terminal,
                creationflags=_NEW_GROUP,
            )
        except OSError as error:
            raise MissingError("CW0501", f"{words[0]}: {error.strerror}") from error
        except ValueError as error:
            raise UsageError(
                "CW0510", f"a word for {words[0]} cannot be passed on: {error}"
            ) from error
        child = _Child(popen, start.streams.stdin, watch)
        children.append(child)
        _live[child.pid] = child
        if watch:
            watch.add(popen)
    return child


def _stdin(stdin: bytes | int | None) -> int:
    """Return what subprocess takes for it."""
    if isinstance(stdin, bytes):
        return subprocess.PIPE
    return subprocess.DEVNULL if stdin is None else stdin


@contextlib.contextmanager
def workers(count: int, name: str) -> Iterator[ThreadPoolExecutor]:
    """Yield a pool of threads that run children; they all end if the block fails or is interrupted.

    A plain pool would wait for its threads, and so for the children, however long they take.
    """
    from concurrent.futures import ThreadPoolExecutor  # late: with its logging it costs 5 ms

    pool = ThreadPoolExecutor(count, name)
    try:
        yield pool
    except BaseException:
        kill_all()
        pool.shutdown(cancel_futures=True)
        # All threads have ended, so whoever catches the error may start children again.
        resume()
        raise
    pool.shutdown()


class _Child:
    """A running child. A thread waits for it, so that whoever wants the result can be interrupted.

    (A signal that comes just before a blocking system call of the main thread does not end it.)
    """

    def __init__(
        self, popen: subprocess.Popen[bytes], stdin: bytes | int | None, watch: guard.Guard | None
    ) -> None:
        self.pid = popen.pid
        self.popen = popen
        self.watch = watch
        self.status = 0
        self.usage = Usage(0.0)
        self.ended = threading.Event()
        self._started = time.monotonic()
        # It stands in for us: it has our standard input, and the terminal if that is one.
        heir = stdin == 0
        self._foreground = foreground.Foreground(popen.pid) if heir and _POSIX else None
        threading.Thread(target=self._attend, args=(stdin,), daemon=True).start()

    def signal(self, number: int) -> None:
        """Signal the group while its leader runs."""
        if not self.ended.is_set():
            _signal(self.popen, number)

    def end(self) -> None:
        """End the group, with grace."""
        self.signal(signal.SIGTERM)
        try:
            self.ended.wait(GRACE)
        finally:  # at once if the user interrupts a second time
            self.signal(_KILL)
            self.ended.wait()

    def _attend(self, stdin: bytes | int | None) -> None:
        if self.popen.stdin and isinstance(stdin, bytes):
            # One that does not want it all is no error.
            with contextlib.suppress(BrokenPipeError), self.popen.stdin as stream:
                stream.write(stdin)
        self.usage = _wait(self.popen, self._started, self._foreground)
        self.status = self.popen.returncode
        self.ended.set()


def _oversee(child: _Child, limits: Limits, outputs: tuple[int, ...]) -> Stop | None:
    """Wait for the end of a child; end it and say why if it goes beyond a limit."""
    deadline = time.monotonic() + (limits.seconds or float("inf"))
    while not child.ended.wait(max(0.0, min(_LOOK, deadline - time.monotonic()))):
        stop = None
        if time.monotonic() >= deadline:
            stop = Stop.TIME
        elif any(os.fstat(output).st_size > limits.output for output in outputs):
            stop = Stop.OUTPUT
        elif limits.memory is not None and host.group_memory(child.pid) > limits.memory:
            stop = Stop.MEMORY
        if stop:
            child.signal(_KILL)
            child.ended.wait()
            return stop
    return None


def _wait(
    child: subprocess.Popen[bytes], started: float, front: foreground.Foreground | None = None
) -> Usage:
    """Wait, and account for the child; `wait4` alone tells what one child cost."""
    if not _POSIX:
        child.wait()
        return Usage(time.monotonic() - started)
    _, status, spent = os.wait4(child.pid, os.WUNTRACED if front else 0)
    while front and os.WIFSTOPPED(status):
        front.stopped(os.WSTOPSIG(status))
        _, status, spent = os.wait4(child.pid, os.WUNTRACED)
    if front:
        front.ended(by_signal=os.WIFSIGNALED(status))
    child.returncode = os.waitstatus_to_exitcode(status)
    # Whatever it started and left running is in its group still, and keeps the group's id taken.
    _signal(child, _KILL)
    # getrusage(2): ru_maxrss is in kilobytes on Linux, in bytes on macOS. On Linux it begins with
    # what our own process had when it forked (fs/exec.c, exec_mmap).
    unit = 1 if sys.platform == "darwin" else 1024
    return Usage(
        time.monotonic() - started, spent.ru_utime + spent.ru_stime, spent.ru_maxrss * unit
    )


def _signal(child: subprocess.Popen[bytes], number: int) -> None:
    """Signal the group: its leader may be gone while its children still run."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if _POSIX:
            os.killpg(child.pid, number)
        else:
            child.kill()


def _forget(child: _Child) -> None:
    with _live_lock:
        _live.pop(child.pid, None)
    if child.watch:
        child.watch.remove(child.popen)


def _read(descriptor: int, most: int) -> bytes:
    with os.fdopen(os.dup(descriptor), "rb") as stream:
        stream.seek(0)
        return stream.read(most)
