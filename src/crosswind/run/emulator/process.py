"""The emulated process: what its calls work on. Calls get it as their first argument, `p`."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from crosswind.frozen import frozen
from crosswind.run.emulator import registry_contents, status
from crosswind.run.emulator.activity import Activity
from crosswind.run.emulator.clock import TICKS, Clock, RealClock, VirtualClock, now
from crosswind.run.emulator.console import Console
from crosswind.run.emulator.environment import Environment
from crosswind.run.emulator.filesystem.channel import NamedPipes
from crosswind.run.emulator.filesystem.filesystem import FileSystem
from crosswind.run.emulator.handles import CURRENT_PROCESS, CURRENT_THREAD, HandleTable
from crosswind.run.emulator.heap import Heap
from crosswind.run.emulator.memory import Mapper, Memory
from crosswind.run.emulator.merging import Merging
from crosswind.run.emulator.objects import KernelObject
from crosswind.run.emulator.policy import Action, Policy
from crosswind.run.emulator.registry import Registry
from crosswind.run.emulator.sections import Section
from crosswind.run.emulator.status import Unsupported
from crosswind.run.emulator.threads import STILL_ACTIVE, Poll, Thread, Wait, Waiting
from crosswind.run.emulator.time_zones import TimeZone, find
from crosswind.run.emulator.wakes import Wakes

if TYPE_CHECKING:
    from crosswind.run.emulator.emulator import Emulator

# In a deterministic run every program starts at this time: 2025-01-01 00:00:00 UTC.
DETERMINISTIC_START = 133801632000000000
# TEB.LastErrorValue (winternl.h; Go's runtime/sys_windows_amd64.s has it as TEB_error).
TEB_LAST_ERROR = 0x68
# PEB.BitField and its IsLongPathAwareProcess (Go's runtime/os_windows.go, initLongPathSupport).
PEB_BITS, LONG_PATHS = 3, 0x80
INFINITE = 0xFFFFFFFF
NORMAL_PRIORITY_CLASS = 0x20
_TICKS_PER_MS = 10_000
_PID = 0x1A4C


@frozen
class Settings:
    """How a process is to run.

    Attributes:
        program: the host's file.
        path: what the program is called in Windows.
        arguments: after its name.
        variables: its environment.
        directory: its working directory, in Windows.
        processors: how many it sees; it never has more than one.
        real_time: whether time passes as on the host.
        deterministic: whether two runs are the same: no real time, no real randomness.
        memory: how many bytes it may commit.
        time_zone: Windows' name of the zone.
        denied: what it may not do.
    """

    program: Path
    path: str
    arguments: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    directory: str = "C:\\"
    processors: int = 1
    real_time: bool = False
    deterministic: bool = False
    memory: int = 4 << 30
    time_zone: str = "UTC"
    denied: frozenset[Action] = field(default_factory=frozenset)


class Process(KernelObject):
    """One Windows process; it is signaled when it has ended.

    Attributes:
        memory, heap, handles, clock, environment, registry, activity, policy: what it has.
        threads: all that have not ended, in the order of their starts.
        thread: the one that runs, or on whose behalf something is polled.
        random: returns so many random bytes.
        names: named kernel objects, by their kind-independent names.
        files: the drives and what is open on them; without drives until `session` gives some.
        pipes: named pipes.
        wakes: who waits for places in memory.
        views: sections by the addresses of their views.
        slots: those of TlsAlloc that are taken.
        standard: handles by STD_INPUT_HANDLE and its like; see `standard.attach`.
        console: what the standard streams are where they are a terminal; else None.
        error_mode, wer_flags: of SetErrorMode and WerSetFlags.
        priority: of SetPriorityClass; it changes nothing.
    """

    kind = "Process"

    def __init__(self, settings: Settings, mapper: Mapper) -> None:
        """Make a process without threads and without an image."""
        super().__init__()
        self.settings = settings
        self.pid = _PID
        self.processors = settings.processors
        self.activity = Activity()
        self.policy = Policy(self.activity, settings.denied)
        self.clock = _clock(settings)
        self.memory = Memory(Merging(mapper), settings.memory)
        self.heap = Heap(self.memory)
        self.handles = HandleTable()
        self.handles.set_pseudo(CURRENT_PROCESS, self)
        self.environment = Environment(dict(settings.variables))
        self.time_zone = _zone(settings.time_zone)
        self.registry = Registry(
            lambda: registry_contents.contents(self.time_zone, self.clock.filetime())
        )
        self.random: Callable[[int], bytes] = (
            random.Random(1).randbytes if settings.deterministic else os.urandom  # noqa: S311 - wanted the same
        )
        self.names: dict[str, KernelObject] = {}
        self.files = FileSystem({}, settings.directory, self.activity)
        self.pipes = NamedPipes()
        self.wakes = Wakes()
        self.views: dict[int, Section] = {}
        self.standard: dict[int, int] = {}
        self.slots: set[int] = set()
        self.threads: list[Thread] = []
        self.thread = Thread(0, 0, 0)
        self.console: Console | None = None
        self.error_mode = 0
        self.wer_flags = 0
        self.priority = NORMAL_PRIORITY_CLASS
        self.exit_code = STILL_ACTIVE
        self.ended = False
        self._emulator: Emulator | None = None
        self.peb = 0

    def signaled(self, thread: Thread) -> bool:
        """Whether it has ended."""
        del thread
        return self.ended

    @property
    def emulator(self) -> Emulator:
        """What runs the process: for calls that deal with threads, modules and exceptions."""
        if self._emulator is None:
            raise Unsupported("a call before the program was loaded")
        return self._emulator

    @emulator.setter
    def emulator(self, emulator: Emulator) -> None:
        self._emulator = emulator

    @property
    def program_path(self) -> str:
        """The program's file in Windows."""
        return self.settings.path

    @property
    def time_zone_bias(self) -> int:
        """Ticks to add to local time for UTC, now."""
        return self.time_zone.bias * 60 * TICKS

    def modules(self) -> list[tuple[str, int, int]]:
        """Return path, address and size of each module, the program first."""
        own = self.emulator.loaded.module
        found = [own, *(module for module in self.emulator.modules if module is not own)]
        return [(module.path, module.base, module.size) for module in found]

    @property
    def long_paths(self) -> bool:
        """Whether paths may be longer than 260 letters, as Go's runtime writes into the PEB."""
        return bool(self.peb and self.memory.read_u8(self.peb + PEB_BITS) & LONG_PATHS)

    @property
    def last_error(self) -> int:
        """The running thread's last error."""
        return self.memory.read_u32(self.thread.teb + TEB_LAST_ERROR)

    def set_last_error(self, code: int) -> None:
        """Set it."""
        self.memory.write_u32(self.thread.teb + TEB_LAST_ERROR, code)

    def run_as(self, thread: Thread) -> None:
        """Let a thread be the one that runs."""
        self.thread = thread
        self.handles.set_pseudo(CURRENT_THREAD, thread)

    def process_of(self, handle: int, access: int = 0) -> Process:
        """Return the process of a handle, which can only be this one.

        Raises:
            WinError: ERROR_INVALID_HANDLE, ERROR_ACCESS_DENIED.
        """
        return self.handles.get(handle, Process, access)

    def thread_of(self, handle: int, access: int = 0) -> Thread:
        """Return the thread of a handle; raises like `process_of`."""
        return self.handles.get(handle, Thread, access)

    def after(self, milliseconds: int) -> int | None:
        """Return the uptime so many milliseconds from now; None for INFINITE."""
        if milliseconds == INFINITE:
            return None
        return self.clock.uptime() + milliseconds * _TICKS_PER_MS

    def wait(
        self,
        poll: Poll,
        *,
        deadline: int | None = None,
        on_timeout: int = status.WAIT_TIMEOUT,
        objects: tuple[KernelObject, ...] = (),
        alertable: bool = False,
    ) -> int:
        """Return what `poll` returns, at once or later.

        Args:
            poll: returns None as long as there is to wait; raises what a call may raise.
            deadline: uptime at which the wait ends (`after`).
            on_timeout: what the call then returns.
            objects: those whose time may end the wait.
            alertable: whether an APC ends it.

        Raises:
            Wait: not yet: the thread is parked.
        """
        result = poll()
        if result is not None:
            return result
        raise Wait(Waiting(poll, deadline, on_timeout, objects, alertable))

    def end(self, exit_code: int) -> None:
        """End the process: no thread runs any more."""
        self.ended = True
        self.exit_code = exit_code & 0xFFFFFFFF


def _zone(name: str) -> TimeZone:
    zone = find(name)
    if zone is None:
        raise Unsupported(f"Windows has no time zone {name!r}")
    return zone


def _clock(settings: Settings) -> Clock:
    if settings.real_time:
        return RealClock()
    return VirtualClock(DETERMINISTIC_START if settings.deterministic else now())
