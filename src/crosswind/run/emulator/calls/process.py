"""The process itself: its end, its handles, its priority; there are no others."""

from __future__ import annotations

import struct

from crosswind.run.emulator import status
from crosswind.run.emulator.abi import U8, U32, Bool, Handle, NtStatus, Pointer, call
from crosswind.run.emulator.handles import CURRENT_PROCESS
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import NtError, WinError
from crosswind.run.emulator.threads import ExitThread

# DuplicateHandle's options (handleapi.h).
_CLOSE_SOURCE, _SAME_ACCESS = 1, 2
# Rights to a process (winnt.h).
_TERMINATE, _SET = 0x0001, 0x0200
_PRIORITIES = frozenset({0x20, 0x40, 0x80, 0x100, 0x4000, 0x8000, 0x100000, 0x200000})
# PROCESSINFOCLASS (winternl.h).
_BASIC_INFORMATION, _DEBUG_PORT, _HANDLE_COUNT = 0, 7, 20


@call("kernel32", "ntdll:RtlExitUserProcess", compared=False)
def ExitProcess(p: Process, code: U32) -> None:
    """End the process."""
    p.end(code)
    raise ExitThread(code)


@call("kernel32", "kernelbase")
def TerminateProcess(p: Process, process: Handle, code: U32) -> Bool:
    """End the process."""
    p.process_of(process, _TERMINATE).end(code)
    return 1


@call("ntdll", "ntdll:ZwTerminateProcess")
def NtTerminateProcess(p: Process, process: Handle, code: U32) -> NtStatus:
    """End the process; a handle of 0 would end its other threads only, which is not done."""
    if process:
        p.process_of(process, _TERMINATE).end(code)
    return 0


@call("kernel32", "kernelbase")
def GetCurrentProcess(p: Process) -> Handle:
    """Return the pseudo handle of the process."""
    del p
    return CURRENT_PROCESS


@call("kernel32", "kernelbase")
def GetCurrentProcessId(p: Process) -> U32:
    """Return the number of the process."""
    return p.pid


@call("kernel32", "kernelbase")
def GetProcessId(p: Process, process: Handle) -> U32:
    """Return the number of a handle's process."""
    return p.process_of(process).pid


@call("kernel32", "kernelbase")
def OpenProcess(p: Process, access: U32, inherit: Bool, pid: U32) -> Handle:
    """Open the process by its number; there is no other one."""
    if pid != p.pid:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return p.handles.add(p, access, inherit=bool(inherit))


@call("kernel32", "kernelbase")
def GetExitCodeProcess(p: Process, process: Handle, code: Pointer) -> Bool:
    """Tell how the process ended, which it has not."""
    p.memory.write_u32(code, p.process_of(process).exit_code)
    return 1


@call("kernel32", "kernelbase")
def CloseHandle(p: Process, handle: Handle) -> Bool:
    """Close a handle."""
    p.handles.close(handle)
    return 1


@call("ntdll", "ntdll:ZwClose")
def NtClose(p: Process, handle: Handle) -> NtStatus:
    """Close a handle."""
    p.handles.close(handle)
    return 0


@call("kernel32", "kernelbase")
def DuplicateHandle(
    p: Process,
    source: Handle,
    handle: Handle,
    target: Handle,
    result: Pointer,
    access: U32,
    inherit: Bool,
    options: U32,
) -> Bool:
    """Open another handle to the same object, in the same process."""
    p.process_of(source)
    close = bool(options & _CLOSE_SOURCE)
    rights = None if options & _SAME_ACCESS else access
    if not target and close:
        # Microsoft's documentation: only the source is closed then.
        p.handles.close(handle)
        return 1
    p.process_of(target)
    made = p.handles.duplicate(handle, rights, inherit=bool(inherit), close=close)
    if result:
        p.memory.write_u64(result, made)
    return 1


@call("kernel32", "kernelbase")
def GetHandleInformation(p: Process, handle: Handle, flags: Pointer) -> Bool:
    """Tell whether a handle is inherited, and protected from being closed."""
    p.memory.write_u32(flags, p.handles.entry(handle).flags)
    return 1


@call("kernel32", "kernelbase")
def SetHandleInformation(p: Process, handle: Handle, mask: U32, flags: U32) -> Bool:
    """Change whether a handle is inherited, and protected from being closed."""
    p.handles.set_flags(handle, mask, flags)
    return 1


@call("kernelbase", "kernel32:CompareObjectHandles")
def CompareObjectHandles(p: Process, one: Handle, other: Handle) -> Bool:
    """Say whether two handles are of the same object."""
    if p.handles.get(one) is not p.handles.get(other):
        raise WinError(1656)  # ERROR_NOT_SAME_OBJECT
    return 1


@call("kernel32", "kernelbase")
def GetPriorityClass(p: Process, process: Handle) -> U32:
    """Say that the priority is normal, or what was set."""
    return p.process_of(process).priority


@call("kernel32", "kernelbase")
def SetPriorityClass(p: Process, process: Handle, priority: U32) -> Bool:
    """Note a priority, which changes nothing."""
    if priority not in _PRIORITIES:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    p.process_of(process, _SET).priority = priority
    return 1


@call("kernel32", "kernelbase")
def SetProcessPriorityBoost(p: Process, process: Handle, disable: Bool) -> Bool:
    """Accept that priorities are not raised for a while; they never are."""
    del disable
    p.process_of(process)
    return 1


