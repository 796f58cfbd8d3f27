"""What is told of a file, and the structures that tell it.

Sources: [MS-FSCC] 2.4 (information classes of files), 2.4.8 and following (of folders), 2.5 (of
volumes), and winbase.h for the structures of Win32 that differ.
"""

from __future__ import annotations

import stat
import struct
from os import stat_result

from crosswind.frozen import frozen
from crosswind.run.emulator.filesystem import flags
from crosswind.run.emulator.filesystem.nodes import Remembered

# 100 ns intervals between 1601-01-01 and 1970-01-01 ([MS-DTYP] 2.3.3).
EPOCH = 116444736000000000
CLUSTER = 4096
# A file without any permission to write is read-only to Windows.
_WRITE_BITS = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def filetime(nanoseconds: int) -> int:
    """A FILETIME of nanoseconds since 1970; times before 1601 become 0."""
    return max(0, nanoseconds // 100 + EPOCH)


def nanoseconds(filetime_: int) -> int:
    """Nanoseconds since 1970 of a FILETIME."""
    return (filetime_ - EPOCH) * 100


@frozen
class FileInfo:
    """A file as Windows describes it; times are FILETIMEs, sizes bytes."""

    attributes: int
    created: int
    accessed: int
    written: int
    changed: int
    size: int
    links: int
    index: int
    serial: int
    tag: int = 0
    delete_pending: bool = False

    @property
    def allocated(self) -> int:
        """The size in whole clusters."""
        return -(-self.size // CLUSTER) * CLUSTER

    @property
    def is_directory(self) -> bool:
        """Whether it is a folder, or a link to one."""
        return bool(self.attributes & flags.ATTRIBUTE_DIRECTORY)

    def basic(self) -> bytes:
        """FileBasicInformation ([MS-FSCC] 2.4.7)."""
        return self._times() + struct.pack("<II", self.attributes, 0)

    def standard(self) -> bytes:
        """FileStandardInformation ([MS-FSCC] 2.4.46)."""
        return struct.pack(
            "<QQIBBH",
            self.allocated,
            self.size,
            self.links,
            self.delete_pending,
            self.is_directory,
            0,
        )

    def attribute_tag(self) -> bytes:
        """FileAttributeTagInformation ([MS-FSCC] 2.4.6)."""
        return struct.pack("<II", self.attributes, self.tag)

    def network_open(self) -> bytes:
        """FileNetworkOpenInformation ([MS-FSCC] 2.4.33)."""
        return self._times() + struct.pack("<QQII", self.allocated, self.size, self.attributes, 0)

    def attribute_data(self) -> bytes:
        """WIN32_FILE_ATTRIBUTE_DATA."""
        times = struct.pack("<QQQ", self.created, self.accessed, self.written)
        return struct.pack("<I", self.attributes) + times + self._size()

    def by_handle(self) -> bytes:
        """BY_HANDLE_FILE_INFORMATION."""
        return (
            struct.pack("<I", self.attributes)
            + struct.pack("<QQQ", self.created, self.accessed, self.written)
            + struct.pack("<I", self.serial)
            + self._size()
            + struct.pack("<III", self.links, self.index >> 32, self.index & 0xFFFFFFFF)
        )

    def find_data(self, name: str) -> bytes:
        """WIN32_FIND_DATAW; no file has a short name."""
        encoded = name.encode("utf-16-le", "surrogatepass")[:518]
        return (
            struct.pack("<I", self.attributes)
            + struct.pack("<QQQ", self.created, self.accessed, self.written)
            + self._size()
            # dwReserved0 is the tag of a reparse point.
            + struct.pack("<II", self.tag, 0)
            + encoded.ljust(520, b"\0")
            + bytes(28)
        )

    def entry(self, name: str, kind: int) -> bytes:
        """One entry of a folder's listing, without NextEntryOffset's value; see `ENTRIES`."""
        encoded = name.encode("utf-16-le", "surrogatepass")
        head = struct.pack("<II", 0, 0)
        if kind == NAMES:
            return head + struct.pack("<I", len(encoded)) + encoded
        head += self._times() + struct.pack(
            "<QQII", 0 if self.is_directory else self.size, self.allocated, self.attributes,
            len(encoded),
        )  # fmt: skip
        if kind == DIRECTORY:
            return head + encoded
        # EaSize holds the tag of a reparse point ([MS-FSCC] 2.4.17). Of the short name there is
        # only room: its length, a reserved byte and 12 units.
        more = {
            FULL: b"",
            BOTH: bytes(26),
            ID_BOTH: bytes(28) + struct.pack("<Q", self.index),
            ID_FULL: struct.pack("<IQ", 0, self.index),
            ID_EXTD: struct.pack("<IQQ", self.tag, self.index, 0),
        }
        return head + struct.pack("<I", self.tag) + more[kind] + encoded

    def _times(self) -> bytes:
        return struct.pack("<QQQQ", self.created, self.accessed, self.written, self.changed)

    def _size(self) -> bytes:
        return struct.pack("<II", self.size >> 32, self.size & 0xFFFFFFFF)


# The entries of a listing by their information class of NtQueryDirectoryFile.
DIRECTORY, FULL, BOTH, NAMES, ID_BOTH, ID_FULL, ID_EXTD = 1, 2, 3, 12, 37, 38, 60
ENTRIES = (DIRECTORY, FULL, BOTH, NAMES, ID_BOTH, ID_FULL, ID_EXTD)


def describe(
    found: stat_result, remembered: Remembered, serial: int, *, pending: bool = False
) -> FileInfo:
    """Put together what the host and the session know of a file."""
    attributes = _attributes(found, remembered)
    is_file = stat.S_ISREG(found.st_mode)
    written = filetime(found.st_mtime_ns)
    born = getattr(found, "st_birthtime_ns", None) or min(found.st_mtime_ns, found.st_ctime_ns)
    return FileInfo(
        attributes=attributes,
        created=remembered.created if remembered.created is not None else filetime(born),
        accessed=filetime(found.st_atime_ns),
        written=written,
        changed=filetime(found.st_ctime_ns),
        size=found.st_size if is_file else 0,
        links=found.st_nlink if is_file else 1,
        # One drive may show several devices of the host, whose file numbers meet.
        index=(found.st_ino ^ (found.st_dev * 0x9E3779B97F4A7C15 << 32)) & 0xFFFFFFFFFFFFFFFF,
        serial=serial,
        tag=_tag(found, remembered),
        delete_pending=pending,
    )


def _tag(found: stat_result, remembered: Remembered) -> int:
    if not stat.S_ISLNK(found.st_mode):
        return 0
    return remembered.link.tag if remembered.link is not None else flags.TAG_SYMLINK


def is_read_only(found: stat_result, remembered: Remembered) -> bool:
    """Whether a file may not be written, whoever asks."""
    return bool(_attributes(found, remembered) & flags.ATTRIBUTE_READONLY)


def _attributes(found: stat_result, remembered: Remembered) -> int:
    kept = remembered.attributes
    if stat.S_ISDIR(found.st_mode):
        return flags.ATTRIBUTE_DIRECTORY | (kept or 0)
    if stat.S_ISLNK(found.st_mode):
        directory = flags.ATTRIBUTE_DIRECTORY if remembered.directory_link else 0
        extra = kept if kept is not None else 0 if directory else flags.ATTRIBUTE_ARCHIVE
        return flags.ATTRIBUTE_REPARSE_POINT | directory | extra
    attributes = flags.ATTRIBUTE_ARCHIVE if kept is None else kept & flags.SETTABLE
    if not found.st_mode & _WRITE_BITS:
        attributes |= flags.ATTRIBUTE_READONLY
    return attributes or flags.ATTRIBUTE_NORMAL
