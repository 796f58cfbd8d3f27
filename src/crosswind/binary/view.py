"""Bounded reads from an untrusted file.

Every reader of a format goes through a `View`, so no field of a file, however hostile, can make
us read outside it, allocate more than it holds, or loop without end.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from crosswind.frozen import frozen

# A name in a symbol or string table that is longer than this is cut; Go's generic instantiations
# reach a few kilobytes.
MAX_STRING = 1 << 16


class FormatError(Exception):
    """The bytes break their format's rules; `offset` is where in the file, in bytes."""

    def __init__(self, message: str, offset: int = 0) -> None:
        """Say what is wrong at which file offset."""
        super().__init__(f"{message} (file offset {offset:#x})")
        self.message = message
        self.offset = offset


@frozen
class View:
    """A window on a file's bytes; `base` is the file offset of its first byte."""

    data: memoryview
    base: int = 0

    @classmethod
    def of(cls, data: bytes | bytearray | memoryview) -> View:
        """View a whole file (bytes or a memory map)."""
        return cls(memoryview(data).cast("B"))

    def __len__(self) -> int:
        """Number of bytes in the window."""
        return len(self.data)

    def take(self, offset: int, size: int, what: str = "data") -> memoryview:
        """Return exactly `size` bytes at `offset`.

        Raises:
            FormatError: some of them lie outside the window.
        """
        if offset < 0 or size < 0 or offset + size > len(self.data):
            raise FormatError(f"{what}: {size} bytes do not fit the file", self.base + offset)
        return self.data[offset : offset + size]

    def sub(self, offset: int, size: int, what: str = "data") -> View:
        """Return a window of `size` bytes at `offset`; raises FormatError like `take`."""
        return View(self.take(offset, size, what), self.base + offset)

    def clip(self, offset: int, size: int) -> View:
        """Return what exists of the window asked for: shorter, or empty, but never an error."""
        start = min(max(offset, 0), len(self.data))
        end = min(max(offset + size, start), len(self.data))
        return View(self.data[start:end], self.base + start)

    def unpack(self, layout: struct.Struct, offset: int, what: str = "header") -> tuple[Any, ...]:
        """Unpack one record; raises FormatError if it does not fit."""
        return layout.unpack(self.take(offset, layout.size, what))

    def records(
        self, layout: struct.Struct, offset: int, count: int, what: str = "table"
    ) -> Iterator[tuple[Any, ...]]:
        """Unpack `count` consecutive records; raises FormatError before the first if they do not fit."""
        return layout.iter_unpack(self.take(offset, layout.size * count, what))

    def cstring(self, offset: int, limit: int = MAX_STRING) -> bytes:
        """Read up to the next NUL, at most `limit` bytes; empty if `offset` lies outside."""
        window = bytes(self.clip(offset, limit).data)
        return window.partition(b"\0")[0]
