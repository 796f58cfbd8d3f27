"""kernel32: folders, what happens to names, and searches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from crosswind.run.emulator import identity, status
from crosswind.run.emulator.abi import U32, Bool, FileHandle, Handle, Pointer, WideString, call
from crosswind.run.emulator.calls.files import create_options, locate
from crosswind.run.emulator.calls.texts import counted
from crosswind.run.emulator.filesystem import changes, flags, names, wildcard
from crosswind.run.emulator.filesystem.filesystem import Request
from crosswind.run.emulator.filesystem.names import Location, NameProblem
from crosswind.run.emulator.filesystem.openfile import OpenFile
from crosswind.run.emulator.filesystem.reparse import Link, absolute, symlink_data
from crosswind.run.emulator.objects import KernelObject
from crosswind.run.emulator.ordinal import upper
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import NtError, Unsupported, WinError

_ITSELF = flags.OPEN_REPARSE_POINT | flags.OPEN_FOR_BACKUP_INTENT
_MOVE_REPLACE, _MOVE_COPY, _MOVE_REBOOT = 1, 2, 4
_LINK_DIRECTORY = 1
_COPY_CHUNK = 1 << 20
# FINDEX_SEARCH_OPS and flags of FindFirstFileExW.
_ONLY_FOLDERS = 1


@contextmanager
def opened(
    p: Process, location: Location, access: int, options: int = 0, share: int = 7
) -> Iterator[OpenFile]:
    """A file for the time of one call."""
    if location.device:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    file, _ = p.files.open(Request(location, access, share, options=options))
    try:
        yield file
    finally:
        file.close()


@call("kernel32")
def CreateDirectoryW(p: Process, name: WideString, security: Pointer) -> Bool:
    """Make a folder; a security descriptor is ignored."""
    del security
    location = locate(p, name or "")
    if location.device:
        raise WinError(status.ERROR_DIRECTORY)
    options = flags.DIRECTORY_FILE | _ITSELF
    request = Request(location, flags.SYNCHRONIZE, 7, flags.CREATE, options)
    p.files.open(request)[0].close()
    return 1


@call("kernel32")
def RemoveDirectoryW(p: Process, name: WideString) -> Bool:
    """Remove an empty folder, or a link to one."""
    options = flags.DIRECTORY_FILE | _ITSELF
    with opened(p, locate(p, name or ""), flags.DELETE, options) as file:
        changes.set_delete(p.files, file, delete=True, posix=True, force=False)
    return 1


@call("kernel32")
def DeleteFileW(p: Process, name: WideString) -> Bool:
    """Delete a file; its name goes at once, as since Windows 10 1809."""
    options = flags.NON_DIRECTORY_FILE | _ITSELF
    with opened(p, locate(p, name or ""), flags.DELETE, options) as file:
        changes.set_delete(p.files, file, delete=True, posix=True, force=False)
    return 1


@call("kernel32")
def MoveFileW(p: Process, old: WideString, new: WideString) -> Bool:
    """Rename a file or a folder; a file goes to another drive, too."""
    return _move(p, old or "", new or "", _MOVE_COPY)


@call("kernel32")
def MoveFileExW(p: Process, old: WideString, new: WideString, options: U32) -> Bool:
    """Rename a file or a folder, replacing a file if asked to; not at the next start."""
    if options & _MOVE_REBOOT or not new:
        raise Unsupported("MoveFileEx at the next start of Windows")
    return _move(p, old or "", new, options)


def _move(p: Process, old: str, new: str, options: int) -> int:
    source, target = locate(p, old), locate(p, new)
    if target.device:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    with opened(p, source, flags.DELETE | flags.SYNCHRONIZE, _ITSELF) as file:
        other_drive = target.drive != source.drive
        if not (other_drive and options & _MOVE_COPY) or file.is_directory:
            replace = bool(options & _MOVE_REPLACE)
            changes.rename(p.files, file, target, replace=replace, posix=False)
            return 1
    _copy(p, source, target, fail_if_exists=not options & _MOVE_REPLACE)
    with opened(p, source, flags.DELETE, _ITSELF) as file:
        changes.set_delete(p.files, file, delete=True, posix=True, force=False)
    return 1


@call("kernel32")
def ReplaceFileW(
    p: Process,
    old: WideString,
    new: WideString,
    backup: WideString,
    options: U32,
    exclude: Pointer,
    reserved: Pointer,
) -> Bool:
    """Put a file in the place of another one, whose attributes it takes; that may become a backup."""
    del options, exclude, reserved
    if not old or not new:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    place = locate(p, old)
    with opened(p, place, flags.READ_ATTRIBUTES, flags.NON_DIRECTORY_FILE) as file:
        attributes = file.info().attributes
    with opened(p, locate(p, new), flags.READ_ATTRIBUTES, flags.NON_DIRECTORY_FILE):
        pass
    if backup:
        _move(p, old, backup, _MOVE_REPLACE)
    _move(p, new, old, _MOVE_REPLACE)
    with opened(p, place, flags.WRITE_ATTRIBUTES, flags.NON_DIRECTORY_FILE) as file:
        changes.set_attributes(p.files, file, attributes)
    return 1


@call("kernel32")
def CopyFileW(p: Process, old: WideString, new: WideString, fail_if_exists: Bool) -> Bool:
    """Copy a file with its attributes and the time it was written."""
    source, target = locate(p, old or ""), locate(p, new or "")
    _copy(p, source, target, fail_if_exists=bool(fail_if_exists))
    return 1


def _copy(p: Process, source: Location, target: Location, *, fail_if_exists: bool) -> None:
    reads = flags.READ_DATA | flags.READ_ATTRIBUTES
    writes = flags.WRITE_DATA | flags.WRITE_ATTRIBUTES
    if target.device:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    with opened(p, source, reads, flags.NON_DIRECTORY_FILE, share=3) as file:
        known = file.info()
        disposition = flags.CREATE if fail_if_exists else flags.OVERWRITE_IF
        request = Request(target, writes, 0, disposition, flags.NON_DIRECTORY_FILE)
        try:
            copy, _ = p.files.open(request)
        except NtError as error:
            if error.status == status.STATUS_OBJECT_NAME_COLLISION:
                raise WinError(status.ERROR_FILE_EXISTS) from error
            raise
        try:
            at = 0
            while data := file.read(at, _COPY_CHUNK):
                at = copy.write(at, data)
            changes.set_filetimes(p.files, copy, 0, 0, known.written)
            changes.set_attributes(p.files, copy, known.attributes)
        finally:
            copy.close()


@call("kernel32")
def CreateHardLinkW(p: Process, new: WideString, old: WideString, security: Pointer) -> Bool:
    """Give a file a second name."""
    del security
    target = locate(p, new or "")
    with opened(p, locate(p, old or ""), flags.WRITE_ATTRIBUTES, _ITSELF) as file:
        changes.link(p.files, file, target, replace=False)
    return 1


@call("kernel32")
def CreateSymbolicLinkW(p: Process, name: WideString, target: WideString, options: U32) -> Bool:
    """Make a symbolic link of the host; refused in a sandbox, and where it would lead outside."""
    link = link_to(p, target or "")
    directory = bool(options & _LINK_DIRECTORY)
    changes.make_link(p.files, locate(p, name or ""), link, directory=directory)
    return 1


def link_to(p: Process, target: str) -> Link:
    """A link's target as a program writes it; without a drive it stays relative."""
    if not target:
        raise WinError(status.ERROR_INVALID_REPARSE_DATA)
    if names.kind(target) in (names.PathKind.RELATIVE, names.PathKind.ROOTED):
        return Link(target, relative=True, written=symlink_data(target, relative=True))
    literal = target.startswith(("\\\\?\\", "\\??\\"))
    plain = target[4:] if literal else p.files.full(target)
    found = absolute(plain)
    if found is None:
        raise NtError(status.STATUS_BAD_NETWORK_PATH)
    return Link(found, relative=False, written=symlink_data(plain, relative=False))


