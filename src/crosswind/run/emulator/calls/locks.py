"""Locks in the program's own memory: SRW locks, critical sections, condition variables, addresses."""

from __future__ import annotations

from crosswind.run.emulator import status
from crosswind.run.emulator.abi import U8, U32, Bool, NtStatus, Pointer, call
from crosswind.run.emulator.calls.threads import deadline_of
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import WinError
from crosswind.run.emulator.threads import EnterProgram, Poll

# What these locks hold in memory is our own affair: SRWLOCK has one word, 0 when free.
# Ours is -1 while held exclusively, or counts those who share it.
_EXCLUSIVE = (1 << 64) - 1
# RTL_CRITICAL_SECTION: LockCount, RecursionCount, OwningThread.
_LOCK_COUNT, _RECURSION, _OWNER = 8, 12, 16
_SECTION_SIZE = 40
# RTL_RUN_ONCE: 0 before, 2 when done; the context's low two bits are free.
_DONE, _RUNNING = 2, 1


@call("kernel32", "kernelbase", "ntdll:RtlInitializeSRWLock")
def InitializeSRWLock(p: Process, lock: Pointer) -> None:
    """Make a lock that is free."""
    p.memory.write_u64(lock, 0)


def _exclusive(p: Process, lock: int) -> Poll:
    def poll() -> int | None:
        if p.memory.read_u64(lock):
            return None
        p.memory.write_u64(lock, _EXCLUSIVE)
        return 1

    return poll


def _shared(p: Process, lock: int) -> Poll:
    def poll() -> int | None:
        value = p.memory.read_u64(lock)
        if value == _EXCLUSIVE:
            return None
        p.memory.write_u64(lock, value + 1)
        return 1

    return poll


@call("kernel32", "kernelbase", "ntdll:RtlAcquireSRWLockExclusive")
def AcquireSRWLockExclusive(p: Process, lock: Pointer) -> None:
    """Wait until the lock is free, and hold it."""
    p.wait(_exclusive(p, lock))


@call("kernel32", "kernelbase", "ntdll:RtlAcquireSRWLockShared")
def AcquireSRWLockShared(p: Process, lock: Pointer) -> None:
    """Wait until the lock is free or shared, and share it."""
    p.wait(_shared(p, lock))


@call("kernel32", "kernelbase", "ntdll:RtlTryAcquireSRWLockExclusive")
def TryAcquireSRWLockExclusive(p: Process, lock: Pointer) -> U8:
    """Hold the lock, if it is free."""
    return _exclusive(p, lock)() or 0


@call("kernel32", "kernelbase", "ntdll:RtlTryAcquireSRWLockShared")
def TryAcquireSRWLockShared(p: Process, lock: Pointer) -> U8:
    """Share the lock, if it is free or shared."""
    return _shared(p, lock)() or 0


@call("kernel32", "kernelbase", "ntdll:RtlReleaseSRWLockExclusive")
def ReleaseSRWLockExclusive(p: Process, lock: Pointer) -> None:
    """Free the lock."""
    p.memory.write_u64(lock, 0)


@call("kernel32", "kernelbase", "ntdll:RtlReleaseSRWLockShared")
def ReleaseSRWLockShared(p: Process, lock: Pointer) -> None:
    """Share the lock no more."""
    value = p.memory.read_u64(lock)
    p.memory.write_u64(lock, value - 1 if 0 < value < _EXCLUSIVE else 0)


@call("kernel32", "kernelbase", "ntdll:RtlInitializeCriticalSection")
def InitializeCriticalSection(p: Process, section: Pointer) -> None:
    """Make a critical section that is free."""
    p.memory.write(section, bytes(_SECTION_SIZE))
    p.memory.write_u32(section + _LOCK_COUNT, 0xFFFFFFFF)


@call("kernel32", "kernelbase")
def InitializeCriticalSectionAndSpinCount(p: Process, section: Pointer, spins: U32) -> Bool:
    """Make a critical section that is free; nobody spins."""
    del spins
    InitializeCriticalSection(p, section)
    return 1


@call("kernel32", "kernelbase")
def InitializeCriticalSectionEx(p: Process, section: Pointer, spins: U32, flags: U32) -> Bool:
    """Make a critical section that is free; nobody spins."""
    del spins, flags
    InitializeCriticalSection(p, section)
    return 1


def _enter(p: Process, section: int) -> Poll:
    thread = p.thread

    def poll() -> int | None:
        depth = p.memory.read_u32(section + _RECURSION)
        if depth and p.memory.read_u64(section + _OWNER) != thread.tid:
            return None
        p.memory.write_u32(section + _RECURSION, depth + 1)
        p.memory.write_u64(section + _OWNER, thread.tid)
        p.memory.write_u32(section + _LOCK_COUNT, 0xFFFFFFFE)
        return 1

    return poll


@call("kernel32", "kernelbase", "ntdll:RtlEnterCriticalSection")
def EnterCriticalSection(p: Process, section: Pointer) -> None:
    """Wait until the section is free, and own it, once more if it is owned already."""
    p.wait(_enter(p, section))


@call("kernel32", "kernelbase", "ntdll:RtlTryEnterCriticalSection")
def TryEnterCriticalSection(p: Process, section: Pointer) -> U32:
    """Own the section, if that is possible at once."""
    return _enter(p, section)() or 0


@call("kernel32", "kernelbase", "ntdll:RtlLeaveCriticalSection")
def LeaveCriticalSection(p: Process, section: Pointer) -> None:
    """Own the section once less."""
    depth = p.memory.read_u32(section + _RECURSION)
    if depth > 1:
        p.memory.write_u32(section + _RECURSION, depth - 1)
        return
    p.memory.write_u32(section + _LOCK_COUNT, 0xFFFFFFFF)
    p.memory.write_u32(section + _RECURSION, 0)
    p.memory.write_u64(section + _OWNER, 0)


