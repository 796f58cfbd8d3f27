"""The console's two ends as kernel objects: what standard handles and CONIN$ and CONOUT$ lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswind.run.emulator import status
from crosswind.run.emulator.console import Console
from crosswind.run.emulator.file_objects import FILE_TYPE_CHAR, Stream
from crosswind.run.emulator.status import NtError

if TYPE_CHECKING:
    from crosswind.run.emulator.threads import Thread


class ConsoleStream(Stream):
    """One end of a console."""

    type = FILE_TYPE_CHAR
    is_input = False

    def __init__(self, console: Console) -> None:
        """Lead to a console, which all handles share."""
        super().__init__()
        self.console = console

    def read_some(self, size: int) -> bytes | None:
        """Refuse to read: the output has nothing."""
        del size
        raise NtError(status.STATUS_INVALID_HANDLE)

    def write_some(self, data: bytes) -> int:
        """Refuse to write: the input takes nothing."""
        del data
        raise NtError(status.STATUS_INVALID_HANDLE)


class ConsoleInput(ConsoleStream):
    """What is typed."""

    is_input = True

    def signaled(self, thread: Thread) -> bool:
        """Say whether something was typed."""
        del thread
        return self.console.ready()

    def read_some(self, size: int) -> bytes | None:
        """Read bytes in the input's code page; None if nothing was typed yet."""
        if not size:
            return b""
        return self.console.read_bytes(size) if self.console.ready() else None


class ConsoleOutput(ConsoleStream):
    """What is shown."""

    def signaled(self, thread: Thread) -> bool:
        """Say that it can always be written."""
        del thread
        return True

    def write_some(self, data: bytes) -> int:
        """Show bytes in the output's code page."""
        self.console.write_bytes(data)
        return len(data)
