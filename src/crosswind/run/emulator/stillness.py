"""Programs that wait for ever, told from programs that wait for a time.

Go's runtime has a thread of its own that looks around at least once a minute and starts a collection every two
(runtime/proc.go, sysmon). So time alone never ends, and a program whose other threads all wait for
what cannot come would go on for ever, at the full speed of a virtual clock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crosswind.run.emulator.clock import TICKS
from crosswind.run.emulator.threads import Thread

# sysmon sleeps half of forcegcperiod where nothing runs: a minute.
LONG = 10 * TICKS
# So long nothing but sysmon may want anything: five collections, for finalizers, which may change something.
_LASTING = 600 * TICKS

_SYSMON = "runtime.sysmon"
# Where os/signal's goroutine waits for the next signal (runtime/sigqueue.go).
_FOR_SIGNALS = "os/signal.signal_recv"

# The names of the functions on a waiting thread's stack, innermost first.
Names = Callable[[Thread], Sequence[str]]


class Stillness:
    """Watches what threads wait for whenever time jumps far."""

    def __init__(self, threads: list[Thread], names: Names) -> None:
        """Take the threads that have not ended."""
        self._threads = threads
        self._names = names
        self._quiet = 0

    def lasts(self, jump: int) -> bool:
        """Say whether nothing will happen any more by time alone; a jump of so many ticks is next."""
        timed = [one for one in self._waiting() if one.waiting and one.waiting.wake_up_at()]
        if not all(_SYSMON in self._names(thread) for thread in timed):
            self._quiet = 0
            return False
        self._quiet += jump
        return self._quiet >= _LASTING

    def end(self) -> None:
        """Something came from outside."""
        self._quiet = 0

    def waits_for_signals(self) -> bool:
        """Say whether a signal would change something."""
        return any(_FOR_SIGNALS in self._names(thread) for thread in self._waiting())

    def _waiting(self) -> list[Thread]:
        return [one for one in self._threads if one.waiting is not None and not one.suspended]
