"""kernel32: opening, reading, writing and locking files; what waits is in `transfers`."""

from __future__ import annotations

from crosswind.run.emulator import status
from crosswind.run.emulator.abi import (
    I32,
    I64,
    U8,
    U32,
    Bool,
    FileHandle,
    Handle,
    Pointer,
    WaitStatus,
    WideString,
    call,
)
from crosswind.run.emulator.calls import transfers
from crosswind.run.emulator.console_streams import ConsoleInput, ConsoleOutput
from crosswind.run.emulator.file_objects import (
    SKIP_EVENT,
    SKIP_PORT_ON_SUCCESS,
    FileObject,
    Stream,
    WaitingCall,
)
from crosswind.run.emulator.filesystem import flags
from crosswind.run.emulator.filesystem.filesystem import Request
from crosswind.run.emulator.filesystem.names import Location
from crosswind.run.emulator.filesystem.openfile import OpenFile
from crosswind.run.emulator.filesystem.pipes import PipeEnd
from crosswind.run.emulator.filesystem.streams import HostStream, NullDevice
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import NtError, Unsupported, WinError

# dwCreationDisposition of CreateFileW and the disposition of NtCreateFile it stands for.
_DISPOSITIONS = {
    1: flags.CREATE,
    2: flags.OVERWRITE_IF,
    3: flags.OPEN,
    4: flags.OPEN_IF,
    5: flags.OVERWRITE,
}
# dwFlagsAndAttributes of CreateFileW (FILE_FLAG_*) and the options they become.
_FLAG_OVERLAPPED = 0x40000000
_FLAGS = {
    0x80000000: flags.WRITE_THROUGH,
    0x20000000: flags.NO_INTERMEDIATE_BUFFERING,
    0x10000000: flags.RANDOM_ACCESS,
    0x08000000: flags.SEQUENTIAL_ONLY,
    0x04000000: flags.DELETE_ON_CLOSE,
    0x02000000: flags.OPEN_FOR_BACKUP_INTENT,
    0x00200000: flags.OPEN_REPARSE_POINT,
}
_FLAG_DELETE_ON_CLOSE, _FLAG_BACKUP = 0x04000000, 0x02000000
# SECURITY_ATTRIBUTES: nLength, lpSecurityDescriptor, bInheritHandle.
_INHERIT = 16
_ATTRIBUTES = 0x7FFF
_MASK32 = 0xFFFFFFFF
_LOCK_AT_ONCE, _LOCK_EXCLUSIVE = 1, 2


@call("kernel32")
def CreateFileW(
    p: Process,
    name: WideString,
    access: U32,
    share: U32,
    security: Pointer,
    disposition: U32,
    options: U32,
    template: Handle,
) -> FileHandle:
    """Open or make a file, a folder, a pipe's end or a device; security descriptors are ignored."""
    del template
    if disposition not in _DISPOSITIONS:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    location = locate(p, name or "")
    wanted = create_options(options)
    rights = access | flags.SYNCHRONIZE | flags.READ_ATTRIBUTES
    if options & _FLAG_DELETE_ON_CLOSE:
        rights |= flags.DELETE
    inherit = bool(security and p.memory.read_u32(security + _INHERIT))
    if location.device:
        return p.handles.add(open_device(p, location, rights, wanted), inherit=inherit)
    request = Request(
        location,
        rights,
        share,
        _DISPOSITIONS[disposition],
        wanted,
        options & _ATTRIBUTES & ~flags.ATTRIBUTE_NORMAL,
    )
    try:
        file, action = p.files.open(request)
    except NtError as error:
        # CreateFileW calls an existing file so; elsewhere a collision is ERROR_ALREADY_EXISTS.
        if error.status == status.STATUS_OBJECT_NAME_COLLISION:
            raise WinError(status.ERROR_FILE_EXISTS) from error
        raise
    existed = disposition in (2, 4) and action != flags.CREATED
    p.set_last_error(status.ERROR_ALREADY_EXISTS if existed else 0)
    return p.handles.add(file, inherit=inherit)


def locate(p: Process, name: str) -> Location:
    """What a Win32 path names."""
    return p.files.locate(name, long_paths=p.long_paths)


