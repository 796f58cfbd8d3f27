"""What kind of computer and Windows this is: version, processors, memory, names, folders."""

from __future__ import annotations

import struct

from crosswind.run.emulator import identity, status
from crosswind.run.emulator.abi import I32, U32, Bool, Handle, NtStatus, Pointer, call
from crosswind.run.emulator.calls.texts import counted, sized
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import NtError, WinError

# PROCESSOR_ARCHITECTURE_AMD64, PROCESSOR_AMD_X8664, IMAGE_FILE_MACHINE_AMD64.
_AMD64, _X8664, _MACHINE = 9, 8664, 0x8664
PAGE = 0x1000
_GRANULARITY = 0x10000
# The user's part of the address space.
_LOWEST, _HIGHEST = 0x10000, 0x7FFFFFFEFFFF
_LEVEL, _REVISION = identity.PROCESSOR_LEVEL, identity.PROCESSOR_REVISION

# What GlobalMemoryStatusEx and its like tell: 8 GiB, half of it free. Nothing of the host's.
_MEMORY, _FREE = 8 << 30, 4 << 30
_ADDRESSES = 1 << 47

# PROCESSOR_FEATURE_ID (winnt.h) of a processor for GOAMD64=v2: compare-exchange, MMX, SSE, RDTSC,
# PAE, SSE2, NX, SSE3, 16-byte compare-exchange, fast fail, SSSE3, SSE4.1, SSE4.2. No XSAVE, no AVX.
_FEATURES = frozenset({2, 3, 6, 8, 9, 10, 12, 13, 14, 23, 36, 37, 38})
# PRODUCT_PROFESSIONAL, VER_PLATFORM_WIN32_NT, VER_SUITE_SINGLEUSERTS, VER_NT_WORKSTATION.
_PROFESSIONAL, _NT, _SINGLE_USER, _WORKSTATION = 0x30, 2, 0x100, 1

# COMPUTER_NAME_FORMAT: NetBIOS, host, domain, fully qualified, and the same physically.
_NAMES = 8


def _system_info(p: Process, info: int) -> None:
    """Write SYSTEM_INFO."""
    p.memory.write(
        info,
        struct.pack(
            "<HHIQQQIIIHH", _AMD64, 0, PAGE, _LOWEST, _HIGHEST, (1 << p.processors) - 1,
            p.processors, _X8664, _GRANULARITY, _LEVEL, _REVISION,
        ),
    )  # fmt: skip


@call("kernel32", "kernelbase")
def GetSystemInfo(p: Process, info: Pointer) -> None:
    """Describe the processors and the address space."""
    _system_info(p, info)


@call("kernel32", "kernelbase")
def GetNativeSystemInfo(p: Process, info: Pointer) -> None:
    """Describe the processors and the address space."""
    _system_info(p, info)


def _version(p: Process, info: int, size: int) -> None:
    """Write OSVERSIONINFOW or, where `size` says so, OSVERSIONINFOEXW."""
    data = struct.pack("<IIIII256x", size, identity.MAJOR, identity.MINOR, identity.BUILD, _NT)
    if size >= _EXTENDED:
        data += struct.pack("<HHHBB", 0, 0, _SINGLE_USER, _WORKSTATION, 0)
    p.memory.write(info, data)


_PLAIN, _EXTENDED = 276, 284


@call("ntdll")
def RtlGetVersion(p: Process, info: Pointer) -> NtStatus:
    """Say Windows 10.0.19045."""
    _version(p, info, p.memory.read_u32(info))
    return 0


@call("ntdll")
def RtlGetNtVersionNumbers(p: Process, major: Pointer, minor: Pointer, build: Pointer) -> None:
    """Say Windows 10.0.19045, a free build."""
    for place, value in (
        (major, identity.MAJOR),
        (minor, identity.MINOR),
        (build, 0xF0000000 | identity.BUILD),
    ):
        if place:
            p.memory.write_u32(place, value)


@call("kernel32", "kernelbase")
def GetVersionExW(p: Process, info: Pointer) -> Bool:
    """Say Windows 10.0.19045, as to a program whose manifest names Windows 10."""
    size = p.memory.read_u32(info)
    if size not in {_PLAIN, _EXTENDED}:
        raise WinError(status.ERROR_INSUFFICIENT_BUFFER)
    _version(p, info, size)
    return 1


@call("kernel32", "kernelbase")
def GetVersion(p: Process) -> U32:
    """Return the version in one number."""
    del p
    return identity.BUILD << 16 | identity.MINOR << 8 | identity.MAJOR


