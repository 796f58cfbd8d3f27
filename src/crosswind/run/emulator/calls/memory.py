"""Virtual memory, and heaps."""

from __future__ import annotations

import struct

from crosswind.run.emulator import status
from crosswind.run.emulator.abi import U32, Bool, Handle, NtStatus, Pointer, call
from crosswind.run.emulator.memory import (
    GRANULARITY,
    HIGHEST,
    LOWEST,
    PAGE,
    AccessViolation,
    valid_protection,
)
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import NtError, WinError

# Types of allocations (winnt.h).
_COMMIT, _RESERVE, _DECOMMIT, _RELEASE = 0x1000, 0x2000, 0x4000, 0x8000
_RESET, _WRITE_WATCH, _PHYSICAL = 0x80000, 0x200000, 0x400000
_RESET_UNDO, _LARGE_PAGES = 0x1000000, 0x20000000
_FREE = 0x10000
_NOACCESS = 1
# The handle of the one heap.
_FIXED_HEAP = 0x10000


def allocate(p: Process, address: int, size: int, kinds: int, protection: int) -> int:
    """Reserve pages, commit them, or both; returns where they begin.

    Raises:
        WinError: ERROR_INVALID_PARAMETER, ERROR_INVALID_ADDRESS, or no memory.
    """
    if not valid_protection(protection) or not size:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    if kinds & (_LARGE_PAGES | _PHYSICAL | _WRITE_WATCH):
        raise WinError(status.ERROR_PRIVILEGE_NOT_HELD if kinds & _LARGE_PAGES
                       else status.ERROR_NOT_SUPPORTED)  # fmt: skip
    if kinds & (_RESET | _RESET_UNDO):
        return address & ~(PAGE - 1)
    if not kinds & (_COMMIT | _RESERVE):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    # To commit without an address means to reserve, too.
    if kinds & _RESERVE or not address:
        made = p.memory.reserve(address, size, protection)
        if not kinds & _COMMIT:
            return made.base
        start = address & ~(PAGE - 1) or made.base
        try:
            p.memory.commit(start, size, protection)
        except WinError:
            p.memory.release(made.base)
            raise
        return made.base
    p.memory.commit(address, size, protection)
    return address & ~(PAGE - 1)


def free(p: Process, address: int, size: int, kind: int) -> None:
    """Decommit pages, or release a reservation.

    Raises:
        WinError: ERROR_INVALID_PARAMETER, ERROR_INVALID_ADDRESS.
    """
    if kind == _RELEASE:
        if size:
            raise WinError(status.ERROR_INVALID_PARAMETER)
        p.memory.release(address)
    elif kind == _DECOMMIT:
        p.memory.decommit(address, size)
    else:
        raise WinError(status.ERROR_INVALID_PARAMETER)


@call("kernel32", "kernelbase")
def VirtualAlloc(p: Process, address: Pointer, size: Pointer, kinds: U32, protect: U32) -> Pointer:
    """Reserve and commit memory."""
    # Below the first 64 KiB, and beyond the user's part, no request is valid.
    if 0 < address < GRANULARITY or size > HIGHEST:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return allocate(p, address, size, kinds, protect)


@call("kernel32", "kernelbase")
def VirtualAllocEx(
    p: Process, process: Handle, address: Pointer, size: Pointer, kinds: U32, protect: U32
) -> Pointer:
    """Reserve and commit memory of the own process."""
    p.process_of(process)
    return allocate(p, address, size, kinds, protect)


@call("kernel32", "kernelbase")
def VirtualFree(p: Process, address: Pointer, size: Pointer, kind: U32) -> Bool:
    """Decommit or release memory."""
    free(p, address, size, kind)
    return 1


@call("kernel32", "kernelbase")
def VirtualProtect(p: Process, address: Pointer, size: Pointer, protect: U32, old: Pointer) -> Bool:
    """Change the protection of committed pages."""
    if not valid_protection(protect) or not size:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    # Where the old protection cannot be written, nothing is changed.
    try:
        p.memory.write(old, p.memory.read(old, 4))
    except AccessViolation as error:
        raise WinError(status.ERROR_NOACCESS) from error
    p.memory.write_u32(old, p.memory.protect(address, size, protect))
    return 1


