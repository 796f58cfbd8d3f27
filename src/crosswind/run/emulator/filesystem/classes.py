"""Information classes: what NtQueryInformationFile tells, what NtSetInformationFile changes.

Win32's functions of the same kind are these under other numbers. Source: [MS-FSCC] 2.4 and 2.5.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from enum import IntEnum

from crosswind.run.emulator import status
from crosswind.run.emulator.filesystem import changes, flags, info
from crosswind.run.emulator.filesystem.filesystem import FileSystem
from crosswind.run.emulator.filesystem.names import Location
from crosswind.run.emulator.filesystem.openfile import OpenFile
from crosswind.run.emulator.status import NtError


class InfoClass(IntEnum):
    """FILE_INFORMATION_CLASS, without those of listings."""

    BASIC = 4
    STANDARD = 5
    INTERNAL = 6
    EA = 7
    ACCESS = 8
    NAME = 9
    RENAME = 10
    LINK = 11
    DISPOSITION = 13
    POSITION = 14
    MODE = 16
    ALIGNMENT = 17
    ALL = 18
    ALLOCATION = 19
    END_OF_FILE = 20
    STREAM = 22
    NETWORK_OPEN = 34
    ATTRIBUTE_TAG = 35
    NORMALIZED_NAME = 48
    ID = 59
    DISPOSITION_EX = 64
    RENAME_EX = 65
    CASE_SENSITIVE = 71
    LINK_EX = 72


# FILE_INFO_BY_HANDLE_CLASS (winbase.h), without those of listings.
WIN32 = {
    0: InfoClass.BASIC,
    1: InfoClass.STANDARD,
    2: InfoClass.NAME,
    3: InfoClass.RENAME,
    4: InfoClass.DISPOSITION,
    5: InfoClass.ALLOCATION,
    6: InfoClass.END_OF_FILE,
    7: InfoClass.STREAM,
    9: InfoClass.ATTRIBUTE_TAG,
    17: InfoClass.ALIGNMENT,
    18: InfoClass.ID,
    21: InfoClass.DISPOSITION_EX,
    22: InfoClass.RENAME_EX,
    23: InfoClass.CASE_SENSITIVE,
    24: InfoClass.NORMALIZED_NAME,
}
# FILE_INFO_BY_HANDLE_CLASS of listings: the class, and whether it begins again.
WIN32_LISTINGS = {
    10: (info.ID_BOTH, False),
    11: (info.ID_BOTH, True),
    14: (info.FULL, False),
    15: (info.FULL, True),
    19: (info.ID_EXTD, False),
    20: (info.ID_EXTD, True),
}

Resolve = Callable[[int, str], Location]


def query(file: OpenFile, wanted: InfoClass, room: int) -> bytes:
    """What a class tells of a file.

    Args:
        file: any open file; BASIC and ALL need READ_ATTRIBUTES.
        wanted: the class.
        room: bytes that the caller has room for; names may be cut off by the caller.

    Raises:
        NtError: INVALID_INFO_CLASS, INFO_LENGTH_MISMATCH, ACCESS_DENIED.
    """
    make = _QUERIES.get(wanted)
    if make is None:
        raise NtError(status.STATUS_INVALID_INFO_CLASS)
    data, least = make(file)
    if room < least:
        raise NtError(status.STATUS_INFO_LENGTH_MISMATCH)
    return data


def _basic(file: OpenFile) -> tuple[bytes, int]:
    file.need(flags.READ_ATTRIBUTES)
    return file.info().basic(), 40


def _standard(file: OpenFile) -> tuple[bytes, int]:
    return file.info().standard(), 22


def _name(file: OpenFile) -> tuple[bytes, int]:
    name = file.path[2:].encode("utf-16-le", "surrogatepass")
    return struct.pack("<I", len(name)) + name, 8


def _all(file: OpenFile) -> tuple[bytes, int]:
    known = file.info()
    parts = (
        known.basic(),
        known.standard(),
        struct.pack("<QI", known.index, 0),
        struct.pack("<IQI", file.access, file.position, file.options & flags.MODE),
        struct.pack("<I", 0),
        _name(file)[0],
    )
    return b"".join(parts), 104


def _stream(file: OpenFile) -> tuple[bytes, int]:
    """The only stream of a file is its content; a folder has none."""
    if file.is_directory:
        return b"", 0
    name = "::$DATA".encode("utf-16-le")
    known = file.info()
    return struct.pack("<IIQQ", 0, len(name), known.size, known.allocated) + name, 24


_QUERIES: Mapping[InfoClass, Callable[[OpenFile], tuple[bytes, int]]] = {
    InfoClass.BASIC: _basic,
    InfoClass.STANDARD: _standard,
    InfoClass.INTERNAL: lambda file: (struct.pack("<Q", file.info().index), 8),
    InfoClass.EA: lambda _file: (bytes(4), 4),
    InfoClass.ACCESS: lambda file: (struct.pack("<I", file.access), 4),
    InfoClass.NAME: _name,
    InfoClass.NORMALIZED_NAME: _name,
    InfoClass.POSITION: lambda file: (struct.pack("<Q", file.position), 8),
    InfoClass.MODE: lambda file: (struct.pack("<I", file.options & flags.MODE), 4),
    InfoClass.ALIGNMENT: lambda _file: (bytes(4), 4),
    InfoClass.ALL: _all,
    InfoClass.STREAM: _stream,
    InfoClass.NETWORK_OPEN: lambda file: (file.info().network_open(), 56),
    InfoClass.ATTRIBUTE_TAG: lambda file: (file.info().attribute_tag(), 8),
    InfoClass.ID: lambda file: (
        struct.pack("<QQQ", file.volume.serial, file.info().index, 0),
        24,
    ),
    InfoClass.CASE_SENSITIVE: lambda _file: (bytes(4), 4),
}


def change(
    system: FileSystem, file: OpenFile, wanted: InfoClass, data: bytes, resolve: Resolve
) -> None:
    """Change a file as a class says.

    Args:
        system: the session's file system.
        file: the file.
        wanted: the class.
        data: the caller's buffer.
        resolve: finds the location of a new name, relative to a handle or, for 0, to nothing.

    Raises:
        NtError: INVALID_INFO_CLASS, INFO_LENGTH_MISMATCH, and what the change may fail with.
    """
    least = _CHANGES.get(wanted)
    if least is None:
        raise NtError(status.STATUS_INVALID_INFO_CLASS)
    if len(data) < least:
        raise NtError(status.STATUS_INFO_LENGTH_MISMATCH)
    if wanted in (InfoClass.RENAME, InfoClass.RENAME_EX, InfoClass.LINK, InfoClass.LINK_EX):
        _new_name(system, file, wanted, data, resolve)
    elif wanted is InfoClass.BASIC:
        _set_basic(system, file, data)
    elif wanted is InfoClass.DISPOSITION:
        changes.set_delete(system, file, delete=bool(data[0]), posix=False, force=False)
    elif wanted is InfoClass.DISPOSITION_EX:
        (chosen,) = struct.unpack_from("<I", data)
        # FILE_DISPOSITION_DELETE, _POSIX_SEMANTICS, _IGNORE_READONLY_ATTRIBUTE ([MS-FSCC] 2.4.12).
        changes.set_delete(
            system, file, delete=bool(chosen & 1), posix=bool(chosen & 2), force=bool(chosen & 0x10)
        )
    else:
        _set_number(file, wanted, data)


_CHANGES = {
    InfoClass.BASIC: 40,
    InfoClass.RENAME: 24,
    InfoClass.LINK: 24,
    InfoClass.DISPOSITION: 1,
    InfoClass.POSITION: 8,
    InfoClass.MODE: 4,
    InfoClass.ALLOCATION: 8,
    InfoClass.END_OF_FILE: 8,
    InfoClass.DISPOSITION_EX: 4,
    InfoClass.RENAME_EX: 24,
    InfoClass.LINK_EX: 24,
}


def _set_basic(system: FileSystem, file: OpenFile, data: bytes) -> None:
    created, accessed, written, _, attributes = struct.unpack_from("<qqqqI", data)
    # -1 and -2 stop and resume automatic times; 0 leaves a time as it is.
    times = [max(0, time) for time in (created, accessed, written)]
    file.need(flags.WRITE_ATTRIBUTES)
    if attributes:
        changes.set_attributes(system, file, attributes)
    if any(times):
        changes.set_filetimes(system, file, *times)


def _new_name(
    system: FileSystem, file: OpenFile, wanted: InfoClass, data: bytes, resolve: Resolve
) -> None:
    # Flags (or ReplaceIfExists), padding, RootDirectory, FileNameLength, FileName.
    chosen, root, length = struct.unpack_from("<IxxxxQI", data)
    raw = data[20 : 20 + length]
    if len(raw) != length or length % 2 or not length:
        raise NtError(status.STATUS_INVALID_PARAMETER)
    extended = wanted in (InfoClass.RENAME_EX, InfoClass.LINK_EX)
    if not extended:
        chosen &= 0xFF
    to = resolve(root, raw.decode("utf-16-le", "surrogatepass"))
    # FILE_RENAME_REPLACE_IF_EXISTS, _POSIX_SEMANTICS, _IGNORE_READONLY_ATTRIBUTE: 1, 2, 0x40
    # ([MS-FSCC] 2.4.42).
    replace = bool(chosen & 1) if extended else bool(chosen)
    if wanted in (InfoClass.LINK, InfoClass.LINK_EX):
        changes.link(system, file, to, replace=replace)
        return
    posix = extended and bool(chosen & 2)
    force = extended and bool(chosen & 0x40)
    changes.rename(system, file, to, replace=replace, posix=posix, force=force)


def _set_number(file: OpenFile, wanted: InfoClass, data: bytes) -> None:
    if wanted is InfoClass.MODE:
        return
    (number,) = struct.unpack_from("<q", data)
    if number < 0:
        raise NtError(status.STATUS_INVALID_PARAMETER)
    if wanted is InfoClass.POSITION:
        file.position = number
    elif wanted is InfoClass.END_OF_FILE:
        file.resize(number)
    elif number < file.info().size:
        # An allocation below the size cuts the file off; a larger one is only a wish.
        file.resize(number)


def listing(file: OpenFile, kind: int, room: int, *, restart: bool, single: bool = False,
            expression: str | None = None) -> bytes:  # fmt: skip
    """As many entries of a folder's listing as there is room for.

    Raises:
        NtError: NO_MORE_FILES at the end, NO_SUCH_FILE if nothing matches from the start on,
            BUFFER_OVERFLOW if not even one entry has room.
    """
    fresh = file.listing is None or restart
    found = file.list(expression, restart=restart)
    out = bytearray()
    last = 0
    while found.next < len(found.names):
        name = found.names[found.next]
        known = file.system.entry(file, name)
        if known is not None:
            entry = known.entry(name, kind)
            start = -(-len(out) // 8) * 8
            if start + len(entry) > room:
                break
            if out:
                struct.pack_into("<I", out, last, start - last)
            out += bytes(start - len(out)) + entry
            last = start
        found.next += 1
        if single and out:
            break
    if not out:
        if found.next < len(found.names):
            raise NtError(status.STATUS_BUFFER_OVERFLOW)
        raise NtError(status.STATUS_NO_SUCH_FILE if fresh else status.STATUS_NO_MORE_FILES)
    return bytes(out)


# FILE_CASE_PRESERVED_NAMES, _CASE_SENSITIVE_SEARCH, _UNICODE_ON_DISK, _SUPPORTS_REPARSE_POINTS,
# _SUPPORTS_OBJECT_IDS, _SUPPORTS_HARD_LINKS, _SUPPORTS_OPEN_BY_FILE_ID, _SUPPORTS_POSIX_UNLINK_RENAME
# (winnt.h): what NTFS says of itself, as far as it holds here.
VOLUME_FLAGS = 0x2 | 0x1 | 0x4 | 0x80 | 0x10000 | 0x400000 | 0x1000000 | 0x400
READ_ONLY_VOLUME = 0x80000


def volume(file: OpenFile, wanted: int) -> bytes:
    """What NtQueryVolumeInformationFile tells of a file's drive ([MS-FSCC] 2.5)."""
    drive = file.volume
    total, free, mine = file.system.space(Location(drive.letter))
    units = [size // info.CLUSTER for size in (total, mine, free)]
    geometry = struct.pack("<II", info.CLUSTER // 512, 512)
    if wanted == 1:  # FileFsVolumeInformation
        label = drive.label.encode("utf-16-le")
        return struct.pack("<QIIBx", 0, drive.serial, len(label), 0) + label
    if wanted == 3:  # FileFsSizeInformation
        return struct.pack("<QQ", units[0], units[1]) + geometry
    if wanted == 4:  # FileFsDeviceInformation: FILE_DEVICE_DISK, mounted
        return struct.pack("<II", 7, 0x20)
    if wanted == 5:  # FileFsAttributeInformation
        name = "NTFS".encode("utf-16-le")
        return struct.pack("<III", volume_flags(file), 255, len(name)) + name
    if wanted == 7:  # FileFsFullSizeInformation
        return struct.pack("<QQQ", units[0], units[1], units[2]) + geometry
    raise NtError(status.STATUS_INVALID_INFO_CLASS)


def volume_flags(file: OpenFile) -> int:
    """What a file's drive supports, for GetVolumeInformation."""
    return VOLUME_FLAGS | (0 if file.volume.writable else READ_ONLY_VOLUME)
