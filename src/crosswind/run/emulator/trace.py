"""Records what a program calls: decodes arguments for people, names who called, hands events to a writer.

Nothing of this is imported or called while no trace is wanted.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, TextIO

from crosswind.run.emulator import abi, status
from crosswind.run.emulator.callers import Callers
from crosswind.run.emulator.memory import AccessViolation
from crosswind.run.emulator.status import CallError, WinError
from crosswind.run.emulator.trace_events import (
    Argument,
    Call,
    Ended,
    Event,
    Raised,
    ThreadStarted,
)
from crosswind.run.emulator.trace_filter import Filter
from crosswind.run.emulator.trace_names import BUFFERS, OUTPUTS, spell
from crosswind.run.emulator.trace_writers import Writer, place, writer_for

if TYPE_CHECKING:
    from crosswind.run.emulator.process import Process

# Longer texts are cut, and data shown up to so many bytes.
_MAX_TEXT, _MAX_DATA = 300, 60
_TICK = 100
# Numbers below this are counts and sizes; larger ones are shown as they look in a debugger.
_PLAIN = 1 << 20
# AddVectoredExceptionHandler's exceptions (winnt.h), as people know them.
_EXCEPTIONS = {
    0x80000001: "EXCEPTION_GUARD_PAGE",
    0x80000003: "EXCEPTION_BREAKPOINT",
    0x80000004: "EXCEPTION_SINGLE_STEP",
    0xC0000005: "EXCEPTION_ACCESS_VIOLATION",
    0xC0000006: "EXCEPTION_IN_PAGE_ERROR",
    0xC000001D: "EXCEPTION_ILLEGAL_INSTRUCTION",
    0xC0000025: "EXCEPTION_NONCONTINUABLE_EXCEPTION",
    0xC000008E: "EXCEPTION_FLT_DIVIDE_BY_ZERO",
    0xC0000094: "EXCEPTION_INT_DIVIDE_BY_ZERO",
    0xC0000095: "EXCEPTION_INT_OVERFLOW",
    0xC0000096: "EXCEPTION_PRIV_INSTRUCTION",
    0xC00000FD: "EXCEPTION_STACK_OVERFLOW",
}


@dataclass(slots=True)
class Pending:
    """A call that has not returned."""

    event: Call
    call: abi.Call
    words: Sequence[int]


class Tracer:
    """Traces one process."""

    def __init__(
        self, process: Process, writer: Writer, callers: Callers, shown: Filter | None = None
    ) -> None:
        """Begin at the process's present time."""
        self._process = process
        self._writer = writer
        self._callers = callers
        self._filter = shown or Filter()
        self._start = process.clock.uptime()
        self._number = 0
        self._pending: dict[int, Pending] = {}

    def called(
        self, call: abi.Call, words: Sequence[int], stack_pointer: int, frame_pointer: int
    ) -> Pending | None:
        """Note a call before it is carried out; None if the filter hides it.

        Args:
            call: which.
            words: the 64 bits of each argument.
            stack_pointer: where the return address lies.
            frame_pointer: RBP.
        """
        self._number += 1
        if not self._filter.shows_call(call.area, call.name):
            return None
        origin = self._callers.of_call(stack_pointer, frame_pointer)
        if not self._filter.shows_origin(origin):
            return None
        event = Call(
            number=self._number,
            time=self._time(),
            duration=None,
            thread=self._process.thread.tid,
            library=call.libraries[0],
            name=call.name,
            area=call.area,
            arguments=tuple(self._arguments(call, words)),
            origin=origin,
        )
        pending = Pending(event, call, words)
        self._pending[self._number] = pending
        return pending

    def returned(
        self, pending: Pending, result: int | None, error: CallError | None = None, note: str = ""
    ) -> None:
        """Tell what a call returned.

        Args:
            pending: what `called` returned.
            result: what it leaves in RAX; None for nothing.
            error: why it failed.
            note: anything else about it.
        """
        del self._pending[pending.event.number]
        event, call = pending.event, pending.call
        shown = None if result is None else Argument("", self._result(call, result), result)
        self._writer.write(
            replace(
                event,
                duration=self._time() - event.time,
                outputs=tuple(self._outputs(call, pending.words, error)),
                result=shown,
                error=_error_name(error) if error else "",
                note=note,
            )
        )

    def unsupported(self, name: str, stack_pointer: int, frame_pointer: int) -> None:
        """Tell of a call that the emulator does not have, and that ends the program."""
        library, _, function = name.partition("!")
        self._number += 1
        origin = self._callers.of_call(stack_pointer, frame_pointer)
        event = Call(self._number, self._time(), 0, self._process.thread.tid, library, function,
                     "unsupported", (), origin=origin, note="unsupported")  # fmt: skip
        self._writer.write(event)

    def raised(self, code: int, address: int, detail: str, stack: int, frame: int) -> None:
        """Tell of an exception, with the stack and frame pointers of its place."""
        name = _EXCEPTIONS.get(code, f"exception {code:#x}")
        origin = self._callers.of_fault(address, stack, frame)
        self._write(
            Raised(self._time(), self._process.thread.tid, code, name, address, detail, origin)
        )

    def thread_started(self, tid: int, entry: int) -> None:
        """Tell of a new thread, and where it begins."""
        frames = self._callers.stack(entry, 0)
        self._write(ThreadStarted(self._time(), tid, place(frames[0]) if frames else f"{entry:#x}"))

    def finish(self, how: str, exit_status: int) -> None:
        """Tell what never returned, and how the process ended; ends the trace."""
        for pending in self._pending.values():
            self._write(pending.event)
        self._pending.clear()
        self._write(Ended(self._time(), how, exit_status))
        self._writer.close()

    def _write(self, event: Event) -> None:
        self._writer.write(event)

    def _time(self) -> int:
        return (self._process.clock.uptime() - self._start) * _TICK

    def _arguments(self, call: abi.Call, words: Sequence[int]) -> list[Argument]:
        parameters = zip(call.decoder.parameters, words, strict=True)
        shown = [
            Argument(name, self._argument(call.name, index, kind.name, word), word)
            for index, ((name, kind), word) in enumerate(parameters)
        ]
        buffer = BUFFERS.get(call.name)
        if buffer and buffer.length < len(words) and words[buffer.pointer]:
            size = (words[buffer.length] & 0xFFFFFFFF) * buffer.unit
            data = self._process.memory.readable(words[buffer.pointer], min(size, _MAX_DATA))
            encoding = "utf-16-le" if buffer.unit == 2 else "utf-8"
            text = data.decode(encoding, "backslashreplace")
            more = "…" if size > _MAX_DATA else ""
            shown[buffer.pointer] = shown[buffer.pointer]._replace(text=quote(text) + more)
        return shown

    def _argument(self, call: str, index: int, kind: str, word: int) -> str:
        named = spell(call, index, word)
        if named is not None:
            return named
        match kind:
            case "WideString" | "AnsiString":
                return self._text(kind, word)
            case "Handle" | "FileHandle":
                return self._handle(word)
            case "Bool":
                return _boolean(word)
            case "Pointer":
                return f"{word:#x}" if word else "NULL"
        return _number(kind, word)

    def _text(self, kind: str, address: int) -> str:
        if not address:
            return "NULL"
        memory = self._process.memory
        try:
            text = memory.read_wide(address) if kind == "WideString" else memory.read_ansi(address)
        except (AccessViolation, UnicodeError):
            return f"{address:#x}"
        return quote(text)

    def _handle(self, word: int) -> str:
        if word == 0:
            return "NULL"
        try:
            kind = self._process.handles.entry(word).object.kind
        except WinError:
            return _signed(word)
        return f"{_signed(word)}:{kind}"

    def _result(self, call: abi.Call, result: int) -> str:
        named = spell(call.name, -1, result)
        if named is not None:
            return named
        kind = call.decoder.result.name
        if kind in ("FileHandle", "Handle"):
            failed = kind == "FileHandle" and result == abi.INVALID_HANDLE_VALUE
            return "INVALID_HANDLE_VALUE" if failed else self._handle(result)
        if kind == "NtStatus":
            code = result & 0xFFFFFFFF
            return _status_names().get(code, f"{code:#x}")
        if kind == "LStatus":
            code = result & 0xFFFFFFFF
            return _error_names().get(code, str(code))
        return self._argument("", 0, kind, result)

    def _outputs(
        self, call: abi.Call, words: Sequence[int], error: CallError | None
    ) -> list[Argument]:
        if error is not None:
            return []
        found = []
        for index, kind in OUTPUTS.get(call.name, ()):
            if index >= len(words) or not words[index]:
                continue
            size = 4 if kind == "u32" else 8
            data = self._process.memory.readable(words[index], size)
            if len(data) == size:
                value = int.from_bytes(data, "little")
                name = call.decoder.parameters[index][0]
                found.append(Argument(name, _plain(value), value))
        return found


