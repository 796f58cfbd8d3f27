"""The file system of a session: drives, what is open on them, and what Windows does with names.

It is the only part of the emulator that touches the host's files, and it does so through
`crosswind.system.folder`, below the folders of its drives. Every failure is an NtError.
Source of the rules: [MS-FSA] 2.1.5, the operations of an object store.
"""

from __future__ import annotations

import os

from crosswind.frozen import frozen
from crosswind.run.emulator import status
from crosswind.run.emulator.activity import Activity
from crosswind.run.emulator.filesystem import flags, hostnames, names, reparse, wildcard
from crosswind.run.emulator.filesystem.hosterrors import translated
from crosswind.run.emulator.filesystem.info import FileInfo, describe, is_read_only
from crosswind.run.emulator.filesystem.names import Location
from crosswind.run.emulator.filesystem.nodes import Claim, Nodes, key_of
from crosswind.run.emulator.filesystem.openfile import OpenFile
from crosswind.run.emulator.filesystem.volume import Volume
from crosswind.run.emulator.filesystem.walk import Place, walk
from crosswind.run.emulator.ordinal import length, units, upper
from crosswind.run.emulator.status import NtError
from crosswind.system.folder import HostFile

_DATA = flags.READ_DATA | flags.WRITE_DATA | flags.APPEND_DATA | flags.EXECUTE
_WRITES = flags.WRITE_DATA | flags.APPEND_DATA
_CHANGES = _WRITES | flags.DELETE | flags.WRITE_ATTRIBUTES
_TRUNCATES = (flags.SUPERSEDE, flags.OVERWRITE, flags.OVERWRITE_IF)


@frozen
class Request:
    """What NtCreateFile is asked for; the fields carry its parameters' meaning."""

    location: Location
    access: int
    share: int = 7
    disposition: int = flags.OPEN
    options: int = 0
    attributes: int = 0
    refuse_links: bool = False


