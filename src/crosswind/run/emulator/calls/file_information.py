"""kernel32: what is known of files and drives, and what can be set."""

from __future__ import annotations

from crosswind.run.emulator import status
from crosswind.run.emulator.abi import (
    U32,
    Bool,
    Handle,
    Pointer,
    WaitStatus,
    WideString,
    call,
)
from crosswind.run.emulator.calls.files import file_of, locate
from crosswind.run.emulator.calls.texts import counted, encoded
from crosswind.run.emulator.file_objects import FileObject
from crosswind.run.emulator.filesystem import changes, classes, flags
from crosswind.run.emulator.filesystem.classes import InfoClass
from crosswind.run.emulator.filesystem.filesystem import Request
from crosswind.run.emulator.filesystem.info import CLUSTER, FileInfo
from crosswind.run.emulator.filesystem.names import Location, PathKind, kind, volume_name
from crosswind.run.emulator.filesystem.openfile import OpenFile
from crosswind.run.emulator.filesystem.streams import HostStream
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import NtError, WinError

# FILE_ATTRIBUTE_VALID_SET_FLAGS (ntifs.h); SetFileAttributesW drops the others.
_SETTABLE = 0x31A7
_ITSELF = flags.OPEN_REPARSE_POINT | flags.OPEN_FOR_BACKUP_INTENT
# The flags of GetFinalPathNameByHandleW (fileapi.h): how the volume is named.
_VOLUME_DOS, _VOLUME_GUID, _VOLUME_NT, _VOLUME_NONE = 0, 1, 2, 4
_DRIVE_NO_ROOT, _DRIVE_FIXED = 1, 3


def _known(p: Process, name: str) -> FileInfo:
    """Describe a file by its path, a link as itself."""
    location = locate(p, name)
    if location.device in ("NUL", "CON", "CONIN$", "CONOUT$"):
        return FileInfo(flags.ATTRIBUTE_ARCHIVE, 0, 0, 0, 0, 0, 1, 0, 0)
    if location.device:
        raise WinError(status.ERROR_FILE_NOT_FOUND)
    return p.files.query(location)


@call("kernel32")
def GetFileAttributesW(p: Process, name: WideString) -> WaitStatus:
    """A file's attributes."""
    return _known(p, name or "").attributes


@call("kernel32")
def GetFileAttributesExW(p: Process, name: WideString, level: U32, data: Pointer) -> Bool:
    """A file's attributes, times and size."""
    if level or locate(p, name or "").device:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    p.memory.write(data, _known(p, name or "").attribute_data())
    return 1


@call("kernel32")
def SetFileAttributesW(p: Process, name: WideString, attributes: U32) -> Bool:
    """Set attributes: READONLY on the host, the others for the session."""
    request = Request(locate(p, name or ""), flags.WRITE_ATTRIBUTES, options=_ITSELF)
    file, _ = p.files.open(request)
    try:
        changes.set_attributes(p.files, file, attributes & _SETTABLE)
    finally:
        file.close()
    return 1


@call("kernel32")
def GetFileInformationByHandle(p: Process, handle: Handle, data: Pointer) -> Bool:
    """What is known of an open file."""
    target = p.handles.get(handle, FileObject)
    if not isinstance(target, OpenFile | HostStream):
        raise WinError(status.ERROR_INVALID_FUNCTION)
    p.memory.write(data, target.info().by_handle())
    return 1


@call("kernel32")
def GetFileInformationByHandleEx(
    p: Process, handle: Handle, wanted: U32, buffer: Pointer, size: U32
) -> Bool:
    """An information class of an open file, or the next entries of a folder."""
    if wanted in classes.WIN32_LISTINGS:
        entries, restart = classes.WIN32_LISTINGS[wanted]
        data = classes.listing(file_of(p, handle), entries, size, restart=restart)
        p.memory.write(buffer, data)
        return 1
    if wanted not in classes.WIN32:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    data = classes.query(file_of(p, handle), classes.WIN32[wanted], size)
    if not data:
        raise WinError(status.ERROR_HANDLE_EOF)
    p.memory.write(buffer, data[:size])
    if len(data) > size and classes.WIN32[wanted] in (InfoClass.NAME, InfoClass.NORMALIZED_NAME):
        raise WinError(status.ERROR_MORE_DATA)
    return 1


