"""See to it that children end when crosswind is killed with no chance to end them itself."""

from __future__ import annotations

import contextlib
import functools
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Protocol


class Guard(Protocol):
    """Knows the children that live."""

    def add(self, child: subprocess.Popen[bytes]) -> None:
        """Take a child, the leader of its own process group, under guard."""

    def remove(self, child: subprocess.Popen[bytes]) -> None:
        """Let go of a child that ended."""

    @property
    def processes(self) -> frozenset[int]:
        """Its own processes."""


class Reaper:
    """POSIX: our end of the pipe to `reaper.py`, which kills what is left when the pipe closes."""

    def __init__(self) -> None:
        """Start the reaper, in a session of its own so that no Ctrl-C reaches it."""
        script = Path(__file__).with_name("reaper.py")
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            bufsize=0,
        )

    def add(self, child: subprocess.Popen[bytes]) -> None:
        """Tell the reaper of a group."""
        self._tell(f"+{child.pid}\n")

    def remove(self, child: subprocess.Popen[bytes]) -> None:
        """Tell the reaper that a group ended."""
        self._tell(f"-{child.pid}\n")

    @property
    def processes(self) -> frozenset[int]:
        """The reaper."""
        return frozenset({self._process.pid})

    def _tell(self, line: str) -> None:
        with self._lock, contextlib.suppress(BrokenPipeError):
            if self._process.stdin is not None:
                self._process.stdin.write(line.encode())


_making = threading.Lock()


def instance() -> Guard:
    """Return this process's guard; made with the first child."""
    # Two threads could make two, and when the loser is thrown away its end kills a living child.
    with _making:
        return _made()


def processes() -> frozenset[int]:
    """Return the guard's own processes: none before the first child."""
    with _making:
        return _made().processes if _made.cache_info().currsize else frozenset()


@functools.cache
def _made() -> Guard:
    if os.name == "posix":
        return Reaper()
    from crosswind.system import windows_job

    return windows_job.Job()