def create_options(options: int) -> int:
    """The CreateOptions that CreateFileW makes of its flags."""
    wanted = 0 if options & _FLAG_OVERLAPPED else flags.SYNCHRONOUS_IO_NONALERT
    for flag, option in _FLAGS.items():
        if options & flag:
            wanted |= option
    # "You must set this flag to obtain a handle to a directory."
    return wanted if options & _FLAG_BACKUP else wanted | flags.NON_DIRECTORY_FILE


def open_device(p: Process, location: Location, access: int, options: int) -> Stream:
    """Open what is no file: NUL, a pipe, the console."""
    rights = flags.specific(access)
    if location.device == "NUL":
        return NullDevice(rights)
    if location.device == "PIPE":
        return connect(p, location.rest, rights, options)
    if location.device in ("CON", "CONIN$", "CONOUT$"):
        if p.console is None:
            raise WinError(status.ERROR_INVALID_HANDLE)
        reads = location.device == "CONIN$" or (
            location.device == "CON" and not rights & flags.WRITE_DATA
        )
        return ConsoleInput(p.console) if reads else ConsoleOutput(p.console)
    if location.device == "VOLUME":
        # "The caller must have administrative privileges" to read or write a volume (CreateFileW).
        if rights & (flags.READ_DATA | flags.WRITE_DATA | flags.APPEND_DATA):
            raise NtError(status.STATUS_ACCESS_DENIED)
        raise Unsupported("the handle of a volume")
    raise NtError(status.STATUS_OBJECT_NAME_NOT_FOUND)


def connect(p: Process, name: str, access: int, options: int) -> PipeEnd:
    """Open the client's end of a named pipe."""
    instance = p.pipes.open(name)
    # PIPE_ACCESS_INBOUND (1) and _OUTBOUND (2) are the server's directions.
    reads = instance.to_client if instance.pipe.access & 2 else None
    writes = instance.to_server if instance.pipe.access & 1 else None
    end = PipeEnd(reads, writes, access=access, options=options)
    end.instance, end.pipes = instance, p.pipes
    return end


def file_of(p: Process, handle: int) -> OpenFile:
    """The file of a handle.

    Raises:
        WinError: ERROR_INVALID_HANDLE.
    """
    return p.handles.get(handle, OpenFile)


@call("kernel32")
def ReadFile(
    p: Process, handle: Handle, buffer: Pointer, size: U32, done: Pointer, overlapped: Pointer
) -> Bool:
    """Read from a file, a pipe or a stream; a file's read ends at once even if overlapped."""
    source = p.handles.get(handle, FileObject)
    if done:
        p.memory.write_u32(done, 0)
    if isinstance(source, OpenFile):
        offset = _place(p, source, overlapped)
        data = source.read(offset, size)
        transfers.fill(p, buffer, data)
        return _finish(
            p, source, offset, len(data), done, overlapped, empty=bool(size) and not data
        )
    stream = p.handles.get(handle, Stream)
    return _transfer(p, stream, transfers.read(p, stream, buffer, size), done, overlapped)


@call("kernel32")
def WriteFile(
    p: Process, handle: Handle, buffer: Pointer, size: U32, done: Pointer, overlapped: Pointer
) -> Bool:
    """Write to a file, a pipe or a stream."""
    target = p.handles.get(handle, FileObject)
    if done:
        p.memory.write_u32(done, 0)
    data = transfers.taken(p, buffer, size)
    if isinstance(target, OpenFile):
        offset = _place(p, target, overlapped)
        # An offset of -1 means the end of the file.
        end = target.write(None if overlapped and offset == (1 << 64) - 1 else offset, data)
        return _finish(p, target, end - size, size, done, overlapped)
    stream = p.handles.get(handle, Stream)
    return _transfer(p, stream, transfers.write(stream, data), done, overlapped)


def _place(p: Process, file: OpenFile, overlapped: int) -> int:
    """Return where a transfer begins; one whose file is open for overlapped ones has to say it."""
    if overlapped:
        return transfers.offset_of(p, overlapped)
    if file.overlapped:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return file.position


def _finish(
    p: Process,
    file: OpenFile,
    offset: int,
    count: int,
    done: int,
    overlapped: int,
    *,
    empty: bool = False,
) -> int:
    """Tell what a file's transfer did, and move the position."""
    if empty and overlapped:
        raise NtError(status.STATUS_END_OF_FILE)
    if not file.overlapped:
        file.position = offset + count
    if done:
        p.memory.write_u32(done, count)
    if overlapped:
        transfers.Completion(p, file, overlapped).tell(0, count, at_once=True)
    return 1