@call("kernel32", "kernelbase", "ntdll:RtlDeleteCriticalSection")
def DeleteCriticalSection(p: Process, section: Pointer) -> None:
    """Give the section up."""
    p.memory.write(section, bytes(_SECTION_SIZE))


@call("kernel32", "kernelbase", "ntdll:RtlInitializeConditionVariable")
def InitializeConditionVariable(p: Process, variable: Pointer) -> None:
    """Make a condition variable."""
    p.memory.write_u64(variable, 0)


def _sleep(p: Process, variable: int, milliseconds: int, again: Poll) -> int:
    """Wait for a wake-up, then for the lock; the lock is held at the end in any case."""
    ticket = p.wakes.enter(variable)
    deadline = p.after(milliseconds)
    timed_out = False

    def poll() -> int | None:
        nonlocal timed_out
        late = deadline is not None and p.clock.uptime() >= deadline
        if not timed_out and not p.wakes.is_called(variable, ticket):
            if not late:
                return None
            timed_out = True
            p.wakes.leave(variable, ticket)
        if again() is None:
            return None
        if timed_out:
            raise WinError(status.ERROR_TIMEOUT)
        return 1

    # The poll itself sees to the deadline, since the lock has to be held afterwards.
    return p.wait(poll, objects=(p.wakes.alarm(deadline),))


@call("kernel32", "kernelbase")
def SleepConditionVariableCS(
    p: Process, variable: Pointer, section: Pointer, milliseconds: U32
) -> Bool:
    """Leave a critical section, wait for a wake-up, and enter it again."""
    LeaveCriticalSection(p, section)
    return _sleep(p, variable, milliseconds, _enter(p, section))


@call("kernel32", "kernelbase")
def SleepConditionVariableSRW(
    p: Process, variable: Pointer, lock: Pointer, milliseconds: U32, flags: U32
) -> Bool:
    """Free a lock, wait for a wake-up, and take it again."""
    if flags & 1:
        ReleaseSRWLockShared(p, lock)
        return _sleep(p, variable, milliseconds, _shared(p, lock))
    ReleaseSRWLockExclusive(p, lock)
    return _sleep(p, variable, milliseconds, _exclusive(p, lock))


@call("kernel32", "kernelbase", "ntdll:RtlWakeConditionVariable")
def WakeConditionVariable(p: Process, variable: Pointer) -> None:
    """Wake the thread that waits longest."""
    p.wakes.call(variable, 1)


@call("kernel32", "kernelbase", "ntdll:RtlWakeAllConditionVariable")
def WakeAllConditionVariable(p: Process, variable: Pointer) -> None:
    """Wake all threads that wait."""
    p.wakes.call(variable, None)


def _on_address(p: Process, address: int, compare: int, size: int, deadline: int | None) -> int:
    if size not in {1, 2, 4, 8}:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    if p.memory.read(address, size) != p.memory.read(compare, size):
        return 1
    ticket = p.wakes.enter(address)

    def poll() -> int | None:
        if p.wakes.is_called(address, ticket):
            return 1
        if deadline is not None and p.clock.uptime() >= deadline:
            p.wakes.leave(address, ticket)
            raise WinError(status.ERROR_TIMEOUT)
        return None

    return p.wait(poll, objects=(p.wakes.alarm(deadline),))


@call("kernelbase")
def WaitOnAddress(
    p: Process, address: Pointer, compare: Pointer, size: Pointer, milliseconds: U32
) -> Bool:
    """Wait for a wake-up while a place in memory holds a value."""
    return _on_address(p, address, compare, size, p.after(milliseconds))


@call("kernelbase")
def WakeByAddressSingle(p: Process, address: Pointer) -> None:
    """Wake the thread that waits longest for a place in memory."""
    p.wakes.call(address, 1)


@call("kernelbase")
def WakeByAddressAll(p: Process, address: Pointer) -> None:
    """Wake all threads that wait for a place in memory."""
    p.wakes.call(address, None)


@call("ntdll")
def RtlWaitOnAddress(
    p: Process, address: Pointer, compare: Pointer, size: Pointer, timeout: Pointer
) -> NtStatus:
    """Wait for a wake-up while a place in memory holds a value."""
    deadline = deadline_of(p, p.memory.read_i64(timeout)) if timeout else None
    _on_address(p, address, compare, size, deadline)
    return 0


@call("kernel32", "kernelbase", "ntdll:RtlRunOnceInitialize")
def InitOnceInitialize(p: Process, once: Pointer) -> None:
    """Make a one-time initialization that has not begun."""
    p.memory.write_u64(once, 0)


@call("kernel32", "kernelbase")
def InitOnceExecuteOnce(
    p: Process, once: Pointer, function: Pointer, argument: Pointer, context: Pointer
) -> Bool:
    """Call a function once; others wait until it has returned."""

    def poll() -> int | None:
        state = p.memory.read_u64(once)
        if state & _DONE:
            if context:
                p.memory.write_u64(context, state & ~3)
            return 1
        return None if state & _RUNNING else 2

    if p.wait(poll) == 1:
        return 1
    p.memory.write_u64(once, _RUNNING)
    place = context or p.heap.allocate(8)

    def finished(result: int) -> int:
        p.memory.write_u64(once, p.memory.read_u64(place) & ~3 | _DONE if result else 0)
        return int(bool(result))

    raise EnterProgram(function, (once, argument, place), finished)
