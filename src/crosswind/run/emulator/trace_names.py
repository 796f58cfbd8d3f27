"""Names of flags and constants in arguments of Windows calls, for the trace.

The names and values are those of the Windows SDK's headers (winnt.h, winbase.h, fileapi.h, winreg.h,
memoryapi.h, consoleapi.h) and of ntifs.h for calls whose names begin with Nt. What is not in these tables is
shown as a number.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

# name=hexadecimal value; the names of a value of several bits come before those of its parts.
_FLAGS = {
    "file access": """
        GENERIC_READ=80000000 GENERIC_WRITE=40000000 GENERIC_EXECUTE=20000000 GENERIC_ALL=10000000
        MAXIMUM_ALLOWED=2000000 FILE_GENERIC_READ=120089 FILE_GENERIC_WRITE=120116 DELETE=10000
        READ_CONTROL=20000 WRITE_DAC=40000 WRITE_OWNER=80000 SYNCHRONIZE=100000 FILE_READ_DATA=1
        FILE_WRITE_DATA=2 FILE_APPEND_DATA=4 FILE_READ_EA=8 FILE_WRITE_EA=10 FILE_EXECUTE=20
        FILE_DELETE_CHILD=40 FILE_READ_ATTRIBUTES=80 FILE_WRITE_ATTRIBUTES=100""",
    "share": "FILE_SHARE_READ=1 FILE_SHARE_WRITE=2 FILE_SHARE_DELETE=4",
    "file flags": """
        FILE_FLAG_WRITE_THROUGH=80000000 FILE_FLAG_OVERLAPPED=40000000 FILE_FLAG_NO_BUFFERING=20000000
        FILE_FLAG_RANDOM_ACCESS=10000000 FILE_FLAG_SEQUENTIAL_SCAN=8000000
        FILE_FLAG_DELETE_ON_CLOSE=4000000 FILE_FLAG_BACKUP_SEMANTICS=2000000
        FILE_FLAG_POSIX_SEMANTICS=1000000 FILE_FLAG_OPEN_REPARSE_POINT=200000
        FILE_FLAG_OPEN_NO_RECALL=100000 FILE_ATTRIBUTE_READONLY=1 FILE_ATTRIBUTE_HIDDEN=2
        FILE_ATTRIBUTE_SYSTEM=4 FILE_ATTRIBUTE_DIRECTORY=10 FILE_ATTRIBUTE_ARCHIVE=20
        FILE_ATTRIBUTE_NORMAL=80 FILE_ATTRIBUTE_TEMPORARY=100 FILE_ATTRIBUTE_REPARSE_POINT=400""",
    "move": """
        MOVEFILE_REPLACE_EXISTING=1 MOVEFILE_COPY_ALLOWED=2 MOVEFILE_DELAY_UNTIL_REBOOT=4
        MOVEFILE_WRITE_THROUGH=8""",
    "protection": """
        PAGE_NOACCESS=1 PAGE_READONLY=2 PAGE_READWRITE=4 PAGE_WRITECOPY=8 PAGE_EXECUTE=10
        PAGE_EXECUTE_READ=20 PAGE_EXECUTE_READWRITE=40 PAGE_EXECUTE_WRITECOPY=80 PAGE_GUARD=100""",
    "allocation": """
        MEM_COMMIT=1000 MEM_RESERVE=2000 MEM_RESET=80000 MEM_TOP_DOWN=100000 MEM_WRITE_WATCH=200000
        MEM_LARGE_PAGES=20000000 MEM_DECOMMIT=4000 MEM_RELEASE=8000""",
    "thread creation": "CREATE_SUSPENDED=4 STACK_SIZE_PARAM_IS_A_RESERVATION=10000",
    "duplicate": "DUPLICATE_CLOSE_SOURCE=1 DUPLICATE_SAME_ACCESS=2",
    "handle flags": "HANDLE_FLAG_INHERIT=1 HANDLE_FLAG_PROTECT_FROM_CLOSE=2",
    "key access": """
        KEY_ALL_ACCESS=f003f KEY_READ=20019 KEY_WRITE=20006 KEY_QUERY_VALUE=1 KEY_SET_VALUE=2
        KEY_CREATE_SUB_KEY=4 KEY_ENUMERATE_SUB_KEYS=8 KEY_NOTIFY=10 KEY_WOW64_64KEY=100
        KEY_WOW64_32KEY=200""",
    "load library": """
        LOAD_LIBRARY_SEARCH_SYSTEM32=800 LOAD_LIBRARY_SEARCH_DEFAULT_DIRS=1000
        LOAD_WITH_ALTERED_SEARCH_PATH=8 LOAD_LIBRARY_AS_DATAFILE=2""",
    "format message": """
        FORMAT_MESSAGE_ALLOCATE_BUFFER=100 FORMAT_MESSAGE_IGNORE_INSERTS=200
        FORMAT_MESSAGE_FROM_STRING=400 FORMAT_MESSAGE_FROM_HMODULE=800 FORMAT_MESSAGE_FROM_SYSTEM=1000
        FORMAT_MESSAGE_ARGUMENT_ARRAY=2000""",
    "error mode": """
        SEM_FAILCRITICALERRORS=1 SEM_NOGPFAULTERRORBOX=2 SEM_NOALIGNMENTFAULTEXCEPT=4
        SEM_NOOPENFILEERRORBOX=8000""",
    "nt options": """
        FILE_DIRECTORY_FILE=1 FILE_WRITE_THROUGH=2 FILE_SEQUENTIAL_ONLY=4
        FILE_NO_INTERMEDIATE_BUFFERING=8 FILE_SYNCHRONOUS_IO_ALERT=10
        FILE_SYNCHRONOUS_IO_NONALERT=20 FILE_NON_DIRECTORY_FILE=40 FILE_RANDOM_ACCESS=800
        FILE_DELETE_ON_CLOSE=1000 FILE_OPEN_BY_FILE_ID=2000 FILE_OPEN_FOR_BACKUP_INTENT=4000
        FILE_OPEN_REPARSE_POINT=200000""",
    "timer": "CREATE_WAITABLE_TIMER_MANUAL_RESET=1 CREATE_WAITABLE_TIMER_HIGH_RESOLUTION=2",
}
_CONSTANTS = {
    "disposition": "CREATE_NEW=1 CREATE_ALWAYS=2 OPEN_EXISTING=3 OPEN_ALWAYS=4 TRUNCATE_EXISTING=5",
    "nt disposition": """
        FILE_SUPERSEDE=0 FILE_OPEN=1 FILE_CREATE=2 FILE_OPEN_IF=3 FILE_OVERWRITE=4 FILE_OVERWRITE_IF=5""",
    "standard handle": """
        STD_INPUT_HANDLE=fffffff6 STD_OUTPUT_HANDLE=fffffff5 STD_ERROR_HANDLE=fffffff4""",
    "milliseconds": "INFINITE=ffffffff",
    "seek": "FILE_BEGIN=0 FILE_CURRENT=1 FILE_END=2",
    "file type": "FILE_TYPE_UNKNOWN=0 FILE_TYPE_DISK=1 FILE_TYPE_CHAR=2 FILE_TYPE_PIPE=3",
    "root key": """
        HKEY_CLASSES_ROOT=80000000 HKEY_CURRENT_USER=80000001 HKEY_LOCAL_MACHINE=80000002
        HKEY_USERS=80000003 HKEY_PERFORMANCE_DATA=80000004 HKEY_CURRENT_CONFIG=80000005""",
    "wait": "WAIT_OBJECT_0=0 WAIT_ABANDONED=80 WAIT_IO_COMPLETION=c0 WAIT_TIMEOUT=102 WAIT_FAILED=ffffffff",
    "attributes class": "GetFileExInfoStandard=0",
    "name format": "FILE_NAME_NORMALIZED=0 VOLUME_NAME_GUID=1 VOLUME_NAME_NT=2 VOLUME_NAME_NONE=4",
    "control": "CTRL_C_EVENT=0 CTRL_BREAK_EVENT=1 CTRL_CLOSE_EVENT=2",
    "information class": """
        FileBasicInfo=0 FileStandardInfo=1 FileNameInfo=2 FileRenameInfo=3 FileDispositionInfo=4
        FileAllocationInfo=5 FileEndOfFileInfo=6 FileStreamInfo=7 FileCompressionInfo=8
        FileAttributeTagInfo=9 FileIdBothDirectoryInfo=a FileIdBothDirectoryRestartInfo=b
        FileIoPriorityHintInfo=c FileRemoteProtocolInfo=d FileFullDirectoryInfo=e
        FileFullDirectoryRestartInfo=f FileStorageInfo=10 FileAlignmentInfo=11 FileIdInfo=12
        FileIdExtdDirectoryInfo=13 FileIdExtdDirectoryRestartInfo=14 FileDispositionInfoEx=15
        FileRenameInfoEx=16""",
    "nt information class": """
        FileBasicInformation=4 FileStandardInformation=5 FileNameInformation=9
        FileRenameInformation=a FileLinkInformation=b FileDispositionInformation=d
        FilePositionInformation=e FileModeInformation=10 FileAllInformation=12
        FileEndOfFileInformation=14 FileDispositionInformationEx=40 FileRenameInformationEx=41""",
}
# What arguments mean: the call, then its arguments' numbers from 0; -1 is the result.
_CALLS = """
    CreateFileW: 1 file access, 2 share, 4 disposition, 5 file flags
    CreateFileA: 1 file access, 2 share, 4 disposition, 5 file flags
    ReOpenFile: 1 file access, 2 share, 3 file flags
    NtCreateFile: 1 file access, 5 file flags, 6 share, 7 nt disposition, 8 nt options
    NtOpenFile: 1 file access, 4 share, 5 nt options
    NtQueryInformationFile: 4 nt information class
    NtSetInformationFile: 4 nt information class
    GetFileInformationByHandleEx: 1 information class
    SetFileInformationByHandle: 1 information class
    GetFileAttributesExW: 1 attributes class
    GetFileAttributesW: -1 file flags
    SetFileAttributesW: 1 file flags
    SetFilePointer: 3 seek
    SetFilePointerEx: 3 seek
    MoveFileExW: 2 move
    GetFileType: -1 file type
    GetFinalPathNameByHandleW: 3 name format
    VirtualAlloc: 2 allocation, 3 protection
    VirtualFree: 2 allocation
    VirtualProtect: 2 protection
    MapViewOfFile: 1 file access
    CreateFileMappingW: 2 protection
    CreateThread: 4 thread creation
    DuplicateHandle: 6 duplicate
    SetHandleInformation: 1 handle flags, 2 handle flags
    GetStdHandle: 0 standard handle
    SetStdHandle: 0 standard handle
    WaitForSingleObject: 1 milliseconds, -1 wait
    WaitForSingleObjectEx: 1 milliseconds, -1 wait
    WaitForMultipleObjects: 3 milliseconds, -1 wait
    WaitForMultipleObjectsEx: 3 milliseconds, -1 wait
    GetQueuedCompletionStatus: 4 milliseconds
    GetQueuedCompletionStatusEx: 4 milliseconds
    Sleep: 0 milliseconds
    SleepEx: 0 milliseconds
    CreateWaitableTimerExW: 2 timer
    RegOpenKeyExW: 0 root key, 3 key access
    RegCreateKeyExW: 0 root key, 5 key access
    RegQueryValueExW: 0 root key
    RegEnumKeyExW: 0 root key
    RegEnumValueW: 0 root key
    RegQueryInfoKeyW: 0 root key
    RegSetValueExW: 0 root key
    RegDeleteKeyW: 0 root key
    RegDeleteValueW: 0 root key
    RegCloseKey: 0 root key
    LoadLibraryExW: 2 load library
    FormatMessageW: 0 format message
    SetErrorMode: 0 error mode, -1 error mode
    GenerateConsoleCtrlEvent: 0 control
