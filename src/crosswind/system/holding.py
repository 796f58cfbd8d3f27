"""Hold an open file against removal by other processes; the system lets go when its holder dies."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

# Windows has no such locks, but there nobody removes a file that is open.
_POSIX = os.name == "posix"
if _POSIX:
    import fcntl


def open_file(path: Path) -> BinaryIO | None:
    """Open a regular file to read it; None if there is none: a link, a pipe or a device is none.

    Raises:
        OSError: it cannot be read.
    """
    safe = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        stream = os.fdopen(os.open(path, os.O_RDONLY | safe), "rb")
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP, errno.EISDIR, errno.ENXIO):
            return None
        raise
    if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        return stream
    stream.close()
    return None


def hold(stream: BinaryIO) -> bool:
    """Hold a file while it is open; false if it was removed before.

    Others may hold it, too. On a file system without locks it is not held.
    """
    if _POSIX:
        with contextlib.suppress(OSError):
            fcntl.flock(stream, fcntl.LOCK_SH)
    return os.fstat(stream.fileno()).st_nlink > 0


def is_held(stream: BinaryIO) -> bool:
    """Whether another holds a file; if not, nobody will while it is open here."""
    if _POSIX:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:  # a file system without locks: nobody can hold it
            return False
    return False
