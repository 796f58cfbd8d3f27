"""Temporary files beside those that they will replace, and what killed runs left of them.

Whoever works on one holds a lock on it, which the system frees when its holder dies, however it dies.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

# Windows has no such locks, but nobody there removes a file that is open.
_POSIX = os.name == "posix"
if _POSIX:
    import fcntl

_MARK, _END = "crosswind-", ".tmp"
# Seconds. Younger ones may not be locked yet.
_YOUNG = 10.0
# Seconds after which one belongs to nobody where a folder cannot be locked.
_OLD = 86400.0


def is_ours(name: str, path: Path) -> bool:
    """Whether a file's name is that of a temporary file beside `path`."""
    pattern = rf"\.{re.escape(path.name)}\.{_MARK}\w+{re.escape(_END)}"
    return re.fullmatch(pattern, name) is not None


@contextlib.contextmanager
def file(path: Path) -> Iterator[tuple[int, Path]]:
    """Yield a handle to write a new file beside `path`, which the caller closes, and its name.

    The file goes with the block unless it was renamed.
    """
    handle, name = tempfile.mkstemp(prefix=_prefix(path), suffix=_END, dir=path.parent)
    place = Path(name)
    try:
        with _locked(place):
            yield handle, place
    finally:
        place.unlink(missing_ok=True)


@contextlib.contextmanager
def folder(path: Path) -> Iterator[Path]:
    """Yield a new folder beside `path`; the caller removes it."""
    made = Path(tempfile.mkdtemp(prefix=_prefix(path), suffix=_END, dir=path.parent))
    with _locked(made):
        yield made


def abandoned(path: Path) -> Iterator[Path]:
    """Yield what runs that were killed left beside `path`."""
    with contextlib.suppress(OSError), os.scandir(path.parent) as entries:
        for entry in entries:
            if is_ours(entry.name, path) and not entry.is_symlink() and _is_abandoned(entry):
                yield Path(entry.path)


def _prefix(path: Path) -> str:
    return f".{path.name}.{_MARK}"


def _is_abandoned(entry: os.DirEntry[str]) -> bool:
    try:
        seen = entry.stat(follow_symlinks=False)
        age = time.time() - seen.st_mtime
        if not _POSIX:
            return age > _OLD
        if seen.st_uid != os.geteuid():  # another's, in a folder that all may write to
            return False
        # The age first: to try the lock of one that was made just now takes it from who made it.
        if age <= _YOUNG:
            return False
        with _locked(Path(entry.path)) as is_free:
            return is_free
    except OSError:
        return False


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """Lock a file or folder; yield whether nobody else holds it, as far as the system has locks."""
    if not _POSIX:
        yield True
        return
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # held, or on a file system without locks
            yield False
        else:
            yield True
    finally:
        os.close(handle)
