"""kernel32: DeviceIoControl, of which links are what files need."""

from __future__ import annotations

from crosswind.run.emulator import status
from crosswind.run.emulator.abi import U32, Bool, Handle, Pointer, call
from crosswind.run.emulator.calls.files import file_of
from crosswind.run.emulator.filesystem import changes, reparse
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import NtError, WinError

# Control codes of file systems ([MS-FSCC] 2.3).
_SET_REPARSE_POINT, _GET_REPARSE_POINT, _SET_SPARSE = 0x900A4, 0x900A8, 0x900C4


@call("kernel32")
def DeviceIoControl(
    p: Process,
    handle: Handle,
    code: U32,
    given: Pointer,
    given_size: U32,
    answer: Pointer,
    answer_size: U32,
    returned: Pointer,
    overlapped: Pointer,
) -> Bool:
    """Read and make symbolic links; junctions are not made, every other code is unknown."""
    del overlapped
    if returned:
        p.memory.write_u32(returned, 0)
    p.handles.get(handle)
    if code == _GET_REPARSE_POINT:
        data = p.files.read_link(file_of(p, handle)).pack()
        if len(data) > answer_size:
            raise WinError(status.ERROR_INSUFFICIENT_BUFFER)
        p.memory.write(answer, data)
        if returned:
            p.memory.write_u32(returned, len(data))
        return 1
    if code == _SET_REPARSE_POINT:
        link = reparse.unpack(p.memory.read(given, given_size))
        if link is None:
            raise NtError(status.STATUS_IO_REPARSE_TAG_NOT_HANDLED)
        changes.become_link(p.files, file_of(p, handle), link)
        return 1
    if code == _SET_SPARSE:
        file_of(p, handle)
        return 1  # the host's files are sparse by themselves
    raise WinError(status.ERROR_INVALID_FUNCTION)
