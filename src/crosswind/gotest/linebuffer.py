"""The buffer that splits a test's output into lines, as cmd/internal/test2json does.

What is split where decides which events there are, so this follows `lineBuffer` of test2json.go
closely: the sizes, the splitting of long lines between UTF-8 sequences, the early hand-over of a
benchmark's name, and the marks of Go 1.27.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import IntEnum

from crosswind.gotest.event import text


class Mark(IntEnum):
    """Control characters by which `-test.v=test2json` frames (test2json.go, "marker")."""

    FRAMING = 0x16  # ^V
    ERROR_BEGIN = 0x0F  # ^O, since Go 1.27
    ERROR_END = 0x0E  # ^N, since Go 1.27
    ESCAPE = 0x1B  # ^[, since Go 1.27


NEWLINE = 0x0A
# With Go 1.27 the escape may stand before any mark; before that, only ^V means something.
_ENDS = {False: re.compile(rb"[\n\x16]"), True: re.compile(rb"[\n\x16\x1b]")}

Take = Callable[[bytes], None]


class LineBuffer:
    """Collects bytes; hands over whole lines that fit, and pieces of those that do not."""

    def __init__(self, size: int, line: Take, part: Take, *, escapes: bool) -> None:
        """Make an empty buffer.

        Args:
            size: bytes that it holds.
            line: takes a whole line with its end.
            part: takes a piece of a longer line; the last piece has the line's end.
            escapes: whether ^[ takes a mark's meaning away (Go 1.27).
        """
        self._size = size
        self._line = line
        self._part = part
        self._escapes = escapes
        self._held = bytearray()
        self._mid = False
        self._escaped = False

    def write(self, data: bytes) -> None:
        """Take more bytes in."""
        start = 0
        while start < len(data):
            room = self._size - len(self._held)
            self._held += data[start : start + room]
            start += room
            done = self._hand_over_lines()
            if done == 0 and len(self._held) == self._size:
                # The whole buffer is a piece of a line.
                done = whole_characters(self._held)
                self._part(bytes(self._held[:done]))
                self._mid = True
            del self._held[:done]

    def flush(self) -> None:
        """Hand over what is left: a line without an end."""
        if self._held:
            held = bytes(self._held)
            self._held.clear()
            self._part(held)

    def _hand_over_lines(self) -> int:
        """Hand over all lines that are whole; return how many bytes that were."""
        start = 0
        while start < len(self._held):
            end = self._end_of_line(start)
            if end is None:
                return start if self._mid else self._hand_over_benchmark(start)
            piece = bytes(self._held[start:end])
            if self._mid:
                self._mid = False
                self._part(piece)
            else:
                self._line(piece)
            start = end
        return start

    def _hand_over_benchmark(self, start: int) -> int:
        """Hand over a benchmark's name at once: its result takes seconds to follow."""
        tab = self._held.find(b"\t", start)
        if tab < 0 or not _is_benchmark(bytes(self._held[start:tab]).rstrip(b" ")):
            return start
        self._mid = True
        self._part(bytes(self._held[start : tab + 1]))
        return tab + 1

    def _end_of_line(self, start: int) -> int | None:
        """Find where a line ends: behind its newline, or before a ^V within it (indexEOL)."""
        position = start
        while position < len(self._held):
            if self._escaped and self._held[position] != NEWLINE:
                self._escaped = False
                position += 1
                continue
            found = _ENDS[self._escapes].search(self._held, position)
            if found is None:
                return None
            mark, position = self._held[found.start()], found.start()
            if mark == NEWLINE:
                return position + 1
            if mark == Mark.FRAMING and position > start:
                return position
            self._escaped = mark == Mark.ESCAPE
            position += 1
        return None


_BENCHMARK = b"Benchmark"


def _is_benchmark(name: bytes) -> bool:
    """Whether a name can be the first field of a benchmark's result (isBenchmarkName)."""
    if not name.startswith(_BENCHMARK):
        return False
    # unicode.IsLower: the category Ll, nothing wider.
    import unicodedata

    rest = text(name[len(_BENCHMARK) :])
    return not rest or unicodedata.category(rest[0]) != "Ll"


def whole_characters(data: bytes | bytearray) -> int:
    """Return how many bytes can be cut off without cutting through a UTF-8 sequence (trimUTF8)."""
    for back in range(1, min(3, len(data)) + 1):
        byte = data[-back]
        if byte & 0xC0 == 0x80:
            continue
        length = 2 if byte & 0xE0 == 0xC0 else 3 if byte & 0xF0 == 0xE0 else 4
        begins = byte & 0xE0 == 0xC0 or byte & 0xF0 == 0xE0 or byte & 0xF8 == 0xF0
        return len(data) - back if begins and back < length else len(data)
    return len(data)
