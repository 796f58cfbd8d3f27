"""Kernel objects to wait for, and the waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from crosswind.run.emulator import status
from crosswind.run.emulator.abi import (
    I32,
    U32,
    AnsiString,
    Bool,
    Handle,
    NtStatus,
    Pointer,
    WaitStatus,
    WideString,
    call,
)
from crosswind.run.emulator.calls.threads import deadline_of
from crosswind.run.emulator.objects import Event, KernelObject, Mutex, Semaphore, Timer
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import WinError
from crosswind.run.emulator.threads import Poll, Thread

# Flags of CreateEventEx, CreateMutexEx and CreateWaitableTimerEx (synchapi.h).
_EVENT_MANUAL, _EVENT_SET = 1, 2
_MUTEX_OWNED = 1
_TIMER_MANUAL = 1
_MODIFY = 2
_ALL_ACCESS = 0x1F0003
_MAX_OBJECTS = 64
_ABANDONED = 0x80
_TICKS_PER_MS = 10_000

T = TypeVar("T", bound=KernelObject)


def named(
    p: Process,
    kind: type[T],
    name: str | None,
    make: Callable[[], T],
    access: int = _ALL_ACCESS,
    security: int = 0,
) -> int:
    """Open a new object, or the one that has the name; the last error tells which.

    Raises:
        WinError: ERROR_INVALID_HANDLE, the name belongs to an object of another kind.
    """
    inherit = bool(security and p.memory.read_u32(security + 16))
    known = p.names.get(name) if name else None
    if known is not None and not known.references:
        known = None
    if known is not None and not isinstance(known, kind):
        raise WinError(status.ERROR_INVALID_HANDLE)
    p.set_last_error(status.ERROR_ALREADY_EXISTS if known is not None else 0)
    thing = known if known is not None else make()
    if name:
        p.names[name] = thing
    return p.handles.add(thing, access, inherit=inherit)


def opened(p: Process, kind: type[T], name: str | None, access: int, inherit: int) -> int:
    """Open an object by its name.

    Raises:
        WinError: ERROR_FILE_NOT_FOUND, ERROR_INVALID_HANDLE.
    """
    known = p.names.get(name or "")
    if known is None or not known.references:
        raise WinError(status.ERROR_FILE_NOT_FOUND)
    if not isinstance(known, kind):
        raise WinError(status.ERROR_INVALID_HANDLE)
    return p.handles.add(known, access, inherit=bool(inherit))


@call("kernel32", "kernelbase")
def CreateEventW(
    p: Process, security: Pointer, manual: Bool, initial: Bool, name: WideString
) -> Handle:
    """Make an event."""
    event = Event(manual=bool(manual), is_set=bool(initial), name=name or "")
    return named(p, Event, name, lambda: event, security=security)


@call("kernel32", "kernelbase")
def CreateEventA(
    p: Process, security: Pointer, manual: Bool, initial: Bool, name: AnsiString
) -> Handle:
    """Make an event."""
    return CreateEventW(p, security, manual, initial, name)


@call("kernel32", "kernelbase")
def CreateEventExW(
    p: Process, security: Pointer, name: WideString, flags: U32, access: U32
) -> Handle:
    """Make an event."""
    event = Event(
        manual=bool(flags & _EVENT_MANUAL), is_set=bool(flags & _EVENT_SET), name=name or ""
    )
    return named(p, Event, name, lambda: event, access, security)


@call("kernel32", "kernelbase")
def OpenEventW(p: Process, access: U32, inherit: Bool, name: WideString) -> Handle:
    """Open an event by its name."""
    return opened(p, Event, name, access, inherit)


@call("kernel32", "kernelbase")
def SetEvent(p: Process, handle: Handle) -> Bool:
    """Set an event."""
    p.handles.get(handle, Event, _MODIFY).set()
    return 1


@call("kernel32", "kernelbase")
def ResetEvent(p: Process, handle: Handle) -> Bool:
    """Reset an event."""
    p.handles.get(handle, Event, _MODIFY).reset()
    return 1


@call("kernel32", "kernelbase")
def PulseEvent(p: Process, handle: Handle) -> Bool:
    """Set an event for those that wait now, which this scheduler does not know: it stays reset."""
    p.handles.get(handle, Event, _MODIFY).reset()
    return 1


@call("kernel32", "kernelbase")
def CreateMutexW(p: Process, security: Pointer, owned: Bool, name: WideString) -> Handle:
    """Make a mutex."""
    return _mutex(p, name, owned, security)


@call("kernel32", "kernelbase")
def CreateMutexExW(
    p: Process, security: Pointer, name: WideString, flags: U32, access: U32
) -> Handle:
    """Make a mutex."""
    return _mutex(p, name, flags & _MUTEX_OWNED, security, access)


def _mutex(
    p: Process, name: str | None, owned: int, security: int, access: int = _ALL_ACCESS
) -> int:
    def make() -> Mutex:
        made = Mutex(name or "")
        if owned:
            made.consume(p.thread)
        return made

    return named(p, Mutex, name, make, access, security)


@call("kernel32", "kernelbase")
def OpenMutexW(p: Process, access: U32, inherit: Bool, name: WideString) -> Handle:
    """Open a mutex by its name."""
    return opened(p, Mutex, name, access, inherit)


@call("kernel32", "kernelbase")
def ReleaseMutex(p: Process, handle: Handle) -> Bool:
    """Release a mutex that the calling thread owns."""
    p.handles.get(handle, Mutex).give_back(p.thread)
    return 1


@call("kernel32", "kernelbase")
def CreateSemaphoreW(
    p: Process, security: Pointer, count: I32, maximum: I32, name: WideString
) -> Handle:
    """Make a semaphore."""
    if maximum <= 0 or not 0 <= count <= maximum:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return named(
        p, Semaphore, name, lambda: Semaphore(count, maximum, name or ""), security=security
    )


@call("kernel32", "kernelbase")
def CreateSemaphoreExW(
    p: Process,
    security: Pointer,
    count: I32,
    maximum: I32,
    name: WideString,
    flags: U32,
    access: U32,
) -> Handle:
    """Make a semaphore."""
    del flags, access
    return CreateSemaphoreW(p, security, count, maximum, name)


@call("kernel32", "kernelbase")
def OpenSemaphoreW(p: Process, access: U32, inherit: Bool, name: WideString) -> Handle:
    """Open a semaphore by its name."""
    return opened(p, Semaphore, name, access, inherit)


@call("kernel32", "kernelbase")
def ReleaseSemaphore(p: Process, handle: Handle, count: I32, previous: Pointer) -> Bool:
    """Count a semaphore up."""
    before = p.handles.get(handle, Semaphore, _MODIFY).add(count)
    if previous:
        p.memory.write_u32(previous, before)
    return 1


@call("kernel32", "kernelbase")
def CreateWaitableTimerExW(
    p: Process, security: Pointer, name: WideString, flags: U32, access: U32
) -> Handle:
    """Make a timer; all have the clock's resolution."""
    timer = Timer(p.clock, manual=bool(flags & _TIMER_MANUAL), name=name or "")
    return named(p, Timer, name, lambda: timer, access, security)


