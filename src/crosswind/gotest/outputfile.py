"""A child's output, read while it grows.

Both streams of a test binary go to one file, as `go test` gives it one pipe for both. A file never
fills up like a pipe, and nothing that the child leaves behind can hold it open.
"""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Callable, Iterator
from io import RawIOBase
from pathlib import Path

# Seconds between two looks.
_LOOK = 0.05
_PIECE = 1 << 16

Take = Callable[[bytes], None]


@contextlib.contextmanager
def followed(take: Take, limit: int, on_limit: Callable[[], None]) -> Iterator[int]:
    """Yield a descriptor to write to; all that is written has been taken when the block ends.

    Args:
        take: takes what was written, in order, never from two threads at once.
        limit: bytes after which nothing more is taken.
        on_limit: called once the limit is passed.
    """
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        (Path(folder) / "output").open("xb") as written,
        (Path(folder) / "output").open("rb", buffering=0) as read,
    ):
        follower = _Follower(read, take, limit, on_limit)
        thread = threading.Thread(target=follower.follow, daemon=True)
        thread.start()
        try:
            yield written.fileno()
        finally:
            follower.over.set()
            thread.join()
        follower.catch_up()


class _Follower:
    def __init__(
        self, stream: RawIOBase, take: Take, limit: int, on_limit: Callable[[], None]
    ) -> None:
        self.over = threading.Event()
        self._stream = stream
        self._take = take
        self._left = limit
        self._on_limit = on_limit

    def follow(self) -> None:
        while not self.over.wait(_LOOK):
            self.catch_up()

    def catch_up(self) -> None:
        """Take what is new."""
        while self._left and (piece := self._stream.read(min(_PIECE, self._left))):
            self._left -= len(piece)
            self._take(piece)
            if not self._left:
                self._on_limit()
