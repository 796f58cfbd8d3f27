"""The address space of an emulated process: reservations, committed pages, protections, a limit.

What VirtualAlloc and its like do is here; the processor is told by a `Mapper`. Committed pages lie in
the host's memory, which gives each page at its first use, so neither reserving nor committing costs
anything. Addresses and sizes are in bytes; ends are exclusive.
"""

from __future__ import annotations

import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from crosswind.run.emulator import status
from crosswind.run.emulator.backing import SEGMENT
from crosswind.run.emulator.regions import (
    EXECUTE,
    GRANULARITY,
    HIGHEST,
    LOWEST,
    PAGE,
    READ,
    WRITE,
    AccessViolation,
    Allocation,
    Kind,
    Mapper,
    Protection,
    Region,
    Run,
    valid_protection,
)
from crosswind.run.emulator.status import WinError

# What calls need of both files.
__all__ = [
    "EXECUTE",
    "GRANULARITY",
    "HIGHEST",
    "LOWEST",
    "PAGE",
    "READ",
    "WRITE",
    "AccessViolation",
    "Allocation",
    "Kind",
    "Mapper",
    "Memory",
    "Protection",
    "Region",
    "Run",
    "valid_protection",
]

# Where reservations without a wish of their own go, upwards; Go wishes its heap at 0xC0_0000_0000.
_FIRST = 0x200_0000_0000
# More reservations than any real program has; a hostile one must not fill our memory with them.
MAX_ALLOCATIONS = 1 << 16
# Texts that are longer than this have lost their NUL.
_MAX_TEXT = 1 << 20

_U16, _U32, _U64 = struct.Struct("<H"), struct.Struct("<I"), struct.Struct("<Q")


