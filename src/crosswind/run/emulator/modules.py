"""The modules of a process: the program, and DLLs that are nothing but entry points of calls.

Each DLL has an address of its own, with headers as a real one has and an entry point for each call that
the program imported or asked for. The processor stops at an entry point, and `target` tells which call it is.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from crosswind.frozen import frozen
from crosswind.run.emulator import exports, status
from crosswind.run.emulator.abi import TABLE, Call
from crosswind.run.emulator.cpu import STUB
from crosswind.run.emulator.memory import Kind, Memory, Protection
from crosswind.run.emulator.status import Unsupported, WinError

# Where DLLs lie on 64-bit Windows, and the room that each takes.
_FIRST = 0x7FFA_0000_0000
SIZE = 0x100000
_HEADERS = 0x1000
_STEP = 16
_MAX_STUBS = (SIZE - _HEADERS) // _STEP
# API sets forward to the DLL that does the work ("Windows API sets").
_SETS = ("api-ms-win-", "ext-ms-win-")


@frozen
class Target:
    """What an entry point stands for; `call` is None for a call that the emulator does not have."""

    library: str
    name: str
    call: Call | None

    def __str__(self) -> str:
        """Name it as Windows' debuggers do."""
        return f"{self.library}!{self.name}"


@dataclass(slots=True)
class Module:
    """A module. `path` is its file in Windows; `name` its DLL in lower case without `.dll`."""

    base: int
    size: int
    path: str
    name: str
    entry: int = 0
    pinned: int = 1
    stubs: dict[str, int] = field(default_factory=dict)


class UnsupportedCallError(Unsupported):
    """A call that the emulator does not have; `target` names it, such as `kernel32!Foo`."""

    def __init__(self, target: Target) -> None:
        """Name it."""
        super().__init__(str(target))
        self.target = target


class Modules:
    """Every module, in the order of loading."""

    def __init__(self, memory: Memory, system: str) -> None:
        """Start without any; `system` is the folder of the DLLs."""
        self._memory = memory
        self._system = system
        self._modules: dict[int, Module] = {}
        self._targets: dict[int, Target] = {}
        self._next = _FIRST

    def __iter__(self) -> Iterator[Module]:
        """Go through them in the order of loading."""
        return iter(self._modules.values())

    def add(self, module: Module) -> None:
        """Enter the program's image."""
        self._modules[module.base] = module

    def at(self, base: int) -> Module | None:
        """Return the module with this handle."""
        return self._modules.get(base)

    def holding(self, address: int) -> Module | None:
        """Return the module that an address lies in."""
        for module in self._modules.values():
            if module.base <= address < module.base + module.size:
                return module
        return None

    def find(self, name: str) -> Module | None:
        """Return a loaded module by its file's name or path."""
        wanted = library_name(name)
        for module in self._modules.values():
            if module.name == wanted:
                return module
        return None

    def load(self, name: str) -> Module:
        """Load a DLL that Windows has, or return it if it is there.

        Raises:
            WinError: ERROR_MOD_NOT_FOUND, this Windows has no such DLL.
        """
        wanted = library_name(name)
        found = self.find(wanted)
        if found is not None:
            return found
        if wanted not in exports.LIBRARIES and wanted not in TABLE.libraries():
            raise WinError(status.ERROR_MOD_NOT_FOUND)
        base = self._memory.reserve(self._next, SIZE, Protection.EXECUTE_READ, Kind.IMAGE).base
        self._next += SIZE
        self._memory.commit(base, _HEADERS, Protection.READONLY)
        self._memory.poke(base, _headers(base))
        module = Module(base, SIZE, f"{self._system}\\{wanted}.dll", wanted)
        self._modules[base] = module
        return module

    def target(self, address: int) -> Target | None:
        """Return what the entry point at an address stands for."""
        return self._targets.get(address)

    def entry_point(self, module: Module, name: str) -> int:
        """Return the address of a call, which the DLL then exports."""
        found = module.stubs.get(name)
        if found is not None:
            return found
        number = len(module.stubs)
        if number == _MAX_STUBS:
            raise WinError(status.ERROR_NOT_ENOUGH_MEMORY)
        address = module.base + _HEADERS + number * _STEP
        self._memory.commit(address, _STEP, Protection.EXECUTE_READ)
        self._memory.poke(address, STUB)
        module.stubs[name] = address
        self._targets[address] = Target(module.name, name, TABLE.find(module.name, name))
        return address

    def procedure(self, module: Module, name: str) -> int:
        """Return the address of an export, as GetProcAddress does.

        Raises:
            WinError: ERROR_PROC_NOT_FOUND, Windows' DLL does not export it.
        """
        if TABLE.find(module.name, name) is None and not exports.known(module.name, name):
            raise WinError(status.ERROR_PROC_NOT_FOUND)
        return self.entry_point(module, name)


def library_name(path: str) -> str:
    """Return a DLL's name in lower case, without folder and `.dll`."""
    name = path.replace("/", "\\").rpartition("\\")[2].lower().rstrip(". ")
    name = name.removesuffix(".dll")
    return "kernelbase" if name.startswith(_SETS) else name


def _headers(base: int) -> bytes:
    """Make the headers of a DLL without sections: MS-DOS, COFF, PE32+ ("PE Format")."""
    dos = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x40)
    coff = b"PE\0\0" + struct.pack("<HHIIIHH", 0x8664, 0, 0, 0, 0, 240, 0x2022)
    optional = struct.pack(
        "<HBB5IQ2I6H4I2H4Q2I", 0x20B, 14, 0, SIZE - _HEADERS, 0, 0, 0, _HEADERS, base, _HEADERS, 0x200,
        10, 0, 10, 0, 10, 0, 0, SIZE, _HEADERS, 0, 3, 0x4160, 1 << 20, 1 << 12, 1 << 20, 1 << 12,
        0, 16,
    )  # fmt: skip
    return dos + coff + optional + bytes(16 * 8)
