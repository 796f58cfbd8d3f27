"""kernel32: pipes, within the process."""

from __future__ import annotations

from crosswind.run.emulator import status
from crosswind.run.emulator.abi import U32, Bool, FileHandle, Handle, Pointer, WideString, call
from crosswind.run.emulator.calls import transfers
from crosswind.run.emulator.file_objects import FileObject
from crosswind.run.emulator.filesystem import flags, pipes
from crosswind.run.emulator.filesystem.channel import NamedPipe
from crosswind.run.emulator.filesystem.pipes import PipeEnd
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import NtError, WinError

_INHERIT = 16  # SECURITY_ATTRIBUTES.bInheritHandle
_OVERLAPPED, _FIRST = 0x40000000, 0x80000
_TYPE_MESSAGE, _READ_MESSAGE, _NOWAIT = 4, 2, 1
_UNLIMITED = 255


def _inherits(p: Process, security: int) -> bool:
    return bool(security and p.memory.read_u32(security + _INHERIT))


def _end(p: Process, handle: int) -> PipeEnd:
    found = p.handles.get(handle, FileObject)
    if isinstance(found, PipeEnd):
        return found
    raise WinError(status.ERROR_INVALID_FUNCTION)


@call("kernel32")
def CreatePipe(
    p: Process, reading: Pointer, writing: Pointer, security: Pointer, size: U32
) -> Bool:
    """Make an anonymous pipe."""
    inherit = _inherits(p, security)
    reader, writer = pipes.anonymous(size)
    p.memory.write_u64(reading, p.handles.add(reader, inherit=inherit))
    p.memory.write_u64(writing, p.handles.add(writer, inherit=inherit))
    return 1


@call("kernel32")
def CreateNamedPipeW(
    p: Process,
    name: WideString,
    access: U32,
    mode: U32,
    instances: U32,
    out_size: U32,
    in_size: U32,
    timeout: U32,
    security: Pointer,
) -> FileHandle:
    """Make a server's end of a pipe that this process only can open."""
    del timeout
    location = p.files.locate(name or "")
    if location.device != "PIPE" or not location.rest:
        raise WinError(status.ERROR_INVALID_NAME)
    if not access & 3 or not 0 < instances <= _UNLIMITED:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    messages = bool(mode & _TYPE_MESSAGE)
    if mode & _READ_MESSAGE and not messages:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    most = instances if instances != _UNLIMITED else 1 << 30
    wanted = NamedPipe(location.rest, messages, most, access & 3, (out_size, in_size))
    instance = p.pipes.create(wanted, first=bool(access & _FIRST))
    rights = (flags.specific(0x80000000) if access & 1 else 0) | (
        flags.specific(0x40000000) if access & 2 else 0
    )
    options = 0 if access & _OVERLAPPED else flags.SYNCHRONOUS_IO_NONALERT
    end = PipeEnd(instance.to_server, instance.to_client, access=rights, options=options)
    end.instance, end.pipes, end.server = instance, p.pipes, True
    end.by_message, end.nowait = bool(mode & _READ_MESSAGE), bool(mode & _NOWAIT)
    return p.handles.add(end, inherit=_inherits(p, security))


@call("kernel32")
def ConnectNamedPipe(p: Process, handle: Handle, overlapped: Pointer) -> Bool:
    """Wait for a client, or begin to."""
    end = _end(p, handle)
    instance = end.instance
    if instance is None or not end.server:
        raise WinError(status.ERROR_INVALID_FUNCTION)
    if instance.state == "connected":
        raise WinError(status.ERROR_PIPE_CONNECTED)
    if instance.state == "closing":
        raise WinError(status.ERROR_NO_DATA)
    instance.state = "listening"

    def attempt() -> int | None:
        return 1 if instance.state != "listening" else None

    if overlapped and end.overlapped:
        pending = transfers.Pending(
            transfers.Completion(p, end, overlapped), lambda: None if attempt() is None else 0
        )
        transfers.wait_for(end, pending)
        instance.on_connect = pending
        raise WinError(status.ERROR_IO_PENDING)
    return p.wait(attempt)


