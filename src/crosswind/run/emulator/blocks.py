"""What Windows puts into a process's memory for the program to read: PEB, TEB, and the shared page.

Offsets are those of the 64-bit structures as winternl.h, ntddk.h and Microsoft's public symbols have
them; Go reads TEB and shared page directly (runtime/sys_windows_amd64.s, runtime/time_windows.h).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING

from crosswind.run.emulator import identity
from crosswind.run.emulator.memory import Kind, Memory, Protection
from crosswind.run.emulator.modules import Module

if TYPE_CHECKING:
    from crosswind.run.emulator.clock import Clock

# KUSER_SHARED_DATA: where it lies in every process, and the fields that change.
SHARED = 0x7FFE0000
_INTERRUPT_TIME, _SYSTEM_TIME, _TICK_COUNT = 0x08, 0x14, 0x320
# The shared page is written anew after so many ticks: half a millisecond, the best timer of Windows.
_RESOLUTION = 5000
# NtProductType, the version, and how ticks become milliseconds.
_TICK_MULTIPLIER = 0x0FA00000
_TICKS_PER_TICK = 156250

TEB_SIZE = 0x2000
_PEB_SIZE = 0x1000


class SharedPage:
    """KUSER_SHARED_DATA."""

    def __init__(self, memory: Memory, processors: int) -> None:
        """Put the page into memory."""
        memory.reserve(SHARED, 0x1000, Protection.READONLY)
        memory.commit(SHARED, 0x1000, Protection.READONLY)
        self._memory = memory
        self._shown = -_RESOLUTION
        page = bytearray(0x1000)
        struct.pack_into("<II", page, 0x00, 0, _TICK_MULTIPLIER)
        page[0x30 : 0x30 + 2 * 260] = identity.WINDOWS.encode("utf-16-le").ljust(520, b"\0")
        struct.pack_into("<I", page, 0x260, identity.BUILD)
        struct.pack_into("<IB", page, 0x264, 1, 1)  # NtProductWinNt, valid
        struct.pack_into("<II", page, 0x26C, identity.MAJOR, identity.MINOR)
        struct.pack_into("<H", page, 0x26A, 9)  # NativeProcessorArchitecture: AMD64
        struct.pack_into("<I", page, 0x3C0, processors)  # ActiveProcessorCount
        memory.poke(SHARED, page)

    def show(self, clock: Clock) -> None:
        """Write the time, if it has changed enough."""
        uptime = clock.uptime()
        if 0 <= uptime - self._shown < _RESOLUTION:
            return
        self._shown = uptime
        # KSYSTEM_TIME: the low half, the high half, and the high half again.
        for offset, value in (
            (_INTERRUPT_TIME, uptime),
            (_SYSTEM_TIME, clock.filetime()),
            (_TICK_COUNT, uptime // _TICKS_PER_TICK),
        ):
            packed = struct.pack("<QI", value, value >> 32)
            self._memory.poke(SHARED + offset, packed)


class Writer:
    """Puts structures with texts into memory that is read only by the program."""

    def __init__(self, memory: Memory, size: int) -> None:
        """Take some memory."""
        self._memory = memory
        self._next = memory.new(size)

    def take(self, data: bytes) -> int:
        """Write bytes; returns their address."""
        address = self._next
        self._memory.write(address, data)
        self._next += len(data) + 15 & ~15
        return address

    def unicode_string(self, text: str) -> bytes:
        """Write a text, and return its UNICODE_STRING."""
        data = text.encode("utf-16-le", "surrogatepass")
        address = self.take(data + b"\0\0")
        length = min(len(data), 0xFFFC)
        return struct.pack("<HHIQ", length, length + 2, 0, address)


def write_peb(
    memory: Memory, *, base: int, path: str, line: str, directory: str, environment: str
) -> int:
    """Write PEB and RTL_USER_PROCESS_PARAMETERS; returns the PEB's address.

    Args:
        memory: where to.
        base: of the program's image.
        path: the program's file.
        line: its command line.
        directory: its current directory, with the backslash.
        environment: all variables, each with its NUL.
    """
    block = (environment + "\0").encode("utf-16-le", "surrogatepass")
    room = len(block) + 4 * (len(path) + len(line) + len(directory) + len(identity.SYSTEM) + 64)
    writer = Writer(memory, _PEB_SIZE + room + 0x1000)
    peb = writer.take(bytes(_PEB_SIZE))
    parameters = bytearray(0x410)
    struct.pack_into("<II", parameters, 0x00, len(parameters), len(parameters))
    struct.pack_into("<I", parameters, 0x08, 1)  # RTL_USER_PROC_PARAMS_NORMALIZED
    parameters[0x38:0x48] = writer.unicode_string(directory)
    parameters[0x50:0x60] = writer.unicode_string(identity.SYSTEM)
    parameters[0x60:0x70] = writer.unicode_string(path)
    parameters[0x70:0x80] = writer.unicode_string(line)
    struct.pack_into("<QQ", parameters, 0x80, writer.take(block), 0)
    struct.pack_into("<Q", parameters, 0x3F0, len(block))
    data = bytearray(0x7C8)
    struct.pack_into("<QQ", data, 0x08, (1 << 64) - 1, base)
    struct.pack_into("<Q", data, 0x20, writer.take(bytes(parameters)))
    struct.pack_into("<I", data, 0xB8, 1)  # NumberOfProcessors
    struct.pack_into("<IIHHI", data, 0x118, identity.MAJOR, identity.MINOR, identity.BUILD, 0, 2)
    struct.pack_into("<I", data, 0x128, 3)  # ImageSubsystem: console
    memory.write(peb, data)
    return peb


def write_modules(memory: Memory, peb: int, modules: Sequence[Module]) -> None:
    """Write PEB_LDR_DATA with the modules that are there at the start, in three lists that are rings."""
    room = sum(4 * len(module.path) + 0x200 for module in modules)
    writer = Writer(memory, room + 0x1000)
    head = writer.take(bytes(0x58))
    entries = []
    for module in modules:
        entry = bytearray(0x120)
        struct.pack_into("<QQI", entry, 0x30, module.base, module.entry, module.size)
        entry[0x48:0x58] = writer.unicode_string(module.path)
        entry[0x58:0x68] = writer.unicode_string(module.path.rpartition("\\")[2])
        entries.append(writer.take(bytes(entry)))
    data = bytearray(0x58)
    struct.pack_into("<IB", data, 0, len(data), 1)
    memory.write(head, data)
    for index in range(3):
        ring = [head + 0x10 + 0x10 * index, *(entry + 0x10 * index for entry in entries)]
        for place, node in enumerate(ring):
            following, before = ring[(place + 1) % len(ring)], ring[place - 1]
            memory.write(node, struct.pack("<QQ", following, before))
    memory.write_u64(peb + 0x18, head)


def write_teb(memory: Memory, *, peb: int, pid: int, tid: int, stack: tuple[int, int]) -> int:
    """Write a thread's TEB; returns its address.

    Args:
        memory: where to.
        peb: the process's.
        pid: of the process.
        tid: of the thread.
        stack: its lowest address and its end.
    """
    teb = memory.new(TEB_SIZE)
    low, high = stack
    data = bytearray(TEB_SIZE)
    # NT_TIB: no exception list, StackBase, StackLimit, and the TEB's own address at 0x30.
    struct.pack_into("<QQQ", data, 0x00, 0, high, low)
    struct.pack_into("<Q", data, 0x30, teb)
    struct.pack_into("<QQ", data, 0x40, pid, tid)
    struct.pack_into("<Q", data, 0x60, peb)
    struct.pack_into("<Q", data, 0x1478, low)  # DeallocationStack
    memory.write(teb, data)
    return teb


def new_stack(memory: Memory, size: int) -> tuple[int, int]:
    """Reserve a thread's stack; returns where it begins and ends.

    All of it is committed, since that costs nothing, but the last two pages: one that is never there, and the
    guard above it.
    """
    made = memory.reserve(0, size, Protection.READWRITE, Kind.PRIVATE)
    memory.commit(made.base + 0x1000, made.size - 0x1000, Protection.READWRITE)
    memory.protect(made.base + 0x1000, 0x1000, Protection.READWRITE | Protection.GUARD)
    return made.base, made.end