"""


def spell(call: str, argument: int, value: int) -> str | None:
    """Return the names of a value, as `GENERIC_READ|GENERIC_WRITE`; None if there are none for it.

    Args:
        call: the call's name.
        argument: its number, from 0; -1 for the result.
        value: as passed; its low 32 bits count.
    """
    meaning = _meanings().get((call, argument))
    if meaning is None:
        return None
    value &= 0xFFFFFFFF
    if meaning in _CONSTANTS:
        return _named(_CONSTANTS[meaning]).get(value)
    return _join(value, _named(_FLAGS[meaning]))


def _join(value: int, names: dict[int, str]) -> str | None:
    if value == 0:
        return "0"
    found, rest = [], value
    for flag, name in names.items():
        if rest & flag == flag:
            found.append(name)
            rest &= ~flag
    if not found:
        return None
    return "|".join([*found, f"{rest:#x}"] if rest else found)


@cache
def _meanings() -> dict[tuple[str, int], str]:
    table = {}
    for line in _CALLS.strip().splitlines():
        call, _, meanings = line.strip().partition(": ")
        for part in meanings.split(", "):
            number, _, meaning = part.partition(" ")
            table[call, int(number)] = meaning
    return table


@cache
def _named(text: str) -> dict[int, str]:
    pairs = (word.partition("=") for word in text.split())
    return {int(value, 16): name for name, _, value in pairs}


class Buffer(NamedTuple):
    """Data that is passed behind a pointer.

    Attributes:
        pointer, length: numbers of the arguments that say where it lies and how much it is.
        unit: bytes of what the length counts; 2 for UTF-16.
    """

    pointer: int
    length: int
    unit: int = 1


# Calls whose arguments are worth reading: what a program writes.
BUFFERS = {
    "WriteFile": Buffer(1, 2),
    "WriteConsoleW": Buffer(1, 2, 2),
}
# What calls write behind pointers: numbers of 32 bits, or handles and addresses of 64.
OUTPUTS: dict[str, tuple[tuple[int, str], ...]] = {
    "ReadFile": ((3, "u32"),),
    "WriteFile": ((3, "u32"),),
    "ReadConsoleW": ((3, "u32"),),
    "WriteConsoleW": ((3, "u32"),),
    "GetConsoleMode": ((1, "u32"),),
    "GetExitCodeProcess": ((1, "u32"),),
    "GetExitCodeThread": ((1, "u32"),),
    "VirtualProtect": ((3, "u32"),),
    "CreatePipe": ((0, "u64"), (1, "u64")),
    "DuplicateHandle": ((3, "u64"),),
    "RegOpenKeyExW": ((4, "u64"),),
    "RegCreateKeyExW": ((7, "u64"),),
    "NtCreateFile": ((0, "u64"),),
    "NtOpenFile": ((0, "u64"),),
    "GetQueuedCompletionStatusEx": ((3, "u32"),),
    "SetFilePointerEx": ((2, "u64"),),
    "GetFileSizeEx": ((1, "u64"),),
}
