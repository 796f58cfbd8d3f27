"""From what a test binary prints to the events of `go test -json`.

The rules are those of cmd/internal/test2json in Go 1.26 and 1.27 (`handleInputLine`,
`writeOutputEvent`); tests compare the events with those of both releases' `go tool test2json`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from crosswind.gotest.event import Event, text
from crosswind.gotest.linebuffer import NEWLINE, LineBuffer, Mark

# test2json.go, inBuffer and outBuffer: bytes of a line that is recognised, and of one output event.
_IN, _OUT = 4096, 1024

_UPDATE = re.compile(rb"=== (RUN  |PAUSE|CONT |NAME |PASS |FAIL |SKIP |ATTR |ARTIFACTS) ")
_REPORT = re.compile(rb"--- (PASS|FAIL|SKIP|BENCH): ")
_INDENT = b"    "
_FAILED = b"FAIL\t"
_MARKS = re.compile(rb"[\x0e\x0f\x1b]")
# strconv.ParseFloat takes more, but the testing package prints seconds as %.2f.
_SECONDS = re.compile(r"[0-9.]+")

# unicode.IsSpace, which knows less than Python's str.strip.
_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)

Emit = Callable[[Event], None]
Clock = Callable[[], datetime]


class Converter:
    """Takes what one package's test binary prints; emits events, beginning with `start`."""

    def __init__(
        self, package: str, emit: Emit, *, clock: Clock | None = None, marks: bool = True
    ) -> None:
        """Emit the first event.

        Args:
            package: import path for the events.
            emit: takes each event.
            clock: gives the events' time; without one they carry neither time nor duration.
            marks: whether errors and escapes are marked and outputs have types, as with Go 1.27.
        """
        self._package = package
        self._emit = emit
        self._clock = clock
        self._marks = marks
        self._started = clock() if clock else None
        self._test = ""
        self._reports: list[Event] = []
        self._result = ""
        self._needs_mark = False
        self._in_error = False
        self._escaped = False
        self._framing = False
        self._failed_build = ""
        self._output = LineBuffer(_OUT, self._print, self._print, escapes=marks)
        self._input = LineBuffer(_IN, self._take, self._output.write, escapes=marks)
        self._event(Event("start"))

    def write(self, data: bytes) -> None:
        """Take more output of the test binary in."""
        self._input.write(data)

    def exited(self, *, failed: bool) -> None:
        """Take note of how the test binary ended."""
        if failed:
            self._result = "fail"
        elif self._result != "skip":
            self._result = "pass"

    def not_run(self) -> None:
        """Take note that there is no result: the package counts as skipped."""
        self._result = "skip"

    def failed_build(self, package: str) -> None:
        """Take note of the package whose build failed."""
        self._failed_build = package

    def close(self) -> None:
        """Emit what is pending, and how the package as a whole fared."""
        self._input.flush()
        self._output.flush()
        if not self._result:
            return
        elapsed = None
        if self._clock and self._started:
            elapsed = round((self._clock() - self._started).total_seconds(), 3)
        build = self._failed_build if self._result == "fail" else ""
        self._event(Event(self._result, elapsed=elapsed, failed_build=build))

    def _take(self, line: bytes) -> None:
        """Understand one whole line (handleInputLine)."""
        framed = line[0] == Mark.FRAMING
        if self._needs_mark and not framed:
            self._output.write(line)
            return
        if framed:
            self._output.flush()
            line = line[1:]
        trimmed = line[:-1].removesuffix(b"\r") if line.endswith(b"\n") else line
        if trimmed == b"=== NAME":  # its trailing spaces may have been lost
            line, trimmed = b"=== NAME  \n", b"=== NAME  "
        if trimmed in (b"PASS", b"FAIL") or trimmed.startswith(_FAILED):
            self._verdict(line, framed=framed, passed=trimmed == b"PASS")
            return
        is_bare = line.startswith(b"?   \t") and trimmed.endswith(b"\t[no test files]")
        if is_bare and not self._reports:
            self._result = "skip"
        if update := _UPDATE.match(line):
            self._update(line, _word(update), framed=framed)
            return
        indent = 0
        while line.startswith(_INDENT, indent * 4):
            indent += 1
        if report := _REPORT.match(line, indent * 4):
            self._report(line, indent, _word(report), framed=framed)
            return
        # The indentation tells which of the subtests that just ended the line belongs to.
        if 0 < indent <= len(self._reports):
            self._test = self._reports[indent - 1].test
        self._output.write(line)

    def _verdict(self, line: bytes, *, framed: bool, passed: bool) -> None:
        """Understand the binary's last word, `PASS` or `FAIL`."""
        self._flush_reports(0)
        self._test = ""
        self._needs_mark = framed
        self._frame(line)
        self._result = "pass" if passed else "fail"

    def _update(self, line: bytes, action: str, *, framed: bool) -> None:
        """Understand `=== RUN   name` and its like: a test starts, pauses, goes on."""
        name = text(line[4:]).partition(" ")[2].strip(_SPACE)
        event = Event(action)
        if action == "artifacts":
            name, _, path = name.partition(" ")
            event = replace(event, path=path)
        elif action == "attr":
            name, _, rest = name.partition(" ")
            key, _, value = rest.partition(" ")
            event = replace(event, key=key, value=value)
        self._needs_mark = framed
        self._flush_reports(0)
        self._test = name
        if action == "name":  # says only whose the next output is
            return
        if action == "pause":
            # First the line: a test prints nothing while it is paused.
            self._frame(line)
            self._event(event)
        else:
            self._event(event)
            self._frame(line)

    def _report(self, line: bytes, indent: int, action: str, *, framed: bool) -> None:
        """Understand `--- PASS: name (0.00s)`: a test ended, though its log may still follow."""
        name = text(line[indent * 4 + 4 :]).partition(" ")[2].strip(_SPACE)
        elapsed = None
        head, opened, rest = name.partition(" (")
        if opened:
            name = head
            if rest.endswith("s)") and _SECONDS.fullmatch(rest[:-2]) and self._clock:
                elapsed = float(rest[:-2])
        if len(self._reports) < indent:  # deeper than anything that could have printed it
            self._output.write(line)
            return
        self._needs_mark = framed
        self._flush_reports(indent)
        self._test = name
        self._reports.append(Event(action, test=name, elapsed=elapsed))
        self._frame(line)

    def _flush_reports(self, depth: int) -> None:
        """Emit the ends of tests that are nested at least this deep."""
        self._test = ""
        while len(self._reports) > depth:
            self._event(self._reports.pop())

    def _frame(self, line: bytes) -> None:
        """Print a line of the frame around tests, which Go 1.27 tells from their output."""
        self._framing = True
        self._output.write(line)
        self._framing = False

    def _print(self, data: bytes) -> None:
        """Emit one piece of output."""
        if not self._marks:
            self._event(Event("output", output=data))
        elif self._escaped or _MARKS.search(data):
            self._print_marked(bytearray(data))
        elif data:
            self._event(Event("output", output=data, output_type=self._type))

    @property
    def _type(self) -> str:
        return "frame" if self._framing else "error-continue" if self._in_error else ""

    def _print_marked(self, data: bytearray) -> None:
        """Emit output with marks in it: an error's has a type, and events of its own.

        As in Go's code, the byte that follows a mark is not looked at.
        """
        kind, position = self._type, 0

        def emit(end: int) -> None:
            self._event(Event("output", output=bytes(data[:end]), output_type=kind))

        while position < len(data):
            byte = data[position]
            if self._escaped:
                self._escaped = False
            elif byte == Mark.ESCAPE:
                del data[position]
                self._escaped = True
                continue
            elif byte == Mark.ERROR_BEGIN:
                if position > 0:
                    emit(position)
                self._in_error = True
                kind = "error"
                del data[: position + 1]
                position = 0
            elif byte == Mark.ERROR_END:
                del data[position]
                if data[position : position + 1] == bytes([NEWLINE]):
                    position += 1
                emit(position)
                self._in_error = False
                kind = ""
                del data[:position]
                position = 0
            position += 1
        if data:
            emit(len(data))

    def _event(self, event: Event) -> None:
        """Emit an event with the package, the time, and the test that runs now."""
        time = self._clock() if self._clock else None
        test = event.test or self._test
        self._emit(replace(event, package=self._package, test=test, time=time))


def _word(match: re.Match[bytes]) -> str:
    return match[1].strip().decode().lower()
