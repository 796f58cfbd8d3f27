import errno

import pytest

from crosswind.run.emulator import status
from crosswind.run.emulator.filesystem.hosterrors import nt_status
from crosswind.run.emulator.status import NtError, WinError


def test_both_languages_of_a_failure():
    assert WinError(status.ERROR_FILE_NOT_FOUND).status == status.STATUS_OBJECT_NAME_NOT_FOUND
    assert WinError(status.ERROR_INVALID_PARAMETER).status == status.STATUS_INVALID_PARAMETER
    assert NtError(status.STATUS_OBJECT_NAME_NOT_FOUND).win32 == status.ERROR_FILE_NOT_FOUND
    assert NtError(status.STATUS_DELETE_PENDING).win32 == status.ERROR_ACCESS_DENIED


def test_unknown_codes():
    assert status.to_win32(0xC0001234) == status.ERROR_MR_MID_NOT_FOUND
    assert status.to_win32(status.to_nt(4321)) == 4321
    assert status.to_hresult(5) == 0x80070005
    assert status.to_hresult(0) == 0


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOENT, status.ERROR_FILE_NOT_FOUND),
        (errno.EEXIST, status.ERROR_ALREADY_EXISTS),
        (errno.EACCES, status.ERROR_ACCESS_DENIED),
        (errno.ENOTEMPTY, status.ERROR_DIR_NOT_EMPTY),
        (errno.ECHILD, status.ERROR_IO_DEVICE),
    ],
)
def test_host_errors(number, code):
    assert NtError(nt_status(OSError(number, "x"))).win32 == code
