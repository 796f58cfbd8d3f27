"""Snapshots of processes, modules and threads. There are two processes: this one and its shell."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from crosswind.run.emulator import status
from crosswind.run.emulator.abi import U32, Bool, FileHandle, Handle, Pointer, call
from crosswind.run.emulator.objects import KernelObject
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import WinError

# TH32CS_* flags (tlhelp32.h).
_HEAPS, _PROCESSES, _THREADS, _MODULES, _MODULES32 = 1, 2, 4, 8, 16
_KNOWN = _HEAPS | _PROCESSES | _THREADS | _MODULES | _MODULES32 | 0x80000000
# Sizes of PROCESSENTRY32W, THREADENTRY32 and MODULEENTRY32W for 64 bits.
_PROCESS_SIZE, _THREAD_SIZE, _MODULE_SIZE = 568, 28, 1080
_MAX_PATH, _MAX_MODULE = 260, 256
_BASE_PRIORITY = 8
# What started the program, as far as it can see. Not Explorer: by that name programs like cobra's
# know a double click, and would wait for a key.
SHELL_ID = 4
SHELL_NAME = "cmd.exe"


class Snapshot(KernelObject):
    """The entries of a snapshot, packed, and where the next one is read."""

    kind = "Snapshot"

    def __init__(self, p: Process, flags: int) -> None:
        """Look around."""
        super().__init__()
        self.processes = _processes(p) if flags & _PROCESSES else []
        self.threads = _threads(p) if flags & _THREADS else []
        self.modules = _modules(p) if flags & (_MODULES | _MODULES32) else []
        self.at = {"processes": 0, "threads": 0, "modules": 0}


def _name(text: str, most: int) -> bytes:
    """Write a text of fixed room."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * (most - 1)].ljust(2 * most, b"\0")


def _process(number: int, parent: int, threads: int, name: str) -> bytes:
    """Pack a PROCESSENTRY32W."""
    head = struct.pack(
        "<IIIIQIIIiI", _PROCESS_SIZE, 0, number, 0, 0, 0, threads, parent, _BASE_PRIORITY, 0
    )
    return (head + _name(name, _MAX_PATH)).ljust(_PROCESS_SIZE, b"\0")


def _processes(p: Process) -> list[bytes]:
    own = p.program_path.rpartition("\\")[2]
    return [
        _process(SHELL_ID, 0, 1, SHELL_NAME),
        _process(p.pid, SHELL_ID, len(p.threads), own),
    ]


def _threads(p: Process) -> list[bytes]:
    return [
        struct.pack("<IIIIiiI", _THREAD_SIZE, 0, thread.tid, p.pid, _BASE_PRIORITY, 0, 0)
        for thread in p.threads
    ]


def _modules(p: Process) -> list[bytes]:
    return [
        (
            struct.pack("<IIIII4xQI4xQ", _MODULE_SIZE, 1, p.pid, 1, 1, base, size, base)
            + _name(path.rpartition("\\")[2], _MAX_MODULE)
            + _name(path, _MAX_PATH)
        ).ljust(_MODULE_SIZE, b"\0")
        for path, base, size in p.modules()
    ]


@call("kernel32")
def CreateToolhelp32Snapshot(p: Process, flags: U32, process: U32) -> FileHandle:
    """Look at processes, threads or modules; heaps are never listed."""
    del process
    if not flags or flags & ~_KNOWN:
        raise WinError(status.ERROR_CALL_NOT_IMPLEMENTED)
    return p.handles.add(Snapshot(p, flags))


def _step(p: Process, handle: int, entry: int, what: str, size: int, *, first: bool) -> int:
    """Write an entry of a snapshot; the structure must say its size."""
    snapshot = p.handles.get(handle, Snapshot)
    if p.memory.read_u32(entry) < size:
        raise WinError(status.ERROR_INSUFFICIENT_BUFFER)
    entries: Sequence[bytes] = getattr(snapshot, what)
    at = 0 if first else snapshot.at[what]
    if at >= len(entries):
        raise WinError(status.ERROR_NO_MORE_FILES)
    p.memory.write(entry, entries[at])
    snapshot.at[what] = at + 1
    return 1


@call("kernel32")
def Process32FirstW(p: Process, snapshot: Handle, entry: Pointer) -> Bool:
    """Return the first process."""
    return _step(p, snapshot, entry, "processes", _PROCESS_SIZE, first=True)


@call("kernel32")
def Process32NextW(p: Process, snapshot: Handle, entry: Pointer) -> Bool:
    """Return the next process."""
    return _step(p, snapshot, entry, "processes", _PROCESS_SIZE, first=False)


@call("kernel32")
def Thread32First(p: Process, snapshot: Handle, entry: Pointer) -> Bool:
    """Return the first thread."""
    return _step(p, snapshot, entry, "threads", _THREAD_SIZE, first=True)


@call("kernel32")
def Thread32Next(p: Process, snapshot: Handle, entry: Pointer) -> Bool:
    """Return the next thread."""
    return _step(p, snapshot, entry, "threads", _THREAD_SIZE, first=False)


@call("kernel32")
def Module32FirstW(p: Process, snapshot: Handle, entry: Pointer) -> Bool:
    """Return the first module: the program."""
    return _step(p, snapshot, entry, "modules", _MODULE_SIZE, first=True)


@call("kernel32")
def Module32NextW(p: Process, snapshot: Handle, entry: Pointer) -> Bool:
    """Return the next module."""
    return _step(p, snapshot, entry, "modules", _MODULE_SIZE, first=False)
