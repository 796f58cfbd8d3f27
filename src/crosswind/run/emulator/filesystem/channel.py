"""Pipes: what one end writes the other reads, in order, with room for so much.

No waiting is done here: what cannot go on says so, and is asked again when the other end did
something. Sources: [MS-FSA] 2.1.5.3 and the documentation of named pipes ("Pipe Functions").
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from crosswind.run.emulator import status
from crosswind.run.emulator.ordinal import upper
from crosswind.run.emulator.status import NtError

# CreatePipe: "if this parameter is zero, the system uses the default buffer size": one page.
DEFAULT_SIZE = 4096


@dataclass(slots=True)
class Channel:
    """One direction of a pipe.

    Attributes:
        size: bytes that may wait to be read before a writer has to.
        messages: whether what is written at once is read apart from what follows.
        reader: whether somebody can still read.
        writer: whether somebody can still write.
        waiting: bytes that were written and not read.
        attempts: transfers that wait for a change; each is asked again until it says it is done.
    """

    size: int = DEFAULT_SIZE
    messages: bool = False
    reader: bool = True
    writer: bool = True
    waiting: int = 0
    attempts: list[Callable[[], bool]] = field(default_factory=list)
    _queue: deque[bytes] = field(default_factory=deque)

    @property
    def first(self) -> int:
        """Bytes of the first message, or all that wait where there are none."""
        if not self.messages:
            return self.waiting
        return len(self._queue[0]) if self._queue else 0

    def read(self, size: int, *, by_message: bool = False) -> tuple[bytes, bool] | None:
        """Take up to `size` bytes.

        Returns:
            The bytes, and whether more of the same message waits; None to ask again later.

        Raises:
            NtError: PIPE_BROKEN when nothing waits and nobody can write any more.
        """
        if not self._queue:
            if self.writer:
                return None
            raise NtError(status.STATUS_PIPE_BROKEN)
        taken: list[bytes] = []
        while True:
            piece = self._queue.popleft()
            part = piece[:size]
            taken.append(part)
            size -= len(part)
            self.waiting -= len(part)
            rest = len(part) < len(piece)
            if rest:
                self._queue.appendleft(piece[len(part) :])
            if rest or by_message or not size or not self._queue:
                return b"".join(taken), rest and by_message

    def pump(self) -> None:
        """Ask the transfers that wait, in the order in which they began."""
        waiting, self.attempts = self.attempts, []
        left = [attempt for attempt in waiting if not attempt()]
        self.attempts[:0] = left

    def peek(self, size: int) -> bytes:
        """Look at up to `size` bytes, of the first message only where there are messages."""
        if self.messages:
            return self._queue[0][:size] if self._queue else b""
        return b"".join(self._queue)[:size]

    def write(self, data: bytes) -> int:
        """Put in as much as there is room for; a message as a whole, into an empty pipe always.

        Returns:
            How many bytes were taken; 0 to ask again later.

        Raises:
            NtError: PIPE_CLOSING when nobody can read any more.
        """
        if not self.reader:
            raise NtError(status.STATUS_PIPE_CLOSING)
        room = self.size - self.waiting
        if self.messages:
            if self._queue and len(data) > room:
                return 0
            taken = data
        else:
            taken = data[: max(room, 0)]
        if taken or self.messages:
            self._queue.append(taken)
            self.waiting += len(taken)
        return len(taken)


@dataclass(slots=True)
class Instance:
    """One server end of a named pipe and, once connected, its client.

    Attributes:
        state: listening, connected, or closing when the client went and the server has not yet.
        to_server: what the client writes.
        to_client: what the server writes.
    """

    pipe: NamedPipe
    to_server: Channel
    to_client: Channel
    state: str = "idle"
    on_connect: Callable[[], object] | None = None

    def connect(self) -> None:
        """A client opens the pipe."""
        self.state = "connected"
        if self.on_connect is not None:
            waiting, self.on_connect = self.on_connect, None
            waiting()

    def disconnect(self) -> None:
        """The server throws the client out; what was not read is lost."""
        for channel in (self.to_server, self.to_client):
            channel.reader = channel.writer = False
        self.to_server = Channel(self.to_server.size, self.to_server.messages)
        self.to_client = Channel(self.to_client.size, self.to_client.messages)
        self.state = "idle"


@dataclass(slots=True)
class NamedPipe:
    r"""A name below `\\.\pipe\` and its instances."""

    name: str
    messages: bool
    most: int
    access: int
    sizes: tuple[int, int]
    instances: list[Instance] = field(default_factory=list)


class NamedPipes:
    """The named pipes of a session; no other process can reach them."""

    def __init__(self) -> None:
        self._pipes: dict[str, NamedPipe] = {}

    def find(self, name: str) -> NamedPipe | None:
        """A pipe by its name, case aside."""
        return self._pipes.get(upper(name))

    def create(self, pipe: NamedPipe, *, first: bool) -> Instance:
        """Make another instance.

        Args:
            pipe: the name and its properties; the first instance's hold.
            first: FILE_FLAG_FIRST_PIPE_INSTANCE: refuse if there is one already.
        """
        known = self._pipes.get(upper(pipe.name))
        if known is None:
            known = self._pipes[upper(pipe.name)] = pipe
        elif first or (known.access, known.messages) != (pipe.access, pipe.messages):
            raise NtError(status.STATUS_ACCESS_DENIED)
        if len(known.instances) >= known.most:
            raise NtError(status.STATUS_INSTANCE_NOT_AVAILABLE)
        out_size, in_size = (size or DEFAULT_SIZE for size in known.sizes)
        instance = Instance(
            known, Channel(in_size, known.messages), Channel(out_size, known.messages)
        )
        known.instances.append(instance)
        return instance

    def remove(self, instance: Instance) -> None:
        """The server closed its end."""
        pipe = instance.pipe
        pipe.instances[:] = [other for other in pipe.instances if other is not instance]
        if not pipe.instances:
            self._pipes.pop(upper(pipe.name), None)

    def open(self, name: str) -> Instance:
        """Connect a client to an instance that listens, or never had a client."""
        pipe = self.find(name)
        if pipe is None:
            raise NtError(status.STATUS_OBJECT_NAME_NOT_FOUND)
        for state in ("listening", "idle"):
            for instance in pipe.instances:
                if instance.state == state:
                    instance.connect()
                    return instance
        raise NtError(status.STATUS_PIPE_NOT_AVAILABLE)
