"""Threads: beginning, ending, suspending; their registers, their slots; sleeping."""

from __future__ import annotations

from collections.abc import Callable

from crosswind.run.emulator import context, status
from crosswind.run.emulator.abi import (
    I32,
    U32,
    Bool,
    Handle,
    HResult,
    NtStatus,
    Pointer,
    WaitStatus,
    WideString,
    call,
)
from crosswind.run.emulator.handles import CURRENT_THREAD
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import NtError, WinError
from crosswind.run.emulator.threads import ExitThread, SwitchThread, Thread

# CREATE_SUSPENDED, STACK_SIZE_PARAM_IS_A_RESERVATION (processthreadsapi.h).
_SUSPENDED, _RESERVATION = 0x4, 0x10000
# Rights to a thread (winnt.h).
_TERMINATE, _SUSPEND, _GET_CONTEXT, _SET_CONTEXT = 0x0001, 0x0002, 0x0008, 0x0010
_ALL_ACCESS = 0x1FFFFF
MAXIMUM_SUSPEND_COUNT = 127
# A stack of this size is the largest that anyone gets.
_MAX_STACK = 1 << 30
# TLS_MINIMUM_AVAILABLE slots are in the TEB (winternl.h: TlsSlots), the others behind a pointer there; we put
# those behind the TEB itself.
_TLS_SLOTS, _TLS_COUNT, _TLS_MORE = 0x1480, 64, 0x1780
_MAX_TLS = 1088
# THREADINFOCLASS (ntddk.h).
_BASIC_INFORMATION = 0
# HRESULT_FROM_NT (winerror.h) of STATUS_SUCCESS, which both calls of descriptions answer.
_FROM_NT = 0x10000000


@call("kernel32", "kernelbase")
def CreateThread(
    p: Process,
    security: Pointer,
    stack: Pointer,
    entry: Pointer,
    argument: Pointer,
    flags: U32,
    number: Pointer,
) -> Handle:
    """Begin a thread; a stack that is no reservation is as large as the image's."""
    reserve = stack if flags & _RESERVATION else max(stack, p.emulator.loaded.stack_reserve)
    if reserve > _MAX_STACK:
        raise WinError(status.ERROR_NOT_ENOUGH_MEMORY)
    thread = p.emulator.new_thread(entry, argument, reserve, suspended=bool(flags & _SUSPENDED))
    if number:
        p.memory.write_u32(number, thread.tid)
    inherit = bool(security and p.memory.read_u32(security + 16))
    return p.handles.add(thread, _ALL_ACCESS, inherit=inherit)


@call("kernel32:ExitThread", "ntdll:RtlExitUserThread", compared=False)
def end_thread(p: Process, code: U32) -> None:
    """End the calling thread."""
    del p
    raise ExitThread(code)


@call("kernel32", "kernelbase")
def TerminateThread(p: Process, handle: Handle, code: U32) -> Bool:
    """End a thread, wherever it is."""
    thread = p.thread_of(handle, _TERMINATE)
    if thread is p.thread:
        raise ExitThread(code)
    p.emulator.end_thread(thread, code)
    return 1


@call("kernel32", "kernelbase")
def GetExitCodeThread(p: Process, handle: Handle, code: Pointer) -> Bool:
    """Tell how a thread ended, or that it runs."""
    p.memory.write_u32(code, p.thread_of(handle).exit_code)
    return 1


@call("kernel32", "kernelbase")
def GetCurrentThread(p: Process) -> Handle:
    """Return the pseudo handle of the calling thread."""
    del p
    return CURRENT_THREAD


@call("kernel32", "kernelbase")
def GetCurrentThreadId(p: Process) -> U32:
    """Return the calling thread's number."""
    return p.thread.tid


@call("kernel32", "kernelbase")
def GetThreadId(p: Process, handle: Handle) -> U32:
    """Return a thread's number."""
    return p.thread_of(handle).tid


