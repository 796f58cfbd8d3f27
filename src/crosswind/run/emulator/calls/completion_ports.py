"""I/O completion ports."""

from __future__ import annotations

import struct

from crosswind.run.emulator import status
from crosswind.run.emulator.abi import U32, Bool, Handle, NtStatus, Pointer, call
from crosswind.run.emulator.file_objects import FileObject
from crosswind.run.emulator.handles import INVALID_HANDLE_VALUE
from crosswind.run.emulator.ports import MAX_ENTRIES, Entry, Packet, Port
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import NtError, WinError

_ALL_ACCESS = 0x1F0003
_MAX_TAKEN = 1 << 12


@call("kernel32", "kernelbase")
def CreateIoCompletionPort(
    p: Process, file: Handle, port: Handle, key: Pointer, threads: U32
) -> Handle:
    """Make a port, or bind a file to one."""
    del threads
    if file == INVALID_HANDLE_VALUE:
        if port:
            raise WinError(status.ERROR_INVALID_PARAMETER)
        return p.handles.add(Port(), _ALL_ACCESS)
    source = p.handles.get(file, FileObject)
    if not source.overlapped or source.port is not None:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    handle = port or p.handles.add(Port(), _ALL_ACCESS)
    source.port, source.key = p.handles.get(handle, Port), key
    return handle


@call("kernel32", "kernelbase")
def PostQueuedCompletionStatus(
    p: Process, port: Handle, count: U32, key: Pointer, overlapped: Pointer
) -> Bool:
    """Add an entry to a port."""
    target = p.handles.get(port, Port)
    if len(target.entries) >= MAX_ENTRIES:
        raise WinError(status.ERROR_NO_SYSTEM_RESOURCES)
    target.post(key, overlapped, 0, count)
    return 1


def _over(p: Process, port: Port, deadline: int | None) -> int:
    """Say why nobody waits on for a port that has no entry; 0 if it may have one yet."""
    if port.closed:
        return status.ERROR_ABANDONED_WAIT_0
    return status.WAIT_TIMEOUT if deadline is not None and p.clock.uptime() >= deadline else 0


@call("kernel32", "kernelbase")
def GetQueuedCompletionStatus(
    p: Process, port: Handle, count: Pointer, key: Pointer, overlapped: Pointer, milliseconds: U32
) -> Bool:
    """Take an entry from a port."""
    target = p.handles.get(port, Port)
    deadline = p.after(milliseconds)

    def poll() -> int | None:
        if not target.ready(p.thread):
            if over := _over(p, target, deadline):
                p.memory.write_u64(overlapped, 0)
                raise WinError(over)
            return None
        (entry,) = target.take(1)
        p.memory.write_u32(count, entry.count)
        p.memory.write_u64(key, entry.key)
        p.memory.write_u64(overlapped, entry.overlapped)
        if entry.status >> 30 > 1:
            raise NtError(entry.status)
        return 1

    return p.wait(poll, deadline=deadline, objects=(target,))


@call("kernel32", "kernelbase")
def GetQueuedCompletionStatusEx(
    p: Process,
    port: Handle,
    entries: Pointer,
    count: U32,
    taken: Pointer,
    milliseconds: U32,
    alertable: Bool,
) -> Bool:
    """Take several entries from a port."""
    target = p.handles.get(port, Port)
    if not count:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    deadline = p.after(milliseconds)

    def poll() -> int | None:
        if not target.ready(p.thread):
            if over := _over(p, target, deadline):
                p.memory.write_u32(taken, 0)
                raise WinError(over)
            return None
        found = target.take(min(count, _MAX_TAKEN))
        data = b"".join(
            struct.pack("<QQQII", one.key, one.overlapped, one.status, one.count, 0)
            for one in found
        )
        p.memory.write(entries, data)
        p.memory.write_u32(taken, len(found))
        return 1

    return p.wait(poll, deadline=deadline, objects=(target,), alertable=bool(alertable))


@call("ntdll", "ntdll:ZwCreateWaitCompletionPacket", compared=False)
def NtCreateWaitCompletionPacket(
    p: Process, handle: Pointer, access: U32, attributes: Pointer
) -> NtStatus:
    """Make a packet, which brings a wait to a port."""
    del attributes
    p.memory.write_u64(handle, p.handles.add(Packet(), access))
    return 0


@call("ntdll", "ntdll:ZwAssociateWaitCompletionPacket", compared=False)
def NtAssociateWaitCompletionPacket(
    p: Process,
    handle: Handle,
    port: Handle,
    target: Handle,
    key: Pointer,
    overlapped: Pointer,
    code: U32,
    count: Pointer,
    already: Pointer,
) -> NtStatus:
    """Let a port have an entry when an object is signaled."""
    packet = p.handles.get(handle, Packet)
    queue, thing = p.handles.get(port, Port), p.handles.get(target)
    if packet.target is not None:
        raise NtError(status.STATUS_INVALID_PARAMETER)
    signaled = thing.signaled(p.thread)
    packet.arm(queue, thing, Entry(key, overlapped, code, count & 0xFFFFFFFF))
    if already:
        p.memory.write_u8(already, int(signaled))
    return 0


@call("ntdll", "ntdll:ZwCancelWaitCompletionPacket", compared=False)
def NtCancelWaitCompletionPacket(p: Process, handle: Handle, remove: Bool) -> NtStatus:
    """Let a packet wait no more; what it brought is taken back if that is wanted."""
    packet = p.handles.get(handle, Packet)
    if packet.disarm():
        return 0
    if remove & 0xFF:
        # An entry that is still in a queue.
        for _, entry in p.handles:
            port = entry.object
            if isinstance(port, Port) and packet.entry in port.entries:
                port.entries.remove(packet.entry)
                return 0
    return status.STATUS_CANCELLED
