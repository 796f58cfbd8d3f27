"""kernel32: file mappings.

What a section is stands in `sections`.
"""

from __future__ import annotations

from crosswind.run.emulator import status
from crosswind.run.emulator.abi import U32, U64, Bool, Handle, Pointer, WideString, call
from crosswind.run.emulator.calls.files import file_of
from crosswind.run.emulator.calls.sync import named
from crosswind.run.emulator.filesystem import flags
from crosswind.run.emulator.filesystem.openfile import OpenFile
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.sections import Section
from crosswind.run.emulator.status import WinError

# Protections of CreateFileMappingW (winnt.h), and what of them lets views write.
_READONLY, _READWRITE, _WRITECOPY, _EXECUTE_READ, _EXECUTE_READWRITE = 0x02, 0x04, 0x08, 0x20, 0x40
_PROTECTIONS = (_READONLY, _READWRITE, _WRITECOPY, _EXECUTE_READ, _EXECUTE_READWRITE)
_WRITES = (_READWRITE, _EXECUTE_READWRITE)
_SEC_IMAGE, _SEC_RESERVE = 0x1000000, 0x4000000
_MAP_COPY, _MAP_WRITE, _MAP_READ = 1, 2, 4
_INVALID = (1 << 64) - 1
_FILE_INVALID, _MAPPED_ALIGNMENT = 1006, 1132  # ERROR_* of winerror.h
_GRANULARITY = 0x10000  # SYSTEM_INFO.dwAllocationGranularity
# A larger one would not fit beside the program in the memory that a run is given.
MAX_SECTION = 1 << 30


@call("kernel32")
def CreateFileMappingW(
    p: Process,
    handle: Handle,
    security: Pointer,
    protection: U32,
    high: U32,
    low: U32,
    name: WideString,
) -> Handle:
    """Make a section of a file or of memory, or open the one that has the name."""
    size = high << 32 | low
    if protection & (_SEC_IMAGE | _SEC_RESERVE):
        raise WinError(status.ERROR_INVALID_PARAMETER)
    kind = protection & 0xFF
    if kind not in _PROTECTIONS:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    writes = kind in _WRITES
    if handle == _INVALID:
        if not size:
            raise WinError(status.ERROR_INVALID_PARAMETER)
        file = None
    else:
        file = file_of(p, handle)
        file.need(flags.READ_DATA)
        if writes:
            file.need(flags.WRITE_DATA)
        size = _fitted(file, size, grows=writes)
    if size > MAX_SECTION:
        raise WinError(status.ERROR_NOT_ENOUGH_MEMORY)
    return named(
        p, Section, name, lambda: Section(p.memory, file, size, writes=writes), security=security
    )


def _fitted(file: OpenFile, size: int, *, grows: bool) -> int:
    """The size of a file's section; a larger one makes the file grow."""
    present = file.info().size
    if not size:
        if not present:
            raise WinError(_FILE_INVALID)
        return present
    if size > present:
        if not grows:
            raise WinError(status.ERROR_NOT_ENOUGH_MEMORY)
        file.resize(size)
    return size


@call("kernel32")
def MapViewOfFile(
    p: Process, handle: Handle, access: U32, high: U32, low: U32, length: U64
) -> Pointer:
    """Show a section, or a part of it, in memory; copy-on-write and read-only views are writable."""
    section = p.handles.get(handle, Section)
    offset = high << 32 | low
    if access & _MAP_WRITE and section.file is not None and not section.writes:
        raise WinError(status.ERROR_ACCESS_DENIED)
    if offset % _GRANULARITY:
        raise WinError(_MAPPED_ALIGNMENT)
    if offset + length > section.size or offset >= section.size:
        raise WinError(status.ERROR_ACCESS_DENIED)
    address = section.view(offset)
    p.views[address] = section
    return address


@call("kernel32")
def UnmapViewOfFile(p: Process, address: Pointer) -> Bool:
    """Take a view away, and write back what changed."""
    section = p.views.get(address)
    if section is None:
        raise WinError(status.ERROR_INVALID_ADDRESS)
    if section.unview(address):
        del p.views[address]
    return 1


@call("kernel32")
def FlushViewOfFile(p: Process, address: Pointer, length: U64) -> Bool:
    """Write back what changed."""
    del length
    for section in list(p.views.values()):
        if section.views is not None:
            base = section.views.base
            if base <= address < base + section.size:
                section.store()
                return 1
    raise WinError(status.ERROR_INVALID_ADDRESS)
