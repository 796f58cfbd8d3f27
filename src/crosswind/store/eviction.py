"""Make room in a store on disk: what was not used for longest goes first.

Entries are removed, then the blobs that no entry names any more. One process evicts at a time; others leave
it to that one. An entry that somebody reads from stays, and so does everything while somebody is about to
name a blob: the next process that puts something tries again.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from crosswind.frozen import frozen
from crosswind.store.backend import Kind
from crosswind.store.entry import MAX_BYTES, DamagedError, decode, is_digest
from crosswind.system import holding

# Evicting a little more than needed makes it rare: finding out what is used reads every entry.
_KEPT = 0.9


@frozen
class _File:
    path: Path
    size: int
    used: int


def evict(root: Path, putting: Path, limit: int) -> int:
    """Remove what was not used for longest, until at most `limit` bytes are left.

    Args:
        root: the store.
        putting: the file that everybody holds who is about to name a blob.
        limit: in bytes.

    Returns:
        How many bytes were removed: none while others put or evict.

    Raises:
        OSError: the store cannot be read or written.
    """
    if _size(_all(root)) <= limit:
        return 0
    with putting.open("ab") as gate:
        if holding.is_held(gate):
            return 0
        # Looked at again: what was put before the gate was closed is named by now.
        entries, blobs = _all(root)
        return _evict(entries, blobs, _size((entries, blobs)) - int(limit * _KEPT))


_Files = tuple[list["_File"], list["_File"]]


def _all(root: Path) -> _Files:
    return list(_files(root / Kind.ENTRY)), list(_files(root / Kind.BLOB))


def _size(found: _Files) -> int:
    return sum(file.size for part in found for file in part)


def _evict(entries: list[_File], blobs: list[_File], excess: int) -> int:
    """Remove at least so many bytes, as far as nobody reads what they belong to."""
    named = {entry.path: _blobs(entry.path) for entry in entries}
    uses = Counter(digest for digests in named.values() for digest in digests)
    sizes = {blob.path.name: blob for blob in blobs}
    freed = sum(_remove(blob) for digest, blob in sizes.items() if digest not in uses)
    for entry in sorted(entries, key=lambda entry: entry.used):
        if freed >= excess:
            break
        if removed := _remove_unless_read(entry):
            freed += removed
            uses.subtract(named[entry.path])
            gone = [digest for digest in named[entry.path] if not uses[digest]]
            freed += sum(_remove(sizes[digest]) for digest in gone if digest in sizes)
    return freed


def _files(folder: Path) -> Iterator[_File]:
    for path in _names(folder):
        for entry in _names(path):
            with contextlib.suppress(OSError):  # another process removed it
                if is_digest(entry.name):
                    seen = entry.stat(follow_symlinks=False)
                    yield _File(Path(entry.path), seen.st_size, seen.st_mtime_ns)


def _names(folder: Path | os.DirEntry[str]) -> Iterator[os.DirEntry[str]]:
    with contextlib.suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as found:
        yield from found


def _blobs(path: Path) -> frozenset[str]:
    """Return the blobs that an entry names; a damaged one names none and may go."""
    try:
        stream = holding.open_file(path)
        if stream is None:
            return frozenset()
        with stream:
            entry = decode(stream.read(MAX_BYTES + 1), path.name)
    except (OSError, DamagedError):
        return frozenset()
    return frozenset(part.sha256 for part in entry.parts)


def _remove_unless_read(entry: _File) -> int:
    try:
        stream = holding.open_file(entry.path)
        if stream is None:
            return _remove(entry)
        with stream:
            # Whoever opens it from now on finds, once it holds the file, that it has no name any more.
            return 0 if holding.is_held(stream) else _remove(entry)
    except OSError:
        return 0


def _remove(file: _File) -> int:
    try:
        file.path.unlink()
    except OSError:  # on Windows: somebody reads it
        return 0
    return file.size
