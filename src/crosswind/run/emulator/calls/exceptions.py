"""Exceptions and their handlers; unwinding."""

from __future__ import annotations

import struct

from crosswind.run.emulator import context, status, unwinding
from crosswind.run.emulator.abi import U32, Bool, NtStatus, Pointer, call
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import NtError, WinError
from crosswind.run.emulator.threads import ExitThread

_MAX_PARAMETERS = 15
_MAX_HANDLERS = 1 << 10
# KNONVOLATILE_CONTEXT_POINTERS: places of the vector registers, then of the others.
_INTEGERS = 128


def _add(p: Process, where: dict[int, int], function: int, *, first: bool) -> int:
    if len(where) >= _MAX_HANDLERS:
        raise WinError(status.ERROR_NOT_ENOUGH_MEMORY)
    return p.emulator.handlers.add(where, function, first=first)


@call("kernel32", "ntdll:RtlAddVectoredExceptionHandler")
def AddVectoredExceptionHandler(p: Process, first: U32, function: Pointer) -> Pointer:
    """Add a handler that is asked before all others, or after them."""
    return _add(p, p.emulator.handlers.vectored, function, first=bool(first))


@call("kernel32", "ntdll:RtlAddVectoredContinueHandler")
def AddVectoredContinueHandler(p: Process, first: U32, function: Pointer) -> Pointer:
    """Add a handler that is asked when the exception's handlers are through."""
    return _add(p, p.emulator.handlers.continued, function, first=bool(first))


@call("kernel32", "ntdll:RtlRemoveVectoredExceptionHandler")
def RemoveVectoredExceptionHandler(p: Process, handle: Pointer) -> U32:
    """Remove a handler."""
    handlers = p.emulator.handlers
    return int(handlers.remove(handlers.vectored, handle))


@call("kernel32", "ntdll:RtlRemoveVectoredContinueHandler")
def RemoveVectoredContinueHandler(p: Process, handle: Pointer) -> U32:
    """Remove a handler."""
    handlers = p.emulator.handlers
    return int(handlers.remove(handlers.continued, handle))


@call("kernel32", "kernelbase")
def SetUnhandledExceptionFilter(p: Process, function: Pointer) -> Pointer:
    """Set what is asked when nothing else handled an exception; returns what was set before."""
    before = p.emulator.handlers.unhandled
    p.emulator.handlers.unhandled = function
    return before


@call("kernel32", "kernelbase", compared=False)
def RaiseException(p: Process, code: U32, flags: U32, count: U32, parameters: Pointer) -> None:
    """Raise an exception."""
    length = min(count, _MAX_PARAMETERS) if parameters else 0
    values = struct.unpack(f"<{length}Q", p.memory.read(parameters, 8 * length)) if length else ()
    # Bit 28 belongs to Windows (RaiseException's documentation).
    p.emulator.raise_exception(code & ~0x10000000, flags & 1, values)


@call("kernel32", "kernelbase", compared=False)
def RaiseFailFastException(p: Process, record: Pointer, place: Pointer, flags: U32) -> None:
    """End the process, asking no handler."""
    del place, flags
    code = p.memory.read_u32(record) if record else 0xC0000602  # STATUS_FAIL_FAST_EXCEPTION
    p.end(code)
    raise ExitThread(code)


@call("kernel32", "ntdll")
def RtlCaptureContext(p: Process, place: Pointer) -> None:
    """Write the registers as they are after the call."""
    rip, stack, _ = p.emulator.place()
    del rip
    data = bytearray(context.capture(p.emulator.cpu, rip=p.memory.read_u64(stack)))
    struct.pack_into("<Q", data, context.RSP_OFFSET, stack + 8)
    p.memory.write(place, data)


@call("kernel32", "ntdll", compared=False)
def RtlRestoreContext(p: Process, place: Pointer, record: Pointer) -> None:
    """Go on with other registers."""
    del record
    data = p.memory.read(place, context.SIZE)
    p.emulator.resume_at(context.apply(p.emulator.cpu, data))


@call("ntdll", "ntdll:ZwContinue", compared=False)
def NtContinue(p: Process, place: Pointer, alert: Bool) -> NtStatus:
    """Go on with other registers."""
    del alert
    data = p.memory.read(place, context.SIZE)
    p.emulator.resume_at(context.apply(p.emulator.cpu, data))
    return status.STATUS_SUCCESS


@call("kernel32", "ntdll")
def RtlLookupFunctionEntry(p: Process, address: Pointer, base: Pointer, table: Pointer) -> Pointer:
    """Find the unwind data of a function in the program's own tables."""
    del table
    loaded = p.emulator.loaded
    found = unwinding.find(p.memory, loaded, address)
    if found is None:
        return 0
    if base:
        p.memory.write_u64(base, loaded.module.base)
    return found.place


@call("kernel32", "ntdll")
def RtlVirtualUnwind(
    p: Process,
    kind: U32,
    base: Pointer,
    address: Pointer,
    entry: Pointer,
    registers: Pointer,
    data: Pointer,
    establisher: Pointer,
    saved: Pointer,
) -> Pointer:
    """Make a function's registers those of its caller; returns its handler."""
    memory = p.memory
    general = struct.unpack("<16Q", memory.read(registers + context.GENERAL_OFFSET, 128))
    frame = unwinding.Frame(list(general), address)
    found = unwinding.Entry(entry, *struct.unpack("<III", memory.read(entry, 12)))
    unwinding.unwind(memory, base, found, frame, kind)
    memory.write(registers + context.GENERAL_OFFSET, struct.pack("<17Q", *frame.general, frame.rip))
    for number, value in frame.vectors.items():
        memory.write(registers + context.VECTORS_OFFSET + 16 * number, value)
    for number, place in frame.saved.items() if saved else ():
        memory.write_u64(saved + _INTEGERS + 8 * number, place)
    memory.write_u64(establisher, frame.establisher)
    if frame.handler:
        memory.write_u64(data, frame.data)
    return frame.handler


@call("kernel32", "ntdll")
def RtlPcToFileHeader(p: Process, address: Pointer, base: Pointer) -> Pointer:
    """Return the module that an address lies in."""
    found = p.emulator.modules.holding(address)
    p.memory.write_u64(base, found.base if found else 0)
    return found.base if found else 0


@call("ntdll", compared=False)
def RtlAddFunctionTable(p: Process, table: Pointer, count: U32, base: Pointer) -> U32:
    """Accept unwind data for code that the program made; it is not used."""
    del p, table, count, base
    return 1


@call("ntdll", "ntdll:ZwRaiseException", compared=False)
def NtRaiseException(p: Process, record: Pointer, place: Pointer, first: Bool) -> NtStatus:
    """End the process for an exception's second chance; the first one is not raised so."""
    del place
    if first:
        raise NtError(status.STATUS_NOT_SUPPORTED)
    code = p.memory.read_u32(record)
    p.end(code)
    raise ExitThread(code)
