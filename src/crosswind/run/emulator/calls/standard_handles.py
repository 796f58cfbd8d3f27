"""kernel32: the standard handles."""

from __future__ import annotations

from crosswind.run.emulator import status
from crosswind.run.emulator.abi import U32, Bool, FileHandle, Handle, call
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.standard import NAMES
from crosswind.run.emulator.status import WinError


@call("kernel32", "kernelbase")
def GetStdHandle(p: Process, name: U32) -> FileHandle:
    """The handle of the input, the output or the errors; 0 if there is none."""
    if name not in NAMES:
        raise WinError(status.ERROR_INVALID_HANDLE)
    return p.standard.get(name, 0)


@call("kernel32", "kernelbase", compared=False)
def SetStdHandle(p: Process, name: U32, handle: Handle) -> Bool:
    """Put another handle in its place."""
    if name not in NAMES:
        raise WinError(status.ERROR_INVALID_HANDLE)
    p.standard[name] = handle
    return 1
