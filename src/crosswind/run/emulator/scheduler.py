"""Which thread runs: in turn, one after the other, and each for as long as it is given.

Nothing here depends on the host: threads are asked in the order of their starts from the running one on, so
the same program runs the same way each time.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable

from crosswind.run.emulator import status
from crosswind.run.emulator.clock import Clock
from crosswind.run.emulator.control import Control
from crosswind.run.emulator.status import CallError
from crosswind.run.emulator.stillness import LONG, Stillness
from crosswind.run.emulator.threads import Thread, Waiting

# Seconds between two looks for a signal where the host has nothing to wait with.
_LOOK = 0.05


class DeadlockError(Exception):
    """Every thread waits, and nothing can end any of the waits."""


class Scheduler:
    """Chooses threads. It changes threads' waits and the clock, and nothing else.

    Attributes:
        stillness: tells what time alone does not change, for a program whose runtime never rests.
    """

    def __init__(
        self,
        threads: list[Thread],
        clock: Clock,
        run_as: Callable[[Thread], None],
        control: Control,
    ) -> None:
        """Take what there is to choose from.

        Args:
            threads: those that have not ended, in the order of their starts.
            clock: the process's time.
            run_as: makes a thread the one on whose behalf it is polled.
            control: delivers what comes from the console.
        """
        self._threads = threads
        self._clock = clock
        self._run_as = run_as
        self._control = control
        self.stillness: Stillness | None = None

    def next(self, current: Thread | None) -> Thread:
        """Return the thread to run, after `current` in turn; time passes where all of them wait.

        Raises:
            DeadlockError: none will ever run.
        """
        while True:
            self._control.deliver()
            for thread in self._turn(current):
                if self.is_ready(thread):
                    return thread
            moment = self.earliest()
            if moment is not None and not self._is_still(moment):
                self._clock.sleep_until(moment, self._descriptors() + self._control.descriptors())
                self._control.drain()
            elif not self._wait_for_host():
                raise DeadlockError

    def _descriptors(self) -> list[int]:
        """Return the host's descriptors that threads wait for."""
        found = {
            thing.host_descriptor()
            for thread in self._threads
            if thread.waiting is not None and not thread.suspended
            for thing in thread.waiting.objects
        }
        return sorted(number for number in found if number is not None)

    def _is_still(self, moment: int) -> bool:
        """Say whether time alone will not end any wait that matters."""
        jump = moment - self._clock.uptime()
        return jump >= LONG and self.stillness is not None and self.stillness.lasts(jump)

    def _wait_for_host(self) -> bool:
        """Wait until there is input or a signal; false if no thread waits for any."""
        descriptors = self._descriptors()
        if not descriptors and not self._signals_matter():
            return False
        if told := descriptors + self._control.descriptors():
            select.select(told, [], [])
        else:
            time.sleep(_LOOK)
        self._control.drain()
        if self.stillness is not None:
            self.stillness.end()
        return True

    def _signals_matter(self) -> bool:
        if self.stillness is not None:
            return self.stillness.waits_for_signals()
        return bool(self._control.handlers)

    def _turn(self, current: Thread | None) -> list[Thread]:
        """Return the threads in the order of their turns: the current one comes last."""
        if current is None or current not in self._threads:
            return list(self._threads)
        place = self._threads.index(current) + 1
        return self._threads[place:] + self._threads[:place]

    def is_ready(self, thread: Thread) -> bool:
        """Say whether a thread can run; if its wait is over, the outcome is noted in it."""
        if thread.suspended:
            return False
        waiting = thread.waiting
        if waiting is None or waiting.over:
            return True
        self._run_as(thread)
        waiting.over = self._poll(thread, waiting)
        return waiting.over

    def _poll(self, thread: Thread, waiting: Waiting) -> bool:
        if waiting.alertable and thread.apcs:
            waiting.outcome = status.STATUS_USER_APC
            return True
        try:
            outcome = waiting.poll()
        except CallError as error:
            waiting.error = error
            return True
        if outcome is None:
            if waiting.deadline is None or waiting.deadline > self._clock.uptime():
                return False
            outcome = waiting.on_timeout
        waiting.outcome = outcome
        return True

    def earliest(self) -> int | None:
        """Return the uptime at which a wait may end by time alone."""
        moments = [
            thread.waiting.wake_up_at()
            for thread in self._threads
            if thread.waiting is not None and not thread.suspended and not thread.waiting.over
        ]
        return min((moment for moment in moments if moment is not None), default=None)
