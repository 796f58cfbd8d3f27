"""What is known of files beyond the host's knowledge: who has them open, locks, attributes.

A file is known by its device and number on the host, whatever name led to it. All of it is the
session's: sharing and locks hold among the handles of one process.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from os import stat_result
from typing import Protocol

from crosswind.frozen import frozen
from crosswind.run.emulator.filesystem import flags
from crosswind.run.emulator.filesystem.reparse import Link

Key = tuple[int, int]


def key_of(found: stat_result) -> Key:
    """By what a file is known: the host's device and number."""
    return found.st_dev, found.st_ino


# Rights that take part in sharing ([MS-FSA] 2.1.5.1.2.2).
_READS = flags.READ_DATA | flags.EXECUTE
_WRITES = flags.WRITE_DATA | flags.APPEND_DATA


@dataclass(slots=True)
class Claim:
    """What one handle wants of a file and leaves to others."""

    access: int
    share: int

    @property
    def wants(self) -> int:
        """The rights in terms of the sharing modes they need."""
        return (
            (flags.SHARE_READ if self.access & _READS else 0)
            | (flags.SHARE_WRITE if self.access & _WRITES else 0)
            | (flags.SHARE_DELETE if self.access & flags.DELETE else 0)
        )

    def collides(self, other: Claim) -> bool:
        """Whether both cannot hold at once; a handle that wants no data collides with nothing."""
        mine, theirs = self.wants, other.wants
        if not mine or not theirs:
            return False
        return bool(mine & ~other.share or theirs & ~self.share)


@frozen
class Lock:
    """A locked range of bytes and the handle that holds it."""

    owner: object
    start: int
    length: int
    exclusive: bool

    def overlaps(self, start: int, length: int) -> bool:
        """Whether a range and the lock have a byte in common."""
        return start < self.start + self.length and self.start < start + length


class Mapped(Protocol):
    """A file's content in the program's memory."""

    def store(self) -> None:
        """Write to the file what changed in memory."""
        ...

    def load(self) -> None:
        """Read what changed in the file."""
        ...


@dataclass(slots=True)
class Node:
    """A file that is open.

    Attributes:
        key: the host's device and number of the file.
        claims: one for each open handle.
        locks: byte ranges, in the order in which they were locked.
        delete_pending: whether it goes when the last handle does.
        mapped: the sections of it that are in memory; it cannot shrink meanwhile.
    """

    key: Key
    claims: list[Claim] = field(default_factory=list)
    locks: list[Lock] = field(default_factory=list)
    delete_pending: bool = False
    mapped: list[Mapped] = field(default_factory=list)

    def collides(self, claim: Claim) -> bool:
        """Whether some handle does not share what a new one wants, or the other way round."""
        return any(claim.collides(other) for other in self.claims)

    def can_lock(self, lock: Lock) -> bool:
        """Whether no other lock forbids a new one."""
        return not any(
            held.overlaps(lock.start, lock.length) and (held.exclusive or lock.exclusive)
            for held in self.locks
        )

    def unlock(self, owner: object, start: int, length: int) -> bool:
        """Free exactly one lock of a handle; false if it has no such lock."""
        for index, held in enumerate(self.locks):
            if held.owner is owner and (held.start, held.length) == (start, length):
                del self.locks[index]
                return True
        return False

    def is_locked(self, owner: object, start: int, length: int, *, write: bool) -> bool:
        """Whether a lock forbids a handle to read or write a range."""
        return any(
            held.overlaps(start, length)
            and (held.owner is not owner or (write and not held.exclusive))
            and (write or held.exclusive)
            for held in self.locks
        )


@dataclass(slots=True)
class Remembered:
    """What a program set on a file and the host does not keep."""

    attributes: int | None = None
    created: int | None = None
    directory_link: bool = False
    link: Link | None = None


class Nodes:
    """The open files, and what is remembered of others for the session."""

    def __init__(self) -> None:
        self._open: dict[Key, Node] = {}
        self._remembered: dict[Key, Remembered] = {}

    def __iter__(self) -> Iterator[Node]:
        """Go through the open files."""
        return iter(self._open.values())

    def get(self, key: Key) -> Node | None:
        """The node of a file that is open."""
        return self._open.get(key)

    def open(self, key: Key, claim: Claim) -> Node:
        """Add a handle's claim."""
        node = self._open.setdefault(key, Node(key))
        node.claims.append(claim)
        return node

    def close(self, node: Node, claim: Claim) -> bool:
        """Take a handle's claim back; whether it was the last."""
        node.claims[:] = [other for other in node.claims if other is not claim]
        if node.claims:
            return False
        if self._open.get(node.key) is node:
            del self._open[node.key]
        return True

    def detach(self, node: Node) -> None:
        """A file lost its last name; another may get its number while handles are still open."""
        if self._open.get(node.key) is node:
            del self._open[node.key]

    def recall(self, key: Key) -> Remembered:
        """What was set on a file; empty if nothing was."""
        return self._remembered.get(key) or Remembered()

    def remember(self, key: Key) -> Remembered:
        """The record of a file, to be changed."""
        return self._remembered.setdefault(key, Remembered())

    def forget(self, key: Key) -> None:
        """A file is gone; the host may give its number to another."""
        self._remembered.pop(key, None)
