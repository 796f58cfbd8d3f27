"""Where Wine 8 and the emulator answer a call differently, and why the emulator keeps to its answer.

The questions are those of `tests/integration/run/programs/calls`, as it prints them.
"""

from __future__ import annotations

_PREFIX = "the registry of a Wine prefix that was made without wineboot lacks it; Windows has it"
_PROVIDERS = "no provider is registered in a Wine prefix that was made without wineboot"
_NO_MESSAGE = "Wine 8 has no text for it; Microsoft documents one"
_PORT = "a failing call of Windows leaves the count at 0, and no room is ERROR_INVALID_PARAMETER"
_DRIVES = "the mount manager, which knows drives and volumes, does not run in such a prefix"
_LENGTHS = "Windows says STATUS_INFO_LENGTH_MISMATCH of room that does not fit a class"
_CLASSES = "Windows says STATUS_INVALID_INFO_CLASS of a class that it does not have"

DIFFERENCES = {
    "GetEnvironmentStringsW: all, ours in order": (
        "Wine 8 appends; Windows keeps the block sorted (documentation of CreateProcess)"
    ),
    "RegCreateKeyExW: without the right": (
        "Wine 8 does not ask for KEY_CREATE_SUB_KEY; Windows does (documentation)"
    ),
    **{
        f"RegQueryValueExW: version, {name}{more}": _PREFIX
        for name in ("CurrentBuild", "CurrentMajorVersionNumber", "SystemRoot", "ProductName")
        for more in ("", ", type, some")
    },
    "RegOpenKeyExW: media types": _PREFIX,
    "lstrlenW: nothing": "no text has the length 0 (documentation); Wine 8 sets an error too",
    "WerGetFlags: own": "Wine 8 does not have it: E_NOTIMPL",
    "GetVersionExW: wrong size": "Wine 8 sets no error; Windows says ERROR_INSUFFICIENT_BUFFER",
    "GetTimeZoneInformation: UTC, names": _PREFIX,
    "GetDynamicTimeZoneInformation: UTC, bias, key": _PREFIX,
    "SystemTimeToFileTime: 29 February 2023": (
        "Wine 8 takes every February for a leap one; Windows refuses a day that is not there"
    ),
    **{
        f"FormatMessageW: message {code}": _NO_MESSAGE
        for code in (258, 10038, 10048, 10049, 10050, 10051, 10060, 10065, 10091, 10093, 10107)
    },
    'FormatMessageW: inserts of "a%bb", text': "%b is a blank (documentation of FormatMessage)",
    "CryptAcquireContextW: verify context": _PROVIDERS,
    "CryptGenRandom: 32 bytes": _PROVIDERS,
    "CryptGenRandom: 32 bytes, changed": _PROVIDERS,
    "CryptReleaseContext: provider": _PROVIDERS,
    "CopySid: too small": "Wine 8 sets no error; Windows says ERROR_INSUFFICIENT_BUFFER",
    "ReleaseSemaphore: none": "the count must be greater than zero (documentation)",
    "GetQueuedCompletionStatusEx: empty, removed": _PORT,
    "GetQueuedCompletionStatusEx: no room": _PORT,
    "VirtualFree: release again": (
        "Windows says STATUS_MEMORY_NOT_ALLOCATED of what is free: ERROR_INVALID_ADDRESS"
    ),
    "LoadLibraryW: empty": "Windows refuses an empty name as a parameter; Wine 8 looks for it",
    "GetModuleFileNameW: too small": (
        "since Windows Vista what is cut ends by a NUL (documentation); in Wine 8 it does not"
    ),
    "ReadFile: with no event": "Windows refuses an event that is no handle; Wine 8 does not look",
    "CancelIoEx: nothing to cancel": "ERROR_NOT_FOUND (documentation)",
    "ReOpenFile: 0": "Wine 8 takes no handle for a folder to begin at; Windows says it is invalid",
    "FlushViewOfFile: nowhere": "Windows says STATUS_NOT_MAPPED_VIEW: ERROR_INVALID_ADDRESS",
    "CreateSymbolicLinkW: there already": "Wine 8 makes no link, and says that it did",
    "GetFullPathNameW: of no name": "Wine 8 sets no error; Windows says ERROR_INVALID_NAME",
    "SetFileInformationByHandle: too small": "STATUS_INFO_LENGTH_MISMATCH is ERROR_BAD_LENGTH",
    "GetLogicalDrives: C, Q": _DRIVES,
    "GetLogicalDriveStringsW: some": _DRIVES,
    "GetVolumeNameForVolumeMountPointW: absent": _DRIVES,
    "DeviceIoControl: 0": "Wine 8 knows the control and does not look at the handle",
    "CreateNamedPipeW: no name of a pipe": "Windows says ERROR_INVALID_NAME, as for any wrong name",
    "CreateNamedPipeW: no instances": "1 to 255 (documentation)",
    "DisconnectNamedPipe: client": "Windows says STATUS_ILLEGAL_FUNCTION: ERROR_INVALID_FUNCTION",
    "NtSetInformationFile: too small": _LENGTHS,
    "NtQueryInformationThread: too small": _LENGTHS,
    "NtSetInformationFile: no class": _CLASSES,
    "NtQueryVolumeInformationFile: no class": _CLASSES,
    "NtQueryInformationThread: no class": _CLASSES,
    "NtQueryVolumeInformationFile: device, type": (
        "a file's device is FILE_DEVICE_DISK; Wine 8 says FILE_DEVICE_DISK_FILE_SYSTEM"
    ),
    "NtFreeVirtualMemory: again": "Windows says STATUS_MEMORY_NOT_ALLOCATED of what is free",
    "ReadProcessMemory: nowhere": "what cannot be read whole is ERROR_PARTIAL_COPY",
    "SetThreadPriorityBoost: 0": "Wine 8 does nothing, and looks at no handle",
    "FlushInstructionCache: 0": "Wine 8 does nothing, and looks at no handle",
    "GenerateConsoleCtrlEvent: no such event": "Wine 8 sets no error",
    "RtlGetNtVersionNumbers: Windows 10": _PREFIX,
}
