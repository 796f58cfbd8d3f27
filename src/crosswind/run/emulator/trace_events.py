"""What a trace tells: calls, exceptions and threads, as plain values that the writers draw."""

from __future__ import annotations

from typing import NamedTuple

from crosswind.frozen import frozen
from crosswind.run.emulator.callers import NOWHERE, Origin


class Argument(NamedTuple):
    """An argument or a result.

    Attributes:
        name: the parameter's; empty for a result.
        text: as a reader wants it: a quoted string, names of flags, a number.
        value: the number that was passed.
    """

    name: str
    text: str
    value: int


@frozen
class Call:
    """A call of Windows that returned, or never did.

    Attributes:
        number: calls are counted as they are made; they are told as they return.
        time: of the program's clock when it was made, in nanoseconds since its start.
        duration: until it returned, in nanoseconds of that clock; None if it never did.
        thread: the thread's ID.
        library: the DLL, without `.dll`.
        name: the function.
        area: the group of calls it belongs to, such as `files`.
        arguments, outputs, result: what was passed, written behind pointers, and returned.
        error: the name of the last error, where the call failed; else empty.
        origin: who called.
        note: anything else, such as why a call was denied.
    """

    number: int
    time: int
    duration: int | None
    thread: int
    library: str
    name: str
    area: str
    arguments: tuple[Argument, ...]
    outputs: tuple[Argument, ...] = ()
    result: Argument | None = None
    error: str = ""
    origin: Origin = NOWHERE
    note: str = ""


@frozen
class Raised:
    """An exception of the processor or of RaiseException, before a handler saw it."""

    time: int
    thread: int
    code: int
    name: str
    address: int
    detail: str = ""
    origin: Origin = NOWHERE


@frozen
class ThreadStarted:
    """A thread began; the first one has number 1."""

    time: int
    thread: int
    entry: str


@frozen
class Ended:
    """The process ended: how, in words, and with which status."""

    time: int
    how: str
    status: int


Event = Call | Raised | ThreadStarted | Ended
