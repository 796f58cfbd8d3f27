"""How a trace is written: as text, as JSON lines, or for Chrome's and Perfetto's viewers.

The last is the JSON Array Format of Google's document "Trace Event Format": its closing bracket may be
missing, so that a trace is of use whose program was killed. Times in it are microseconds.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import PurePath
from typing import Any, Protocol, TextIO

from crosswind.binary.golines import Frame
from crosswind.run.emulator.callers import Origin, file_name
from crosswind.run.emulator.trace_events import (
    Argument,
    Call,
    Ended,
    Event,
    Raised,
    ThreadStarted,
)

_PROCESS = 1


class Writer(Protocol):
    """Writes events as they come."""

    def write(self, event: Event) -> None:
        """Write one."""

    def close(self) -> None:
        """Write what ends the file; the stream stays open."""


def writer_for(name: str) -> Callable[[TextIO, str], Writer]:
    """Choose by the name of the file: `.jsonl`, `.ndjson`; `.json`, `.perfetto`; anything else is text."""
    suffix = PurePath(name).suffix.lower()
    if suffix in (".jsonl", ".ndjson"):
        return LineWriter
    if suffix in (".json", ".perfetto"):
        return ViewerWriter
    return TextWriter


def place(frame: Frame) -> str:
    """Show a frame as `main.load main.go:12`; the path is cut to the file's name."""
    file = file_name(frame)
    return f"{frame.function} {file}:{frame.line}" if file else frame.function


def describe(origin: Origin) -> str:
    """Show who called: the user's code first, then what it called of the standard library."""
    caller, user = origin
    if user is None:
        return place(caller) if caller else ""
    if caller is None or caller == user:
        return place(user)
    return f"{place(user)} via {caller.function}"


def call_text(call: Call) -> str:
    """Show a call with its arguments and what came of it."""
    shown = f"{call.name}({', '.join(argument.text for argument in call.arguments)})"
    if call.duration is None:
        return f"{shown} never returned"
    if call.result is not None:
        shown += f" = {call.result.text}"
    shown += "".join(f" {output.name}={output.text}" for output in call.outputs)
    if call.error:
        shown += f" {call.error}"
    return f"{shown} ({call.note})" if call.note else shown


class TextWriter:
    """One line each: time in seconds, thread, what happened, and after `<-` who wanted it."""

    def __init__(self, stream: TextIO, program: str) -> None:
        """Begin the file."""
        self._stream = stream
        stream.write(f"# {program}: seconds of its clock, thread, call <- caller\n")

    def write(self, event: Event) -> None:
        """Write one line."""
        what, origin = self._shown(event)
        who = describe(origin) if origin else ""
        thread = "" if isinstance(event, Ended) else f"T{event.thread}"
        line = f"{event.time / 1e9:12.6f} {thread:<4} {what}"
        self._stream.write(f"{line}  <- {who}\n" if who else f"{line}\n")

    def _shown(self, event: Event) -> tuple[str, Origin | None]:
        match event:
            case Call():
                waited = f" after {event.duration / 1e9:.6f} s" if event.duration else ""
                return call_text(event) + waited, event.origin
            case Raised():
                detail = f" {event.detail}" if event.detail else ""
                return f"!! {event.name} at {event.address:#x}{detail}", event.origin
            case ThreadStarted():
                return f"-- thread begins at {event.entry}", None
            case Ended():
                return f"-- {event.how}, status {event.status:#x}", None

    def close(self) -> None:
        """Nothing is left to write but what the stream holds back."""
        self._stream.flush()


class LineWriter:
    """One JSON object a line; the first describes the file."""

    def __init__(self, stream: TextIO, program: str) -> None:
        """Begin the file."""
        self._stream = stream
        self._line({"schema": "crosswind/trace/1", "program": program})

    def write(self, event: Event) -> None:
        """Write one line."""
        self._line(_plain(event))

    def _line(self, document: dict[str, Any]) -> None:
        json.dump(document, self._stream, separators=(",", ":"))
        self._stream.write("\n")

    def close(self) -> None:
        """Nothing is left to write but what the stream holds back."""
        self._stream.flush()


class ViewerWriter:
    """An array of trace events, one a line: a slice for each call, in a track for each thread."""

    def __init__(self, stream: TextIO, program: str) -> None:
        """Begin the file."""
        self._stream = stream
        self._separator = "[\n"
        self._event("process_name", "M", 0, args={"name": program})

    def write(self, event: Event) -> None:
        """Write one event."""
        time = event.time
        match event:
            case Call():
                more = {"dur": (event.duration or 0) / 1000, "cat": event.area}
                self._event(event.name, "X", time, event.thread, args=_call(event), **more)
            case Raised():
                args = _plain(event)
                self._event(event.name, "i", time, event.thread, args=args, s="t", cat="exceptions")
            case ThreadStarted():
                name = f"{event.thread} {event.entry}"
                self._event("thread_name", "M", time, event.thread, args={"name": name})
            case Ended():
                self._event(
                    event.how, "i", time, args={"status": event.status}, s="p", cat="process"
                )

    def _event(self, name: str, phase: str, time: int, thread: int = 0, **more: object) -> None:
        fields = {"name": name, "ph": phase, "ts": time / 1000, "pid": _PROCESS, "tid": thread}
        self._stream.write(self._separator)
        json.dump({**fields, **more}, self._stream, separators=(",", ":"))
        self._separator = ",\n"

    def close(self) -> None:
        """End the array."""
        self._stream.write("\n]\n")
        self._stream.flush()


def _plain(event: Event) -> dict[str, Any]:
    """Turn an event into what JSON lines hold."""
    match event:
        case Call():
            return {
                "event": "call",
                "number": event.number,
                "time": event.time / 1e9,
                "duration": None if event.duration is None else event.duration / 1e9,
                "thread": event.thread,
                "library": event.library,
                "call": event.name,
                "area": event.area,
                **_call(event),
            }
        case Raised():
            return {
                "event": "exception",
                "time": event.time / 1e9,
                "thread": event.thread,
                "code": f"{event.code:#x}",
                "name": event.name,
                "address": f"{event.address:#x}",
                "detail": event.detail,
                **_who(event.origin),
            }
        case ThreadStarted():
            return {
                "event": "thread",
                "time": event.time / 1e9,
                "thread": event.thread,
                "entry": event.entry,
            }
        case Ended():
            return {
                "event": "end",
                "time": event.time / 1e9,
                "how": event.how,
                "status": event.status,
            }


def _call(call: Call) -> dict[str, Any]:
    """Return what a call was given and gave."""
    return {
        "arguments": _values(call.arguments),
        "outputs": _values(call.outputs),
        "result": call.result and call.result.text,
        "error": call.error,
        "note": call.note,
        **_who(call.origin),
    }


def _values(arguments: tuple[Argument, ...]) -> dict[str, str]:
    return {argument.name: argument.text for argument in arguments}


def _who(origin: Origin) -> dict[str, Any]:
    return {
        name: frame and {"function": frame.function, "file": frame.file, "line": frame.line}
        for name, frame in (("caller", origin.caller), ("user", origin.user))
    }
