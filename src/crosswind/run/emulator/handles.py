"""The handle table of a process: numbers for kernel objects, with the rights each number gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeVar, overload

from crosswind.run.emulator import status
from crosswind.run.emulator.objects import KernelObject
from crosswind.run.emulator.status import WinError

# "Kernel object handles": the two low bits are ignored, so handles count in steps of four. Windows gives
# out the lowest that is free, from 4 on.
_STEP = 4
# Pseudo handles (processthreadsapi.h): GetCurrentProcess, GetCurrentThread; 32-bit callers extend them.
CURRENT_PROCESS = (1 << 64) - 1
CURRENT_THREAD = (1 << 64) - 2
INVALID_HANDLE_VALUE = (1 << 64) - 1
# Flags of SetHandleInformation (handleapi.h).
FLAG_INHERIT = 1
FLAG_PROTECT_FROM_CLOSE = 2
# Every right; a handle that was made without naming rights has them all.
ALL_ACCESS = 0xFFFFFFFF
# How many handles a process may have: Windows stops at about 16 million.
MAX_HANDLES = 1 << 24

T = TypeVar("T", bound=KernelObject)


class Entry(NamedTuple):
    """What a handle stands for: an object, the rights to it, and FLAG_* bits."""

    object: KernelObject
    access: int
    flags: int


class HandleTable:
    """Handles by number. A handle that was closed is given out again, as on Windows."""

    def __init__(self) -> None:
        """Start without any handle."""
        self._entries: dict[int, Entry] = {}
        self._free: list[int] = []
        self._next = _STEP
        self._pseudo: dict[int, KernelObject] = {}

    def __len__(self) -> int:
        """Number of open handles."""
        return len(self._entries)

    def __iter__(self) -> Iterator[tuple[int, Entry]]:
        """Go through the open handles, in the order of their numbers."""
        return iter(sorted(self._entries.items()))

    def set_pseudo(self, handle: int, target: KernelObject) -> None:
        """Say what CURRENT_PROCESS or CURRENT_THREAD stands for now."""
        self._pseudo[handle] = target

    def add(self, target: KernelObject, access: int = ALL_ACCESS, *, inherit: bool = False) -> int:
        """Open a handle to an object.

        Raises:
            WinError: ERROR_NO_SYSTEM_RESOURCES, there are too many.
        """
        if self._free:
            number = self._free.pop()
        elif self._next >= MAX_HANDLES * _STEP:
            raise WinError(status.ERROR_NO_SYSTEM_RESOURCES)
        else:
            number = self._next
            self._next += _STEP
        self._entries[number] = Entry(target, access, FLAG_INHERIT if inherit else 0)
        target.acquire()
        return number

    def entry(self, handle: int) -> Entry:
        """Return what a handle stands for; pseudo handles count.

        Raises:
            WinError: ERROR_INVALID_HANDLE, there is no such handle.
        """
        found = self._entries.get(handle & ~3)
        if found is not None:
            return found
        pseudo = self._pseudo.get(handle)
        if pseudo is None:
            raise WinError(status.ERROR_INVALID_HANDLE)
        return Entry(pseudo, ALL_ACCESS, 0)

    @overload
    def get(self, handle: int) -> KernelObject: ...

    @overload
    def get(self, handle: int, kind: type[T], access: int = 0) -> T: ...

    def get(
        self, handle: int, kind: type[KernelObject] = KernelObject, access: int = 0
    ) -> KernelObject:
        """Return the object of a handle.

        Args:
            handle: its number.
            kind: the class that the object must have.
            access: rights that the handle must give, all of them.

        Raises:
            WinError: ERROR_INVALID_HANDLE, there is no such handle or it is of another kind;
                ERROR_ACCESS_DENIED, it does not give these rights.
        """
        entry = self.entry(handle)
        if not isinstance(entry.object, kind):
            raise WinError(status.ERROR_INVALID_HANDLE)
        if access & ~entry.access:
            raise WinError(status.ERROR_ACCESS_DENIED)
        return entry.object

    def close(self, handle: int) -> None:
        """Close a handle; the object goes with its last one. Closing a pseudo handle does nothing.

        Raises:
            WinError: ERROR_INVALID_HANDLE, there is no such handle, or it is protected.
        """
        number = handle & ~3
        entry = self._entries.get(number)
        if entry is None:
            if handle in self._pseudo:
                return
            raise WinError(status.ERROR_INVALID_HANDLE)
        if entry.flags & FLAG_PROTECT_FROM_CLOSE:
            raise WinError(status.ERROR_INVALID_HANDLE)
        del self._entries[number]
        self._free.append(number)
        entry.object.release()

    def duplicate(self, handle: int, access: int | None, *, inherit: bool, close: bool) -> int:
        """Open another handle to the same object.

        Args:
            handle: the one to copy; a pseudo handle becomes a real one.
            access: the rights of the new one; None for the same.
            inherit: whether child processes get it.
            close: close the old one, whatever happens (DUPLICATE_CLOSE_SOURCE).

        Raises:
            WinError: ERROR_INVALID_HANDLE; ERROR_ACCESS_DENIED, more rights are wanted than it has.
        """
        entry = self.entry(handle)
        try:
            if access is not None and access & ~entry.access:
                raise WinError(status.ERROR_ACCESS_DENIED)
            rights = entry.access if access is None else access
            return self.add(entry.object, rights, inherit=inherit)
        finally:
            if close:
                self.close(handle)

    def set_flags(self, handle: int, mask: int, flags: int) -> None:
        """Change FLAG_* bits of a handle.

        Raises:
            WinError: ERROR_INVALID_HANDLE.
        """
        entry = self.entry(handle)
        number = handle & ~3
        if number in self._entries:
            changed = entry.flags & ~mask | flags & mask
            self._entries[number] = entry._replace(flags=changed)

    def close_all(self) -> None:
        """Close every handle, because the process ends."""
        for number, entry in list(self._entries.items()):
            del self._entries[number]
            entry.object.release()