@call("kernel32", "kernelbase")
def CreateWaitableTimerW(p: Process, security: Pointer, manual: Bool, name: WideString) -> Handle:
    """Make a timer."""
    timer = Timer(p.clock, manual=bool(manual), name=name or "")
    return named(p, Timer, name, lambda: timer, security=security)


@call("kernel32")
def CreateWaitableTimerA(p: Process, security: Pointer, manual: Bool, name: AnsiString) -> Handle:
    """Make a timer."""
    timer = Timer(p.clock, manual=bool(manual), name=name or "")
    return named(p, Timer, name, lambda: timer, security=security)


@call("kernel32", "kernelbase")
def SetWaitableTimer(
    p: Process,
    handle: Handle,
    due: Pointer,
    period: I32,
    routine: Pointer,
    argument: Pointer,
    resume: Bool,
) -> Bool:
    """Set a timer; a completion routine is not called."""
    del argument, resume
    if routine:
        raise WinError(status.ERROR_NOT_SUPPORTED)
    if period < 0:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    timer = p.handles.get(handle, Timer, _MODIFY)
    moment = deadline_of(p, p.memory.read_i64(due))
    timer.start(
        moment if moment is not None else p.clock.uptime() + (1 << 62), period * _TICKS_PER_MS
    )
    return 1


