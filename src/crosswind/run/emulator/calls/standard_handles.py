"""kernel32: the standard handles."""

from __future__ import annotations

import struct

from crosswind.run.emulator import status
from crosswind.run.emulator.abi import U32, Bool, FileHandle, Handle, Pointer, call
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.standard import ERROR, INPUT, NAMES, OUTPUT
from crosswind.run.emulator.status import WinError


@call("kernel32", "kernelbase")
def GetStdHandle(p: Process, name: U32) -> FileHandle:
    """The handle of the input, the output or the errors; 0 if there is none."""
    if name not in NAMES:
        raise WinError(status.ERROR_INVALID_HANDLE)
    return p.standard.get(name, 0)


@call("kernel32", "kernelbase")
def SetStdHandle(p: Process, name: U32, handle: Handle) -> Bool:
    """Put another handle in its place."""
    if name not in NAMES:
        raise WinError(status.ERROR_INVALID_HANDLE)
    p.standard[name] = handle
    return 1


# STARTUPINFOW (processthreadsapi.h), and its flag for the standard handles.
_STARTUP_SIZE, _USE_STANDARD_HANDLES = 104, 0x100


@call("kernel32", "kernelbase")
def GetStartupInfoW(p: Process, info: Pointer) -> None:
    """Tell how the program was started: with its standard handles, and nothing else."""
    handles = [p.standard.get(name, 0) for name in (INPUT, OUTPUT, ERROR)]
    head = struct.pack("<I56xI", _STARTUP_SIZE, _USE_STANDARD_HANDLES)
    p.memory.write(info, head.ljust(80, b"\0") + struct.pack("<3Q", *handles))
