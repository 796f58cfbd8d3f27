"""The time of an emulated process, in Windows' ticks of 100 ns: virtual by default, or the host's.

Virtual time passes by work alone: by instructions, by calls, and by waits, which end at once where
nothing else is left to do. So a program that sleeps costs nothing, and two runs see the same times.
"""

from __future__ import annotations

import select
import time
from collections.abc import Sequence
from typing import Protocol

TICKS = 10_000_000
# Ticks between 1601, where FILETIME begins, and 1970.
UNIX_EPOCH = 116444736000000000
# How long the computer has run when the program starts, so that no time is near zero.
UPTIME = 600 * TICKS


class Clock(Protocol):
    """What tells the time."""

    def uptime(self) -> int:
        """Ticks since the computer started: interrupt time, performance counter, tick count."""
        ...

    def filetime(self) -> int:
        """Ticks since 1601, UTC: the time of day."""
        ...

    def work(self, ticks: float) -> None:
        """Let time pass that was spent working."""
        ...

    def sleep_until(self, uptime: int, descriptors: Sequence[int] = ()) -> None:
        """Let time pass until then, since there is nothing to do; or until one of these can be read."""
        ...


class VirtualClock:
    """Time that passes by work and waits only."""

    def __init__(self, start: int) -> None:
        """Begin at a FILETIME."""
        self._elapsed = 0.0
        self._start = start - UPTIME

    def uptime(self) -> int:
        """Ticks since the computer started."""
        return UPTIME + int(self._elapsed)

    def filetime(self) -> int:
        """Ticks since 1601."""
        return self._start + UPTIME + int(self._elapsed)

    def work(self, ticks: float) -> None:
        """Let time pass."""
        self._elapsed += ticks

    def sleep_until(self, uptime: int, descriptors: Sequence[int] = ()) -> None:
        """Jump there; never back."""
        del descriptors
        self._elapsed = max(self._elapsed, float(uptime - UPTIME))


class RealClock:
    """The host's time: sleeps take as long as they say."""

    def __init__(self) -> None:
        """Begin now."""
        self._zero = time.monotonic_ns() // 100
        self._filetime = time.time_ns() // 100 + UNIX_EPOCH

    def uptime(self) -> int:
        """Ticks since the computer started."""
        return UPTIME + time.monotonic_ns() // 100 - self._zero

    def filetime(self) -> int:
        """Ticks since 1601; never back, whatever is done to the host's clock."""
        return self._filetime + self.uptime() - UPTIME

    def work(self, ticks: float) -> None:
        """Do nothing: work takes time by itself."""

    def sleep_until(self, uptime: int, descriptors: Sequence[int] = ()) -> None:
        """Sleep."""
        seconds = max(0.0, (uptime - self.uptime()) / TICKS)
        if descriptors:
            select.select(descriptors, [], [], seconds)
        else:
            time.sleep(seconds)


def now() -> int:
    """Return the host's time of day as a FILETIME."""
    return time.time_ns() // 100 + UNIX_EPOCH