def _transfer(
    p: Process,
    thing: Stream,
    attempt: transfers.Attempt,
    done: int,
    overlapped: int,
) -> int:
    """Make a transfer, wait for it, or begin it."""
    if overlapped and thing.overlapped:
        return transfers.begin(p, thing, attempt, done, overlapped)

    waiting = WaitingCall()

    def finish() -> int | None:
        thing.calls[:] = [call for call in thing.calls if call is not waiting]
        count = attempt()
        if count is None:
            if waiting.cancelled:
                raise NtError(status.STATUS_CANCELLED)
            thing.calls.append(waiting)
            return None
        if done:
            p.memory.write_u32(done, count)
        if overlapped:
            transfers.Completion(p, thing, overlapped).tell(0, count, at_once=True)
        if isinstance(thing, PipeEnd) and thing.more_of_message:
            raise WinError(status.ERROR_MORE_DATA)
        return 1

    # The host's input may end the wait.
    return p.wait(finish, objects=(thing,))


@call("kernel32")
def GetOverlappedResult(
    p: Process, handle: Handle, overlapped: Pointer, done: Pointer, wait: Bool
) -> Bool:
    """How a transfer ended that was begun with an OVERLAPPED."""
    p.handles.get(handle)
    return _result(p, overlapped, done, wait=bool(wait))


@call("kernel32")
def GetOverlappedResultEx(
    p: Process,
    handle: Handle,
    overlapped: Pointer,
    done: Pointer,
    milliseconds: U32,
    alertable: Bool,
) -> Bool:
    """The same with a time limit, of which only none and INFINITE are kept."""
    del alertable
    p.handles.get(handle)
    return _result(p, overlapped, done, wait=milliseconds != 0)


def _result(p: Process, overlapped: int, done: int, *, wait: bool) -> int:
    def finish() -> int | None:
        code, count = transfers.outcome(p, overlapped)
        if code == status.STATUS_PENDING:
            if wait:
                return None
            raise WinError(status.ERROR_IO_INCOMPLETE)
        p.memory.write_u32(done, count & 0xFFFFFFFF)
        if code >> 30:
            raise NtError(code)
        return 1

    return p.wait(finish)


@call("kernel32")
def CancelIoEx(p: Process, handle: Handle, overlapped: Pointer) -> Bool:
    """End a handle's transfers that wait, or one of them; without an OVERLAPPED calls, too."""
    if not transfers.cancel(p.handles.get(handle, FileObject), overlapped):
        raise WinError(status.ERROR_NOT_FOUND)
    return 1


@call("kernel32")
def CancelIo(p: Process, handle: Handle) -> Bool:
    """End a handle's transfers that wait; those of other threads, too."""
    transfers.cancel(p.handles.get(handle, FileObject), 0)
    return 1


@call("kernel32")
def CancelSynchronousIo(p: Process, thread: Handle) -> Bool:
    """Nothing is cancelled: a thread that waits in ReadFile goes on to wait."""
    p.handles.get(thread)
    raise WinError(status.ERROR_NOT_FOUND)


@call("kernel32")
def SetFileCompletionNotificationModes(p: Process, handle: Handle, modes: U8) -> Bool:
    """Choose whether a completion port is told of transfers that end at once."""
    target = p.handles.get(handle, FileObject)
    if not target.overlapped or modes & ~(SKIP_PORT_ON_SUCCESS | SKIP_EVENT):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    target.modes |= modes
    return 1


@call("kernel32")
def SetFilePointerEx(p: Process, handle: Handle, distance: I64, new: Pointer, method: U32) -> Bool:
    """Move a file's position; one beyond the end is allowed."""
    position = _seek(p, handle, distance, method)
    if new:
        p.memory.write_u64(new, position)
    return 1


@call("kernel32")
def SetFilePointer(p: Process, handle: Handle, low: I32, high: Pointer, method: U32) -> WaitStatus:
    """The same by halves; without a high half the result must fit 32 bits."""
    distance = low
    if high:
        distance = (p.memory.read_u32(high) << 32 | low & _MASK32) & ((1 << 64) - 1)
        distance -= (distance >> 63) << 64
    position = _seek(p, handle, distance, method)
    if high:
        p.memory.write_u32(high, position >> 32)
    p.set_last_error(0)
    return position & _MASK32