class Search(KernelObject):
    """What FindFirstFile began."""

    kind = "FindFile"

    def __init__(self, folder: OpenFile, found: list[str]) -> None:
        """Hold the folder and the names that are left."""
        super().__init__()
        self.folder = folder
        self.left = found

    def close(self) -> None:
        """Let the folder go."""
        self.folder.close()

    def put(self, p: Process, data: int, *, folders: bool = False) -> None:
        """Write the next entry.

        Raises:
            WinError: ERROR_NO_MORE_FILES.
        """
        while self.left:
            name = self.left.pop(0)
            known = p.files.entry(self.folder, name)
            if known is not None and (known.is_directory or not folders):
                p.memory.write(data, known.find_data(name))
                return
        raise WinError(status.ERROR_NO_MORE_FILES)


@call("kernel32")
def FindFirstFileW(p: Process, name: WideString, data: Pointer) -> FileHandle:
    """Begin a search by a pattern, and give the first entry."""
    return _find(p, name or "", data, folders=False)


@call("kernel32")
def FindFirstFileExW(
    p: Process,
    name: WideString,
    level: U32,
    data: Pointer,
    operation: U32,
    more: Pointer,
    options: U32,
) -> FileHandle:
    """The same; a search for folders only is kept, a large fetch and case are not."""
    del more, options
    if level > 1 or operation > _ONLY_FOLDERS:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    return _find(p, name or "", data, folders=operation == _ONLY_FOLDERS)


