"""End what left its process group: daemons, and children of sessions of their own. Linux only."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from crosswind.system import guard

# prctl(2), PR_SET_CHILD_SUBREAPER: orphans among our descendants become our children.
_SUBREAPER = 36
# Seconds for all of them to die, each a parent of the next at worst.
_PATIENCE = 2.0


@contextlib.contextmanager
def ended() -> Iterator[None]:
    """Adopt what the children of this process leave behind, and end it when the block ends.

    Only for a process that has no children but those it started by `process.py`, and none that
    still run when the block ends: everything else would be ended, too.
    """
    adopts = sys.platform == "linux" and _adopt()
    try:
        yield
    finally:
        if adopts:
            _end()


def _adopt() -> bool:
    import ctypes

    # An int and four unsigned longs, of which the last three must be 0 (prctl(2)).
    prctl = ctypes.CDLL(None).prctl
    prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
    return bool(prctl(_SUBREAPER, 1, 0, 0, 0) == 0)


def _end() -> None:
    """Kill our children until there are none; the children of each become ours as it dies."""
    deadline = time.monotonic() + _PATIENCE
    while (children := _children()) and time.monotonic() < deadline:
        for child in children:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(child, signal.SIGKILL)
        for child in children:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(child, 0)


def _children() -> set[int]:
    """Return our children but the guard (proc(5), /proc/pid/task/tid/children)."""
    found: set[int] = set()
    for task in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found.update(map(int, task.read_text().split()))
    return found - guard.processes()
