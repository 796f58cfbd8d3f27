"""Exceptions: from the processor, or raised by the program, through the program's vectored handlers.

Frame-based handlers are not run: Go registers none for its own code, and Windows would not find any on a
goroutine's stack either (runtime/signal_windows.go, sehhandler). An exception that one would be asked about
ends the program as unsupported.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crosswind.binary.view import FormatError
from crosswind.run.emulator import context, unwinding
from crosswind.run.emulator.memory import AccessViolation
from crosswind.run.emulator.status import Unsupported

if TYPE_CHECKING:
    from crosswind.run.emulator.emulator import Emulator

# What a handler answers (excpt.h).
_CONTINUE_EXECUTION, _EXECUTE_HANDLER = 0xFFFFFFFF, 1
# EXCEPTION_NONCONTINUABLE of EXCEPTION_RECORD's flags.
NONCONTINUABLE = 1
# Handlers that raise exceptions themselves stop here.
_MAX_NESTING = 32


@dataclass(slots=True)
class Handlers:
    """The program's handlers: functions by the handles that adding them returned."""

    vectored: dict[int, int] = field(default_factory=dict)
    continued: dict[int, int] = field(default_factory=dict)
    unhandled: int = 0
    _next: int = 0x10000

    def add(self, where: dict[int, int], function: int, *, first: bool) -> int:
        """Add a handler at one end of a list; returns its handle."""
        self._next += 0x10
        others = dict(where)
        where.clear()
        where.update({self._next: function} | others if first else others | {self._next: function})
        return self._next

    def remove(self, where: dict[int, int], handle: int) -> bool:
        """Remove a handler; false if there is none with this handle."""
        return where.pop(handle, None) is not None


@dataclass(slots=True)
class Raised:
    """An exception on its way through the handlers; `pointers` is EXCEPTION_POINTERS' address."""

    emulator: Emulator
    code: int
    flags: int
    pointers: int
    context: int
    stack: int
    handled: bool = False
    left: list[int] = field(default_factory=list)

    def search(self) -> None:
        """Ask the vectored handlers in turn."""
        self.left = list(self.emulator.handlers.vectored.values())
        self._ask(self._vectored)

    def _ask(self, answered: object) -> None:
        if self.left:
            function = self.left.pop(0)
            self.emulator.enter(function, (self.pointers,), answered, self.stack)  # type: ignore[arg-type]
        elif answered == self._vectored:
            self._unhandled()
        else:
            self._finish()

    def _vectored(self, answer: int) -> None:
        if answer & 0xFFFFFFFF == _CONTINUE_EXECUTION:
            self.handled = True
            self._continue_handlers()
        else:
            self._ask(self._vectored)

    def _unhandled(self) -> None:
        self._refuse_frames()
        function = self.emulator.handlers.unhandled
        if function:
            self.emulator.enter(function, (self.pointers,), self._filtered, self.stack)
        else:
            self._continue_handlers()

    def _refuse_frames(self) -> None:
        """Refuse an exception that a function on the stack may handle: C's `__try`, and C++'s.

        Raises:
            Unsupported: there is such a function.
        """
        emulator = self.emulator
        data = emulator.p.memory.read(self.context, context.SIZE)
        *general, rip = struct.unpack_from("<17Q", data, context.GENERAL_OFFSET)
        frame = unwinding.Frame(general, rip)
        for handler in unwinding.handlers(emulator.p.memory, emulator.loaded, frame):
            if not _is_gos(emulator, handler):
                raise Unsupported(
                    f"exception {self.code:#x} for a handler on the stack (C's __try), at {handler:#x}"
                )

    def _filtered(self, answer: int) -> None:
        answer &= 0xFFFFFFFF
        if answer == _EXECUTE_HANDLER:
            self._finish()
            return
        self.handled = answer == _CONTINUE_EXECUTION
        self._continue_handlers()

    def _continue_handlers(self) -> None:
        self.left = list(self.emulator.handlers.continued.values())
        self._ask(self._continued)

    def _continued(self, answer: int) -> None:
        if answer & 0xFFFFFFFF == _CONTINUE_EXECUTION:
            self.handled = True
            self.left.clear()
        self._ask(self._continued)

    def _finish(self) -> None:
        if not self.handled or self.flags & NONCONTINUABLE:
            self.emulator.p.end(self.code)
            return
        data = self.emulator.p.memory.read(self.context, context.SIZE)
        self.emulator.resume_at(context.apply(self.emulator.cpu, data))


def _is_gos(emulator: Emulator, address: int) -> bool:
    """Whether an address is in Go's code: its handlers let exceptions pass (runtime, sehhandler)."""
    from crosswind.binary import golines

    loaded = emulator.loaded
    preferred = loaded.image.headers.optional.image_base
    try:
        lines = golines.read(loaded.image)
        return bool(lines and lines.frames(address - loaded.module.base + preferred))
    except FormatError:
        return False


def dispatch(
    emulator: Emulator,
    code: int,
    address: int,
    parameters: tuple[int, ...] = (),
    flags: int = 0,
    rip: int | None = None,
) -> None:
    """Begin to handle an exception of the running thread.

    Args:
        emulator: whose thread.
        code: NTSTATUS.
        address: of the instruction.
        parameters: of the exception's record.
        flags: of the record.
        rip: where the thread would go on; the address itself if left out.
    """
    p, cpu = emulator.p, emulator.cpu
    if len(p.thread.frames) > _MAX_NESTING:
        p.end(code)
        return
    saved = context.capture(cpu, rip=address if rip is None else rip)
    record = context.record(code, address, parameters, flags)
    top = emulator.stack_pointer() & ~0xF
    # As KiUserExceptionDispatcher finds them: the CONTEXT, above it the record, and two pointers.
    record_at = top - context.RECORD_SIZE - 8 & ~0xF
    context_at = record_at - context.SIZE - 0x10 & ~0xF
    pointers = context_at - 0x10
    try:
        p.memory.write(record_at, record)
        p.memory.write(context_at, saved)
        p.memory.write_u64(pointers, record_at)
        p.memory.write_u64(pointers + 8, context_at)
    except AccessViolation:
        # No room for an exception: Windows ends the process without a word.
        p.end(code)
        return
    Raised(emulator, code, flags, pointers, context_at, pointers).search()