def _find(p: Process, name: str, data: int, *, folders: bool) -> int:
    if not name:
        raise WinError(status.ERROR_PATH_NOT_FOUND)
    if names.dos_device(name)[1]:
        raise WinError(status.ERROR_FILE_NOT_FOUND)
    whole = p.files.full(name)
    cut = whole.rfind("\\") + 1
    pattern = whole[cut:]
    if name.endswith("*.") and pattern.endswith("*"):
        pattern += "."  # the full path lost it
    if not pattern or "\\" not in whole:
        raise WinError(status.ERROR_FILE_NOT_FOUND)
    try:
        options = flags.DIRECTORY_FILE | flags.OPEN_FOR_BACKUP_INTENT
        request = Request(locate(p, whole[:cut]), flags.READ_DATA, options=options)
        folder, _ = p.files.open(request)
    except NtError as error:
        if error.status == status.STATUS_OBJECT_NAME_NOT_FOUND:
            raise WinError(status.ERROR_PATH_NOT_FOUND) from error
        raise
    search = Search(folder, p.files.names(folder, wildcard.translate(pattern)))
    try:
        search.put(p, data, folders=folders)
    except WinError as error:
        search.close()
        raise WinError(status.ERROR_FILE_NOT_FOUND) from error
    return p.handles.add(search)


@call("kernel32")
def FindNextFileW(p: Process, handle: Handle, data: Pointer) -> Bool:
    """The next entry of a search."""
    _search(p, handle).put(p, data)
    return 1


@call("kernel32")
def FindClose(p: Process, handle: Handle) -> Bool:
    """End a search."""
    _search(p, handle)
    p.handles.close(handle)
    return 1


def _search(p: Process, handle: int) -> Search:
    return p.handles.get(handle, Search)


@call("kernel32", compared=False)
def ReadDirectoryChangesW(p: Process, handle: Handle) -> Bool:
    """Not supported: the program ends with these words."""
    del p, handle
    raise Unsupported("watching folders (ReadDirectoryChangesW)")


@call("kernel32")
def GetCurrentDirectoryW(p: Process, size: U32, buffer: Pointer) -> U32:
    """The current directory."""
    return counted(p, buffer, size, p.files.current)


