"""What becomes of the signals that come to us while a child starts, and while it runs in our place."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import Protocol

_FORWARDED = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")
    if hasattr(signal, name)
)

_Handler = Callable[[int, FrameType | None], object] | int


class Receiver(Protocol):
    """Who takes a signal in our place."""

    def signal(self, number: int) -> None:
        """Take it."""


@contextlib.contextmanager
def put_off() -> Iterator[None]:
    """Let signals wait until a child that is being started is known to us.

    Python runs their handlers between any two steps of the main thread, and there only. So do the others that
    end us or are passed on: a SIGHUP just now would end us, and leave a child that nobody knows of.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _frame: came.append(number))
        for number in _FORWARDED
        if signal.getsignal(number) is not signal.SIG_IGN  # the child is to ignore it, too
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        for one in came[:1]:
            signal.raise_signal(one)


@contextlib.contextmanager
def forwarded(receivers: Sequence[Receiver]) -> Iterator[None]:
    """Pass signals on to the first receiver once it is there; a second one of the same kind is for us."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: dict[int, _Handler] = {}

    def forward(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, before.pop(number))
        if receivers:
            receivers[0].signal(number)
        else:
            signal.raise_signal(number)

    try:
        for number in _FORWARDED:
            # What is ignored (SIGHUP under nohup) stays so.
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, forward) or signal.SIG_DFL
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
