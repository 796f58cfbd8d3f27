"""A store in a folder of this machine: `cas/ab/abcd…` holds blobs, `ac/ab/abcd…` entries.

What is put is written below `tmp` and renamed, so that a process killed anywhere leaves nothing but a
temporary file, which `close` of a later one sweeps. Readers hold the entry that they read from, and from
the first blob of an entry until the entry is there putting processes hold the file `putting`: eviction
keeps away from both (`eviction.py`).
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from crosswind.store.backend import Kind
from crosswind.store.entry import MAX_SIZE, VERSION
from crosswind.system import cloning, files, holding, temporary

# The file that putting processes hold.
_PUTTING = "putting"


class Disk:
    """A folder that holds at most `limit` bytes once it is closed."""

    def __init__(self, folder: Path, limit: int) -> None:
        """Keep things below a folder, which is made when something is put."""
        self._root = folder / f"v{VERSION}"
        self._limit = limit
        self._putting: BinaryIO | None = None
        self._grew = False

    def has(self, kind: Kind, name: str) -> bool:
        """Whether something is there; it counts as used."""
        try:
            os.utime(self._place(kind, name))
        except FileNotFoundError:
            return False
        except OSError:  # a store that can only be read
            return self._place(kind, name).is_file()
        return True

    def get(self, kind: Kind, name: str) -> BinaryIO | None:
        """Open what is there; entries are not evicted while they are open."""
        path = self._place(kind, name)
        stream = holding.open_file(path)
        if stream is not None and kind is Kind.ENTRY:
            if not holding.hold(stream):
                stream.close()
                return None
            with contextlib.suppress(OSError):  # a store that can only be read
                os.utime(path)
        return stream

    def put(self, kind: Kind, name: str, content: BinaryIO) -> int:
        """Keep content; an entry after the blobs that it names. Returns its size in bytes."""
        if kind is Kind.BLOB:
            self._keep_evictors_away()
        try:
            if kind is Kind.BLOB and (size := self._size(name)) == content.seek(0, os.SEEK_END):
                return size
            content.seek(0)
            return self._put(self._place(kind, name), kind, name, content)
        except BaseException:
            kind = Kind.ENTRY  # there will be none
            raise
        finally:
            if kind is Kind.ENTRY:
                self._let_evictors_in()

    def _put(self, path: Path, kind: Kind, name: str, content: BinaryIO) -> int:
        self._grew = True
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._scratch() as place:
            copied = cloning.copy(content, place, most=MAX_SIZE)
            if kind is Kind.BLOB and copied.sha256 != name:
                raise OSError(errno.EILSEQ, "changed while it was read", str(path))
            place.replace(path)
        return copied.size

    def _size(self, name: str) -> int:
        """Return the size of a blob, -1 if it is not there."""
        try:
            return self._place(Kind.BLOB, name).stat().st_size
        except FileNotFoundError:
            return -1

    @contextlib.contextmanager
    def _scratch(self) -> Iterator[Path]:
        """Yield the name of a new file; whatever is left of it goes with the block."""
        own = self._root / "tmp" / "put"
        own.parent.mkdir(parents=True, exist_ok=True)
        with temporary.folder(own) as folder:
            try:
                yield folder / "content"
            finally:
                files.remove_tree(folder)

    def remove(self, kind: Kind, name: str) -> None:
        """Remove what turned out to be damaged."""
        self._place(kind, name).unlink(missing_ok=True)

    def close(self) -> None:
        """Make room if something was put, and sweep up after processes that were killed."""
        self._let_evictors_in()
        if self._grew:
            from crosswind.store import eviction

            self._grew = False
            files.sweep(self._root / "tmp" / "put")
            eviction.evict(self._root, self._root / _PUTTING, self._limit)

    def _keep_evictors_away(self) -> None:
        if self._putting is None:
            self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
            stream = (self._root / _PUTTING).open("ab")
            holding.hold(stream)
            self._putting = stream

    def _let_evictors_in(self) -> None:
        if self._putting is not None:
            self._putting.close()
            self._putting = None

    def _place(self, kind: Kind, name: str) -> Path:
        return self._root / kind / name[:2] / name