class Memory:
    """All reservations of a process. Its errors are `WinError`s and `AccessViolation`s."""

    def __init__(self, mapper: Mapper, limit: int) -> None:
        """Start empty.

        Args:
            mapper: the processor.
            limit: how much may be committed.
        """
        self._mapper = mapper
        self.limit = limit
        self.committed = 0
        self._bases: list[int] = []
        self._allocations: list[Allocation] = []
        self._starts: list[int] = []
        self._runs: list[Run] = []
        self._next = _FIRST

    # Reading and writing on behalf of the program.

    def read(self, address: int, size: int) -> bytes:
        """Read bytes that the program could read."""
        index = bisect_right(self._starts, address) - 1
        if index >= 0:
            run = self._runs[index]
            offset = address - run.start
            if address + size <= run.end and run.rights & READ:
                return bytes(run.view[offset : offset + size])
        return b"".join(self._pieces(address, size))

    def _pieces(self, address: int, size: int) -> Iterator[memoryview]:
        end = address + size
        while address < end:
            run = self._run_at(address, READ)
            stop = min(end, run.end)
            yield run.view[address - run.start : stop - run.start]
            address = stop

    def write(self, address: int, data: bytes | bytearray | memoryview) -> None:
        """Write bytes where the program could write them; where it could not, none are written."""
        index = bisect_right(self._starts, address) - 1
        if index >= 0:
            run = self._runs[index]
            offset = address - run.start
            if address + len(data) <= run.end and run.rights & WRITE:
                run.view[offset : offset + len(data)] = data
                if run.rights & EXECUTE:
                    self._mapper.forget(address, len(data))
                return
        self._write_pieces(address, memoryview(data), WRITE)

    def _write_pieces(self, address: int, data: memoryview, needed: int) -> None:
        end = address + len(data)
        pieces = []
        position = address
        while position < end:
            run = self._run_at(position, needed)
            stop = min(end, run.end)
            pieces.append((run, position, stop))
            position = stop
        for run, start, stop in pieces:
            run.view[start - run.start : stop - run.start] = data[start - address : stop - address]
            if run.rights & EXECUTE:
                self._mapper.forget(start, stop - start)

    def poke(self, address: int, data: bytes | bytearray | memoryview) -> None:
        """Write as the system does, whatever the protection."""
        self._write_pieces(address, memoryview(data), 0)

    def readable(self, address: int, size: int) -> bytes:
        """Read as many of these bytes as the program could read, perhaps none."""
        found = bytearray()
        try:
            for piece in self._pieces(address, size):
                found += piece
        except AccessViolation:
            pass
        return bytes(found)

    def _run_at(self, address: int, needed: int) -> Run:
        index = bisect_right(self._starts, address) - 1
        if index >= 0:
            run = self._runs[index]
            if address < run.end and run.rights & needed == needed:
                return run
        raise AccessViolation(address, write=needed == WRITE)

    def read_u8(self, address: int) -> int:
        """Read a byte."""
        return self.read(address, 1)[0]

    def read_u16(self, address: int) -> int:
        """Read 16 bits."""
        return int.from_bytes(self.read(address, 2), "little")

    def read_u32(self, address: int) -> int:
        """Read 32 bits."""
        return int.from_bytes(self.read(address, 4), "little")

    def read_u64(self, address: int) -> int:
        """Read 64 bits."""
        return int.from_bytes(self.read(address, 8), "little")

    def read_i64(self, address: int) -> int:
        """Read 64 bits with a sign."""
        return int.from_bytes(self.read(address, 8), "little", signed=True)

    def write_u8(self, address: int, value: int) -> None:
        """Write a byte."""
        self.write(address, bytes((value & 0xFF,)))

    def write_u32(self, address: int, value: int) -> None:
        """Write 32 bits."""
        self.write(address, _U32.pack(value & 0xFFFF_FFFF))

    def write_u64(self, address: int, value: int) -> None:
        """Write 64 bits."""
        self.write(address, _U64.pack(value & 0xFFFF_FFFF_FFFF_FFFF))

    def read_wide(self, address: int, units: int | None = None) -> str:
        """Read UTF-16 up to its NUL, or so many code units; lone surrogates stay what they are."""
        if units is not None:
            return self.read(address, 2 * units).decode("utf-16-le", "surrogatepass")
        raw = self._until_nul(address, 2)
        return raw.decode("utf-16-le", "surrogatepass")

    def read_ansi(self, address: int) -> str:
        """Read a text up to its NUL; in this process the code page is UTF-8."""
        return self._until_nul(address, 1).decode("utf-8", "surrogateescape")

    def read_narrow(self, address: int) -> bytes:
        """Read bytes up to their NUL, without it."""
        return self._until_nul(address, 1)

    def _until_nul(self, address: int, width: int) -> bytes:
        """Read code units up to a NUL, page by page."""
        found = bytearray()
        while len(found) < _MAX_TEXT:
            position = address + len(found)
            run = self._run_at(position, READ)
            stop = min(run.end, (position | (PAGE - 1)) + 1)
            piece = bytes(run.view[position - run.start : stop - run.start])
            found += piece
            end = _nul(found, width, len(found) - len(piece))
            if end >= 0:
                return bytes(found[:end])
        raise AccessViolation(address, write=False)

    # Reservations.

    def reserve(
        self, address: int, size: int, protection: int, kind: Kind = Kind.PRIVATE
    ) -> Allocation:
        """Reserve pages.

        Args:
            address: where, rounded down to the granularity; 0 for anywhere.
            size: rounded up to pages.
            protection: what to commit it with later.
            kind: what VirtualQuery calls it.

        Raises:
            WinError: ERROR_INVALID_ADDRESS, ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY.
        """
        start = address & ~(GRANULARITY - 1)
        end = _up(address + size)
        length = end - start
        if size <= 0:
            raise WinError(status.ERROR_INVALID_PARAMETER)
        if len(self._bases) >= MAX_ALLOCATIONS:
            raise WinError(status.ERROR_NOT_ENOUGH_MEMORY)
        if not address:
            start = self._gap(length)
        elif start < LOWEST or start + length > HIGHEST or not self._is_free(start, length):
            raise WinError(status.ERROR_INVALID_ADDRESS)
        made = Allocation(start, length, protection, kind)
        index = bisect_left(self._bases, start)
        self._bases.insert(index, start)
        self._allocations.insert(index, made)
        return made

    def _is_free(self, start: int, size: int) -> bool:
        index = bisect_right(self._bases, start) - 1
        if index >= 0 and self._allocations[index].end > start:
            return False
        return index + 1 == len(self._bases) or self._bases[index + 1] >= start + size

    def _gap(self, size: int) -> int:
        """Find free addresses: behind the last ones given, or the first that are large enough."""
        for start in (self._next, LOWEST):
            for end in self._free_from(start):
                position, stop = end
                if stop - position >= size:
                    self._next = position + size + GRANULARITY & ~(GRANULARITY - 1)
                    return position
        raise WinError(status.ERROR_NOT_ENOUGH_MEMORY)

    def _free_from(self, start: int) -> Iterator[tuple[int, int]]:
        """Yield the free ranges from an address on."""
        index = max(bisect_right(self._bases, start) - 1, 0)
        position = start
        for allocation in self._allocations[index:]:
            if allocation.base > position:
                yield position, allocation.base
            position = max(position, allocation.end + GRANULARITY - 1 & ~(GRANULARITY - 1))
        if position < HIGHEST:
            yield position, HIGHEST

    def allocation_at(self, address: int) -> Allocation | None:
        """Return the reservation that holds an address."""
        index = bisect_right(self._bases, address) - 1
        if index >= 0 and address < self._allocations[index].end:
            return self._allocations[index]
        return None

    def release(self, address: int) -> None:
        """Give a whole reservation back.

        Raises:
            WinError: ERROR_INVALID_ADDRESS, none begins there.
        """
        index = bisect_left(self._bases, address)
        if index == len(self._bases) or self._bases[index] != address:
            raise WinError(status.ERROR_INVALID_ADDRESS)
        allocation = self._allocations[index]
        self._unmap(allocation.base, allocation.end)
        allocation.backing.free()
        del self._bases[index], self._allocations[index]

    # Pages.

    def commit(self, address: int, size: int, protection: int) -> None:
        """Commit pages of one reservation; those that are committed keep what they hold.

        Raises:
            WinError: ERROR_INVALID_ADDRESS, they are not reserved; ERROR_COMMITMENT_LIMIT.
        """
        start, end = address & ~(PAGE - 1), _up(address + size)
        allocation = self.allocation_at(start)
        if allocation is None or end > allocation.end:
            raise WinError(status.ERROR_INVALID_ADDRESS)
        gaps = list(self._gaps(start, end))
        wanted = sum(stop - begin for begin, stop in gaps)
        if self.committed + wanted > self.limit:
            raise WinError(status.ERROR_COMMITMENT_LIMIT)
        if wanted < end - start:
            self._set_protection(start, end, protection)
        for begin, stop in gaps:
            self._map(allocation, begin, stop, protection)

    def _gaps(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield what is not committed between two addresses."""
        position = start
        for run in self._runs_between(start, end):
            if run.start > position:
                yield position, run.start
            position = run.end
        if position < end:
            yield position, end

    def _map(self, allocation: Allocation, start: int, end: int, protection: int) -> None:
        """Commit pages that are not, segment by segment."""
        while start < end:
            boundary = allocation.base + ((start - allocation.base) // SEGMENT + 1) * SEGMENT
            stop = min(end, boundary)
            run = Run(allocation, start, stop, protection)
            self._mapper.map(start, stop - start, run.rights, run.host)
            self._insert(run)
            self.committed += stop - start
            start = stop

    def _insert(self, run: Run) -> None:
        """Enter a run, joined with neighbours like it."""
        index = bisect_left(self._starts, run.start)
        first, last = index, index
        if index and self._joins(self._runs[index - 1], run):
            first -= 1
        if index < len(self._runs) and self._joins(run, self._runs[index]):
            last += 1
        if last > first:
            start, end = (
                min(run.start, self._runs[first].start),
                max(run.end, self._runs[last - 1].end),
            )
            run = Run(run.allocation, start, end, run.protection)
        self._starts[first:last] = [run.start]
        self._runs[first:last] = [run]

    @staticmethod
    def _joins(left: Run, right: Run) -> bool:
        base = left.allocation.base
        return (
            left.allocation is right.allocation
            and left.end == right.start
            and left.protection == right.protection
            and (left.start - base) // SEGMENT == (right.end - 1 - base) // SEGMENT
        )

    def _runs_between(self, start: int, end: int) -> list[Run]:
        """Cut runs at both ends, and return those between."""
        self._cut(start)
        self._cut(end)
        return self._runs[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def _cut(self, address: int) -> None:
        index = bisect_right(self._starts, address) - 1
        if index < 0:
            return
        run = self._runs[index]
        if run.start < address < run.end:
            parts = [
                Run(run.allocation, run.start, address, run.protection),
                Run(run.allocation, address, run.end, run.protection),
            ]
            self._starts[index : index + 1] = [run.start, address]
            self._runs[index : index + 1] = parts

    def _unmap(self, start: int, end: int) -> None:
        for run in self._runs_between(start, end):
            self._mapper.unmap(run.start, run.end - run.start)
            run.allocation.backing.clear(run.start - run.allocation.base, run.end - run.start)
            self.committed -= run.end - run.start
            run.view.release()
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        del self._starts[first:last], self._runs[first:last]

    def decommit(self, address: int, size: int) -> None:
        """Give pages back and keep the reservation; a size of 0 at its base means all of it.

        Raises:
            WinError: ERROR_INVALID_ADDRESS, ERROR_INVALID_PARAMETER.
        """
        start = address & ~(PAGE - 1)
        allocation = self.allocation_at(start)
        if allocation is None:
            raise WinError(status.ERROR_INVALID_ADDRESS)
        if not size and start != allocation.base:
            raise WinError(status.ERROR_INVALID_PARAMETER)
        end = _up(address + size) if size else allocation.end
        if end > allocation.end:
            raise WinError(status.ERROR_INVALID_PARAMETER)
        self._unmap(start, end)

    def protect(self, address: int, size: int, protection: int) -> int:
        """Change the protection of committed pages; returns that of the first one before.

        Raises:
            WinError: ERROR_INVALID_ADDRESS, some are not committed.
        """
        start, end = address & ~(PAGE - 1), _up(address + size)
        allocation = self.allocation_at(start)
        if allocation is None or end > allocation.end or any(self._gaps(start, end)):
            raise WinError(status.ERROR_INVALID_ADDRESS)
        before = self._runs_between(start, end)[0].protection
        self._set_protection(start, end, protection)
        return before

    def _set_protection(self, start: int, end: int, protection: int) -> None:
        for run in self._runs_between(start, end):
            if run.protection == protection:
                continue
            rights = run.rights
            run.protect(protection)
            if run.rights != rights:
                self._mapper.protect(run.start, run.end - run.start, run.rights)

    def query(self, address: int) -> Region:
        """Return the pages alike from an address on, as VirtualQuery does."""
        start = address & ~(PAGE - 1)
        allocation = self.allocation_at(start)
        if allocation is None:
            index = bisect_right(self._bases, start)
            end = self._bases[index] if index < len(self._bases) else HIGHEST
            return Region(start, end, None, 0)
        index = bisect_right(self._starts, start) - 1
        if index < 0 or start >= self._runs[index].end:
            following = self._starts[index + 1] if index + 1 < len(self._starts) else allocation.end
            return Region(start, min(following, allocation.end), allocation, 0)
        protection, end = self._runs[index].protection, self._runs[index].end
        for run in self._runs[index + 1 :]:
            if run.start != end or run.protection != protection or end >= allocation.end:
                break
            end = run.end
        return Region(start, end, allocation, protection)

    def new(self, size: int, protection: int = Protection.READWRITE) -> int:
        """Reserve and commit pages anywhere; returns the address.

        Raises:
            WinError: ERROR_NOT_ENOUGH_MEMORY, ERROR_COMMITMENT_LIMIT.
        """
        made = self.reserve(0, size, protection)
        self.commit(made.base, size, protection)
        return made.base


def _up(address: int) -> int:
    return address + PAGE - 1 & ~(PAGE - 1)


def _nul(data: bytearray, width: int, start: int) -> int:
    """Find a NUL of so many bytes at a multiple of its width; -1 if there is none."""
    at = data.find(bytes(width), start)
    while at >= 0 and at % width:
        at = data.find(bytes(width), at + 1)
    return at