class FileSystem:
    """Drives by letter, the current directory, and the files that are open.

    Attributes:
        drives: the volumes by letter.
        current: the current directory of the process, with its drive.
        activity: where it is noted what was done, for the report.
    """

    def __init__(
        self, drives: dict[str, Volume], current: str, activity: Activity | None = None
    ) -> None:
        """Begin in a current directory, which is not looked up."""
        self.drives = drives
        self.current = current
        self.activity = activity or Activity()
        self.nodes = Nodes()
        self.handles: dict[OpenFile, None] = {}
        self._drive_directories: dict[str, str] = {}
        # Windows holds the current directory open, so that it cannot be removed or renamed.
        self._held: OpenFile | None = None

    def close(self) -> None:
        """Let the host's folders go, and what is still open."""
        for handle in list(self.handles):
            for section in handle.node.mapped:
                section.store()
            handle.close()
        for drive in self.drives.values():
            drive.close()

    # Paths.

    def full(self, path: str) -> str:
        """The full path of a Win32 path."""
        return names.full(path, self.current, self._drive_directories.get)

    def locate(self, path: str, *, long_paths: bool = True) -> Location:
        """What a Win32 path names.

        Args:
            path: as a program gives it.
            long_paths: whether more than MAX_PATH units are allowed without a prefix.
        """
        try:
            nt_path = names.to_nt(path, self.current, self._drive_directories.get)
            literal = path.startswith(("\\\\?\\", "\\??\\"))
            if not long_paths and not literal and length(nt_path) - 4 >= names.MAX_PATH:
                raise NtError(status.STATUS_NAME_TOO_LONG)
            return names.locate(nt_path)
        except names.NameError_ as error:
            raise NtError(int(error.problem)) from error

    def set_current(self, path: str) -> None:
        """Change the current directory, and that of its drive."""
        location = self.locate(path)
        if location.device:
            raise NtError(status.STATUS_NOT_A_DIRECTORY)
        rights = flags.EXECUTE | flags.SYNCHRONIZE
        share = flags.SHARE_READ | flags.SHARE_WRITE
        held, _ = self.open(Request(location, rights, share, options=flags.DIRECTORY_FILE))
        if self._held is not None:
            self._held.close()
        self._held = held
        whole = self.full(path).rstrip("\\")
        if whole.startswith("\\\\?\\") and whole[5:6] == ":":
            whole = whole[4:]
        self.current = whole + "\\" if len(whole) == 2 else whole
        self._drive_directories[location.drive] = self.current

    # Questions.

    def query(self, location: Location, *, follow: bool = False) -> FileInfo:
        """Describe what a location names."""
        with self.walk(location, follow=follow) as place:
            if place.found is None:
                raise NtError(status.STATUS_OBJECT_NAME_NOT_FOUND)
            known = self._describe(place)
            if location.directory and not known.is_directory:
                raise NtError(status.STATUS_OBJECT_NAME_INVALID)
            return known

    def info(self, file: OpenFile) -> FileInfo:
        """Describe an open file."""
        found = file.status()
        remembered = self.nodes.recall(key_of(found))
        return describe(found, remembered, file.volume.serial, pending=file.node.delete_pending)

    def status(self, file: OpenFile) -> os.stat_result | None:
        """Look an open file up by its name; None if the name is gone or another file's."""
        try:
            with self.walk(file.location, follow=False) as place:
                same = place.found is not None and place.key == file.node.key
                return place.found if same else None
        except NtError:
            return None

    def names(self, file: OpenFile, expression: str) -> list[str]:
        """The names in an open folder that match, in NTFS' order."""
        self.activity.note("listed", file.path, self.host_path(file.volume, file.parts))
        with (
            self.walk(file.location, follow=False) as place,
            place.enter() as folder,
            translated(),
        ):
            shown = sorted(map(hostnames.to_windows, folder.names()), key=_order)
        dots = [".", ".."] if file.parts else []
        return [name for name in dots + shown if wildcard.matches(expression, name)]

    def entry(self, file: OpenFile, name: str) -> FileInfo | None:
        """Describe a name that a listing gave; None if it is gone or no file to Windows."""
        parts = file.parts
        if name == "..":
            parts = parts[:-1]
        elif name != ".":
            parts = (*parts, name)
        try:
            with self.walk(Location(file.volume.letter, parts), follow=False) as place:
                return self._describe(place) if place.found is not None else None
        except NtError:
            return None

    def read_link(self, file: OpenFile) -> reparse.Link:
        """What a symbolic link says that was opened as itself."""
        with self.walk(file.location, follow=False) as place:
            if not place.is_link:
                raise NtError(status.STATUS_NOT_A_REPARSE_POINT)
            # A program finds its own links as it wrote them, `\x` and inner `..` included.
            return self.nodes.recall(place.key).link or place.link(self.drives)

    def space(self, location: Location) -> tuple[int, int, int]:
        """Bytes of a drive: all, free, and free to the user."""
        root = Location(location.drive)
        with self.walk(root, follow=True) as place, place.enter() as folder, translated():
            return folder.space()

    def set_times(self, file: OpenFile, accessed_ns: int, written_ns: int) -> None:
        """Set the host's times of a file by its name."""
        with self.walk(file.location, follow=False) as place, translated():
            if place.host:
                place.folder.set_times(place.host, accessed_ns, written_ns)

    # Opening and closing.

    def open(self, request: Request) -> tuple[OpenFile, int]:
        """Open or make a file or folder.

        Returns:
            The file, and what was done: OPENED, CREATED, OVERWRITTEN or SUPERSEDED.
        """
        follow = not request.options & flags.OPEN_REPARSE_POINT
        with self.walk(request.location, follow=follow, strict=request.refuse_links) as place:
            if place.found is None:
                self._create(request, place)
                action = flags.CREATED
            else:
                self._may_open(request, place)
                action = flags.OPENED
            return self._opened(request, place, action)

    def _create(self, request: Request, place: Place) -> None:
        if request.disposition in (flags.OPEN, flags.OVERWRITE):
            self.note("missing", place)
            raise NtError(status.STATUS_OBJECT_NAME_NOT_FOUND)
        folder = bool(request.options & flags.DIRECTORY_FILE)
        if (request.location.directory or place.wants_folder) and not folder:
            raise NtError(status.STATUS_OBJECT_NAME_INVALID)
        self.need_writable(place)
        read_only = bool(request.attributes & flags.ATTRIBUTE_READONLY)
        if read_only and request.options & flags.DELETE_ON_CLOSE:
            raise NtError(status.STATUS_CANNOT_DELETE)
        with translated():
            if folder:
                place.folder.make_folder(place.host)
            else:
                mode = 0o444 if read_only else 0o666
                HostFile(place.folder.open(place.host, _NEW, mode)).close()
        place.look()
        self.note("created", place)
        self.nodes.forget(place.key)
        kept = request.attributes & flags.SETTABLE
        if folder:
            kept |= request.attributes & flags.ATTRIBUTE_READONLY
        if kept & ~flags.ATTRIBUTE_ARCHIVE:
            archive = 0 if folder else flags.ATTRIBUTE_ARCHIVE
            self.nodes.remember(place.key).attributes = kept | archive

    def _may_open(self, request: Request, place: Place) -> None:
        if request.disposition == flags.CREATE:
            raise NtError(status.STATUS_OBJECT_NAME_COLLISION)
        directory = place.is_directory or self._is_directory_link(place)
        _fits(request, directory=directory)
        node = self.nodes.get(place.key)
        if node is not None and node.delete_pending:
            raise NtError(status.STATUS_DELETE_PENDING)
        truncates = request.disposition in _TRUNCATES
        asked = 0 if request.access & flags.MAXIMUM_ALLOWED else flags.specific(request.access)
        if truncates or asked & _CHANGES:
            self.need_writable(place)
        if directory or place.is_link:
            return
        if is_read_only(place.there, self.nodes.recall(place.key)):
            if truncates or asked & _WRITES:
                raise NtError(status.STATUS_ACCESS_DENIED)
            if request.options & flags.DELETE_ON_CLOSE:
                raise NtError(status.STATUS_CANNOT_DELETE)
        hidden = flags.ATTRIBUTE_HIDDEN | flags.ATTRIBUTE_SYSTEM
        lost = (self.nodes.recall(place.key).attributes or 0) & hidden & ~request.attributes
        if truncates and lost:
            raise NtError(status.STATUS_ACCESS_DENIED)

    def _opened(self, request: Request, place: Place, action: int) -> tuple[OpenFile, int]:
        access = flags.specific(request.access)
        if not place.volume.writable:
            access &= ~(_WRITES | flags.DELETE | flags.WRITE_ATTRIBUTES)
        if request.options & flags.DELETE_ON_CLOSE and not access & flags.DELETE:
            raise NtError(status.STATUS_INVALID_PARAMETER)
        key = place.key
        claim = Claim(access, request.share)
        node = self.nodes.get(key)
        if node is not None and node.collides(claim):
            raise NtError(status.STATUS_SHARING_VIOLATION)
        truncates = action == flags.OPENED and request.disposition in _TRUNCATES
        if truncates and node is not None and node.mapped:
            raise NtError(status.STATUS_USER_MAPPED_FILE)
        host = None
        if not (place.is_directory or place.is_link) and (access & _DATA or truncates):
            host = self._host_file(place, access, fresh=action == flags.CREATED, empty=truncates)
        if truncates:
            superseded = request.disposition == flags.SUPERSEDE
            action = flags.SUPERSEDED if superseded else flags.OVERWRITTEN
            kept = request.attributes & flags.SETTABLE | flags.ATTRIBUTE_ARCHIVE
            self.nodes.remember(key).attributes = kept
        if access & _WRITES and not place.is_directory:
            self.note("written", place)
        elif access & flags.READ_DATA and not place.is_directory:
            self.note("read", place)
        file = OpenFile(
            self,
            place.volume,
            place.parts,
            access=access,
            claim=claim,
            node=self.nodes.open(key, claim),
            options=request.options,
            found=place.there,
            host=host,
            is_directory=place.is_directory,
        )
        self.handles[file] = None
        return file, action

    def _host_file(self, place: Place, access: int, *, fresh: bool, empty: bool) -> HostFile:
        """Open the host's file as far as it lets us."""
        writes = access & _WRITES or empty
        extra = os.O_TRUNC if empty else 0
        with translated():
            try:
                mode = os.O_RDWR if writes else os.O_RDONLY
                return HostFile(place.folder.open(place.host, mode | extra))
            except PermissionError:
                if writes and not access & flags.READ_DATA:
                    return HostFile(place.folder.open(place.host, os.O_WRONLY | extra))
                if not fresh:
                    raise
            # Made read-only by this very call: the handle may write nevertheless.
            place.folder.set_mode(place.host, 0o600)
            try:
                return HostFile(place.folder.open(place.host, os.O_RDWR))
            finally:
                place.folder.set_mode(place.host, 0o444)

    def closed(self, file: OpenFile) -> None:
        """The last handle of a file object is gone: free its locks, delete what has to go."""
        if file not in self.handles:
            return
        del self.handles[file]
        file.node.locks[:] = [lock for lock in file.node.locks if lock.owner is not file]
        if file.delete_on_close:
            file.node.delete_pending = True
        last = self.nodes.close(file.node, file.claim)
        if file.node.delete_pending and (last or file.posix_delete):
            self._delete(file)

    def _delete(self, file: OpenFile) -> None:
        """Take the name away; Windows tells nobody if that fails."""
        try:
            with self.walk(file.location, follow=False) as place:
                if place.found is not None and place.key == file.node.key:
                    self.unlink(place)
                    file.node.delete_pending = False
        except NtError:
            return

    def unlink(self, place: Place) -> None:
        """Take a name away, and forget the file if it was the last."""
        found = place.there
        with translated():
            place.folder.remove(place.host, folder=place.is_directory)
        self.note("deleted", place)
        if found.st_nlink <= 1 or place.is_directory:
            self.nodes.forget(key_of(found))
            node = self.nodes.get(key_of(found))
            if node is not None:
                self.nodes.detach(node)

    # Inside.

    def walk(self, location: Location, *, follow: bool, strict: bool = False) -> Place:
        """Find what a location names; see `walk.walk`."""
        return walk(self.drives, location, follow=follow, refuse_links=strict)

    def _describe(self, place: Place) -> FileInfo:
        found = place.there
        key = key_of(found)
        node = self.nodes.get(key)
        remembered = self.nodes.recall(key)
        if place.is_link and remembered.link is None:
            remembered.directory_link = self._leads_to_folder(place)
        pending = node is not None and node.delete_pending
        return describe(found, remembered, place.volume.serial, pending=pending)

    def _is_directory_link(self, place: Place) -> bool:
        return place.is_link and bool(self._describe(place).attributes & flags.ATTRIBUTE_DIRECTORY)

    def _leads_to_folder(self, place: Place) -> bool:
        """Whether a link of the host leads to a folder; Windows writes that in the link."""
        try:
            with self.walk(Location(place.volume.letter, place.parts), follow=True) as target:
                return target.is_directory
        except NtError:
            return False

    def note(self, kind: str, place: Place) -> None:
        """Note what was done with a file."""
        self.activity.note(kind, place.path, self.host_path(place.volume, place.parts))

    @staticmethod
    def host_path(volume: Volume, parts: tuple[str, ...]) -> str:
        """The host's path of a file, for the report."""
        return str(volume.path.joinpath(*map(hostnames.to_host, parts)))

    def need_writable(self, place: Place) -> None:
        """Refuse a change on a drive that must not change."""
        if not place.volume.writable:
            self.activity.note("denied", f"write: {place.path}")
            raise NtError(status.STATUS_ACCESS_DENIED)


_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL


def _fits(request: Request, *, directory: bool) -> None:
    """Refuse a folder where a file is asked for, and the other way round."""
    if directory and request.options & flags.NON_DIRECTORY_FILE:
        raise NtError(status.STATUS_FILE_IS_A_DIRECTORY)
    if not directory and request.options & flags.DIRECTORY_FILE:
        raise NtError(status.STATUS_NOT_A_DIRECTORY)
    # A separator at the end asks for a folder.
    if request.location.directory and not directory:
        raise NtError(status.STATUS_OBJECT_NAME_INVALID)
    if directory and request.disposition in _TRUNCATES:
        raise NtError(status.STATUS_OBJECT_NAME_COLLISION)


def _order(name: str) -> tuple[bytes, str]:
    return units(upper(name)), name