@call("kernel32")
def SetFileInformationByHandle(
    p: Process, handle: Handle, wanted: U32, buffer: Pointer, size: U32
) -> Bool:
    """Change an open file: times, attributes, size, name, whether it shall go."""
    if wanted not in classes.WIN32:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    target = p.handles.get(handle, FileObject)
    if not isinstance(target, OpenFile):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    data = p.memory.read(buffer, size) if size else b""

    def resolve(root: int, name: str) -> Location:
        return below(file_of(p, root), name) if root else locate(p, name)

    classes.change(p.files, target, classes.WIN32[wanted], data, resolve)
    return 1


def below(folder: OpenFile, name: str) -> Location:
    """A name relative to an open folder; the empty one is the folder itself."""
    from crosswind.run.emulator.filesystem.names import NameError_, components

    if name.startswith("\\"):
        raise NtError(status.STATUS_OBJECT_NAME_INVALID)
    try:
        parts = components(name.removesuffix("\\")) if name else ()
    except NameError_ as error:
        raise NtError(int(error.problem)) from error
    return Location(folder.volume.letter, folder.parts + parts, directory=name.endswith("\\"))


@call("kernel32")
def SetFileTime(
    p: Process, handle: Handle, created: Pointer, accessed: Pointer, written: Pointer
) -> Bool:
    """Set a file's times; the birth is kept for the session."""
    times = [p.memory.read_u64(at) if at else 0 for at in (created, accessed, written)]
    # 0xFFFFFFFF in both halves: leave the time alone, for this handle's later operations, too.
    times = [0 if time == (1 << 64) - 1 else time for time in times]
    changes.set_filetimes(p.files, file_of(p, handle), *times)
    return 1


@call("kernel32")
def GetFileTime(
    p: Process, handle: Handle, created: Pointer, accessed: Pointer, written: Pointer
) -> Bool:
    """A file's times."""
    known = file_of(p, handle).info()
    for at, time in zip(
        (created, accessed, written), (known.created, known.accessed, known.written), strict=True
    ):
        if at:
            p.memory.write_u64(at, time)
    return 1


@call("kernel32")
def GetFinalPathNameByHandleW(
    p: Process, handle: Handle, buffer: Pointer, size: U32, options: U32
) -> U32:
    """The path of an open file without links."""
    file = file_of(p, handle)
    below_root = file.path[2:]
    named = options & 7
    if named == _VOLUME_DOS:
        text = "\\\\?\\" + file.path
    elif named == _VOLUME_GUID:
        text = volume_name(file.volume.letter).rstrip("\\") + below_root
    elif named == _VOLUME_NT:
        text = f"\\Device\\HarddiskVolume{ord(file.volume.letter) - 64}{below_root}"
    elif named == _VOLUME_NONE:
        text = below_root
    else:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    p.set_last_error(0)
    return counted(p, buffer, size, text)


def _put(p: Process, buffer: int, size: int, text: str) -> None:
    """Write a text that must fit."""
    data = encoded(text)
    if len(data) > size * 2:
        raise WinError(status.ERROR_MORE_DATA)
    p.memory.write(buffer, data)


@call("kernel32")
def GetVolumeInformationByHandleW(
    p: Process,
    handle: Handle,
    label: Pointer,
    label_size: U32,
    serial: Pointer,
    longest: Pointer,
    abilities: Pointer,
    system: Pointer,
    system_size: U32,
) -> Bool:
    """What is known of an open file's drive."""
    file = file_of(p, handle)
    if label:
        _put(p, label, label_size, file.volume.label)
    for at, value in (
        (serial, file.volume.serial),
        (longest, 255),
        (abilities, classes.volume_flags(file)),
    ):
        if at:
            p.memory.write_u32(at, value)
    if system:
        _put(p, system, system_size, "NTFS")
    return 1


