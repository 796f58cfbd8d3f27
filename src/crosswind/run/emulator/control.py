"""Ctrl-C and its like: the host's signals as a console program of Windows gets them.

Windows starts a thread in the program that asks its handlers, the last one first (documentation of
SetConsoleCtrlHandler, "HandlerRoutine"). Where none of them takes the event, the process ends.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections import deque
from collections.abc import Iterator
from types import FrameType
from typing import TYPE_CHECKING

from crosswind.run.emulator import engine
from crosswind.run.emulator.status import STATUS_CONTROL_C_EXIT
from crosswind.run.emulator.threads import Thread

if TYPE_CHECKING:
    from crosswind.run.emulator.emulator import Emulator

# wincon.h
CTRL_C_EVENT, CTRL_BREAK_EVENT, CTRL_CLOSE_EVENT = 0, 1, 2
_EVENTS = {
    getattr(signal, name): event
    for name, event in (
        ("SIGINT", CTRL_C_EVENT),
        ("SIGQUIT", CTRL_BREAK_EVENT),
        ("SIGTERM", CTRL_CLOSE_EVENT),
        ("SIGHUP", CTRL_CLOSE_EVENT),
    )
    if hasattr(signal, name)
}
_STUB = "!control"
# Windows waits for sockets only.
_POSIX = os.name == "posix"


class Control:
    """What came for the program and was not delivered yet.

    Attributes:
        handlers: functions of SetConsoleCtrlHandler, the oldest first.
        ignores_c: whether Ctrl-C is nothing to it.
    """

    def __init__(self, emulator: Emulator) -> None:
        """Start with nothing."""
        self.handlers: list[int] = []
        self.ignores_c = False
        self._emulator = emulator
        self._pending: deque[int] = deque()
        self._asking: list[Thread] = []
        self._ends = False
        self._descriptor: int | None = None
        library = emulator.modules.load("kernel32.dll")
        self._entry = emulator.modules.entry_point(library, _STUB)
        emulator.internal[_STUB] = self._ask

    def send(self, event: int) -> None:
        """Let an event come for the program; it is delivered before a thread runs next."""
        if event != CTRL_C_EVENT or not self.ignores_c:
            self._pending.append(event)

    def deliver(self) -> None:
        """Start a thread for each event that came.

        Raises:
            KeyboardInterrupt: the program is to end without being asked.
        """
        if self._ends:
            raise KeyboardInterrupt
        while self._pending:
            event = self._pending.popleft()
            if not self.handlers:
                raise KeyboardInterrupt
            self._asking.append(self._emulator.new_thread(self._entry, event))

    def descriptors(self) -> list[int]:
        """Return what can be read when a signal has come, to wait for beside other things."""
        return [] if self._descriptor is None else [self._descriptor]

    def drain(self) -> None:
        """Forget that signals have come: they are looked at now."""
        if self._descriptor is not None:
            with contextlib.suppress(BlockingIOError):
                os.read(self._descriptor, 4096)

    @contextlib.contextmanager
    def heeded(self) -> Iterator[None]:
        """Take this process's signals while the block runs.

        A program without handlers ends at once, by KeyboardInterrupt, and so does one that has not answered
        when the next signal comes.
        """
        with self._woken() if _POSIX else contextlib.nullcontext():
            kept = {number: signal.signal(number, self._heed) for number in _EVENTS}
            try:
                yield
            finally:
                for number, handler in kept.items():
                    signal.signal(number, handler)

    @contextlib.contextmanager
    def _woken(self) -> Iterator[None]:
        """Let signals end waits for descriptors, even one that comes just before."""
        self._descriptor, written = os.pipe()
        for end in (self._descriptor, written):
            os.set_blocking(end, False)
        before = signal.set_wakeup_fd(written, warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)
            os.close(written)
            os.close(self._descriptor)
            self._descriptor = None

    def _heed(self, number: int, _frame: FrameType | None) -> None:
        unanswered = any(not thread.ended for thread in self._asking)
        if self.handlers and not self._pending and not unanswered:
            self.send(_EVENTS[number])
            return
        self._ends = True
        if not self._emulator.cpu.running:
            raise KeyboardInterrupt

    def _ask(self) -> None:
        """Ask the handlers, in the thread that was started for it."""
        emulator = self._emulator
        event = emulator.cpu.read(engine.RCX) & 0xFFFFFFFF
        left = list(self.handlers)

        def following(answer: int) -> None:
            taken = bool(answer & 0xFFFFFFFF)
            if left and not taken:
                emulator.enter(left.pop(), (event,), following)
            elif taken and event != CTRL_CLOSE_EVENT:
                emulator.end_thread(emulator.p.thread, 0)
            else:
                emulator.p.end(STATUS_CONTROL_C_EXIT)

        following(0)