@call("kernel32", "kernelbase")
def VirtualQuery(p: Process, address: Pointer, buffer: Pointer, size: Pointer) -> Pointer:
    """Describe the pages alike from an address on."""
    if size < 48:
        raise WinError(24)  # ERROR_BAD_LENGTH
    if address >= 1 << 47:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    p.memory.write(buffer, basic_information(p, address))
    return 48


def basic_information(p: Process, address: int) -> bytes:
    """Return MEMORY_BASIC_INFORMATION."""
    region = p.memory.query(address)
    found = region.allocation
    if found is None:
        return struct.pack(
            "<QQIIQIIII", region.start, 0, 0, 0, region.end - region.start, _FREE, _NOACCESS, 0, 0
        )
    state = _COMMIT if region.committed else _RESERVE
    return struct.pack(
        "<QQIIQIIII", region.start, found.base, found.protection, 0, region.end - region.start,
        state, region.protection, found.kind, 0,
    )  # fmt: skip


@call("kernel32", "kernelbase")
def VirtualLock(p: Process, address: Pointer, size: Pointer) -> Bool:
    """Keep pages in memory; they are."""
    _committed(p, address, size)
    return 1


@call("kernel32", "kernelbase")
def VirtualUnlock(p: Process, address: Pointer, size: Pointer) -> Bool:
    """Accept that pages need not stay in memory."""
    _committed(p, address, size)
    return 1


def _committed(p: Process, address: int, size: int) -> None:
    end = address + size
    while address < end:
        region = p.memory.query(address)
        if not region.committed:
            raise WinError(status.ERROR_NOACCESS)
        address = region.end


@call("kernel32", "kernelbase", compared=False)
def PrefetchVirtualMemory(
    p: Process, process: Handle, count: Pointer, ranges: Pointer, flags: U32
) -> Bool:
    """Accept advice on what will be read."""
    del count, ranges, flags
    p.process_of(process)
    return 1


@call("kernel32", "kernelbase", compared=False)
def DiscardVirtualMemory(p: Process, address: Pointer, size: Pointer) -> U32:
    """Accept that pages need not keep what they hold."""
    _committed(p, address, size)
    return 0


@call("kernel32", "kernelbase")
def GetLargePageMinimum(p: Process) -> Pointer:
    """Say that there are no large pages."""
    del p
    return 0


@call("kernel32", "kernelbase")
def ReadProcessMemory(
    p: Process, process: Handle, address: Pointer, buffer: Pointer, size: Pointer, done: Pointer
) -> Bool:
    """Read memory of the own process."""
    p.process_of(process)
    data = p.memory.readable(address, min(size, p.memory.limit))
    if done:
        p.memory.write_u64(done, len(data) if len(data) == size else 0)
    if len(data) < size:
        raise WinError(299)  # ERROR_PARTIAL_COPY
    p.memory.write(buffer, data)
    return 1


@call("ntdll", "ntdll:ZwAllocateVirtualMemory")
def NtAllocateVirtualMemory(
    p: Process,
    process: Handle,
    base: Pointer,
    zeros: Pointer,
    size: Pointer,
    kinds: U32,
    protect: U32,
) -> NtStatus:
    """Reserve and commit memory of the own process."""
    del zeros
    p.process_of(process)
    if not valid_protection(protect):
        raise NtError(status.STATUS_INVALID_PAGE_PROTECTION)
    wanted, length = p.memory.read_u64(base), p.memory.read_u64(size)
    start = allocate(p, wanted, length, kinds, protect)
    p.memory.write_u64(base, start)
    p.memory.write_u64(size, length + (wanted - start if wanted else 0) + PAGE - 1 & ~(PAGE - 1))
    return 0


@call("ntdll", "ntdll:ZwFreeVirtualMemory")
def NtFreeVirtualMemory(
    p: Process, process: Handle, base: Pointer, size: Pointer, kind: U32
) -> NtStatus:
    """Decommit or release memory of the own process."""
    p.process_of(process)
    try:
        free(p, p.memory.read_u64(base), p.memory.read_u64(size), kind)
    except WinError as error:
        if error.win32 == status.ERROR_INVALID_ADDRESS:
            raise NtError(status.STATUS_MEMORY_NOT_ALLOCATED) from error
        raise
    return 0