@call("kernel32", "kernelbase")
def GetProcessIdOfThread(p: Process, handle: Handle) -> U32:
    """Return the number of a thread's process."""
    p.thread_of(handle)
    return p.pid


@call("kernel32", "kernelbase")
def OpenThread(p: Process, access: U32, inherit: Bool, number: U32) -> Handle:
    """Open a thread by its number."""
    for thread in p.threads:
        if thread.tid == number:
            return p.handles.add(thread, access, inherit=bool(inherit))
    raise WinError(status.ERROR_INVALID_PARAMETER)


@call("kernel32", "kernelbase")
def SuspendThread(p: Process, handle: Handle) -> WaitStatus:
    """Let a thread stand still; returns how often it was suspended before."""
    thread = p.thread_of(handle, _SUSPEND)
    if thread.ended:
        raise WinError(status.ERROR_ACCESS_DENIED)
    if thread.suspended == MAXIMUM_SUSPEND_COUNT:
        raise WinError(156)  # ERROR_SIGNAL_REFUSED
    thread.suspended += 1
    if thread is p.thread:
        raise SwitchThread(thread.suspended - 1)
    return thread.suspended - 1


@call("kernel32", "kernelbase")
def ResumeThread(p: Process, handle: Handle) -> WaitStatus:
    """Let a thread go on; returns how often it was suspended before."""
    thread = p.thread_of(handle, _SUSPEND)
    before = thread.suspended
    thread.suspended = max(before - 1, 0)
    return before


def _registers(p: Process, thread: Thread, use: Callable[[], int]) -> int:
    """Use the registers of a thread; the calling one's own are those of the call."""
    if thread.ended:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    if thread is p.thread:
        return use()
    return int(p.emulator.other_registers(thread, use))


@call("kernel32", "kernelbase")
def GetThreadContext(p: Process, handle: Handle, place: Pointer) -> Bool:
    """Read the registers of a suspended thread."""
    thread = p.thread_of(handle, _GET_CONTEXT)
    flags = p.memory.read_u32(place + 0x30)

    def read() -> int:
        data = context.capture(p.emulator.cpu, flags)
        # The parts that were not asked for stay as they are.
        p.memory.write(place, context.merged(p.memory.read(place, context.SIZE), data, flags))
        return 1

    return _registers(p, thread, read)


@call("kernel32", "kernelbase")
def SetThreadContext(p: Process, handle: Handle, place: Pointer) -> Bool:
    """Set the registers of a suspended thread."""
    thread = p.thread_of(handle, _SET_CONTEXT)
    data = p.memory.read(place, context.SIZE)

    def write() -> int:
        context.apply(p.emulator.cpu, data)
        return 1

    return _registers(p, thread, write)


@call("kernel32", "kernelbase")
def SwitchToThread(p: Process) -> Bool:
    """Let the other threads have their turn."""
    raise SwitchThread(int(len(p.threads) > 1))


@call("ntdll", "ntdll:ZwYieldExecution")
def NtYieldExecution(p: Process) -> NtStatus:
    """Let the other threads have their turn."""
    del p
    raise SwitchThread(0)


def _sleep(p: Process, deadline: int | None, *, alertable: bool, result: int) -> int:
    return p.wait(lambda: None, deadline=deadline, on_timeout=result, alertable=alertable)


@call("kernel32", "kernelbase")
def Sleep(p: Process, milliseconds: U32) -> None:
    """Wait for a time: exactly so long on the virtual clock, which nothing else holds up."""
    if not milliseconds:
        raise SwitchThread(0)
    _sleep(p, p.after(milliseconds), alertable=False, result=0)


@call("kernel32", "kernelbase")
def SleepEx(p: Process, milliseconds: U32, alertable: Bool) -> U32:
    """Wait for a time, or until an APC was queued."""
    if not milliseconds and not (alertable and p.thread.apcs):
        raise SwitchThread(0)
    return _sleep(p, p.after(milliseconds), alertable=bool(alertable), result=0)


