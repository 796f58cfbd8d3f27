"""The standard handles: which they are, and that they lead to the host's streams.

Where the host's stream is a terminal, it is a console to the program.
"""

from __future__ import annotations

import os

from crosswind.run.emulator.console import Console
from crosswind.run.emulator.console_streams import ConsoleInput, ConsoleOutput
from crosswind.run.emulator.file_objects import Stream
from crosswind.run.emulator.filesystem.streams import HostStream
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.terminal import HostTerminal

# STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE (processenv.h), as DWORDs.
INPUT, OUTPUT, ERROR = 0xFFFFFFF6, 0xFFFFFFF5, 0xFFFFFFF4
NAMES = (INPUT, OUTPUT, ERROR)


def attach(p: Process, numbers: tuple[int, int, int] = (0, 1, 2)) -> None:
    """Give a process its standard handles.

    Args:
        p: the process.
        numbers: the host's descriptors for input, output and errors.
    """
    terminals = {name for name, number in zip(NAMES, numbers, strict=True) if _is_terminal(number)}
    if terminals:
        where = dict(zip(NAMES, numbers, strict=True))
        outputs = [where[name] for name in (OUTPUT, ERROR) if name in terminals]
        source = where[INPUT] if INPUT in terminals else -1
        p.console = Console(HostTerminal(source, outputs[0] if outputs else -1))
    for name, number in zip(NAMES, numbers, strict=True):
        p.standard[name] = p.handles.add(_stream(p, name, number, console=name in terminals))


def detach(p: Process) -> None:
    """Leave the host's terminal as it was found."""
    if p.console is not None:
        p.console.terminal.restore()


def _stream(p: Process, name: int, number: int, *, console: bool) -> Stream:
    """Make what a standard handle leads to."""
    if console and p.console is not None:
        return ConsoleInput(p.console) if name == INPUT else ConsoleOutput(p.console)
    return HostStream(number, "in" if name == INPUT else "out")


def _is_terminal(number: int) -> bool:
    """Say whether a descriptor is a terminal; Windows' own consoles are left to Windows."""
    try:
        return os.name != "nt" and os.isatty(number)
    except OSError:
        return False
