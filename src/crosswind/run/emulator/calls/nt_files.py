"""ntdll: files, as os.Root and internal/syscall/windows use them."""

from __future__ import annotations

import struct

from crosswind.run.emulator import status
from crosswind.run.emulator.abi import U32, Handle, NtStatus, Pointer, WideString, call
from crosswind.run.emulator.calls.file_information import below
from crosswind.run.emulator.calls.files import open_device
from crosswind.run.emulator.calls.transfers import is_pending
from crosswind.run.emulator.file_objects import FileObject
from crosswind.run.emulator.filesystem import classes, flags, info, names
from crosswind.run.emulator.filesystem.classes import InfoClass
from crosswind.run.emulator.filesystem.filesystem import Request
from crosswind.run.emulator.filesystem.names import Location, NameError_
from crosswind.run.emulator.filesystem.openfile import OpenFile
from crosswind.run.emulator.filesystem.streams import NullDevice
from crosswind.run.emulator.ports import Port
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import NtError, Unsupported

# OBJECT_ATTRIBUTES: Length, RootDirectory, ObjectName, Attributes.
_ROOT, _NAME, _ATTRIBUTES = 8, 16, 24
_SIZE = 48
_OBJ_INHERIT, _OBJ_DONT_REPARSE = 0x2, 0x1000
# FILE_INFORMATION_CLASS (wdm.h): those that are about a handle's completion port.
_COMPLETION, _NOTIFICATION, _REPLACE_COMPLETION = 30, 41, 61
# FILE_COMPLETION_INFORMATION: Port, Key.
_PORT = struct.Struct("<QQ")
_DEFAULT_SYNC = flags.SYNCHRONOUS_IO_NONALERT


def _string(p: Process, address: int) -> str:
    """A UNICODE_STRING: Length in bytes, MaximumLength, Buffer."""
    length = p.memory.read_u16(address)
    if length % 2:
        raise NtError(status.STATUS_INVALID_PARAMETER)
    data = p.memory.read(p.memory.read_u64(address + 8), length) if length else b""
    return data.decode("utf-16-le", "surrogatepass")


def _resolve(p: Process, root: int, name: str) -> Location:
    """An NT path, or a name below an open folder."""
    if root:
        return below(_file(p, root), name)
    try:
        return names.locate(name)
    except NameError_ as error:
        raise NtError(int(error.problem)) from error


def _file(p: Process, handle: int) -> OpenFile:
    return p.handles.get(handle, OpenFile)


@call("ntdll")
def NtCreateFile(
    p: Process,
    handle: Pointer,
    access: U32,
    attributes: Pointer,
    block: Pointer,
    size: Pointer,
    file_attributes: U32,
    share: U32,
    disposition: U32,
    options: U32,
    extended: Pointer,
    extended_size: U32,
) -> NtStatus:
    """Open or make a file or a folder, also relative to an open folder; no extended attributes."""
    del size, extended, extended_size
    if disposition > flags.OVERWRITE_IF:
        raise NtError(status.STATUS_INVALID_PARAMETER)
    _open(p, handle, access, attributes, block, share, disposition, options, file_attributes)
    return 0


@call("ntdll")
def NtOpenFile(
    p: Process,
    handle: Pointer,
    access: U32,
    attributes: Pointer,
    block: Pointer,
    share: U32,
    options: U32,
) -> NtStatus:
    """Open a file or a folder that is there."""
    _open(p, handle, access, attributes, block, share, flags.OPEN, options, 0)
    return 0


def _open(
    p: Process,
    handle: int,
    access: int,
    attributes: int,
    block: int,
    share: int,
    disposition: int,
    options: int,
    file_attributes: int,
) -> None:
    if p.memory.read_u32(attributes) != _SIZE:
        raise NtError(status.STATUS_INVALID_PARAMETER)
    if options & flags.OPEN_BY_FILE_ID:
        raise NtError(status.STATUS_NOT_SUPPORTED)
    both = flags.DIRECTORY_FILE | flags.NON_DIRECTORY_FILE
    if options & both == both:
        raise NtError(status.STATUS_INVALID_PARAMETER)
    root = p.memory.read_u64(attributes + _ROOT)
    name = _string(p, p.memory.read_u64(attributes + _NAME))
    chosen = p.memory.read_u32(attributes + _ATTRIBUTES)
    location = _resolve(p, root, name)
    inherit = bool(chosen & _OBJ_INHERIT)
    action = flags.OPENED
    if location.device:
        thing: FileObject = open_device(p, location, access, options)
    else:
        request = Request(
            location,
            access,
            share,
            disposition,
            options,
            file_attributes & ~flags.ATTRIBUTE_NORMAL,
            refuse_links=bool(chosen & _OBJ_DONT_REPARSE),
        )
        thing, action = p.files.open(request)
    p.memory.write_u64(handle, p.handles.add(thing, inherit=inherit))
    _told(p, block, action)


def _told(p: Process, block: int, information: int) -> None:
    """Fill an IO_STATUS_BLOCK."""
    p.memory.write_u64(block, 0)
    p.memory.write_u64(block + 8, information)


