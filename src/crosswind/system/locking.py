"""A lock between processes that the operating system frees when its holder dies, however it dies.

POSIX' own is taken directly: filelock, which does as much there, takes a build where nothing changed a
twentieth of its time to import. It knows Windows, and what to do on file systems without locks.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

_POSIX = os.name == "posix"
if _POSIX:
    import fcntl

# Seconds between two looks at a lock that another holds; waiting in the system could not be interrupted
# at every moment (see `process._Child`).
_LOOK = 0.05


@contextlib.contextmanager
def held(path: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the lock on a file, which is made if need be, and stays behind, empty.

    Args:
        path: the file.
        on_wait: called once if another process holds the lock, before waiting for it.

    Raises:
        OSError: the file cannot be made.
    """
    try:
        handle = _wait(path, on_wait) if _POSIX else None
    except OSError as error:
        if error.errno != errno.ENOSYS:  # a file system without locks
            raise
        handle = None
    if handle is None:
        with _by_library(path, on_wait):
            yield
        return
    try:
        yield
    finally:
        os.close(handle)


def _wait(path: Path, on_wait: Callable[[], None]) -> int:
    """Wait until we have the lock; return the handle that holds it."""
    handle = _taken(path)
    if handle is None:
        on_wait()
    while handle is None:
        time.sleep(_LOOK)
        handle = _taken(path)
    return handle


def _taken(path: Path) -> int | None:
    """Try to lock a file; return the handle that holds it, None if it is another's."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Removed meanwhile, with its folder: whoever comes next would lock another file.
        if os.path.samestat(os.fstat(handle), path.stat()):
            return handle
    except (BlockingIOError, FileNotFoundError):
        pass
    except BaseException:
        os.close(handle)
        raise
    os.close(handle)
    return None


@contextlib.contextmanager
def _by_library(path: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    from filelock import FileLock, Timeout

    guard = FileLock(path)
    try:
        guard.acquire(timeout=0)
    except Timeout:
        on_wait()
        guard.acquire()
    try:
        yield
    finally:
        guard.release()