@call("kernel32")
def SetCurrentDirectoryW(p: Process, name: WideString) -> Bool:
    """Change the current directory, which is held open like on Windows."""
    if not name:
        raise WinError(status.ERROR_INVALID_NAME)
    p.files.set_current(name)
    return 1


@call("kernel32")
def GetTempPathW(p: Process, size: U32, buffer: Pointer) -> U32:
    """The folder for temporary files, by TMP, TEMP, USERPROFILE."""
    return _temporary(p, size, buffer)


def _temporary(p: Process, size: int, buffer: int) -> int:
    for variable in ("TMP", "TEMP", "USERPROFILE"):
        value = p.environment.get(variable)
        if value:
            return counted(p, buffer, size, p.files.full(value).rstrip("\\") + "\\")
    return counted(p, buffer, size, identity.WINDOWS + "\\")


@call("kernel32", compared=False)
def GetTempPath2W(p: Process, size: U32, buffer: Pointer) -> U32:
    """The same; only a process of the system's account gets another folder."""
    return _temporary(p, size, buffer)


@call("kernel32")
def GetTempFileNameW(
    p: Process, folder: WideString, prefix: WideString, unique: U32, buffer: Pointer
) -> U32:
    """A name for a temporary file; without a number the file is made, too."""
    base = (folder or "").rstrip("\\")
    location = locate(p, folder or "")
    try:
        is_folder = p.files.query(location, follow=True).is_directory
    except NtError:
        is_folder = False
    if not is_folder:
        raise WinError(status.ERROR_DIRECTORY)
    number = unique & 0xFFFF or p.clock.uptime() & 0xFFFF or 1
    for attempt in range(0x10000):
        chosen = (number + attempt) & 0xFFFF or 1
        name = f"{base}\\{(prefix or '')[:3]}{chosen:x}.tmp"
        if unique & 0xFFFF:
            break
        options = create_options(0)
        try:
            request = Request(locate(p, name), 0x40000000, 0, flags.CREATE, options)
            p.files.open(request)[0].close()
            break
        except NtError as error:
            if error.status != status.STATUS_OBJECT_NAME_COLLISION:
                raise
    else:
        raise WinError(status.ERROR_FILE_EXISTS)
    counted(p, buffer, 260, name)
    return chosen


@call("kernel32")
def GetFullPathNameW(
    p: Process, name: WideString, size: U32, buffer: Pointer, part: Pointer
) -> U32:
    """The full path of a path, whether there is such a file or not."""
    if not name:
        raise WinError(status.ERROR_INVALID_NAME)
    whole = p.files.full(name)
    length = counted(p, buffer, size, whole)
    if part:
        at = names.file_part(name, whole)
        fits = length < size
        p.memory.write_u64(part, buffer + 2 * at if at is not None and fits else 0)
    return length


@call("kernel32")
def GetLongPathNameW(p: Process, name: WideString, buffer: Pointer, size: U32) -> U32:
    """A path with the names as they are written on the drive."""
    return counted(p, buffer, size, _as_written(p, name or ""))


@call("kernel32")
def GetShortPathNameW(p: Process, name: WideString, buffer: Pointer, size: U32) -> U32:
    """The path itself: no drive of a session has short names."""
    return counted(p, buffer, size, _as_written(p, name or ""))


def _as_written(p: Process, name: str) -> str:
    """Put the drive's spelling into a path, from its end on as far as the names agree."""
    location = locate(p, name)
    if location.device:
        return name
    with p.files.walk(location, follow=False) as place:
        if place.found is None:
            raise NtError(int(NameProblem.NOT_FOUND))
        written = list(place.parts)
    parts = name.replace("/", "\\").split("\\")
    for index in range(len(parts) - 1, -1, -1):
        if not parts[index]:
            continue
        if not written or upper(parts[index].rstrip(". ")) != upper(written[-1]):
            break
        parts[index] = written.pop()
    return "\\".join(parts)
