"""The host's standard streams as handles, and the NUL device."""

from __future__ import annotations

import os
import queue
import select
import stat
import threading
from typing import TYPE_CHECKING, Literal

from crosswind.run.emulator import status
from crosswind.run.emulator.file_objects import (
    FILE_TYPE_CHAR,
    FILE_TYPE_DISK,
    FILE_TYPE_PIPE,
    Stream,
)
from crosswind.run.emulator.filesystem.hosterrors import translated
from crosswind.run.emulator.filesystem.info import FileInfo, describe
from crosswind.run.emulator.filesystem.nodes import Remembered
from crosswind.run.emulator.status import NtError

if TYPE_CHECKING:
    from crosswind.run.emulator.threads import Thread

# One read of a stream at most, whatever the program has room for.
_CHUNK = 1 << 20


def file_type(mode: int) -> int:
    """What kind of file a stream is, by its mode on the host."""
    if stat.S_ISREG(mode):
        return FILE_TYPE_DISK
    return FILE_TYPE_CHAR if stat.S_ISCHR(mode) else FILE_TYPE_PIPE


class HostStream(Stream):
    """A standard stream that is no terminal: a pipe, a file or a device of the host.

    Attributes:
        number: the host's descriptor, which is never closed here.
        reads: whether it is an input.
        type: what GetFileType tells.
    """

    def __init__(self, number: int, direction: Literal["in", "out"]) -> None:
        super().__init__()
        self.number = number
        self.reads = direction == "in"
        try:
            self._mode = os.fstat(number).st_mode
        except OSError:
            self._mode = stat.S_IFCHR  # closed: like NUL
            self.number = -1
        self.type = file_type(self._mode)
        self._ended = False
        self._reader: _Reader | None = None

    def signaled(self, thread: Thread) -> bool:
        """A stream with something to read is signaled."""
        del thread
        return not self.reads or self.ready()

    def close(self) -> None:
        """The host's descriptor stays open: others share it."""

    def host_descriptor(self) -> int | None:
        """What a wait for input looks at; at the end of input it is ready, too."""
        return self.number if self.reads else None

    def ready(self) -> bool:
        """Whether a read would return at once."""
        if self._ended or self.number < 0 or self.type == FILE_TYPE_DISK:
            return True
        if os.name == "nt":
            if self._reader is None:
                self._reader = _Reader(self.number)
            return self._reader.ready()
        return bool(select.select([self.number], [], [], 0)[0])

    def read_some(self, size: int) -> bytes | None:
        """Read what is there; None if nothing is, yet.

        Raises:
            NtError: PIPE_BROKEN at the end of a pipe; the end of a file is no bytes.
        """
        if not self.reads:
            raise NtError(status.STATUS_ACCESS_DENIED)
        if not size or self.number < 0:
            return b""
        if not self.ready():
            return None
        with translated():
            data = self._take(min(size, _CHUNK))
        if not data and self.type == FILE_TYPE_PIPE:
            self._ended = True
            raise NtError(status.STATUS_PIPE_BROKEN)
        return data

    def _take(self, size: int) -> bytes:
        if self._ended:
            return b""
        return self._reader.read(size) if self._reader else os.read(self.number, size)

    def write_some(self, data: bytes) -> int:
        """Write all of it."""
        if self.reads:
            raise NtError(status.STATUS_ACCESS_DENIED)
        if self.number < 0:
            return len(data)
        done = 0
        with translated():
            while done < len(data):
                done += os.write(self.number, data[done:])
        return done

    def seek(self, offset: int, whence: int) -> int:
        """Move the position of a file; INVALID_DEVICE_REQUEST for others."""
        if self.type != FILE_TYPE_DISK:
            raise NtError(status.STATUS_INVALID_DEVICE_REQUEST)
        with translated():
            return os.lseek(self.number, offset, whence)

    def info(self) -> FileInfo:
        """The file behind the stream; INVALID_DEVICE_REQUEST where there is none."""
        if self.type != FILE_TYPE_DISK:
            raise NtError(status.STATUS_INVALID_DEVICE_REQUEST)
        with translated():
            return describe(os.fstat(self.number), Remembered(), 0)


class _Reader:
    """Reads ahead in a thread, where a stream cannot be asked whether something is there."""

    def __init__(self, number: int) -> None:
        self._queue: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._rest = b""
        self._last = False
        threading.Thread(target=self._run, args=(number,), daemon=True).start()

    def _run(self, number: int) -> None:
        data = b"-"
        while data:
            try:
                data = os.read(number, 65536)
            except OSError:
                data = b""
            self._queue.put(data)

    def ready(self) -> bool:
        return bool(self._rest) or self._last or not self._queue.empty()

    def read(self, size: int) -> bytes:
        if not self._rest and not self._last:
            self._rest = self._queue.get()
            self._last = not self._rest
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


class NullDevice(Stream):
    """`NUL`: reads as empty, takes everything."""

    type = FILE_TYPE_CHAR

    def __init__(self, access: int) -> None:
        super().__init__()
        self.access = access

    def signaled(self, thread: Thread) -> bool:
        """Always ready."""
        del thread
        return True

    def close(self) -> None:
        """Nothing is held."""

    def read_some(self, size: int) -> bytes | None:
        """Read nothing."""
        del size
        if not self.access & 1:
            raise NtError(status.STATUS_ACCESS_DENIED)
        return b""

    def write_some(self, data: bytes) -> int:
        """Take all of it."""
        if not self.access & 6:
            raise NtError(status.STATUS_ACCESS_DENIED)
        return len(data)
