"""How Windows hands out texts: three conventions, by which most of its calls go.

Sizes are counted in characters, that is in UTF-16 code units.
"""

from __future__ import annotations

from crosswind.run.emulator import status
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import WinError


def encoded(text: str) -> bytes:
    """Return UTF-16 with its NUL."""
    return (text + "\0").encode("utf-16-le", "surrogatepass")


def units(text: str) -> int:
    """Count the code units, without a NUL."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def counted(p: Process, buffer: int, size: int, text: str) -> int:
    """Write a text that fits and return its length; else return the size that it wants, with NUL."""
    data = encoded(text)
    if len(data) // 2 > size:
        return len(data) // 2
    p.memory.write(buffer, data)
    return len(data) // 2 - 1


def filled(p: Process, buffer: int, size: int, text: str) -> int:
    """Write a text and return its size with NUL; a size of 0 only asks.

    Raises:
        WinError: it does not fit (ERROR_INSUFFICIENT_BUFFER).
    """
    data = encoded(text)
    if not size:
        return len(data) // 2
    if len(data) // 2 > size:
        raise WinError(status.ERROR_INSUFFICIENT_BUFFER)
    p.memory.write(buffer, data)
    return len(data) // 2


def sized(
    p: Process,
    buffer: int,
    size_at: int,
    text: str,
    *,
    error: int = status.ERROR_INSUFFICIENT_BUFFER,
    with_nul: bool = False,
) -> None:
    """Write a text whose room a DWORD tells, and put its length there.

    Args:
        p: the process.
        buffer: where the text goes.
        size_at: where the room stands, and the length comes.
        text: what to write.
        error: what to fail with where it does not fit; then the DWORD gets the size with NUL.
        with_nul: count the NUL in the length.

    Raises:
        WinError: it does not fit.
    """
    data = encoded(text)
    room = p.memory.read_u32(size_at)
    if not buffer or len(data) // 2 > room:
        p.memory.write_u32(size_at, len(data) // 2)
        raise WinError(error)
    p.memory.write(buffer, data)
    p.memory.write_u32(size_at, len(data) // 2 - (not with_nul))