@call("ntdll", "ntdll:ZwDelayExecution")
def NtDelayExecution(p: Process, alertable: Bool, interval: Pointer) -> NtStatus:
    """Wait for a time, or until a moment."""
    ticks = p.memory.read_i64(interval)
    if not ticks:
        raise SwitchThread(0)
    return _sleep(p, deadline_of(p, ticks), alertable=bool(alertable), result=0)


def deadline_of(p: Process, ticks: int) -> int | None:
    """Return the uptime of a time as NT gives it: negative from now on, positive since 1601."""
    if ticks == -(1 << 63):
        return None
    if ticks <= 0:
        return p.clock.uptime() - ticks
    return p.clock.uptime() + max(ticks - p.clock.filetime(), 0)


@call("kernel32", "kernelbase")
def QueueUserAPC(p: Process, function: Pointer, handle: Handle, argument: Pointer) -> U32:
    """Queue a function for a thread's next alertable wait."""
    thread = p.thread_of(handle, _SET_CONTEXT)
    if thread.ended:
        raise WinError(status.ERROR_GEN_FAILURE)
    thread.apcs.append((function, argument))
    return 1


@call("kernel32", "kernelbase")
def GetThreadPriority(p: Process, handle: Handle) -> I32:
    """Return a thread's priority."""
    return p.thread_of(handle).priority


@call("kernel32", "kernelbase")
def SetThreadPriority(p: Process, handle: Handle, priority: I32) -> Bool:
    """Note a thread's priority, which does not change when it runs."""
    if priority not in {-15, -2, -1, 0, 1, 2, 15, 0x10000, 0x20000}:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    thread = p.thread_of(handle)
    if abs(priority) < 0x10000:
        thread.priority = priority
    return 1


@call("kernel32", "kernelbase")
def SetThreadPriorityBoost(p: Process, handle: Handle, disable: Bool) -> Bool:
    """Accept that a thread's priority is not raised for a while; it never is."""
    del disable
    p.thread_of(handle)
    return 1


@call("kernel32", "kernelbase")
def SetThreadAffinityMask(p: Process, handle: Handle, mask: Pointer) -> Pointer:
    """Accept which processors a thread may run on; returns those that it could run on before."""
    p.thread_of(handle)
    everywhere = (1 << p.processors) - 1
    if not mask & everywhere:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return everywhere


@call("kernel32", "kernelbase")
def GetCurrentProcessorNumber(p: Process) -> U32:
    """Return 0: one processor does all work."""
    del p
    return 0


@call("kernel32", "kernelbase")
def SetThreadDescription(p: Process, handle: Handle, text: WideString) -> HResult:
    """Name a thread."""
    try:
        p.thread_of(handle).description = text or ""
    except WinError as error:
        return _FROM_NT | error.status
    return _FROM_NT


@call("kernel32", "kernelbase")
def GetThreadDescription(p: Process, handle: Handle, result: Pointer) -> HResult:
    """Return a thread's name, in memory for LocalFree."""
    try:
        p.memory.write_u64(result, p.heap.text(p.thread_of(handle).description))
    except WinError as error:
        return _FROM_NT | error.status
    return _FROM_NT


@call("kernel32", "kernelbase")
def GetThreadTimes(
    p: Process, handle: Handle, created: Pointer, ended: Pointer, kernel: Pointer, user: Pointer
) -> Bool:
    """Say that a thread began with the process and worked ever since."""
    p.thread_of(handle)
    up = p.clock.uptime()
    for place, value in ((created, p.clock.filetime() - up), (ended, 0), (kernel, 0), (user, up)):
        p.memory.write_u64(place, value)
    return 1


