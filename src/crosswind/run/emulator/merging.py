"""Fewer and larger pieces of memory for unicorn, whose mapping of one takes longer the more there are.

Go's heap commits some 8 KiB at a time, one behind the other. unicorn looks at all pairs of pieces to map another
one (QEMU, exec.c, find_ram_offset): the thousandth takes some ms. So a piece that continues the last one is mapped
anew together with it, unless that one is larger: as in a binary counter, few pieces remain, and each page
is mapped a few times only.
"""

from __future__ import annotations

from bisect import bisect_left, insort

from crosswind.run.emulator.regions import READ, WRITE, Mapper


class Merging:
    """A `Mapper` before another one: it joins pieces of data."""

    def __init__(self, mapper: Mapper) -> None:
        """Know no pieces.

        Args:
            mapper: the processor.
        """
        self._mapper = mapper
        self.forget = mapper.forget
        self._starts: list[int] = []
        # By start: end and the host's address.
        self._pieces: dict[int, tuple[int, int]] = {}

    def map(self, address: int, size: int, rights: int, host: int) -> None:
        """Let pages of the host's memory appear at an address."""
        if rights == READ | WRITE:
            end = address + size
            address, host = self._joined(address, end, host)
            size = end - address
            self._keep(address, end, host)
        self._mapper.map(address, size, rights, host)

    def _joined(self, address: int, end: int, host: int) -> tuple[int, int]:
        """Take the pieces away that lie before; returns where the whole begins, and the host's."""
        while index := bisect_left(self._starts, address):
            start = self._starts[index - 1]
            stop, first = self._pieces[start]
            length = stop - start
            if stop != address or first + length != host or length > end - address:
                break
            self._mapper.unmap(start, length)
            self._drop(index - 1)
            address, host = start, first
        return address, host

    def unmap(self, address: int, size: int) -> None:
        """Let pages disappear."""
        self._cut(address, address + size)
        self._mapper.unmap(address, size)

    def protect(self, address: int, size: int, rights: int) -> None:
        """Change what may be done with pages; they are joined no more."""
        self._cut(address, address + size)
        self._mapper.protect(address, size, rights)

    def _cut(self, begin: int, end: int) -> None:
        """Forget what lies between two addresses, as unicorn cuts its pieces."""
        index = bisect_left(self._starts, begin)
        if index and self._pieces[self._starts[index - 1]][0] > begin:
            index -= 1
        while index < len(self._starts) and self._starts[index] < end:
            start = self._starts[index]
            stop, host = self._drop(index)
            if start < begin:
                self._keep(start, begin, host)
                index += 1
            if stop > end:
                self._keep(end, stop, host + end - start)
                break

    def _keep(self, start: int, end: int, host: int) -> None:
        insort(self._starts, start)
        self._pieces[start] = end, host

    def _drop(self, index: int) -> tuple[int, int]:
        return self._pieces.pop(self._starts.pop(index))
