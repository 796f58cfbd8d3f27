"""The command line, known folders, COM's memory, and the little of version.dll that is asked for."""

from __future__ import annotations

import struct

from crosswind.run.emulator import command_line, identity, status
from crosswind.run.emulator.abi import U32, Handle, HResult, Pointer, WideString, call
from crosswind.run.emulator.calls.texts import encoded
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import WinError

_HRESULT_FILE_NOT_FOUND = 0x80070002
# FOLDERID_* (knownfolders.h) by their GUIDs' first word.
_FOLDERS = {
    0x5E6C858F: identity.PROFILE,
    0xF1B32785: identity.LOCAL_DATA,
    0x3EB685DB: identity.ROAMING_DATA,
    0xA520A1A4: f"{identity.LOCAL_DATA}Low",
    0x62AB5D82: identity.PROGRAM_DATA,
    0x905E63B6: identity.PROGRAM_FILES,
    0x6D809377: identity.PROGRAM_FILES,
    0x7C5A40EF: identity.PROGRAM_FILES_X86,
    0xDFDF76A2: identity.PUBLIC,
    0xF38BF404: identity.WINDOWS,
    0x1AC14E77: identity.SYSTEM,
    0xB4BFCC3A: f"{identity.PROFILE}\\Desktop",
    0xFDD39AD0: f"{identity.PROFILE}\\Documents",
    0x374DE290: f"{identity.PROFILE}\\Downloads",
    0x33E28130: f"{identity.PROFILE}\\Pictures",
    0x4BD8D571: f"{identity.PROFILE}\\Music",
    0x18989B1D: f"{identity.PROFILE}\\Videos",
    0x0762D272: identity.PROFILES,
}


@call("shell32")
def CommandLineToArgvW(p: Process, line: WideString, count: Pointer) -> Pointer:
    """Take a command line apart; an empty one is the program's path."""
    if line is None or not count:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    arguments = [encoded(text) for text in command_line.split(line) or [p.program_path]]
    # One piece of memory for LocalFree: the addresses, a null, then the texts.
    at = 8 * (len(arguments) + 1)
    place = p.heap.allocate(at + sum(map(len, arguments)))
    addresses = []
    for argument in arguments:
        addresses.append(place + at)
        at += len(argument)
    p.memory.write(place, struct.pack(f"<{len(addresses)}QQ", *addresses, 0) + b"".join(arguments))
    p.memory.write_u32(count, len(arguments))
    return place


@call("shell32")
def SHGetKnownFolderPath(
    p: Process, folder: Pointer, flags: U32, token: Handle, result: Pointer
) -> HResult:
    """Return the path of a folder of Windows or of the user; none is made."""
    del flags, token
    path = _FOLDERS.get(p.memory.read_u32(folder))
    p.memory.write_u64(result, 0)
    if path is None:
        return _HRESULT_FILE_NOT_FOUND
    place = p.heap.allocate(len(encoded(path)))
    p.memory.write(place, encoded(path))
    p.memory.write_u64(result, place)
    return 0


@call("ole32", "combase")
def CoTaskMemFree(p: Process, place: Pointer) -> None:
    """Free what a call returned."""
    if place:
        p.heap.free(place)


@call("ole32", "combase")
def CoInitializeEx(p: Process, reserved: Pointer, flags: U32) -> HResult:
    """Accept; there is no COM to use afterwards. S_FALSE tells that it was called before."""
    del reserved, flags
    p.thread.apartments += 1
    return int(p.thread.apartments > 1)


@call("ole32", "combase")
def CoUninitialize(p: Process) -> None:
    """Accept."""
    p.thread.apartments = max(p.thread.apartments - 1, 0)


@call("version", "kernelbase")
def GetFileVersionInfoSizeW(p: Process, name: WideString, zero: Pointer) -> U32:
    """Find no version: the system's libraries are not files here."""
    del name
    if zero:
        p.memory.write_u32(zero, 0)
    raise WinError(status.ERROR_FILE_NOT_FOUND)