@call("ntdll")
def NtQueryInformationFile(
    p: Process, handle: Handle, block: Pointer, buffer: Pointer, size: U32, wanted: U32
) -> NtStatus:
    """What an information class tells of a file; of a pipe or a stream only its modes."""
    thing = p.handles.get(handle, FileObject)
    if wanted == _NOTIFICATION:
        if size < 4:
            raise NtError(status.STATUS_INFO_LENGTH_MISMATCH)
        data = thing.modes.to_bytes(4, "little")
    elif isinstance(thing, OpenFile):
        data = classes.query(thing, _class(wanted), size)
    elif wanted == InfoClass.MODE:
        mode = getattr(thing, "options", _DEFAULT_SYNC) & flags.MODE
        data = mode.to_bytes(4, "little")
    else:
        raise NtError(status.STATUS_INVALID_INFO_CLASS)
    p.memory.write(buffer, data[:size])
    _told(p, block, min(len(data), size))
    if len(data) > size:
        return status.STATUS_BUFFER_OVERFLOW
    return 0


def _class(wanted: int) -> InfoClass:
    try:
        return InfoClass(wanted)
    except ValueError:
        raise NtError(status.STATUS_INVALID_INFO_CLASS) from None


@call("ntdll")
def NtSetInformationFile(
    p: Process, handle: Handle, block: Pointer, buffer: Pointer, size: U32, wanted: U32
) -> NtStatus:
    """Change a file: times, attributes, size, name, whether it shall go."""
    data = p.memory.read(buffer, size) if size else b""
    if wanted in (_COMPLETION, _REPLACE_COMPLETION):
        _bind(p, p.handles.get(handle, FileObject), data, replace=wanted == _REPLACE_COMPLETION)
        _told(p, block, 0)
        return 0

    def resolve(root: int, name: str) -> Location:
        return _resolve(p, root, name)

    classes.change(p.files, _file(p, handle), _class(wanted), data, resolve)
    _told(p, block, 0)
    return 0


def _bind(p: Process, thing: FileObject, data: bytes, *, replace: bool) -> None:
    """Bind a file to a completion port; to replace it by none frees the file of its port."""
    if len(data) < _PORT.size:
        raise NtError(status.STATUS_INFO_LENGTH_MISMATCH)
    handle, key = _PORT.unpack_from(data)
    if not thing.overlapped or (thing.port is not None and not replace):
        raise NtError(status.STATUS_INVALID_PARAMETER)
    if replace and is_pending(thing):
        raise Unsupported("another completion port while a transfer waits")
    thing.port = p.handles.get(handle, Port) if handle or not replace else None
    thing.key = key


@call("ntdll")
def NtQueryVolumeInformationFile(
    p: Process, handle: Handle, block: Pointer, buffer: Pointer, size: U32, wanted: U32
) -> NtStatus:
    """What is known of a file's drive."""
    thing = p.handles.get(handle, FileObject)
    if not isinstance(thing, OpenFile):
        # FileFsDeviceInformation: what a pipe and a stream can tell, too.
        # FILE_DEVICE_NULL, FILE_DEVICE_CONSOLE, FILE_DEVICE_NAMED_PIPE (ntifs.h).
        kind = 0x15 if isinstance(thing, NullDevice) else 0x11
        if wanted != 4:
            raise NtError(status.STATUS_INVALID_INFO_CLASS)
        data = kind.to_bytes(8, "little")
    else:
        data = classes.volume(thing, wanted)
    p.memory.write(buffer, data[:size])
    _told(p, block, min(len(data), size))
    return status.STATUS_BUFFER_OVERFLOW if len(data) > size else 0


@call("ntdll")
def NtQueryDirectoryFile(
    p: Process,
    handle: Handle,
    event: Handle,
    routine: Pointer,
    context: Pointer,
    block: Pointer,
    buffer: Pointer,
    size: U32,
    wanted: U32,
    single: U32,
    name: Pointer,
    restart: U32,
) -> NtStatus:
    """The next entries of a folder; never overlapped."""
    del event, routine, context
    if wanted not in info.ENTRIES:
        raise NtError(status.STATUS_INVALID_INFO_CLASS)
    expression = _string(p, name) or None if name else None
    data = classes.listing(
        _file(p, handle),
        wanted,
        size,
        restart=bool(restart & 0xFF),
        single=bool(single & 0xFF),
        expression=expression,
    )
    p.memory.write(buffer, data)
    _told(p, block, len(data))
    return 0


@call("ntdll")
def RtlIsDosDeviceName_U(p: Process, name: WideString) -> U32:
    """Where a reserved device name is in a path: offset and length in bytes."""
    del p
    offset, length = names.dos_device(name or "")
    return offset * 2 << 16 | length * 2


@call("ntdll")
def RtlDetermineDosPathNameType_U(p: Process, name: WideString) -> U32:
    """What kind of path it is."""
    del p
    return int(names.kind(name or ""))
