"""Failures of the host's file system as the NTSTATUS that Windows would answer."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator

from crosswind.run.emulator import status
from crosswind.run.emulator.status import NtError

_STATUS = {
    errno.EBADF: status.STATUS_INVALID_HANDLE,
    errno.ENOMEM: status.STATUS_NO_MEMORY,
    errno.ESPIPE: status.STATUS_INVALID_DEVICE_REQUEST,
    errno.ENOTSUP: status.STATUS_NOT_SUPPORTED,
    errno.ENOENT: status.STATUS_OBJECT_NAME_NOT_FOUND,
    errno.ENOTDIR: status.STATUS_OBJECT_PATH_NOT_FOUND,
    errno.EEXIST: status.STATUS_OBJECT_NAME_COLLISION,
    errno.ENOTEMPTY: status.STATUS_DIRECTORY_NOT_EMPTY,
    errno.EACCES: status.STATUS_ACCESS_DENIED,
    errno.EPERM: status.STATUS_ACCESS_DENIED,
    errno.EROFS: status.STATUS_ACCESS_DENIED,
    errno.EISDIR: status.STATUS_FILE_IS_A_DIRECTORY,
    errno.ENOSPC: status.STATUS_DISK_FULL,
    errno.EDQUOT: status.STATUS_DISK_FULL,
    errno.EFBIG: status.STATUS_DISK_FULL,
    errno.EXDEV: status.STATUS_NOT_SAME_DEVICE,
    errno.ENAMETOOLONG: status.STATUS_NAME_TOO_LONG,
    errno.EMFILE: status.STATUS_TOO_MANY_OPENED_FILES,
    errno.ENFILE: status.STATUS_TOO_MANY_OPENED_FILES,
    errno.EMLINK: status.STATUS_TOO_MANY_LINKS,
    errno.EINVAL: status.STATUS_INVALID_PARAMETER,
    errno.ELOOP: status.STATUS_REPARSE_POINT_NOT_RESOLVED,
    errno.EPIPE: status.STATUS_PIPE_CLOSING,
    errno.EBUSY: status.STATUS_SHARING_VIOLATION,
    errno.ETXTBSY: status.STATUS_SHARING_VIOLATION,
}


def nt_status(error: OSError) -> int:
    """What Windows would answer in place of a host's error; an unknown one is an I/O error."""
    return _STATUS.get(error.errno or 0, status.STATUS_IO_DEVICE_ERROR)


@contextlib.contextmanager
def translated(*, on_the_way: bool = False) -> Iterator[None]:
    """Raise NtError in place of the host's errors.

    Args:
        on_the_way: a folder on the way that is missing is not the name that was asked for.
    """
    try:
        yield
    except OSError as error:
        code = nt_status(error)
        if on_the_way and code == status.STATUS_OBJECT_NAME_NOT_FOUND:
            code = status.STATUS_OBJECT_PATH_NOT_FOUND
        raise NtError(code) from error
