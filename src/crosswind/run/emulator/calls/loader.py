"""Modules: loading DLLs, finding their exports and their files."""

from __future__ import annotations

import struct

from crosswind.run.emulator import status
from crosswind.run.emulator.abi import U32, AnsiString, Bool, Handle, Pointer, WideString, call
from crosswind.run.emulator.calls.texts import encoded
from crosswind.run.emulator.filesystem.names import PathKind, kind
from crosswind.run.emulator.modules import Module
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import WinError

# Flags of GetModuleHandleExW (libloaderapi.h).
_FROM_ADDRESS = 4
# Flags of LoadLibraryExW that Windows knows.
_LOAD_FLAGS = 0x0000FFFF
# A name that is no name but an ordinal.
_ORDINALS = 1 << 16


def _load(p: Process, name: str | None) -> int:
    if not name:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    p.activity.note("library", name)
    return p.emulator.modules.load(name).base


@call("kernel32", "kernelbase")
def LoadLibraryExW(p: Process, name: WideString, file: Handle, flags: U32) -> Handle:
    """Load one of Windows' DLLs; files of DLLs cannot be loaded."""
    if file or flags & ~_LOAD_FLAGS:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return _load(p, name)


@call("kernel32", "kernelbase")
def LoadLibraryW(p: Process, name: WideString) -> Handle:
    """Load one of Windows' DLLs; files of DLLs cannot be loaded."""
    return _load(p, name)


@call("kernel32", "kernelbase")
def LoadLibraryA(p: Process, name: AnsiString) -> Handle:
    """Load one of Windows' DLLs; files of DLLs cannot be loaded."""
    return _load(p, name)


@call("kernel32", "kernelbase")
def LoadLibraryExA(p: Process, name: AnsiString, file: Handle, flags: U32) -> Handle:
    """Load one of Windows' DLLs; files of DLLs cannot be loaded."""
    if file or flags & ~_LOAD_FLAGS:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return _load(p, name)


@call("kernel32", "kernelbase")
def FreeLibrary(p: Process, module: Handle) -> Bool:
    """Say that a DLL is not needed any more; it stays."""
    if not module:
        raise WinError(status.ERROR_INVALID_HANDLE)
    _module(p, module)
    return 1


def _module(p: Process, handle: int) -> Module:
    """Return a module; 0 is the program.

    Raises:
        WinError: ERROR_MOD_NOT_FOUND.
    """
    found = p.emulator.modules.at(handle) if handle else p.emulator.loaded.module
    if found is None:
        raise WinError(status.ERROR_MOD_NOT_FOUND)
    return found


@call("kernel32", "kernelbase")
def GetProcAddress(p: Process, module: Handle, name: Pointer) -> Pointer:
    """Find an export; names that Windows has and the emulator lacks end the program when called."""
    wanted = f"#{name}" if name < _ORDINALS else p.memory.read_ansi(name)
    return p.emulator.modules.procedure(_module(p, module), wanted)


@call("kernel32", "kernelbase")
def GetModuleHandleW(p: Process, name: WideString) -> Handle:
    """Find a loaded module; no name means the program."""
    return _handle(p, name)


@call("kernel32", "kernelbase")
def GetModuleHandleA(p: Process, name: AnsiString) -> Handle:
    """Find a loaded module; no name means the program."""
    return _handle(p, name)


def _handle(p: Process, name: str | None) -> int:
    if name is None:
        return p.emulator.loaded.module.base
    found = p.emulator.modules.find(name)
    if found is None:
        raise WinError(status.ERROR_MOD_NOT_FOUND)
    return found.base


@call("kernel32", "kernelbase")
def GetModuleHandleExW(p: Process, flags: U32, name: Pointer, result: Pointer) -> Bool:
    """Find a loaded module by its name, or by an address within it."""
    p.memory.write_u64(result, 0)
    if flags & _FROM_ADDRESS:
        found = p.emulator.modules.holding(name)
        if found is None:
            raise WinError(status.ERROR_MOD_NOT_FOUND)
        p.memory.write_u64(result, found.base)
    else:
        p.memory.write_u64(result, _handle(p, p.memory.read_wide(name) if name else None))
    return 1


