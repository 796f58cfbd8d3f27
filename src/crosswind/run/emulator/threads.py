"""The threads of an emulated process, and what a thread waits for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crosswind.run.emulator import status
from crosswind.run.emulator.objects import KernelObject
from crosswind.run.emulator.status import CallError

if TYPE_CHECKING:
    from crosswind.run.emulator.objects import Mutex

STILL_ACTIVE = 259

# Asked again and again until it returns what the call returns. It may raise what a call may raise.
Poll = Callable[[], "int | None"]


@dataclass(slots=True)
class Waiting:
    """What a thread waits for.

    Attributes:
        poll: tells whether it is over.
        deadline: uptime in ticks at which it is over anyway; None for never.
        on_timeout: what the call returns then.
        objects: those whose time may end the wait.
        alertable: whether an APC ends it.
        over, outcome, error: whether and how it ended; set by the scheduler.
        then: carries out what follows, with the outcome; set by who parked the thread.
    """

    poll: Poll
    deadline: int | None = None
    on_timeout: int = status.WAIT_TIMEOUT
    objects: tuple[KernelObject, ...] = ()
    alertable: bool = False
    over: bool = False
    outcome: int | None = None
    error: CallError | None = None
    then: Callable[[], None] | None = field(default=None, repr=False)

    def wake_up_at(self) -> int | None:
        """The uptime at which to look again, if time alone can end the wait."""
        moments = [self.deadline, *(thing.due() for thing in self.objects)]
        return min((moment for moment in moments if moment is not None), default=None)


class Wait(Exception):  # noqa: N818 - control flow: no failure
    """A call that cannot return yet: its thread is parked."""

    def __init__(self, waiting: Waiting) -> None:
        """Say what for."""
        super().__init__("wait")
        self.waiting = waiting


class SwitchThread(Exception):  # noqa: N818 - control flow: no failure
    """A call that returns, after the other threads had their turn."""

    def __init__(self, result: int) -> None:
        """Say what it returns then."""
        super().__init__("switch")
        self.result = result


class EnterProgram(Exception):  # noqa: N818 - control flow: no failure
    """A call that lets a function of the program run, and returns when that has."""

    def __init__(
        self, function: int, arguments: tuple[int, ...], then: Callable[[int], int | None]
    ) -> None:
        """Say which.

        Args:
            function: its address.
            arguments: up to four.
            then: makes the call's result of the function's; may raise as calls may.
        """
        super().__init__("enter")
        self.function = function
        self.arguments = arguments
        self.then = then


class ExitThread(Exception):  # noqa: N818 - control flow: no failure
    """The calling thread ends."""

    def __init__(self, exit_code: int) -> None:
        """Say with which code."""
        super().__init__("exit")
        self.exit_code = exit_code


class Thread(KernelObject):
    """A thread: signaled when it has ended.

    Attributes:
        tid: its number.
        teb: address of its environment block.
        context: the processor's state while it does not run.
        waiting: what it waits for, if it does.
        suspended: how often it was suspended; it runs at 0.
        exit_code: STILL_ACTIVE until it ends.
        mutexes: those it owns, oldest first.
        apcs: calls queued for its next alertable wait: function and argument.
        entry: where it began.
        error_mode: of SetThreadErrorMode.
        impersonation: the level of the token of its own (SECURITY_IMPERSONATION_LEVEL), if it has one.
        priority: of SetThreadPriority; it does not change when the thread runs.
        frames: functions of the program that run for calls or exceptions, innermost last.
        description: of SetThreadDescription.
        apartments: how often CoInitializeEx was called without CoUninitialize.
        stack_low: where its stack's reservation begins.
    """

    kind = "Thread"

    def __init__(self, tid: int, teb: int, entry: int) -> None:
        """Make a thread that has not run yet."""
        super().__init__()
        self.tid = tid
        self.teb = teb
        self.entry = entry
        self.context: Any = None
        self.waiting: Waiting | None = None
        self.suspended = 0
        self.exit_code = STILL_ACTIVE
        self.ended = False
        self.mutexes: list[Mutex] = []
        self.apcs: deque[tuple[int, int]] = deque()
        self.error_mode = 0
        self.impersonation: int | None = None
        self.priority = 0
        self.frames: list[Any] = []
        self.stack_low = 0
        self.description = ""
        self.apartments = 0

    def signaled(self, thread: Thread) -> bool:
        """Whether it has ended."""
        del thread
        return self.ended

    def end(self, exit_code: int) -> None:
        """End it; the mutexes that it owns are abandoned."""
        self.ended = True
        self.exit_code = exit_code
        self.waiting = None
        for mutex in self.mutexes:
            mutex.abandon()
        self.mutexes.clear()
        self.apcs.clear()
