"""Hold an open file against removal by other processes; the system lets go when its holder dies."""

from __future__ import annotations

import contextlib
import os
from typing import BinaryIO

# Windows has no such locks, but there nobody removes a file that is open.
_POSIX = os.name == "posix"
if _POSIX:
    import fcntl


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