def _seek(p: Process, handle: int, distance: int, method: int) -> int:
    target = p.handles.get(handle, FileObject)
    if method > 2:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    if isinstance(target, HostStream):
        return target.seek(distance, method)
    if not isinstance(target, OpenFile):
        raise WinError(status.ERROR_INVALID_FUNCTION)
    start = (0, target.position, target.status().st_size)[method]
    if start + distance < 0:
        raise WinError(status.ERROR_NEGATIVE_SEEK)
    target.position = start + distance
    return target.position


@call("kernel32")
def SetEndOfFile(p: Process, handle: Handle) -> Bool:
    """Cut a file off at its position, or extend it."""
    file = file_of(p, handle)
    file.resize(file.position)
    return 1


@call("kernel32")
def FlushFileBuffers(p: Process, handle: Handle) -> Bool:
    """Wait until the host has written a file to its disk."""
    target = p.handles.get(handle, FileObject)
    if isinstance(target, OpenFile):
        target.flush()
    return 1


@call("kernel32")
def GetFileType(p: Process, handle: Handle) -> U32:
    """Tell a file on a disk from a character device and a pipe."""
    target = p.handles.get(handle, FileObject)
    p.set_last_error(0)
    return target.type


@call("kernel32")
def GetFileSizeEx(p: Process, handle: Handle, size: Pointer) -> Bool:
    """A file's size in bytes."""
    p.memory.write_u64(size, _size(p, handle))
    return 1


@call("kernel32")
def GetFileSize(p: Process, handle: Handle, high: Pointer) -> WaitStatus:
    """A file's size by halves."""
    size = _size(p, handle)
    if high:
        p.memory.write_u32(high, size >> 32)
    p.set_last_error(0)
    return size & _MASK32


def _size(p: Process, handle: int) -> int:
    target = p.handles.get(handle, FileObject)
    if isinstance(target, OpenFile | HostStream):
        return target.info().size
    raise WinError(status.ERROR_INVALID_FUNCTION)


@call("kernel32")
def LockFileEx(
    p: Process,
    handle: Handle,
    options: U32,
    reserved: U32,
    low: U32,
    high: U32,
    overlapped: Pointer,
) -> Bool:
    """Lock a range of bytes against the process's other handles; waits in the call if it has to."""
    if reserved or not overlapped:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    file = file_of(p, handle)
    start, length = transfers.offset_of(p, overlapped), high << 32 | low

    def attempt() -> int | None:
        if file.lock(start, length, exclusive=bool(options & _LOCK_EXCLUSIVE)):
            transfers.Completion(p, file, overlapped).tell(0, 0, at_once=True)
            return 1
        if options & _LOCK_AT_ONCE:
            raise WinError(status.ERROR_LOCK_VIOLATION)
        return None

    return p.wait(attempt)


@call("kernel32")
def LockFile(p: Process, handle: Handle, start: U32, start_high: U32, low: U32, high: U32) -> Bool:
    """Lock a range exclusively, or fail."""
    if not file_of(p, handle).lock(start_high << 32 | start, high << 32 | low, exclusive=True):
        raise WinError(status.ERROR_LOCK_VIOLATION)
    return 1


@call("kernel32")
def UnlockFileEx(
    p: Process, handle: Handle, reserved: U32, low: U32, high: U32, overlapped: Pointer
) -> Bool:
    """Free a range that was locked just so."""
    if reserved or not overlapped:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    file_of(p, handle).unlock(transfers.offset_of(p, overlapped), high << 32 | low)
    return 1


@call("kernel32")
def UnlockFile(
    p: Process, handle: Handle, start: U32, start_high: U32, low: U32, high: U32
) -> Bool:
    """Free a range that was locked just so."""
    file_of(p, handle).unlock(start_high << 32 | start, high << 32 | low)
    return 1


@call("kernel32")
def ReOpenFile(p: Process, handle: Handle, access: U32, share: U32, options: U32) -> FileHandle:
    """Open the file of a handle once more, with other rights."""
    file = file_of(p, handle)
    wanted = create_options(options | _FLAG_BACKUP) | flags.OPEN_REPARSE_POINT
    rights = access | flags.SYNCHRONIZE | flags.READ_ATTRIBUTES
    again, _ = p.files.open(Request(file.location, rights, share, flags.OPEN, wanted))
    return p.handles.add(again)
