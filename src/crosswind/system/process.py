"""Start programs so that none outlives us, and tell what they cost.

Every child leads a process group of its own. Ctrl-C, SIGTERM, a time limit and `kill_all` end the
whole group, and what a child leaves behind ends with it; a kill -9 of crosswind itself is noticed
by its guard (`guard.py`).
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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from crosswind.errors import BuildError, MissingError, UsageError
from crosswind.outcome import Usage
from crosswind.system import guard

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
_live: dict[int, subprocess.Popen[bytes]] = {}
_live_lock = threading.Lock()
_stopping = threading.Event()


@dataclass(frozen=True, slots=True)
class Completed:
    """A child that ended; a negative `returncode` is the signal that ended it, as in subprocess."""

    argv: tuple[str, ...]
    returncode: int
    stdout: bytes
    stderr: bytes
    usage: Usage

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
) -> Completed:
    """Run a program to its end.

    Args:
        argv: the program and its arguments; a bare name is looked up in `env`'s PATH.
        cwd: its directory; ours if None.
        env: its whole environment; ours if None.
        stdin: what it reads; nothing if None.
        timeout: seconds until its process group is killed.
        on_start: called with the process id once it runs.

    Raises:
        MissingError: CW0501, the program is not there or may not be executed.
        BuildError: CW0502, the time limit passed; CW0511, it printed more than `MAX_OUTPUT`.
        UsageError: CW0510, a word that no program can be given; CW0512, `cwd` is no directory.
        StoppedError: `kill_all` was called before or meanwhile.
    """
    words = tuple(str(word) for word in argv)
    started = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        outputs = (out.fileno(), err.fileno())
        child = _start(words, cwd, env, stdin is not None, outputs)
        try:
            with _Overseer(child, words[0], timeout, outputs) as overseer:
                if on_start:
                    on_start(child.pid)
                if child.stdin:
                    _feed(child.stdin, stdin or b"")
                usage = _wait(child, started)
        except BaseException:
            _end(child)
            raise
        finally:
            _forget(child)
        if _stopping.is_set():
            raise StoppedError
        if overseer.error:
            raise overseer.error
        return Completed(words, child.returncode, _read(outputs[0]), _read(outputs[1]), usage)


def stop(pid: int) -> None:
    """End one running child with its group; its `run` returns, with the signal as status."""
    with _live_lock:
        child = _live.get(pid)
    if child:
        _signal(child, _KILL)


def kill_all() -> None:
    """End every running child with its process group, and let no new one start.

    Safe to call from any thread, more than once.
    """
    _stopping.set()
    with _live_lock:
        children = list(_live.values())
    for child in children:
        _signal(child, signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    try:
        # The thread in `run` reaps its child; to poll here too would steal the status from it.
        while time.monotonic() < deadline and any(child.pid in _live for child in children):
            time.sleep(0.02)
    finally:  # at once if the user interrupts a second time
        for child in children:
            if child.pid in _live:
                _signal(child, _KILL)


def resume() -> None:
    """Let children start again after `kill_all`: for those who use crosswind as a library."""
    _stopping.clear()


def _start(
    words: tuple[str, ...],
    cwd: Path | None,
    env: Mapping[str, str] | None,
    piped: bool,
    outputs: tuple[int, int],
) -> subprocess.Popen[bytes]:
    program = shutil.which(words[0], path=(env or os.environ).get("PATH"))
    if program is None:
        raise MissingError("CW0501", f"{words[0]}: no such program", hint="is it on PATH?")
    if cwd is not None and not cwd.is_dir():
        raise UsageError("CW0512", "no such directory", subject=str(cwd))
    watch = guard.instance()
    with _live_lock:
        if _stopping.is_set():
            raise StoppedError
        try:
            child = subprocess.Popen(
                words,
                executable=Path(program).absolute(),
                cwd=cwd,
                env=dict(env) if env is not None else None,
                stdin=subprocess.PIPE if piped else subprocess.DEVNULL,
                stdout=outputs[0],
                stderr=outputs[1],
                process_group=0 if _POSIX else None,
                creationflags=_NEW_GROUP,
            )
        except OSError as error:
            raise MissingError("CW0501", f"{words[0]}: {error.strerror}") from error
        except ValueError as error:
            raise UsageError(
                "CW0510", f"a word for {words[0]} cannot be passed on: {error}"
            ) from error
        _live[child.pid] = child
        watch.add(child)
    return child


class _Overseer:
    """Ends a child that takes too long or says too much; a context manager around its run."""

    def __init__(
        self,
        child: subprocess.Popen[bytes],
        name: str,
        timeout: float | None,
        outputs: tuple[int, int],
    ) -> None:
        self.error: BuildError | None = None
        self._child, self._name, self._timeout, self._outputs = child, name, timeout, outputs
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._oversee, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._ended.set()
        self._thread.join()

    def _oversee(self) -> None:
        deadline = time.monotonic() + (self._timeout or float("inf"))
        while not self._ended.wait(max(0.0, min(_LOOK, deadline - time.monotonic()))):
            self.error = self._judge(deadline)
            if self.error:
                _signal(self._child, _KILL)
                return

    def _judge(self, deadline: float) -> BuildError | None:
        if time.monotonic() >= deadline:
            return BuildError("CW0502", f"{self._name} did not end within {self._timeout:g} s")
        if any(os.fstat(output).st_size > MAX_OUTPUT for output in self._outputs):
            return BuildError("CW0511", f"{self._name} printed more than {MAX_OUTPUT >> 20} MiB")
        return None


def _feed(stream: IO[bytes], data: bytes) -> None:
    """Give a child its standard input; one that does not want it all is no error."""
    with contextlib.suppress(BrokenPipeError), stream:
        stream.write(data)


def _wait(child: subprocess.Popen[bytes], started: float) -> Usage:
    """Wait, and account for the child; `wait4` alone tells what one child cost."""
    if not _POSIX:
        child.wait()
        return Usage(time.monotonic() - started)
    _, status, spent = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    # Whatever it started and left running is in its group still, and keeps the group's id taken.
    _signal(child, _KILL)
    # getrusage(2): ru_maxrss is in kilobytes on Linux, in bytes on macOS. On Linux it begins with
    # what our own process had when it forked (fs/exec.c, exec_mmap).
    unit = 1 if sys.platform == "darwin" else 1024
    return Usage(
        time.monotonic() - started, spent.ru_utime + spent.ru_stime, spent.ru_maxrss * unit
    )


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill a child's group, with grace, and reap the child."""
    _signal(child, signal.SIGTERM)
    try:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(GRACE)
    finally:  # at once if the user interrupts a second time
        _signal(child, _KILL)
        child.wait()


def _signal(child: subprocess.Popen[bytes], number: int) -> None:
    """Signal the group: its leader may be gone while its children still run."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if _POSIX:
            os.killpg(child.pid, number)
        else:
            child.kill()


def _forget(child: subprocess.Popen[bytes]) -> None:
    with _live_lock:
        _live.pop(child.pid, None)
    guard.instance().remove(child)


def _read(descriptor: int) -> bytes:
    with os.fdopen(os.dup(descriptor), "rb") as stream:
        stream.seek(0)
        return stream.read(MAX_OUTPUT)
