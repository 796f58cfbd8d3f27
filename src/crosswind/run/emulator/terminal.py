"""The host's terminal behind the emulated console, by POSIX's termios."""

from __future__ import annotations

import os
import select
from dataclasses import dataclass, field
from typing import Any

# Where the terminal does not know its size.
_FALLBACK = (80, 25)
# One read: a terminal hands out at most a line, 4096 bytes on Linux.
_READ = 4096


@dataclass(slots=True)
class HostTerminal:
    """The terminal of the standard streams.

    Attributes:
        source: the file descriptor to read from, or -1.
        sink: the one to write to, or -1.
    """

    source: int
    sink: int
    _before: list[Any] | None = field(default=None)

    def ready(self) -> bool:
        """Say whether something was typed."""
        return self.source < 0 or bool(select.select([self.source], [], [], 0)[0])

    def read(self) -> bytes:
        """Read what is there."""
        return os.read(self.source, _READ) if self.source >= 0 else b""

    def write(self, data: bytes) -> None:
        """Write all of it."""
        while data and self.sink >= 0:
            data = data[os.write(self.sink, data) :]

    def size(self) -> tuple[int, int]:
        """Return columns and rows."""
        for stream in (self.sink, self.source):
            try:
                columns, rows = os.get_terminal_size(stream)
            except OSError:
                continue
            if columns and rows:
                return columns, rows
        return _FALLBACK

    def cook(self, *, line: bool, echo: bool, signals: bool) -> None:
        """Set the terminal's local modes; `restore` brings back the first ones."""
        if self.source < 0:
            return
        import termios  # not on Windows hosts, and only for programs that change modes

        modes = termios.tcgetattr(self.source)
        if self._before is None:
            self._before = termios.tcgetattr(self.source)
        flags = {termios.ICANON: line, termios.ECHO: echo, termios.ISIG: signals}
        for flag, on in flags.items():
            modes[3] = modes[3] | flag if on else modes[3] & ~flag
        # Enter is a carriage return to a program that reads keys, as on Windows.
        modes[0] = modes[0] | termios.ICRNL if line else modes[0] & ~termios.ICRNL
        termios.tcsetattr(self.source, termios.TCSADRAIN, modes)

    def restore(self) -> None:
        """Leave the terminal as it was found."""
        if self._before is not None:
            import termios

            termios.tcsetattr(self.source, termios.TCSADRAIN, self._before)
            self._before = None
