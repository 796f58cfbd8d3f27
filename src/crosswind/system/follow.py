"""Read what a child prints while it runs, line by line."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from crosswind.system.process import MAX_OUTPUT

_CHUNK = 1 << 16
# Seconds.
_LINGER = 1.0


@dataclass(slots=True)
class Followed:
    """An output that is read by us.

    Attributes:
        descriptor: what to give the child.
        data: what came so far, at most `MAX_OUTPUT` bytes; whole when the block has ended.
    """

    descriptor: int
    data: bytearray = field(default_factory=bytearray)


@contextlib.contextmanager
def lines(on_line: Callable[[str], None]) -> Iterator[Followed]:
    """Yield an output for a child; `on_line` gets each line when it is whole, from another thread."""
    source, sink = os.pipe()
    followed = Followed(sink)
    reader = threading.Thread(target=_read, args=(source, followed.data, on_line), daemon=True)
    reader.start()
    try:
        yield followed
    finally:
        # The child has ended, and its group with it. A daemon that a compiler cache started may still
        # hold the other end: it is not waited for.
        os.close(sink)
        reader.join(_LINGER)


def _read(source: int, data: bytearray, on_line: Callable[[str], None]) -> None:
    unfinished = b""
    with open(source, "rb", buffering=0) as stream:
        while chunk := stream.read(_CHUNK):
            data += chunk[: MAX_OUTPUT - len(data)]
            *whole, unfinished = (unfinished + chunk).split(b"\n")
            unfinished = unfinished[-_CHUNK:]
            for line in whole:
                on_line(line.decode(errors="replace"))
