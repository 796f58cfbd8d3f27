"""The host's memory behind an emulated reservation: segments that appear when they are first used."""

from __future__ import annotations

import ctypes
import mmap
import sys
from typing import NamedTuple

from crosswind.run.emulator import status
from crosswind.run.emulator.status import WinError

# Committed pages of one reservation share host mappings of this size, so that there are few of them.
SEGMENT = 64 << 20
_LINUX = sys.platform == "linux"
# MAP_NORESERVE (asm-generic/mman-common.h): do not count pages that are never used.
_NORESERVE = 0x4000


class Segment(NamedTuple):
    """Host memory: its bytes, and where they lie for the processor."""

    mapping: mmap.mmap
    view: memoryview
    address: int


class Backing:
    """The segments of a reservation, by number."""

    __slots__ = ("_segments",)

    def __init__(self) -> None:
        """Hold no memory."""
        self._segments: dict[int, Segment] = {}

    def segment(self, offset: int, size: int) -> Segment:
        """Return the segment that holds an offset in a reservation of `size` bytes.

        Raises:
            WinError: ERROR_NOT_ENOUGH_MEMORY, the host has no more.
        """
        number = offset // SEGMENT
        found = self._segments.get(number)
        if found is None:
            found = _map(min(SEGMENT, size - number * SEGMENT))
            self._segments[number] = found
        return found

    def clear(self, offset: int, size: int) -> None:
        """Forget what pages hold; they read as zeros when they are used again."""
        segment = self._segments[offset // SEGMENT]
        start = offset % SEGMENT
        if _LINUX:
            segment.mapping.madvise(mmap.MADV_DONTNEED, start, size)
        else:
            ctypes.memset(segment.address + start, 0, size)

    def free(self) -> None:
        """Give everything back; the host does so as soon as nothing looks at it any more."""
        self._segments.clear()


def _map(size: int) -> Segment:
    try:
        if sys.platform == "win32":
            mapping = mmap.mmap(-1, size)
        else:
            flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | (_NORESERVE if _LINUX else 0)
            mapping = mmap.mmap(-1, size, flags=flags)
    except (OSError, ValueError, OverflowError) as error:
        raise WinError(status.ERROR_NOT_ENOUGH_MEMORY) from error
    view = memoryview(mapping)
    address = ctypes.addressof(ctypes.c_char.from_buffer(mapping))
    return Segment(mapping, view, address)
