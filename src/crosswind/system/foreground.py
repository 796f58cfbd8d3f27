"""Hand the terminal to a child and back, as a shell does (POSIX, "General Terminal Interface")."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

if sys.platform != "win32":
    import termios

# What the system stops a background group with that reads from, or sets, the terminal.
_ASKS = (getattr(signal, "SIGTTIN", 0), getattr(signal, "SIGTTOU", 0))


class Foreground:
    """Job control over one child's process group; does nothing where there is no terminal."""

    def __init__(self, group: int) -> None:
        """Give the terminal to the group if both ends are one.

        If only the input is, as before `| less`, others of our group may want it: the child gets it
        when it asks.
        """
        self._group = group
        self._tty = next((number for number in (0, 1, 2) if os.isatty(number)), None)
        self._modes: list[Any] | None = None
        if self._tty is not None:
            with contextlib.suppress(termios.error):
                self._modes = termios.tcgetattr(self._tty)
        if os.isatty(0) and os.isatty(1):
            self._give()

    def stopped(self, number: int) -> None:
        """Act on a signal that stopped the child."""
        if number in _ASKS and self._give():
            self._resume()
        elif number in (*_ASKS, signal.SIGTSTP):
            self._take()
            # The shell that started us is to see us stop, with all of our pipeline.
            os.killpg(os.getpgrp(), signal.SIGSTOP)
            self._give()
            self._resume()

    def ended(self, *, by_signal: bool) -> None:
        """Take the terminal back; a child that was killed may have left it without echo."""
        self._take()
        if by_signal and self._tty is not None and self._modes is not None:
            with _quietly():
                termios.tcsetattr(self._tty, termios.TCSADRAIN, self._modes)

    def _give(self) -> bool:
        """Make the child's group the foreground; false if we are not in the foreground ourselves."""
        return self._hand(os.getpgrp(), self._group)

    def _take(self) -> bool:
        return self._hand(self._group, os.getpgrp())

    def _hand(self, giver: int, taker: int) -> bool:
        """Hand the terminal on if the giver has it; whether the taker has it afterwards."""
        if self._tty is None:
            return False
        has = giver
        with _quietly():
            has = os.tcgetpgrp(self._tty)
            if has == giver:
                os.tcsetpgrp(self._tty, taker)
                has = taker
        return has == taker

    def _resume(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._group, signal.SIGCONT)


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Touch the terminal from the background without being stopped; one that is gone is no error."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    try:
        with contextlib.suppress(OSError, termios.error):
            yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
