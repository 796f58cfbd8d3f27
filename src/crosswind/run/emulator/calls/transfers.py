"""Reads and writes of what may have to wait: pipes and streams, now or later (overlapped).

A transfer is an attempt that is repeated until it is done: by the scheduler for a call that waits,
by the pipe's other end for one that was begun with an OVERLAPPED.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from crosswind.run.emulator import status
from crosswind.run.emulator.file_objects import FileObject, Stream
from crosswind.run.emulator.filesystem.channel import Channel
from crosswind.run.emulator.memory import AccessViolation
from crosswind.run.emulator.objects import Event
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import NtError, WinError

# OVERLAPPED (minwinbase.h): Internal, InternalHigh, Offset and OffsetHigh, hEvent.
_INTERNAL, _COUNT, _OFFSET, _EVENT = 0, 8, 16, 24

# Returns the bytes moved so far when all is done, None to be asked again.
Attempt = Callable[[], int | None]


@dataclass(slots=True)
class Completion:
    """Where the end of a transfer is told: the OVERLAPPED, its event, the handle's port."""

    p: Process
    source: FileObject
    address: int
    event: Event | None = field(init=False, default=None)
    quiet: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        """Mark the transfer as pending."""
        handle = self.p.memory.read_u64(self.address + _EVENT)
        # The low bit of the handle keeps the completion port from being told.
        self.quiet = bool(handle & 1)
        if handle & ~1:
            self.event = self.p.handles.get(handle & ~1, Event)
            self.event.reset()
        self.p.memory.write_u64(self.address + _INTERNAL, status.STATUS_PENDING)
        self.p.memory.write_u64(self.address + _COUNT, 0)

    def tell(self, code: int, count: int, *, at_once: bool) -> None:
        """The transfer ended.

        Args:
            code: the NTSTATUS.
            count: bytes that were moved.
            at_once: whether the call that began it still runs.
        """
        try:
            self.p.memory.write_u64(self.address + _INTERNAL, code)
            self.p.memory.write_u64(self.address + _COUNT, count)
        except AccessViolation:
            # The OVERLAPPED is gone. Whoever calls now has nothing to do with it.
            if at_once:
                raise
        if self.event is not None:
            self.event.set()
        self.source.complete(self.address, code, count, quiet=self.quiet, at_once=at_once)


@dataclass(slots=True)
class Pending:
    """A transfer that was begun and has not ended."""

    completion: Completion
    attempt: Attempt
    ended: bool = False

    def __call__(self) -> bool:
        """Try again; whether it ended."""
        if self.ended:
            return True
        try:
            count = self.attempt()
        except NtError as error:
            self.end(error.status, 0)
            return True
        if count is None:
            return False
        self.end(0, count)
        return True

    def end(self, code: int, count: int) -> None:
        """Tell whoever waits."""
        self.ended = True
        self.completion.tell(code, count, at_once=False)


def begin(p: Process, source: Stream, attempt: Attempt, done: int, overlapped: int) -> int:
    """Begin a transfer that may end later; true if it ended at once.

    Raises:
        WinError: ERROR_IO_PENDING if it goes on.
        NtError: it failed at once, which nobody else is told.
    """
    completion = Completion(p, source, overlapped)
    count = attempt()
    if count is not None:
        if done:
            p.memory.write_u32(done, count)
        completion.tell(0, count, at_once=True)
        return 1
    wait_for(source, Pending(completion, attempt))
    raise WinError(status.ERROR_IO_PENDING)


def wait_for(source: Stream, pending: Pending) -> None:
    """Try a transfer again whenever one of its pipe's channels changes."""
    for channel in channels(source):
        channel.attempts.append(pending)


def channels(source: object) -> list[Channel]:
    """The channels of a pipe's end; of everything else none."""
    found = (getattr(source, "incoming", None), getattr(source, "outgoing", None))
    return [channel for channel in found if channel is not None]


def is_pending(source: FileObject) -> bool:
    """Whether a transfer of a handle waits."""
    return any(
        isinstance(pending, Pending) and not pending.ended and pending.completion.source is source
        for channel in channels(source)
        for pending in channel.attempts
    )


def cancel(source: FileObject, overlapped: int) -> bool:
    """End the transfers of a handle that wait, or the one of an OVERLAPPED; whether there was any."""
    found = False
    for waiting in source.calls if not overlapped else ():
        waiting.cancelled = found = True
    for channel in channels(source):
        for pending in list(channel.attempts):
            if not isinstance(pending, Pending) or pending.ended:
                continue
            completion = pending.completion
            if completion.source is source and overlapped in (0, completion.address):
                pending.end(status.STATUS_CANCELLED, 0)
                found = True
        channel.pump()
    return found


def outcome(p: Process, overlapped: int) -> tuple[int, int]:
    """The NTSTATUS and the count in an OVERLAPPED."""
    code = p.memory.read_u64(overlapped + _INTERNAL) & 0xFFFFFFFF
    return code, p.memory.read_u64(overlapped + _COUNT)


def offset_of(p: Process, overlapped: int) -> int:
    """Where an OVERLAPPED says that a transfer begins."""
    return p.memory.read_u64(overlapped + _OFFSET)


def fill(p: Process, buffer: int, data: bytes) -> None:
    """Write what was read into the program's memory.

    Raises:
        NtError: it cannot be written; who reads is told, and gets no exception.
    """
    try:
        p.memory.write(buffer, data)
    except AccessViolation as error:
        raise NtError(status.STATUS_ACCESS_VIOLATION) from error


def taken(p: Process, buffer: int, size: int) -> bytes:
    """Return what is to be written.

    Raises:
        WinError: ERROR_INVALID_USER_BUFFER, it cannot be read.
    """
    try:
        return p.memory.read(buffer, size) if size else b""
    except AccessViolation as error:
        raise WinError(status.ERROR_INVALID_USER_BUFFER) from error


def read(p: Process, source: Stream, buffer: int, size: int) -> Attempt:
    """An attempt to read into memory."""

    def attempt() -> int | None:
        data = source.read_some(size)
        if data is None:
            return None
        fill(p, buffer, data)
        return len(data)

    return attempt


def write(source: Stream, data: bytes) -> Attempt:
    """An attempt to write all of some bytes."""
    done = 0

    def attempt() -> int | None:
        nonlocal done
        done += source.write_some(data[done:])
        return done if done == len(data) else None

    return attempt