@call("kernel32")
def GetVolumeInformationW(
    p: Process,
    root: WideString,
    label: Pointer,
    label_size: U32,
    serial: Pointer,
    longest: Pointer,
    abilities: Pointer,
    system: Pointer,
    system_size: U32,
) -> Bool:
    """What is known of a drive by its root."""
    request = Request(_root(p, root), flags.READ_ATTRIBUTES, options=flags.DIRECTORY_FILE)
    file, _ = p.files.open(request)
    handle = p.handles.add(file)
    try:
        GetVolumeInformationByHandleW(
            p, handle, label, label_size, serial, longest, abilities, system, system_size
        )
    finally:
        p.handles.close(handle)
    return 1


def _root(p: Process, name: str | None) -> Location:
    """A drive's root, by default the current one's."""
    location = locate(p, name) if name else Location(p.files.current[0].upper())
    if location.drive not in p.files.drives or location.device:
        raise WinError(status.ERROR_PATH_NOT_FOUND)
    if location.parts:
        raise WinError(status.ERROR_INVALID_NAME)
    return location


@call("kernel32")
def GetDriveTypeW(p: Process, root: WideString) -> U32:
    """Every drive of the session is a fixed one."""
    try:
        _root(p, root)
    except (NtError, WinError):
        return _DRIVE_NO_ROOT
    return _DRIVE_FIXED


@call("kernel32")
def GetLogicalDrives(p: Process) -> U32:
    """The session's drives as bits, A: the lowest."""
    return sum(1 << (ord(letter) - ord("A")) for letter in p.files.drives)


@call("kernel32")
def GetLogicalDriveStringsW(p: Process, size: U32, buffer: Pointer) -> U32:
    """The roots of the session's drives, one after the other."""
    return counted(p, buffer, size, "".join(f"{letter}:\\\0" for letter in sorted(p.files.drives)))


@call("kernel32")
def GetDiskFreeSpaceExW(
    p: Process, name: WideString, mine: Pointer, total: Pointer, free: Pointer
) -> Bool:
    """Room on a drive: the host's."""
    location = locate(p, name or p.files.current)
    if not p.files.query(location, follow=True).is_directory:
        raise WinError(status.ERROR_DIRECTORY)
    size, rest, allowed = p.files.space(location)
    for at, value in ((mine, allowed), (total, size), (free, rest)):
        if at:
            p.memory.write_u64(at, value)
    return 1


@call("kernel32")
def GetDiskFreeSpaceW(
    p: Process, root: WideString, sectors: Pointer, size: Pointer, free: Pointer, total: Pointer
) -> Bool:
    """The same in clusters."""
    everything, _, allowed = p.files.space(_root(p, root))
    values = (CLUSTER // 512, 512, allowed // CLUSTER, everything // CLUSTER)
    for at, value in zip((sectors, size, free, total), values, strict=True):
        if at:
            p.memory.write_u32(at, min(value, 0xFFFFFFFF))
    return 1


@call("kernel32")
def GetVolumePathNameW(p: Process, name: WideString, buffer: Pointer, size: U32) -> Bool:
    """The root of the drive a path is on."""
    whole = p.files.full(name or "")
    location = locate(p, whole)
    if location.device or not location.drive:
        raise WinError(status.ERROR_INVALID_NAME)
    prefix = whole[:4] if kind(whole) is PathKind.LOCAL_DEVICE else ""
    root = f"{prefix}{whole[len(prefix)]}:\\"
    if size <= len(root):
        raise WinError(status.ERROR_FILENAME_EXCED_RANGE)
    _put(p, buffer, size, root)
    return 1


@call("kernel32")
def GetVolumeNameForVolumeMountPointW(
    p: Process, root: WideString, buffer: Pointer, size: U32
) -> Bool:
    """A drive's name by a GUID."""
    if not (root or "").endswith("\\"):
        raise WinError(status.ERROR_INVALID_NAME)
    _put(p, buffer, size, volume_name(_root(p, root).drive))
    return 1
