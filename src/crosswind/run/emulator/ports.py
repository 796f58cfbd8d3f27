"""I/O completion ports, and the packets that bring what a wait ends to one."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from crosswind.frozen import frozen
from crosswind.run.emulator.objects import KernelObject

if TYPE_CHECKING:
    from crosswind.run.emulator.threads import Thread

# More than any program leaves waiting; a hostile one must not fill our memory.
MAX_ENTRIES = 1 << 16


@frozen
class Entry:
    """OVERLAPPED_ENTRY; `count` is in bytes."""

    key: int
    overlapped: int
    status: int
    count: int


class Port(KernelObject):
    """A completion port: a queue of entries, and packets that add one when their object is signaled.

    Attributes:
        entries: the oldest first.
        packets: those that are armed.
        closed: whether its last handle is closed, which ends the waits for it.
    """

    __slots__ = ("closed", "entries", "packets")

    kind = "IoCompletion"

    def __init__(self) -> None:
        """Make an empty port."""
        super().__init__()
        self.entries: deque[Entry] = deque()
        self.packets: list[Packet] = []
        self.closed = False

    def signaled(self, thread: Thread) -> bool:
        """Whether an entry is there."""
        return self.ready(thread)

    def ready(self, thread: Thread) -> bool:
        """Collect what packets bring, and say whether there is an entry."""
        for packet in list(self.packets):
            if packet.target is not None and packet.target.signaled(thread):
                packet.target.consume(thread)
                self.entries.append(packet.entry)
                packet.disarm()
        return bool(self.entries)

    def due(self) -> int | None:
        """When a packet's object becomes signaled by time."""
        moments = [packet.target.due() for packet in self.packets if packet.target is not None]
        return min((moment for moment in moments if moment is not None), default=None)

    def post(self, key: int, overlapped: int, status: int, count: int) -> None:
        """Add an entry."""
        self.entries.append(Entry(key, overlapped, status, count))

    def take(self, count: int) -> list[Entry]:
        """Take up to so many entries, the oldest first."""
        return [self.entries.popleft() for _ in range(min(count, len(self.entries)))]

    def close(self) -> None:
        """Let go of the packets' objects, and end the waits."""
        self.closed = True
        for packet in list(self.packets):
            packet.disarm()


class Packet(KernelObject):
    """A wait completion packet (NtCreateWaitCompletionPacket): one wait that goes to a port."""

    __slots__ = ("entry", "port", "target")

    kind = "WaitCompletionPacket"

    def __init__(self) -> None:
        """Make a packet that waits for nothing."""
        super().__init__()
        self.port: Port | None = None
        self.target: KernelObject | None = None
        self.entry = Entry(0, 0, 0, 0)

    def arm(self, port: Port, target: KernelObject, entry: Entry) -> None:
        """Let the port have an entry when the target is signaled."""
        port.acquire()
        target.acquire()
        self.port, self.target, self.entry = port, target, entry
        port.packets.append(self)

    def disarm(self) -> bool:
        """Wait no more; false if it did not."""
        port, target = self.port, self.target
        if port is None or target is None:
            return False
        self.port = self.target = None
        port.packets.remove(self)
        target.release()
        port.release()
        return True

    def close(self) -> None:
        """Wait no more."""
        self.disarm()
