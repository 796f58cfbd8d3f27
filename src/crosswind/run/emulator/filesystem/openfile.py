"""An open file or folder: what CreateFileW and NtCreateFile give a handle of."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crosswind.run.emulator import status
from crosswind.run.emulator.file_objects import FILE_TYPE_DISK, FileObject
from crosswind.run.emulator.filesystem import flags
from crosswind.run.emulator.filesystem.hosterrors import translated
from crosswind.run.emulator.filesystem.info import FileInfo
from crosswind.run.emulator.filesystem.names import Location
from crosswind.run.emulator.filesystem.nodes import Claim, Lock, Node
from crosswind.run.emulator.status import NtError
from crosswind.system.folder import HostFile

if TYPE_CHECKING:
    from crosswind.run.emulator.filesystem.filesystem import FileSystem
    from crosswind.run.emulator.filesystem.volume import Volume
    from crosswind.run.emulator.threads import Thread

# [MS-FSA] 2.1.5.3: a file cannot be longer than NTFS' 2^63 - 1 bytes.
MAX_OFFSET = (1 << 63) - 1
_LARGE = 1 << 20


@dataclass(slots=True)
class Listing:
    """Where the enumeration of a folder stands: the names that were there when it began."""

    expression: str
    names: list[str]
    next: int = 0


class OpenFile(FileObject):
    """A file object; several handles may share it (DuplicateHandle).

    Attributes:
        volume: its drive.
        parts: the names from the drive's root; renamed with the file.
        access: the rights that were granted.
        options: the CreateOptions it was opened with.
        position: where the next read or write begins, unless it says where itself.
        is_directory: whether it is a folder.
    """

    type = FILE_TYPE_DISK

    def __init__(  # noqa: PLR0913 - made in one place
        self,
        system: FileSystem,
        volume: Volume,
        parts: tuple[str, ...],
        *,
        access: int,
        claim: Claim,
        node: Node,
        options: int,
        found: os.stat_result,
        host: HostFile | None,
        is_directory: bool,
    ) -> None:
        super().__init__()
        self.system = system
        self.volume = volume
        self.parts = parts
        self.access = access
        self.claim = claim
        self.node = node
        self.options = options
        self.overlapped = not options & flags.SYNCHRONOUS
        self.position = 0
        self.is_directory = is_directory
        self.delete_on_close = bool(options & flags.DELETE_ON_CLOSE)
        self.posix_delete = False
        self.listing: Listing | None = None
        self._found = found
        self._host = host

    @property
    def location(self) -> Location:
        """Where the file is now."""
        return Location(self.volume.letter, self.parts)

    @property
    def path(self) -> str:
        r"""The path as Windows writes it: `C:\dir\file`."""
        return f"{self.volume.letter}:\\" + "\\".join(self.parts)

    @property
    def appends(self) -> bool:
        """Whether every write goes to the end: APPEND_DATA without WRITE_DATA."""
        return self.access & (flags.APPEND_DATA | flags.WRITE_DATA) == flags.APPEND_DATA

    def signaled(self, thread: Thread) -> bool:
        """A file that is idle is signaled, and here all of its operations end at once."""
        del thread
        return True

    def close(self) -> None:
        """The last handle is gone."""
        self.system.closed(self)
        if self._host is not None:
            self._host.close()

    def need(self, rights: int) -> None:
        """Refuse what the handle was not opened for."""
        if not self.access & rights:
            raise NtError(status.STATUS_ACCESS_DENIED)

    def status(self) -> os.stat_result:
        """What the host knows of it; the last that was known, if its name is gone."""
        if self._host is not None:
            with translated():
                self._found = self._host.status()
        else:
            self._found = self.system.status(self) or self._found
        return self._found

    def replaced(self, found: os.stat_result, node: Node) -> None:
        """The file became a symbolic link, which is another file of the host."""
        if self._host is not None:
            self._host.close()
            self._host = None
        self._found, self.node = found, node

    def info(self) -> FileInfo:
        """The file as Windows describes it."""
        return self.system.info(self)

    def read(self, offset: int, size: int) -> bytes:
        """Read at a place; empty at the end of the file."""
        self.need(flags.READ_DATA)
        host = self._content(offset, size, write=False)
        for section in self.node.mapped:
            section.store()
        with translated():
            if size > _LARGE:
                # A buffer may be larger than the file, and than our memory.
                size = min(size, max(host.status().st_size - offset, 0))
            return host.read(offset, size)

    def write(self, offset: int | None, data: bytes) -> int:
        """Write at a place, or at the end.

        Returns:
            Where the data ends.
        """
        self.need(flags.WRITE_DATA | flags.APPEND_DATA)
        with translated():
            if offset is None or self.appends:
                offset = self.status().st_size
            host = self._content(offset, len(data), write=True)
            for section in self.node.mapped:
                section.store()
            host.write(offset, data)
            for section in self.node.mapped:
                section.load()
        return offset + len(data)

    def content(self, size: int) -> bytes:
        """The beginning of the file, for a section of it; zeros follow its end."""
        if self._host is None:
            raise NtError(status.STATUS_INVALID_DEVICE_REQUEST)
        with translated():
            return self._host.read(0, size).ljust(size, b"\0")

    def put_content(self, data: bytes) -> None:
        """Write back a section, whatever the handle's position and locks."""
        if self._host is not None:
            with translated():
                self._host.write(0, data)

    def resize(self, size: int) -> None:
        """Set the end of the file."""
        self.need(flags.WRITE_DATA)
        if size > MAX_OFFSET:
            raise NtError(status.STATUS_INVALID_PARAMETER)
        host = self._content(0, 0, write=True)
        with translated():
            if self.node.mapped and size < host.status().st_size:
                raise NtError(status.STATUS_USER_MAPPED_FILE)
            host.resize(size)

    def flush(self) -> None:
        """Wait until what was written is on the host's disk."""
        self.need(flags.WRITE_DATA | flags.APPEND_DATA)
        if self._host is not None:
            with translated():
                self._host.flush()

    def set_times(self, accessed_ns: int, written_ns: int) -> None:
        """Set the host's times, in nanoseconds since 1970."""
        if self._host is not None:
            with translated():
                self._host.set_times(accessed_ns, written_ns)
        else:
            self.system.set_times(self, accessed_ns, written_ns)

    def lock(self, start: int, length: int, *, exclusive: bool) -> bool:
        """Lock a range of bytes; false if another lock forbids it now."""
        self.need(flags.READ_DATA | flags.WRITE_DATA)
        lock = Lock(self, start, length, exclusive)
        if not self.node.can_lock(lock):
            return False
        self.node.locks.append(lock)
        return True

    def unlock(self, start: int, length: int) -> None:
        """Free a range that was locked just so."""
        if not self.node.unlock(self, start, length):
            raise NtError(status.STATUS_RANGE_NOT_LOCKED)

    def list(self, expression: str | None, *, restart: bool) -> Listing:
        """The enumeration of a folder; the first call's expression stays in force."""
        self.need(flags.READ_DATA)
        if not self.is_directory:
            raise NtError(status.STATUS_INVALID_PARAMETER)
        if self.listing is None or restart:
            kept = self.listing.expression if self.listing else "*"
            chosen = expression or kept
            self.listing = Listing(chosen, self.system.names(self, chosen))
        return self.listing

    def _content(self, offset: int, size: int, *, write: bool) -> HostFile:
        if self._host is None:
            folder = self.is_directory
            raise NtError(
                status.STATUS_INVALID_DEVICE_REQUEST if folder else status.STATUS_ACCESS_DENIED
            )
        if offset < 0 or offset + size > MAX_OFFSET:
            raise NtError(status.STATUS_INVALID_PARAMETER)
        if self.node.locks and self.node.is_locked(self, offset, size, write=write):
            raise NtError(status.STATUS_FILE_LOCK_CONFLICT)
        return self._host
