"""The ends of pipes as kernel objects, over `channel`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswind.run.emulator import status
from crosswind.run.emulator.file_objects import FILE_TYPE_PIPE, Stream
from crosswind.run.emulator.filesystem import flags
from crosswind.run.emulator.filesystem.channel import DEFAULT_SIZE, Channel, Instance, NamedPipes
from crosswind.run.emulator.status import NtError

if TYPE_CHECKING:
    from crosswind.run.emulator.threads import Thread


class PipeEnd(Stream):
    """One end of an anonymous or a named pipe.

    Attributes:
        access: the rights of the handle.
        options: the CreateOptions, for FileModeInformation.
        incoming: the channel this end reads; None for a writing end.
        outgoing: the channel it writes.
        instance: of a named pipe.
        server: whether it is the server's end of a named pipe.
        by_message: PIPE_READMODE_MESSAGE.
        nowait: PIPE_NOWAIT: nothing waits, reads of nothing fail.
        more_of_message: whether the last read took a part of a message only.
    """

    type = FILE_TYPE_PIPE

    def __init__(
        self,
        incoming: Channel | None,
        outgoing: Channel | None,
        *,
        access: int,
        options: int = flags.SYNCHRONOUS_IO_NONALERT,
    ) -> None:
        super().__init__()
        self.incoming = incoming
        self.outgoing = outgoing
        self.access = access
        self.options = options
        self.overlapped = not options & flags.SYNCHRONOUS
        self.instance: Instance | None = None
        self.pipes: NamedPipes | None = None
        self.server = False
        self.by_message = False
        self.nowait = False
        self.more_of_message = False

    def signaled(self, thread: Thread) -> bool:
        """A pipe's handle is not used for waiting."""
        del thread
        return True

    def _check(self) -> None:
        """Refuse transfers while a server's end has no client, and of a client that was let go."""
        if self.instance is not None and self.server:
            if self.instance.state == "listening":
                raise NtError(status.STATUS_PIPE_LISTENING)
            if self.instance.state == "idle":
                raise NtError(status.STATUS_PIPE_DISCONNECTED)
        if self.instance is not None and not self.server and not self._is_current():
            raise NtError(status.STATUS_PIPE_DISCONNECTED)

    def _is_current(self) -> bool:
        """Whether a client's channels are still those of its instance."""
        instance = self.instance
        return instance is not None and (
            self.incoming in (None, instance.to_client)
            and self.outgoing in (None, instance.to_server)
        )

    def read_some(self, size: int) -> bytes | None:
        """Read what is there, up to `size`; None to wait.

        Raises:
            NtError: PIPE_BROKEN at the end; BUFFER_OVERFLOW is the caller's to tell, see
                `more_of_message`.
        """
        if self.incoming is None or not self.access & flags.READ_DATA:
            raise NtError(status.STATUS_ACCESS_DENIED)
        self._check()
        answer = self.incoming.read(size, by_message=self.by_message)
        if answer is None:
            if self.nowait:
                raise NtError(status.STATUS_PIPE_EMPTY)
            return None
        data, self.more_of_message = answer
        self.incoming.pump()
        return data

    def write_some(self, data: bytes) -> int:
        """Write as much as there is room for; fewer bytes than given means to wait.

        Raises:
            NtError: PIPE_CLOSING when nobody can read.
        """
        if self.outgoing is None or not self.access & (flags.WRITE_DATA | flags.APPEND_DATA):
            raise NtError(status.STATUS_ACCESS_DENIED)
        self._check()
        done = self.outgoing.write(data)
        if done or not data:
            self.outgoing.pump()
        return len(data) if self.nowait and not self.outgoing.messages else done

    def close(self) -> None:
        """The other end learns that nothing comes any more, and that nobody reads."""
        if self.incoming is not None:
            self.incoming.reader = False
        if self.outgoing is not None:
            self.outgoing.writer = False
        if self.instance is not None:
            if self.server and self.pipes is not None:
                self.pipes.remove(self.instance)
            self.instance.state = "closing"
        for channel in (self.incoming, self.outgoing):
            if channel is not None:
                channel.pump()

    def disconnect(self) -> None:
        """The server lets its client go and may listen again."""
        if self.instance is None or not self.server:
            raise NtError(status.STATUS_ILLEGAL_FUNCTION)
        if self.instance.state == "idle":
            raise NtError(status.STATUS_PIPE_DISCONNECTED)
        old = (self.incoming, self.outgoing)
        self.instance.disconnect()
        self.incoming, self.outgoing = self.instance.to_server, self.instance.to_client
        for channel in old:
            if channel is not None:
                channel.pump()


def anonymous(size: int) -> tuple[PipeEnd, PipeEnd]:
    """The reading and the writing end of a new pipe."""
    channel = Channel(size or DEFAULT_SIZE)
    reads = flags.specific(0x80000000)
    writes = flags.specific(0x40000000) | flags.READ_ATTRIBUTES
    return PipeEnd(channel, None, access=reads), PipeEnd(None, channel, access=writes)