@call("kernel32", "kernelbase")
def GetProductInfo(
    p: Process, major: U32, minor: U32, pack_major: U32, pack_minor: U32, product: Pointer
) -> Bool:
    """Say Windows Pro."""
    del major, minor, pack_major, pack_minor
    p.memory.write_u32(product, _PROFESSIONAL)
    return 1


@call("kernel32", "kernelbase")
def IsProcessorFeaturePresent(p: Process, feature: U32) -> Bool:
    """Say what the emulated processor has; never AVX."""
    del p
    return int(feature in _FEATURES)


@call("kernel32", "kernelbase")
def GetActiveProcessorCount(p: Process, group: U32) -> U32:
    """Count the processors."""
    del group
    return p.processors


@call("kernel32", "kernelbase")
def GetMaximumProcessorCount(p: Process, group: U32) -> U32:
    """Count the processors."""
    del group
    return p.processors


@call("kernel32", "kernelbase")
def GetActiveProcessorGroupCount(p: Process) -> U32:
    """Say one group."""
    del p
    return 1


@call("kernel32", "kernelbase")
def GetMaximumProcessorGroupCount(p: Process) -> U32:
    """Say one group."""
    del p
    return 1


@call("kernel32", "kernelbase")
def GetLogicalProcessorInformation(p: Process, buffer: Pointer, size: Pointer) -> Bool:
    """Describe one package with a core for each processor, without caches."""
    records = [
        struct.pack("<QIIQQ", 1 << core, 0, 0, 0, 0) for core in range(p.processors)
    ]  # RelationProcessorCore
    everywhere = (1 << p.processors) - 1
    records.append(struct.pack("<QIIQQ", everywhere, 1, 0, 0, 0))  # RelationNumaNode
    records.append(struct.pack("<QIIQQ", everywhere, 3, 0, 0, 0))  # RelationProcessorPackage
    data = b"".join(records)
    room = p.memory.read_u32(size)
    p.memory.write_u32(size, len(data))
    if room < len(data):
        raise WinError(status.ERROR_INSUFFICIENT_BUFFER)
    p.memory.write(buffer, data)
    return 1


@call("kernel32", "kernelbase")
def GlobalMemoryStatusEx(p: Process, info: Pointer) -> Bool:
    """Tell of 8 GiB, half of it free; the host's memory is not told."""
    if p.memory.read_u32(info) != 64:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    p.memory.write(
        info,
        struct.pack(
            "<IIQQQQQQQ", 64, 50, _MEMORY, _FREE, _MEMORY, _FREE, _ADDRESSES, _ADDRESSES, 0
        ),
    )
    return 1


@call("kernel32", "kernelbase")
def GetPhysicallyInstalledSystemMemory(p: Process, kilobytes: Pointer) -> Bool:
    """Tell of 8 GiB."""
    p.memory.write_u64(kilobytes, _MEMORY >> 10)
    return 1


@call("kernel32:K32GetProcessMemoryInfo", "psapi", "kernelbase:K32GetProcessMemoryInfo")
def GetProcessMemoryInfo(p: Process, process: Handle, counters: Pointer, size: U32) -> Bool:
    """Tell what the process has committed, as its working set too."""
    p.process_of(process)
    if size < 72:
        raise WinError(status.ERROR_INSUFFICIENT_BUFFER)
    used = p.memory.committed
    p.memory.write(counters, struct.pack("<IIQQQQQQQQ", 72, 0, used, used, 0, 0, 0, 0, used, used))
    return 1


@call("kernel32", "kernelbase")
def GetComputerNameW(p: Process, buffer: Pointer, size: Pointer) -> Bool:
    """Return the computer's name, which is always the same."""
    sized(p, buffer, size, identity.COMPUTER, error=status.ERROR_BUFFER_OVERFLOW)
    return 1


@call("kernel32", "kernelbase")
def GetComputerNameExW(p: Process, kind: U32, buffer: Pointer, size: Pointer) -> Bool:
    """Return the computer's name, which is always the same and in no domain."""
    if kind >= _NAMES:
        raise WinError(status.ERROR_INVALID_PARAMETER)
    name = identity.COMPUTER if kind % 4 == 0 else identity.COMPUTER.lower()
    sized(p, buffer, size, "" if kind % 4 == 2 else name, error=status.ERROR_MORE_DATA)
    return 1


