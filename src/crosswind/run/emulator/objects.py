"""Kernel objects: what handles refer to, and what threads wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswind.run.emulator import status
from crosswind.run.emulator.status import WinError

if TYPE_CHECKING:
    from crosswind.run.emulator.clock import Clock
    from crosswind.run.emulator.threads import Thread


class KernelObject:
    """Something with a handle. It lives as long as handles or the emulator itself refer to it.

    A wait asks `signaled` of its objects in turn and, where it is over, lets each be taken by
    `consume`. Neither may wait itself.

    Attributes:
        kind: the type's name in Windows, such as `Event`.
        references: open handles, and uses of the object by other objects.
        name: in the namespace of kernel objects; empty for the many that have none.
    """

    __slots__ = ("__dict__", "name", "references")

    kind = "Object"

    def __init__(self, name: str = "") -> None:
        """Make an object that nothing refers to yet."""
        self.references = 0
        self.name = name

    def signaled(self, thread: Thread) -> bool:
        """Say whether a wait of this thread for the object would be over."""
        del thread
        return False

    def consume(self, thread: Thread) -> bool:
        """Take what ended a wait, such as an auto-reset event's signal; true if it was abandoned."""
        del thread
        return False

    def due(self) -> int | None:
        """When the object may become signaled by time alone, in ticks of the clock."""
        return None

    def host_descriptor(self) -> int | None:
        """The host's descriptor whose input may end a wait."""
        return None

    def close(self) -> None:
        """Release what the object holds: the last reference is gone."""

    def acquire(self) -> None:
        """Count one more reference."""
        self.references += 1

    def release(self) -> None:
        """Count one reference less; closes the object with the last one."""
        self.references -= 1
        if not self.references:
            self.close()


class Event(KernelObject):
    """CreateEvent: stays set until reset, or lets one wait through (auto-reset)."""

    __slots__ = ("is_set", "manual")

    kind = "Event"

    def __init__(self, *, manual: bool, is_set: bool, name: str = "") -> None:
        """Make an event; `manual` is the kind that stays set."""
        super().__init__(name)
        self.manual = manual
        self.is_set = is_set

    def signaled(self, thread: Thread) -> bool:
        """Whether it is set."""
        del thread
        return self.is_set

    def consume(self, thread: Thread) -> bool:
        """Reset it, if it does so by itself."""
        del thread
        if not self.manual:
            self.is_set = False
        return False

    def set(self) -> None:
        """Set it."""
        self.is_set = True

    def reset(self) -> None:
        """Reset it."""
        self.is_set = False


class Mutex(KernelObject):
    """CreateMutex: owned by one thread, as often as it waited for it."""

    __slots__ = ("abandoned", "count", "owner")

    kind = "Mutant"

    def __init__(self, name: str = "") -> None:
        """Make a mutex without an owner."""
        super().__init__(name)
        self.owner: Thread | None = None
        self.count = 0
        self.abandoned = False

    def signaled(self, thread: Thread) -> bool:
        """Whether it is free, or the thread's own."""
        return self.owner is None or self.owner is thread

    def consume(self, thread: Thread) -> bool:
        """Own it; true if its owner ended without releasing it."""
        abandoned, self.abandoned = self.abandoned, False
        self.count += 1
        if self.owner is not thread:
            self.owner = thread
            thread.mutexes.append(self)
        return abandoned

    def give_back(self, thread: Thread) -> int:
        """Release it once; returns how often it was owned.

        Raises:
            WinError: ERROR_NOT_OWNER.
        """
        if self.owner is not thread:
            raise WinError(status.ERROR_NOT_OWNER)
        before = self.count
        self.count -= 1
        if not self.count:
            self.owner = None
            thread.mutexes.remove(self)
        return before

    def abandon(self) -> None:
        """Free it because its owner ended."""
        self.owner = None
        self.count = 0
        self.abandoned = True


class Semaphore(KernelObject):
    """CreateSemaphore: lets as many waits through as it counts."""

    __slots__ = ("count", "maximum")

    kind = "Semaphore"

    def __init__(self, count: int, maximum: int, name: str = "") -> None:
        """Start at a count."""
        super().__init__(name)
        self.count = count
        self.maximum = maximum

    def signaled(self, thread: Thread) -> bool:
        """Whether the count is above zero."""
        del thread
        return self.count > 0

    def consume(self, thread: Thread) -> bool:
        """Count down."""
        del thread
        self.count -= 1
        return False

    def add(self, count: int) -> int:
        """Count up; returns the count before.

        Raises:
            WinError: ERROR_TOO_MANY_POSTS, it would exceed the maximum.
        """
        before = self.count
        if count <= 0:
            raise WinError(status.ERROR_INVALID_PARAMETER)
        if before + count > self.maximum:
            raise WinError(status.ERROR_TOO_MANY_POSTS)
        self.count += count
        return before


class Timer(KernelObject):
    """CreateWaitableTimer: signaled from a moment on, once or again and again."""

    __slots__ = ("interval", "is_set", "manual", "moment")

    kind = "Timer"

    def __init__(self, clock: Clock, *, manual: bool, name: str = "") -> None:
        """Make a timer that is not set; `manual` is the kind that stays signaled."""
        super().__init__(name)
        self._clock = clock
        self.manual = manual
        self.is_set = False
        self.moment: int | None = None
        self.interval = 0

    def start(self, moment: int, interval: int) -> None:
        """Set it to an uptime in ticks, and to become signaled again after each interval."""
        self.is_set = False
        self.moment = moment
        self.interval = interval

    def cancel(self) -> None:
        """Let it stay as it is."""
        self.moment = None

    def signaled(self, thread: Thread) -> bool:
        """Whether its moment has come."""
        del thread
        now = self._clock.uptime()
        if self.moment is not None and self.moment <= now:
            self.is_set = True
            if self.interval:
                self.moment += ((now - self.moment) // self.interval + 1) * self.interval
            else:
                self.moment = None
        return self.is_set

    def consume(self, thread: Thread) -> bool:
        """Reset it, if it does so by itself."""
        del thread
        if not self.manual:
            self.is_set = False
        return False

    def due(self) -> int | None:
        """When its moment comes."""
        return self.moment