@call("kernel32", "kernelbase")
def SetWaitableTimerEx(
    p: Process,
    handle: Handle,
    due: Pointer,
    period: I32,
    routine: Pointer,
    argument: Pointer,
    context: Pointer,
    delay: U32,
) -> Bool:
    """Set a timer; a completion routine is not called."""
    del context, delay
    return SetWaitableTimer(p, handle, due, period, routine, argument, 0)


@call("kernel32", "kernelbase")
def CancelWaitableTimer(p: Process, handle: Handle) -> Bool:
    """Stop a timer; it stays signaled if it is."""
    p.handles.get(handle, Timer, _MODIFY).cancel()
    return 1


def poll_any(thread: Thread, things: list[KernelObject]) -> Poll:
    """Wait for the first object in turn that is signaled."""

    def poll() -> int | None:
        for index, thing in enumerate(things):
            if thing.signaled(thread):
                return index + (_ABANDONED if thing.consume(thread) else 0)
        return None

    return poll


def poll_all(thread: Thread, things: list[KernelObject]) -> Poll:
    """Wait until all objects are signaled at once."""

    def poll() -> int | None:
        if not all(thing.signaled(thread) for thing in things):
            return None
        abandoned = [thing.consume(thread) for thing in things]
        return _ABANDONED if any(abandoned) else 0

    return poll


def _wait(
    p: Process, things: list[KernelObject], deadline: int | None, *, every: bool, alertable: bool
) -> int:
    make = poll_all if every else poll_any
    poll = make(p.thread, things)
    return p.wait(poll, deadline=deadline, objects=tuple(things), alertable=alertable)


@call("kernel32", "kernelbase")
def WaitForSingleObject(p: Process, handle: Handle, milliseconds: U32) -> WaitStatus:
    """Wait for an object."""
    thing = p.handles.get(handle)
    return _wait(p, [thing], p.after(milliseconds), every=False, alertable=False)


@call("kernel32", "kernelbase")
def WaitForSingleObjectEx(
    p: Process, handle: Handle, milliseconds: U32, alertable: Bool
) -> WaitStatus:
    """Wait for an object, or until an APC was queued."""
    thing = p.handles.get(handle)
    return _wait(p, [thing], p.after(milliseconds), every=False, alertable=bool(alertable))


@call("kernel32", "kernelbase")
def WaitForMultipleObjects(
    p: Process, count: U32, handles: Pointer, every: Bool, milliseconds: U32
) -> WaitStatus:
    """Wait for one of several objects, or for all."""
    things = _several(p, count, handles)
    return _wait(p, things, p.after(milliseconds), every=bool(every), alertable=False)


@call("kernel32", "kernelbase")
def WaitForMultipleObjectsEx(
    p: Process, count: U32, handles: Pointer, every: Bool, milliseconds: U32, alertable: Bool
) -> WaitStatus:
    """Wait for one of several objects, or for all, or until an APC was queued."""
    things = _several(p, count, handles)
    return _wait(p, things, p.after(milliseconds), every=bool(every), alertable=bool(alertable))


def _several(p: Process, count: int, handles: int) -> list[KernelObject]:
    if not 0 < count <= _MAX_OBJECTS:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return [p.handles.get(p.memory.read_u64(handles + 8 * index)) for index in range(count)]


@call("kernel32", "kernelbase")
def SignalObjectAndWait(
    p: Process, signal: Handle, wait: Handle, milliseconds: U32, alertable: Bool
) -> WaitStatus:
    """Signal an event, mutex or semaphore, and wait for another object."""
    thing, wanted = p.handles.get(signal), p.handles.get(wait)
    if isinstance(thing, Event):
        thing.set()
    elif isinstance(thing, Mutex):
        thing.give_back(p.thread)
    elif isinstance(thing, Semaphore):
        thing.add(1)
    else:
        raise WinError(status.ERROR_INVALID_HANDLE)
    return _wait(p, [wanted], p.after(milliseconds), every=False, alertable=bool(alertable))


@call("ntdll", "ntdll:ZwWaitForSingleObject")
def NtWaitForSingleObject(
    p: Process, handle: Handle, alertable: Bool, timeout: Pointer
) -> NtStatus:
    """Wait for an object, with a time limit as NT gives it."""
    thing = p.handles.get(handle)
    deadline = deadline_of(p, p.memory.read_i64(timeout)) if timeout else None
    return _wait(p, [thing], deadline, every=False, alertable=bool(alertable))
