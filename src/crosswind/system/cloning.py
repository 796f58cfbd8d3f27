"""Copy files cheaply: blocks are shared where the file system can, and the copy is its own file.

A clone (reflink) shares blocks until either file is written to; a hard link would be the same file under
two names, so that editing one changes the other (docs/decisions/0023-store.md).
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import BinaryIO, NamedTuple

_CHUNK = 1 << 20
# linux/fs.h: FICLONE is _IOW(0x94, 9, int). A few architectures encode _IOW otherwise; there the call is
# refused and the file is copied.
_FICLONE = 0x40049409
# macOS, sys/fcntl.h and sys/clonefile.h: relative to the current folder; links are not followed.
_AT_FDCWD, _CLONE_NOFOLLOW = -2, 1


class Copied(NamedTuple):
    """What a copy holds: its digest in hex, and how many bytes it has."""

    sha256: str
    size: int


def copy(source: BinaryIO, destination: Path, *, most: int, mode: int = 0o644) -> Copied:
    """Copy what is left of a stream into a new file, and digest what was written.

    Args:
        source: a file, or any stream; only files that were not read from can be cloned.
        destination: must not be there; nothing is left of it after an error.
        most: bytes to copy at the most; `size` is one more where there were more.
        mode: the new file's permissions.

    Raises:
        OSError: reading or writing failed, or `destination` is there.
    """
    cloned = _is_whole(source, most) and _clone(source.fileno(), destination)
    handle = os.open(destination, os.O_RDONLY if cloned else _new(), 0o600)
    try:
        with os.fdopen(handle, "rb" if cloned else "wb", buffering=0) as target:
            copied = _digest(target, None, most) if cloned else _digest(source, target, most)
        destination.chmod(mode)
    except BaseException:
        destination.unlink(missing_ok=True)
        raise
    return copied


def _new() -> int:
    safe = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    return os.O_WRONLY | os.O_CREAT | os.O_EXCL | safe


def _is_whole(source: BinaryIO, most: int) -> bool:
    """Whether a stream is a file at its start, with something in it, and not too large."""
    try:
        return source.tell() == 0 and 0 < os.fstat(source.fileno()).st_size <= most
    except (OSError, ValueError):  # no file of the system's
        return False


def _share_on_linux(source: int, destination: Path) -> bool:
    import fcntl

    handle = os.open(destination, _new(), 0o600)
    try:
        fcntl.ioctl(handle, _FICLONE, source)
    except OSError:  # another file system, or one that cannot
        destination.unlink()
        return False
    finally:
        os.close(handle)
    return True


def _share_on_macos(source: int, destination: Path) -> bool:
    import ctypes

    clone = ctypes.CDLL(None, use_errno=True).fclonefileat
    return bool(clone(source, _AT_FDCWD, os.fsencode(destination), _CLONE_NOFOLLOW) == 0)


def _share_nowhere(_source: int, _destination: Path) -> bool:
    return False


# Make a new file that shares its blocks with an open one; false where that cannot be.
_clone = {"linux": _share_on_linux, "darwin": _share_on_macos}.get(sys.platform, _share_nowhere)


def _digest(source: BinaryIO, target: BinaryIO | None, most: int) -> Copied:
    """Digest a stream, and write what was read if there is a target."""
    digest, size = hashlib.sha256(), 0
    while size <= most and (chunk := source.read(min(_CHUNK, most + 1 - size))):
        digest.update(chunk)
        size += len(chunk)
        if target is not None:
            _write(target, chunk)
    return Copied(digest.hexdigest(), size)


def _write(target: BinaryIO, data: bytes) -> None:
    """Write all; one call of the system may take a part only."""
    view = memoryview(data)
    while view:
        view = view[target.write(view) :]
