"""Environment variables and the command line."""

from __future__ import annotations

from crosswind.run.emulator import status
from crosswind.run.emulator.abi import U32, Bool, Pointer, WideString, call
from crosswind.run.emulator.calls.texts import counted, encoded, units
from crosswind.run.emulator.environment import MAX_VARIABLE
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import WinError


@call("kernel32", "kernelbase")
def GetEnvironmentVariableW(p: Process, name: WideString, buffer: Pointer, size: U32) -> U32:
    """Copy a variable's value."""
    p.activity.note("environment", name or "")
    value = p.environment.get(name or "")
    if value is None:
        raise WinError(status.ERROR_ENVVAR_NOT_FOUND)
    return counted(p, buffer, size, value)


@call("kernel32", "kernelbase")
def SetEnvironmentVariableW(p: Process, name: WideString, value: WideString) -> Bool:
    """Set a variable, or remove it where no value is given."""
    # A sign at the beginning is part of a drive's name.
    if not name or "=" in name[1:] or len(name) >= MAX_VARIABLE:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    if value is None:
        p.environment.remove(name)
        return 1
    if len(value) >= MAX_VARIABLE:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    p.environment.set(name, value)
    return 1


@call("kernel32", "kernelbase")
def GetEnvironmentStringsW(p: Process) -> Pointer:
    """Return a copy of all variables, in Windows' order."""
    return p.heap.text(p.environment.block())


@call("kernel32", "kernelbase")
def FreeEnvironmentStringsW(p: Process, block: Pointer) -> Bool:
    """Free what GetEnvironmentStringsW returned."""
    return int(p.heap.free(block))


@call("kernel32", "kernelbase")
def ExpandEnvironmentStringsW(p: Process, source: WideString, buffer: Pointer, size: U32) -> U32:
    """Replace names in percent signs; returns the size with the NUL, which may exceed the buffer's."""
    text = p.environment.expand(source or "")
    if units(text) < size:
        p.memory.write(buffer, encoded(text))
    return units(text) + 1
