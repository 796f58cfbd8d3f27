"""The standard handles: which they are, and that they lead to the host's streams."""

from __future__ import annotations

from crosswind.run.emulator.filesystem.streams import HostStream
from crosswind.run.emulator.process import Process

# STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE (processenv.h), as DWORDs.
INPUT, OUTPUT, ERROR = 0xFFFFFFF6, 0xFFFFFFF5, 0xFFFFFFF4
NAMES = (INPUT, OUTPUT, ERROR)


def attach(p: Process, numbers: tuple[int, int, int] = (0, 1, 2)) -> None:
    """Give a process its standard handles.

    Args:
        p: the process.
        numbers: the host's descriptors for input, output and errors.
    """
    for name, number in zip(NAMES, numbers, strict=True):
        stream = HostStream(number, "in" if name == INPUT else "out")
        p.standard[name] = p.handles.add(stream)