@call("ntdll", "ntdll:ZwProtectVirtualMemory")
def NtProtectVirtualMemory(
    p: Process, process: Handle, base: Pointer, size: Pointer, protect: U32, old: Pointer
) -> NtStatus:
    """Change the protection of committed pages of the own process."""
    p.process_of(process)
    if not valid_protection(protect):
        raise NtError(status.STATUS_INVALID_PAGE_PROTECTION)
    address, length = p.memory.read_u64(base), p.memory.read_u64(size)
    p.memory.write_u32(old, p.memory.protect(address, length, protect))
    return 0


@call("ntdll", "ntdll:ZwQueryVirtualMemory")
def NtQueryVirtualMemory(
    p: Process,
    process: Handle,
    address: Pointer,
    kind: U32,
    buffer: Pointer,
    size: Pointer,
    done: Pointer,
) -> NtStatus:
    """Describe the pages alike from an address on."""
    p.process_of(process)
    if kind:
        raise NtError(status.STATUS_INVALID_INFO_CLASS)
    if size < 48:
        raise NtError(status.STATUS_INFO_LENGTH_MISMATCH)
    if not LOWEST - GRANULARITY <= address < 1 << 47:
        raise NtError(status.STATUS_INVALID_PARAMETER)
    p.memory.write(buffer, basic_information(p, address))
    if done:
        p.memory.write_u64(done, 48)
    return 0


@call("kernel32", "kernelbase")
def GetProcessHeap(p: Process) -> Handle:
    """Return the handle of the process's heap: there is one."""
    del p
    return _FIXED_HEAP


@call("kernel32", "kernelbase")
def HeapCreate(p: Process, options: U32, initial: Pointer, maximum: Pointer) -> Handle:
    """Return the handle of the process's heap: there is one."""
    del p, options, initial, maximum
    return _FIXED_HEAP


@call("kernel32", "kernelbase")
def HeapDestroy(p: Process, heap: Handle) -> Bool:
    """Accept the end of a heap, whose blocks stay."""
    del p, heap
    return 1


@call("kernel32", "kernelbase", "ntdll:RtlAllocateHeap")
def HeapAlloc(p: Process, heap: Handle, flags: U32, size: Pointer) -> Pointer:
    """Return a block, always of zeros."""
    del heap, flags
    return p.heap.allocate(size)


@call("kernel32", "kernelbase", "ntdll:RtlFreeHeap")
def HeapFree(p: Process, heap: Handle, flags: U32, block: Pointer) -> Bool:
    """Free a block."""
    del heap, flags
    return int(not block or _freed(p, block))


@call("kernel32", "kernelbase", "ntdll:RtlReAllocateHeap")
def HeapReAlloc(p: Process, heap: Handle, flags: U32, block: Pointer, size: Pointer) -> Pointer:
    """Return a block of another size with the same contents."""
    del heap, flags
    before = p.heap.size(block)
    if before is None:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    made = p.heap.allocate(size)
    p.memory.write(made, p.memory.read(block, min(before, size)))
    p.heap.free(block)
    return made


@call("kernel32", "kernelbase", "ntdll:RtlSizeHeap")
def HeapSize(p: Process, heap: Handle, flags: U32, block: Pointer) -> Pointer:
    """Return a block's size."""
    del heap, flags
    size = p.heap.size(block)
    return (1 << 64) - 1 if size is None else size


def _freed(p: Process, block: int) -> bool:
    if not p.heap.free(block):
        raise WinError(status.ERROR_INVALID_HANDLE)
    return True


@call("kernel32", "kernelbase", "kernel32:GlobalAlloc")
def LocalAlloc(p: Process, flags: U32, size: Pointer) -> Pointer:
    """Return a block of zeros, which never moves."""
    del flags
    return p.heap.allocate(size)


@call("kernel32", "kernelbase", "kernel32:GlobalFree")
def LocalFree(p: Process, block: Pointer) -> Pointer:
    """Free a block; returns 0, or the block where it is none."""
    if block and not p.heap.free(block):
        p.set_last_error(status.ERROR_INVALID_HANDLE)
        return block
    return 0