@call("kernel32", "kernelbase")
def GetProcessPriorityBoost(p: Process, process: Handle, disabled: Pointer) -> Bool:
    """Say that priorities are not raised."""
    p.process_of(process)
    p.memory.write_u32(disabled, 1)
    return 1


@call("kernel32", "kernelbase")
def GetProcessAffinityMask(p: Process, process: Handle, own: Pointer, system: Pointer) -> Bool:
    """Say that it may run on every processor."""
    p.process_of(process)
    mask = (1 << p.processors) - 1
    p.memory.write_u64(own, mask)
    p.memory.write_u64(system, mask)
    return 1


@call("kernel32", "kernelbase")
def SetProcessAffinityMask(p: Process, process: Handle, mask: Pointer) -> Bool:
    """Accept which processors it may run on, as long as there is one."""
    p.process_of(process)
    if not mask & (1 << p.processors) - 1:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return 1


@call("kernel32", "kernelbase")
def GetProcessHandleCount(p: Process, process: Handle, count: Pointer) -> Bool:
    """Count the open handles."""
    p.process_of(process)
    p.memory.write_u32(count, len(p.handles))
    return 1


@call("kernel32", "kernelbase")
def SetProcessShutdownParameters(p: Process, level: U32, flags: U32) -> Bool:
    """Accept when it is to be ended; nothing is shut down."""
    del p, level, flags
    return 1


@call("kernel32", "kernelbase")
def FlushInstructionCache(p: Process, process: Handle, address: Pointer, size: Pointer) -> Bool:
    """Accept that code has changed, which the processor notices by itself."""
    del address, size
    p.process_of(process)
    return 1


@call("kernel32", "kernelbase")
def CheckRemoteDebuggerPresent(p: Process, process: Handle, result: Pointer) -> Bool:
    """Say that there is no debugger."""
    p.process_of(process)
    if not result:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    p.memory.write_u32(result, 0)
    return 1


@call("ntdll", "ntdll:ZwQueryInformationProcess")
def NtQueryInformationProcess(
    p: Process, process: Handle, kind: U32, buffer: Pointer, size: U32, needed: Pointer
) -> NtStatus:
    """Tell of the process: basic information, debugger, count of handles."""
    p.process_of(process)
    if kind == _BASIC_INFORMATION:
        data = struct.pack("<IIQQIIQQ", p.exit_code, 0, p.peb, 1, 8, 0, p.pid, 0)
    elif kind == _DEBUG_PORT:
        data = bytes(8)
    elif kind == _HANDLE_COUNT:
        data = struct.pack("<I", len(p.handles))
    else:
        raise NtError(status.STATUS_INVALID_INFO_CLASS)
    if needed:
        p.memory.write_u32(needed, len(data))
    if size != len(data):
        raise NtError(status.STATUS_INFO_LENGTH_MISMATCH)
    p.memory.write(buffer, data)
    return 0


@call("kernel32", "kernelbase")
def QueryFullProcessImageNameW(
    p: Process, process: Handle, form: U32, buffer: Pointer, size: Pointer
) -> Bool:
    """Tell the program's file."""
    from crosswind.run.emulator.calls.texts import sized

    p.process_of(process)
    del form
    sized(p, buffer, size, p.emulator.loaded.module.path)
    return 1


@call("kernel32", "kernelbase", compared=False)
def SetProcessInformation(p: Process, process: Handle, kind: U32, info: Pointer, size: U32) -> Bool:
    """Accept power throttling and its like, which change nothing."""
    del kind, info, size
    p.process_of(process, _SET)
    return 1


@call("kernel32", "kernelbase")
def GetProcessVersion(p: Process, pid: U32) -> U32:
    """Return the version of Windows that the program asks for."""
    if pid not in (0, p.pid):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    optional = p.emulator.loaded.image.headers.optional
    return optional.subsystem_major << 16 | optional.subsystem_minor


@call("kernel32", "kernelbase", compared=False)
def IsProcessCritical(p: Process, process: Handle, result: Pointer) -> Bool:
    """Say that Windows can do without it."""
    p.process_of(process)
    p.memory.write_u32(result, 0)
    return 1


@call("kernel32", compared=False)
def RegisterApplicationRestart(p: Process, line: Pointer, flags: U32) -> U32:
    """Accept that it is to be restarted after updates, which do not come."""
    del p, line, flags
    return 0


@call("ntdll", compared=False)
def RtlIsCriticalSectionLockedByThread(p: Process, section: Pointer) -> U8:
    """Say whether the calling thread owns a critical section."""
    owner = p.memory.read_u64(section + 16)
    return int(owner == p.thread.tid)


# PEB.ProcessParameters, and where the command line's UNICODE_STRING stands in it (winternl.h).
_PARAMETERS, _COMMAND_LINE = 0x20, 0x70


@call("kernel32", "kernelbase")
def GetCommandLineW(p: Process) -> Pointer:
    """Return the address of the command line."""
    return p.memory.read_u64(p.memory.read_u64(p.peb + _PARAMETERS) + _COMMAND_LINE + 8)


@call("kernel32", "kernelbase")
def GetCommandLineA(p: Process) -> Pointer:
    """Return a copy of the command line in UTF-8."""
    line = p.memory.read_wide(GetCommandLineW(p))
    return p.heap.data(line.encode("utf-8", "surrogatepass") + b"\0")