@call("advapi32")
def GetUserNameW(p: Process, buffer: Pointer, size: Pointer) -> Bool:
    """Return the user's name, which is always the same."""
    sized(p, buffer, size, identity.USER, with_nul=True)
    return 1


# EXTENDED_NAME_FORMAT: NameSamCompatible, NameDisplay.
_NAME_SAM, _NAME_DISPLAY = 2, 3


@call("secur32", "sspicli")
def GetUserNameExW(p: Process, form: I32, buffer: Pointer, size: Pointer) -> Bool:
    r"""Return the user's name as computer\user; directory services' forms are not there."""
    if form == _NAME_SAM:
        sized(p, buffer, size, identity.ACCOUNT, error=status.ERROR_MORE_DATA)
    elif form == _NAME_DISPLAY:
        sized(p, buffer, size, identity.USER, error=status.ERROR_MORE_DATA)
    else:
        raise WinError(status.ERROR_NONE_MAPPED)
    return 1


@call("kernel32", "kernelbase")
def GetSystemDirectoryW(p: Process, buffer: Pointer, size: U32) -> U32:
    r"""Return C:\Windows\system32."""
    return counted(p, buffer, size, identity.SYSTEM)


@call("kernel32", "kernelbase")
def GetSystemDirectoryA(p: Process, buffer: Pointer, size: U32) -> U32:
    r"""Return C:\Windows\system32."""
    data = identity.SYSTEM.encode() + b"\0"
    if len(data) > size:
        return len(data)
    p.memory.write(buffer, data)
    return len(data) - 1


@call("kernel32", "kernelbase")
def GetWindowsDirectoryW(p: Process, buffer: Pointer, size: U32) -> U32:
    r"""Return C:\Windows."""
    return counted(p, buffer, size, identity.WINDOWS)


@call("kernel32", "kernelbase")
def GetSystemWindowsDirectoryW(p: Process, buffer: Pointer, size: U32) -> U32:
    r"""Return C:\Windows."""
    return counted(p, buffer, size, identity.WINDOWS)


@call("kernel32", "kernelbase")
def IsWow64Process(p: Process, process: Handle, answer: Pointer) -> Bool:
    """Say that it is a program for the machine's own size."""
    p.process_of(process)
    p.memory.write_u32(answer, 0)
    return 1


@call("kernel32", "kernelbase")
def IsWow64Process2(p: Process, process: Handle, own: Pointer, native: Pointer) -> Bool:
    """Say that it is a program for the machine's own size: x86-64."""
    p.process_of(process)
    p.memory.write(own, b"\0\0")
    if native:
        p.memory.write(native, _MACHINE.to_bytes(2, "little"))
    return 1


@call("ntdll", "ntdll:ZwQuerySystemInformation")
def NtQuerySystemInformation(
    p: Process, kind: U32, buffer: Pointer, size: U32, needed: Pointer
) -> NtStatus:
    """Answer the basic questions, the time of day and the list of processes: this one."""
    answers = {0: _basic, 3: _time_of_day, 5: _processes}
    if kind not in answers:
        raise NtError(status.STATUS_INVALID_INFO_CLASS)
    data = answers[kind](p)
    if needed:
        p.memory.write_u32(needed, len(data))
    # The time of day may be asked for in part; the others whole.
    if size < len(data):
        raise NtError(status.STATUS_INFO_LENGTH_MISMATCH)
    p.memory.write(buffer, data)
    return 0


def _basic(p: Process) -> bytes:
    """Return SYSTEM_BASIC_INFORMATION; its timer's resolution is 15.625 ms."""
    return struct.pack(
        "<IIIIIIIIQQQB7x", 0, 156250, PAGE, _MEMORY // PAGE, 1, _MEMORY // PAGE, _GRANULARITY, 0,
        _LOWEST, _HIGHEST, (1 << p.processors) - 1, p.processors,
    )  # fmt: skip


def _time_of_day(p: Process) -> bytes:
    """Return SYSTEM_TIMEOFDAY_INFORMATION."""
    now = p.clock.filetime()
    return struct.pack("<QQqIIQQ", now - p.clock.uptime(), now, p.time_zone_bias, 0, 0, 0, 0)


def _processes(p: Process) -> bytes:
    """Return SYSTEM_PROCESS_INFORMATION of this process, without its threads and name."""
    head = struct.pack("<II", 0, len(p.threads))
    return head.ljust(80, b"\0") + struct.pack("<Q", p.pid) + bytes(256 - 88)
