"""Access rights, options and attributes of files, by the names of winnt.h and ntifs.h."""

from __future__ import annotations

# Access rights of a file and of a folder (winnt.h, FILE_*).
READ_DATA = 0x1
WRITE_DATA = 0x2
APPEND_DATA = 0x4
EXECUTE = 0x20
READ_ATTRIBUTES = 0x80
WRITE_ATTRIBUTES = 0x100
DELETE = 0x10000
SYNCHRONIZE = 0x100000
MAXIMUM_ALLOWED = 0x2000000
ALL_ACCESS = 0x1F01FF
# Generic rights and what they stand for, for files.
_GENERIC = (
    (0x80000000, 0x120089),  # GENERIC_READ
    (0x40000000, 0x120116),  # GENERIC_WRITE
    (0x20000000, 0x1200A0),  # GENERIC_EXECUTE
    (0x10000000, ALL_ACCESS),  # GENERIC_ALL
    (MAXIMUM_ALLOWED, ALL_ACCESS),
)

SHARE_READ, SHARE_WRITE, SHARE_DELETE = 1, 2, 4

# CreateDisposition of NtCreateFile.
SUPERSEDE, OPEN, CREATE, OPEN_IF, OVERWRITE, OVERWRITE_IF = range(6)

# IoStatusBlock.Information of NtCreateFile.
SUPERSEDED, OPENED, CREATED, OVERWRITTEN = range(4)

# CreateOptions of NtCreateFile.
DIRECTORY_FILE = 0x1
WRITE_THROUGH = 0x2
SEQUENTIAL_ONLY = 0x4
NO_INTERMEDIATE_BUFFERING = 0x8
SYNCHRONOUS_IO_ALERT = 0x10
SYNCHRONOUS_IO_NONALERT = 0x20
NON_DIRECTORY_FILE = 0x40
RANDOM_ACCESS = 0x800
DELETE_ON_CLOSE = 0x1000
OPEN_BY_FILE_ID = 0x2000
OPEN_FOR_BACKUP_INTENT = 0x4000
OPEN_REPARSE_POINT = 0x200000
# What FileModeInformation tells ([MS-FSCC] 2.4.26).
MODE = (
    WRITE_THROUGH
    | SEQUENTIAL_ONLY
    | NO_INTERMEDIATE_BUFFERING
    | SYNCHRONOUS_IO_ALERT
    | SYNCHRONOUS_IO_NONALERT
    | DELETE_ON_CLOSE
)

# File attributes ([MS-FSCC] 2.6).
ATTRIBUTE_READONLY = 0x1
ATTRIBUTE_HIDDEN = 0x2
ATTRIBUTE_SYSTEM = 0x4
ATTRIBUTE_DIRECTORY = 0x10
ATTRIBUTE_ARCHIVE = 0x20
ATTRIBUTE_NORMAL = 0x80
ATTRIBUTE_TEMPORARY = 0x100
ATTRIBUTE_REPARSE_POINT = 0x400
ATTRIBUTE_OFFLINE = 0x1000
ATTRIBUTE_NOT_CONTENT_INDEXED = 0x2000
# Those a program can set and the session remembers; READONLY is the host's permission.
SETTABLE = (
    ATTRIBUTE_HIDDEN
    | ATTRIBUTE_SYSTEM
    | ATTRIBUTE_ARCHIVE
    | ATTRIBUTE_TEMPORARY
    | ATTRIBUTE_OFFLINE
    | ATTRIBUTE_NOT_CONTENT_INDEXED
)

# Reparse tags ([MS-FSCC] 2.1.2.1).
TAG_SYMLINK = 0xA000000C
TAG_MOUNT_POINT = 0xA0000003


def specific(access: int) -> int:
    """Replace generic rights by the rights of files that they stand for."""
    for generic, rights in _GENERIC:
        if access & generic:
            access = access & ~generic | rights
    return access