def open_tracer(
    process: Process, stream: TextIO, name: str, callers: Callers, words: str = ""
) -> Tracer:
    """Begin a trace.

    Args:
        process: what is traced.
        stream: where to write.
        name: the file's name, which says how.
        callers: names who called.
        words: which calls are shown, as `Filter.parse` reads them.
    """
    writer = writer_for(name)(stream, process.settings.program.name)
    return Tracer(process, writer, callers, Filter.parse(words))


def quote(text: str) -> str:
    """Quote a text as JSON does, but leave letters of all languages; long ones are cut."""
    more = "…" if len(text) > _MAX_TEXT else ""
    quoted = json.dumps(text[:_MAX_TEXT], ensure_ascii=False)
    # Control characters beyond ASCII, and lone surrogates, are no text to print.
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in quoted) + more


def _boolean(word: int) -> str:
    return {0: "FALSE", 1: "TRUE"}.get(word & 0xFFFFFFFF, f"{word & 0xFFFFFFFF}")


def _number(kind: str, word: int) -> str:
    if kind in ("U8", "U16", "U32", "WaitStatus"):
        return _plain(word & {"U8": 0xFF, "U16": 0xFFFF}.get(kind, 0xFFFFFFFF))
    if kind in ("I32", "Minus1"):
        word &= 0xFFFFFFFF
        return str(word - (word >> 31 << 32))
    if kind == "I64":
        return str(word - (word >> 63 << 64))
    return _plain(word)


def _plain(value: int) -> str:
    return str(value) if value < _PLAIN else f"{value:#x}"


def _signed(word: int) -> str:
    """Show a handle; the pseudo handles are small negative numbers."""
    return str(word - (1 << 64)) if word >> 60 == 0xF else f"{word:#x}"


def _error_name(error: CallError) -> str:
    name = _error_names().get(error.win32)
    return name or f"error {error.win32}"


@cache
def _error_names() -> dict[int, str]:
    """Names of Win32 errors; WAIT_TIMEOUT is one, too."""
    return {
        value: name
        for name, value in vars(status).items()
        if name.startswith(("ERROR_", "WSA", "WAIT_TIMEOUT")) and isinstance(value, int)
    }


@cache
def _status_names() -> dict[int, str]:
    return {
        value: name
        for name, value in vars(status).items()
        if name.startswith("STATUS_") and isinstance(value, int)
    }