@call("kernel32", "kernelbase")
def GetModuleFileNameW(p: Process, module: Handle, buffer: Pointer, size: U32) -> U32:
    """Tell a module's file; a name that does not fit is cut."""
    path = encoded(_module(p, module).path)
    if len(path) // 2 > size:
        if size:
            p.memory.write(buffer, path[: 2 * size - 2] + b"\0\0")
        p.set_last_error(status.ERROR_INSUFFICIENT_BUFFER)
        return size
    p.memory.write(buffer, path)
    p.set_last_error(0)
    return len(path) // 2 - 1


@call("kernel32:K32GetModuleFileNameExW", "psapi")
def GetModuleFileNameExW(
    p: Process, process: Handle, module: Handle, buffer: Pointer, size: U32
) -> U32:
    """Tell a module's file; a name that does not fit is cut."""
    p.process_of(process)
    if module:
        _loaded(p, module)
    return GetModuleFileNameW(p, module, buffer, size)


@call("kernel32:K32GetModuleBaseNameW", "psapi")
def GetModuleBaseNameW(
    p: Process, process: Handle, module: Handle, buffer: Pointer, size: U32
) -> U32:
    """Tell the name of a module's file; one that does not fit is cut."""
    p.process_of(process)
    name = encoded(_loaded(p, module).path.rpartition("\\")[2])
    if not size:
        raise WinError(status.ERROR_INSUFFICIENT_BUFFER)
    if len(name) // 2 > size:
        name = name[: 2 * size - 2] + b"\0\0"
    p.memory.write(buffer, name)
    return len(name) // 2 - 1


@call("kernel32:K32EnumProcessModules", "psapi")
def EnumProcessModules(
    p: Process, process: Handle, buffer: Pointer, size: U32, needed: Pointer
) -> Bool:
    """List the modules, the program first."""
    p.process_of(process)
    program = p.emulator.loaded.module.base
    others = [module.base for module in p.emulator.modules if module.base != program]
    data = struct.pack(f"<{len(others) + 1}Q", program, *others)
    p.memory.write_u32(needed, len(data))
    p.memory.write(buffer, data[: size & ~7])
    return 1


@call("kernel32:K32EnumProcessModulesEx", "psapi")
def EnumProcessModulesEx(
    p: Process, process: Handle, buffer: Pointer, size: U32, needed: Pointer, kinds: U32
) -> Bool:
    """List the modules, the program first."""
    del kinds
    return EnumProcessModules(p, process, buffer, size, needed)


def _loaded(p: Process, module: int) -> Module:
    """Return a module; who asks about other processes' calls a wrong one a wrong handle."""
    try:
        return _module(p, module)
    except WinError as error:
        raise WinError(status.ERROR_INVALID_HANDLE) from error


@call("kernel32:K32GetModuleInformation", "psapi")
def GetModuleInformation(
    p: Process, process: Handle, module: Handle, info: Pointer, size: U32
) -> Bool:
    """Tell where a module lies, how large it is, and where it begins to run."""
    p.process_of(process)
    if size < 24:
        raise WinError(status.ERROR_INSUFFICIENT_BUFFER)
    found = _loaded(p, module)
    p.memory.write(info, struct.pack("<QIIQ", found.base, found.size, 0, found.entry))
    return 1


@call("kernel32", "kernelbase")
def SetDefaultDllDirectories(p: Process, flags: U32) -> Bool:
    """Accept where DLLs are looked for; there are only Windows' own."""
    del p
    if not flags:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return 1


@call("kernel32", "kernelbase")
def SetDllDirectoryW(p: Process, path: WideString) -> Bool:
    """Accept where DLLs are looked for; there are only Windows' own."""
    del p, path
    return 1


@call("kernel32", "kernelbase")
def AddDllDirectory(p: Process, path: WideString) -> Pointer:
    """Accept where DLLs are looked for; there are only Windows' own."""
    if kind(path or "") not in (PathKind.DRIVE_ABSOLUTE, PathKind.UNC_ABSOLUTE):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return p.heap.text(path or "")


@call("kernel32", "kernelbase")
def RemoveDllDirectory(p: Process, cookie: Pointer) -> Bool:
    """Accept where DLLs are not looked for any more."""
    return int(p.heap.free(cookie))


@call("kernel32", "kernelbase")
def DisableThreadLibraryCalls(p: Process, module: Handle) -> Bool:
    """Accept that a DLL is not told of threads."""
    _module(p, module)
    return 1


@call("ntdll")
def RtlGetCurrentPeb(p: Process) -> Pointer:
    """Return the address of the PEB."""
    return p.peb
