"""Reservations and their pages, as values: protections, kinds, runs of pages alike."""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import NamedTuple, Protocol

from crosswind.run.emulator.backing import SEGMENT, Backing

PAGE = 0x1000
# Reservations begin at multiples of this (SYSTEM_INFO.dwAllocationGranularity).
GRANULARITY = 0x10000
# SYSTEM_INFO.lpMinimumApplicationAddress, and the end of the user's half.
LOWEST, HIGHEST = 0x10000, 0x7FFF_FFFF_0000


class Protection(IntFlag):
    """PAGE_* of winnt.h."""

    NOACCESS = 0x01
    READONLY = 0x02
    READWRITE = 0x04
    WRITECOPY = 0x08
    EXECUTE = 0x10
    EXECUTE_READ = 0x20
    EXECUTE_READWRITE = 0x40
    EXECUTE_WRITECOPY = 0x80
    GUARD = 0x100
    NOCACHE = 0x200
    WRITECOMBINE = 0x400


class Kind(IntEnum):
    """MEM_PRIVATE, MEM_MAPPED, MEM_IMAGE of winnt.h."""

    PRIVATE = 0x20000
    MAPPED = 0x40000
    IMAGE = 0x1000000


# What the processor may do: 1 read, 2 write, 4 execute (UC_PROT_*).
READ, WRITE, EXECUTE = 1, 2, 4
_RIGHTS = {0x01: 0, 0x02: 1, 0x04: 3, 0x08: 3, 0x10: 5, 0x20: 5, 0x40: 7, 0x80: 7}
_BASE_PROTECTION = 0xFF
_MODIFIERS = 0x700


class AccessViolation(Exception):  # noqa: N818 - Windows' name
    """Memory that is not there, or may not be used so, was touched on behalf of the program."""

    def __init__(self, address: int, *, write: bool) -> None:
        """Say where, and how."""
        super().__init__(f"{'write to' if write else 'read of'} {address:#x}")
        self.address = address
        self.write = write


class Mapper(Protocol):
    """The processor's view of memory."""

    def map(self, address: int, size: int, rights: int, host: int) -> None:
        """Let pages of the host's memory appear at an address."""

    def unmap(self, address: int, size: int) -> None:
        """Let them disappear."""

    def protect(self, address: int, size: int, rights: int) -> None:
        """Change what may be done with them."""

    def forget(self, address: int, size: int) -> None:
        """Code there was changed."""


class Allocation:
    """A reservation.

    Attributes:
        base, size: where it lies.
        protection: what it was reserved with.
        kind: private, mapped or of an image.
    """

    __slots__ = ("backing", "base", "kind", "protection", "size")

    def __init__(self, base: int, size: int, protection: int, kind: Kind) -> None:
        """Reserve without any memory."""
        self.base = base
        self.size = size
        self.protection = protection
        self.kind = kind
        self.backing = Backing()

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.base + self.size


class Run:
    """Committed pages with one protection, within one segment of an allocation."""

    __slots__ = ("allocation", "end", "host", "protection", "rights", "start", "view")

    def __init__(self, allocation: Allocation, start: int, end: int, protection: int) -> None:
        """Hold pages."""
        self.allocation = allocation
        self.start = start
        self.end = end
        segment = allocation.backing.segment(start - allocation.base, allocation.size)
        offset = (start - allocation.base) % SEGMENT
        self.view = segment.view[offset : offset + end - start]
        self.host = segment.address + offset
        self.protect(protection)

    def protect(self, protection: int) -> None:
        """Change the protection."""
        self.protection = protection
        guarded = protection & Protection.GUARD
        self.rights = 0 if guarded else _RIGHTS[protection & _BASE_PROTECTION]


class Region(NamedTuple):
    """What VirtualQuery tells: pages alike. `allocation` is None where nothing is reserved."""

    start: int
    end: int
    allocation: Allocation | None
    protection: int

    @property
    def committed(self) -> bool:
        """Whether the pages hold anything."""
        return self.protection != 0


def valid_protection(protection: int) -> bool:
    """Say whether VirtualAlloc takes it: one basic protection, and modifiers that go with it."""
    modifiers = protection & ~_BASE_PROTECTION
    basic = protection & _BASE_PROTECTION
    return basic in _RIGHTS and not modifiers & ~_MODIFIERS and not (basic == 1 and modifiers)