@call("kernel32")
def DisconnectNamedPipe(p: Process, handle: Handle) -> Bool:
    """Let the client go; what it did not read is lost."""
    _end(p, handle).disconnect()
    return 1


@call("kernel32")
def WaitNamedPipeW(p: Process, name: WideString, milliseconds: U32) -> Bool:
    """Whether a pipe can be opened; a time limit is not waited for."""
    del milliseconds
    location = p.files.locate(name or "")
    pipe = p.pipes.find(location.rest) if location.device == "PIPE" else None
    if pipe is None:
        raise WinError(status.ERROR_FILE_NOT_FOUND)
    if not any(instance.state in ("listening", "idle") for instance in pipe.instances):
        raise WinError(status.ERROR_SEM_TIMEOUT)
    return 1


@call("kernel32")
def PeekNamedPipe(
    p: Process,
    handle: Handle,
    buffer: Pointer,
    size: U32,
    read: Pointer,
    available: Pointer,
    left: Pointer,
) -> Bool:
    """Look at what waits in a pipe."""
    end = _end(p, handle)
    channel = end.incoming
    if channel is None or not end.access & flags.READ_DATA:
        raise WinError(status.ERROR_ACCESS_DENIED)
    if not channel.waiting and not channel.writer:
        raise NtError(status.STATUS_PIPE_BROKEN)
    data = channel.peek(size) if buffer else b""
    if data:
        p.memory.write(buffer, data)
    values = (
        len(data),
        channel.waiting,
        max(channel.first - len(data), 0) if channel.messages else 0,
    )
    for at, value in zip((read, available, left), values, strict=True):
        if at:
            p.memory.write_u32(at, value)
    return 1


@call("kernel32")
def SetNamedPipeHandleState(
    p: Process, handle: Handle, mode: Pointer, collection: Pointer, timeout: Pointer
) -> Bool:
    """Choose reading by messages, and not to wait."""
    del collection, timeout
    end = _end(p, handle)
    if mode:
        chosen = p.memory.read_u32(mode)
        messages = end.incoming is not None and end.incoming.messages
        if chosen & _READ_MESSAGE and not messages:
            raise WinError(status.ERROR_INVALID_PARAMETER)
        end.by_message, end.nowait = bool(chosen & _READ_MESSAGE), bool(chosen & _NOWAIT)
    return 1


@call("kernel32")
def GetNamedPipeInfo(
    p: Process, handle: Handle, kind: Pointer, out_size: Pointer, in_size: Pointer, most: Pointer
) -> Bool:
    """How a pipe was made."""
    end = _end(p, handle)
    channel = end.incoming or end.outgoing
    messages = channel is not None and channel.messages
    limit = end.instance.pipe.most if end.instance is not None else 1
    values = (
        (_TYPE_MESSAGE if messages else 0) | int(end.server),
        end.outgoing.size if end.outgoing else 0,
        end.incoming.size if end.incoming else 0,
        min(limit, _UNLIMITED),
    )
    for at, value in zip((kind, out_size, in_size, most), values, strict=True):
        if at:
            p.memory.write_u32(at, value)
    return 1


@call("kernel32")
def GetNamedPipeHandleStateW(
    p: Process,
    handle: Handle,
    state: Pointer,
    instances: Pointer,
    collection: Pointer,
    timeout: Pointer,
    user: Pointer,
    user_size: U32,
) -> Bool:
    """How a handle of a pipe is set, and how many instances there are."""
    del collection, timeout, user, user_size
    end = _end(p, handle)
    if state:
        p.memory.write_u32(state, (_READ_MESSAGE if end.by_message else 0) | int(end.nowait))
    if instances:
        count = len(end.instance.pipe.instances) if end.instance else 1
        p.memory.write_u32(instances, count)
    return 1
