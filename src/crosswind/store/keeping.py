"""The store as the pipeline sees it: it never fails a build, and never hands out what it did not keep."""

from __future__ import annotations

import contextlib
import errno
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from crosswind.finding import Finding, Severity
from crosswind.store.backend import Backend, Kind
from crosswind.store.entry import (
    MAX_BYTES,
    MAX_PARTS,
    DamagedError,
    Entry,
    Part,
    decode,
    encode,
    is_inside,
)

Tell = Callable[[Finding], None]


class File(NamedTuple):
    """A file to keep.

    Attributes:
        name: its path within the entry, with `/`.
        kind: what it is, in the words of whoever keeps it.
        path: where it lies.
        sha256: what its content must be; it is not kept if somebody changed it meanwhile.
    """

    name: str
    kind: str
    path: Path
    sha256: str


class Store:
    """Entries by key, in one backend; without a backend it keeps nothing.

    What cannot be read is not there, what cannot be kept is not kept: of the first failure `tell` hears
    (CW5040), and of everything that was damaged (CW5041). Safe to use from several threads.
    """

    def __init__(
        self, opener: Callable[[], Backend] | None, tell: Tell, where: str = "store"
    ) -> None:
        """Keep things in a backend, opened at its first use, and tell of what is wrong `where` it is."""
        self._opener = opener
        self._opened: Backend | None = None
        self._opening = threading.Lock()
        self._tell = tell
        self._where = where
        self._is_full = False
        self._told = False
        self._one_put = threading.Lock()

    @property
    def _backend(self) -> Backend | None:
        with self._opening:
            if self._opener and self._opened is None:
                self._opened = self._opener()
            return self._opened

    @property
    def keeps(self) -> bool:
        """Whether there is any use in putting things."""
        return self._backend is not None and not self._is_full

    def get(self, key: str) -> Entry | None:
        """Return what stands under a key; it counts as used."""
        with self._held(key) as entry:
            return entry

    def restore(self, entry: Entry, places: Mapping[str, Path]) -> bool:
        """Copy the files of an entry, digesting each on the way.

        Args:
            entry: what `get` returned.
            places: where each file goes, by its name; files that have no place are left out. A place must
                not be there yet.

        Returns:
            Whether all are there as they were put; if not, none of them is.
        """
        made: list[Path] = []
        with self._held(entry.key) as current:
            if current is not None and self._copy(current, entry, places, made):
                return True
        for path in made:
            path.unlink(missing_ok=True)
        return False

    def _copy(
        self, current: Entry, entry: Entry, places: Mapping[str, Path], made: list[Path]
    ) -> bool:
        """Copy files, and note each that was made; false at the first that cannot be copied."""
        from crosswind.system import cloning

        if current.parts != entry.parts or self._backend is None:
            return False
        for part in entry.parts:
            if part.name not in places:
                continue
            place = places[part.name]
            try:
                stream = self._backend.get(Kind.BLOB, part.sha256)
                if stream is None:
                    with contextlib.suppress(OSError):
                        self._backend.remove(Kind.ENTRY, entry.key)
                    return False
                with stream:
                    place.parent.mkdir(parents=True, exist_ok=True)
                    copied = cloning.copy(stream, place, most=part.size, mode=part.mode)
            except OSError as error:
                self._note(error, "gave nothing")  # the place may be to blame
                return False
            made.append(place)
            if copied != (part.sha256, part.size):
                self._discard(Kind.BLOB, part.sha256, f"a stored file ({part.name})")
                return False
        return True

    def put(self, key: str, kept: Sequence[File], meta: Mapping[str, Any]) -> bool:
        """Keep files and JSON under a key, in place of what stands there.

        Returns whether they are kept: not if a file changes meanwhile, or if the store cannot be written.
        """
        backend = self._backend
        if backend is None or self._is_full:
            return False
        if len(kept) > MAX_PARTS or not all(is_inside(file.name) for file in kept):
            return False
        try:
            with self._one_put:
                parts = tuple(self._put_file(backend, file) for file in kept)
                data = encode(Entry(key, parts, meta))
                if len(data) <= MAX_BYTES:
                    backend.put(Kind.ENTRY, key, BytesIO(data))
        except OSError as error:
            if error.errno != errno.EILSEQ:
                self._is_full = True
                self._note(error, "takes nothing more")
            return False
        return len(data) <= MAX_BYTES

    def _put_file(self, backend: Backend, file: File) -> Part:
        with file.path.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode & 0o777
            size = backend.put(Kind.BLOB, file.sha256, stream)
        return Part(file.name, file.kind, mode, size, file.sha256)

    def close(self) -> None:
        """Let the backend tidy up, if it was used."""
        if self._opened is not None:
            with contextlib.suppress(OSError):
                self._opened.close()

    @contextlib.contextmanager
    def _held(self, key: str) -> Iterator[Entry | None]:
        """Yield what stands under a key; until the block ends it is not evicted."""
        with contextlib.ExitStack() as stack:
            entry = None
            try:
                stream = self._backend.get(Kind.ENTRY, key) if self._backend else None
                if stream is not None:
                    entry = self._read(stack.enter_context(stream), key)
            except OSError as error:
                self._opener, self._opened = None, None
                self._note(error, "cannot be used")
            yield entry

    def _read(self, stream: BinaryIO, key: str) -> Entry | None:
        try:
            return decode(stream.read(MAX_BYTES + 1), key)
        except DamagedError as error:
            self._discard(Kind.ENTRY, key, f"an entry ({error})")
            return None

    def _discard(self, kind: Kind, name: str, what: str) -> None:
        """Remove what is damaged, and tell."""
        if self._backend is not None:
            with contextlib.suppress(OSError):
                self._backend.remove(kind, name)
        message = f"{what} was damaged: removed, and made anew"
        self._tell(Finding("CW5041", Severity.WARNING, f"store {kind}/{name[:12]}", message))

    def _note(self, error: OSError, what: str) -> None:
        """Tell why it goes on without the store; the first time only."""
        if not self._told:
            self._told = True
            reason = error.strerror or str(error)
            subject = str(error.filename or self._where)
            message = f"the store {what} ({reason}): building without it"
            self._tell(Finding("CW5040", Severity.WARNING, subject, message, _HINT))


_HINT = (
    "see its folder's permissions and the free space; CROSSWIND_CACHE names another folder,"
    " CROSSWIND_STORE_LIMIT=0 is no store"
)


def opened(folder: Path, limit: int, tell: Tell) -> Store:
    """Return the store in a folder of this machine; with a limit of 0 one that keeps nothing."""

    def disk() -> Backend:
        from crosswind.store.disk import Disk

        return Disk(folder, limit)

    return Store(disk if limit else None, tell, str(folder))
