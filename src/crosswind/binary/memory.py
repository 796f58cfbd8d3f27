"""Virtual addresses of an image, mapped back to the file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from crosswind.binary.view import View


class Memory:
    """What a loader would map, as far as the file holds it; found by binary search.

    Where ranges overlap (no linker makes that), the one that starts last wins.
    """

    __slots__ = ("_ranges", "_starts", "_view")

    def __init__(self, view: View, ranges: Iterable[tuple[int, int, int]]) -> None:
        """Map `(address, size in the file, file offset)` ranges of a file."""
        self._view = view
        self._ranges = sorted(part for part in ranges if part[1] > 0)
        self._starts = [start for start, _, _ in self._ranges]

    def at(self, address: int, size: int) -> View:
        """Return up to `size` bytes at an address: shorter where the file holds less, never an error."""
        index = bisect_right(self._starts, address) - 1
        if index < 0:
            return self._view.clip(0, 0)
        start, length, offset = self._ranges[index]
        inside = address - start
        return self._view.clip(offset + inside, max(min(size, length - inside), 0))

    def rest(self, address: int) -> View:
        """Return everything from an address to the end of its range."""
        return self.at(address, 1 << 64)

    def cstring(self, address: int, limit: int) -> bytes:
        """Return the NUL-terminated bytes at an address, cut after `limit`."""
        return self.at(address, limit).cstring(0, limit)
