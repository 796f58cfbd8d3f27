"""What ReadFile and WriteFile work on: files, pipes, streams, devices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from crosswind.run.emulator.objects import KernelObject

# What GetFileType tells (fileapi.h).
FILE_TYPE_UNKNOWN, FILE_TYPE_DISK, FILE_TYPE_CHAR, FILE_TYPE_PIPE = range(4)
# FILE_SKIP_COMPLETION_PORT_ON_SUCCESS, FILE_SKIP_SET_EVENT_ON_HANDLE (winbase.h).
SKIP_PORT_ON_SUCCESS, SKIP_EVENT = 1, 2


class Port(Protocol):
    """A completion port, as far as files know it."""

    def post(self, key: int, overlapped: int, status: int, count: int) -> None:
        """Queue that a transfer ended."""
        ...


@dataclass(slots=True, eq=False)
class WaitingCall:
    """A call that waits until a transfer is done.

    Attributes:
        cancelled: whether it shall end now, by CancelIoEx.
    """

    cancelled: bool = False


class FileObject(KernelObject):
    """A file in the widest sense.

    Attributes:
        type: what GetFileType tells.
        overlapped: whether transfers may end later, and tell a completion port.
        port: the completion port it is bound to, with `key`.
        modes: of SetFileCompletionNotificationModes.
        calls: those that wait for it without an OVERLAPPED.
    """

    kind = "File"
    type = FILE_TYPE_UNKNOWN
    overlapped = False

    def __init__(self) -> None:
        """Begin without a completion port."""
        super().__init__()
        self.port: Port | None = None
        self.key = 0
        self.modes = 0
        self.calls: list[WaitingCall] = []

    def complete(
        self, overlapped: int, status: int, count: int, *, quiet: bool, at_once: bool
    ) -> None:
        """Tell the completion port that a transfer ended.

        Args:
            overlapped: the address of its OVERLAPPED.
            status: the NTSTATUS.
            count: bytes that were moved.
            quiet: the program asked that the port is not told.
            at_once: the call that began it still runs, and returns its success.
        """
        skipped = at_once and self.modes & SKIP_PORT_ON_SUCCESS
        if self.port is not None and not quiet and not skipped:
            self.port.post(self.key, overlapped, status, count)


class Stream(FileObject):
    """What has no positions: a pipe's end, a standard stream, the console, NUL."""

    def read_some(self, size: int) -> bytes | None:
        """Read up to so many bytes; None to wait. Raises CallError."""
        raise NotImplementedError

    def write_some(self, data: bytes) -> int:
        """Write; fewer bytes than given means to wait. Raises CallError."""
        raise NotImplementedError