@call("ntdll", "ntdll:ZwQueryInformationThread")
def NtQueryInformationThread(
    p: Process, handle: Handle, kind: U32, buffer: Pointer, size: U32, needed: Pointer
) -> NtStatus:
    """Tell where a thread's TEB is, and its numbers."""
    thread = p.thread_of(handle)
    if kind != _BASIC_INFORMATION:
        raise NtError(status.STATUS_INVALID_INFO_CLASS)
    if size != 48:
        raise NtError(status.STATUS_INFO_LENGTH_MISMATCH)
    for offset, value in ((0, thread.exit_code), (8, thread.teb), (16, p.pid), (24, thread.tid),
                          (32, (1 << p.processors) - 1), (40, 8)):  # fmt: skip
        p.memory.write_u64(buffer + offset, value)
    if needed:
        p.memory.write_u32(needed, 48)
    return 0


@call("kernel32", "kernelbase")
def GetCurrentThreadStackLimits(p: Process, low: Pointer, high: Pointer) -> None:
    """Tell where the calling thread's stack lies."""
    p.memory.write_u64(low, p.memory.read_u64(p.thread.teb + 0x1478))
    p.memory.write_u64(high, p.memory.read_u64(p.thread.teb + 0x08))


@call("kernel32", "kernelbase")
def SetThreadStackGuarantee(p: Process, size: Pointer) -> Bool:
    """Accept how much of the stack is to be left after an overflow: it is a page."""
    p.memory.write_u32(size, 0)
    return 1


def _slot(p: Process, index: int) -> int:
    """Return the address of a thread's slot.

    Raises:
        WinError: ERROR_INVALID_PARAMETER, there is none of this number.
    """
    if index < _TLS_COUNT:
        return p.thread.teb + _TLS_SLOTS + 8 * index
    if index >= _MAX_TLS:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    block = p.memory.read_u64(p.thread.teb + _TLS_MORE)
    if not block:
        block = p.heap.allocate(8 * (_MAX_TLS - _TLS_COUNT))
        p.memory.write_u64(p.thread.teb + _TLS_MORE, block)
    return block + 8 * (index - _TLS_COUNT)


@call("kernel32", "kernelbase")
def TlsAlloc(p: Process) -> WaitStatus:
    """Return the number of a free slot that each thread has."""
    for index in range(_MAX_TLS):
        if index not in p.slots:
            p.slots.add(index)
            return index
    raise WinError(259)  # ERROR_NO_MORE_ITEMS


@call("kernel32", "kernelbase")
def TlsFree(p: Process, index: U32) -> Bool:
    """Free a slot."""
    if index not in p.slots:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    p.slots.remove(index)
    current = p.thread
    for thread in p.threads:
        p.run_as(thread)
        p.memory.write_u64(_slot(p, index), 0)
    p.run_as(current)
    return 1


@call("kernel32", "kernelbase")
def TlsGetValue(p: Process, index: U32) -> Pointer:
    """Return what the calling thread's slot holds."""
    value = p.memory.read_u64(_slot(p, index))
    p.set_last_error(0)
    return value


@call("kernel32", "kernelbase")
def TlsSetValue(p: Process, index: U32, value: Pointer) -> Bool:
    """Set the calling thread's slot."""
    p.memory.write_u64(_slot(p, index), value)
    return 1


@call("kernel32", "kernelbase")
def FlsAlloc(p: Process, callback: Pointer) -> WaitStatus:
    """Return the number of a free slot; its callback is never called."""
    del callback
    return TlsAlloc(p)


@call("kernel32", "kernelbase")
def FlsFree(p: Process, index: U32) -> Bool:
    """Free a slot."""
    return TlsFree(p, index)


@call("kernel32", "kernelbase")
def FlsGetValue(p: Process, index: U32) -> Pointer:
    """Return what the calling thread's slot holds."""
    return TlsGetValue(p, index)


@call("kernel32", "kernelbase")
def FlsSetValue(p: Process, index: U32, value: Pointer) -> Bool:
    """Set the calling thread's slot."""
    return TlsSetValue(p, index, value)
