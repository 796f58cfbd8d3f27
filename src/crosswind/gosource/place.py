"""Lines and columns of a file, as go/token counts them, `//line` comments included."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple

from crosswind.gosource.literals import shown

# go/scanner/scanner.go, updateLineInfo.
_MAX_LINE_OR_COLUMN = 1 << 30
# strconv.ParseUint.
_MAX_UINT = (1 << 64) - 1
_MAX_DIGITS = 20
_NEWLINE = re.compile(rb"\n")
_NUMBER = re.compile(rb"[0-9]+")
_PREFIX = len("//line ")


class Place(NamedTuple):
    """A position; `file` is None unless a `//line` comment names one."""

    file: str | None
    line: int
    column: int


class _Origin(NamedTuple):
    """From where on positions count otherwise (go/token/position.go, lineInfo)."""

    offset: int
    file: str | None
    line: int
    column: int


class Places:
    """Finds the line and column of offsets in a text."""

    def __init__(self, data: bytes) -> None:
        """Find all lines; one that begins at the text's very end is none (token.File.AddLine)."""
        self._size = len(data)
        self._starts = [0]
        self._starts += [at for match in _NEWLINE.finditer(data) if (at := match.end()) < len(data)]
        self._origins: list[_Origin] = []

    def line(self, offset: int) -> int:
        """Return the true line of an offset, from 1; 0 for a negative one."""
        return bisect_right(self._starts, offset)

    def begins_line(self, offset: int) -> bool:
        """Whether a line begins at an offset."""
        return self._starts[self.line(offset) - 1] == offset

    def find(self, offset: int) -> Place:
        """Return what Go prints for an offset (go/token/position.go, File.unpack)."""
        line = self.line(offset)
        column = offset - self._starts[line - 1] + 1
        index = bisect_right(self._origins, offset, key=lambda origin: origin.offset) - 1
        if index < 0:
            return Place(None, line, column)
        origin = self._origins[index]
        distance = line - self.line(origin.offset)
        if origin.column == 0:
            column = 0
        elif distance == 0:
            column = origin.column + offset - origin.offset
        return Place(origin.file, origin.line + distance, column)

    def note_line_comment(
        self, start: int, behind: int, comment: bytes, report: Callable[[int, str], None]
    ) -> None:
        """Take a comment `//line …` or `/*line …*/` into account (go/scanner, updateLineInfo).

        Args:
            start: offset of the comment.
            behind: offset from which on it holds.
            comment: its text, without what ends the line.
            report: takes the offset and the message of a mistake.
        """
        text = comment[_PREFIX : -2 if comment[1:2] == b"*" else None]
        base = start + _PREFIX
        at, number = _trailing_number(text)
        if not at:
            return
        if number is None:
            report(base + at, "invalid line number: " + shown(text[at:]))
            return
        before, first = _trailing_number(text[: at - 1])
        column = 0
        if first is not None:
            if not 0 < number <= _MAX_LINE_OR_COLUMN:
                report(base + at, "invalid column number: " + shown(text[at:]))
                return
            text, at, number, column = text[: at - 1], before, first, number
        if not 0 < number <= _MAX_LINE_OR_COLUMN:
            report(base + at, "invalid line number: " + shown(text[at:]))
            return
        file: str | None = text[: at - 1].decode("utf-8", "surrogateescape")
        if not file and column:
            file = self.find(base).file
        self._add(_Origin(behind, file, number, column))

    def _add(self, origin: _Origin) -> None:
        # token.File.AddLineColumnInfo.
        if origin.offset < self._size and (
            not self._origins or self._origins[-1].offset < origin.offset
        ):
            self._origins.append(origin)


def _trailing_number(text: bytes) -> tuple[int, int | None]:
    """Return the offset behind the last colon, 0 without any, and the number there, if it is one."""
    at = text.rfind(b":") + 1
    if not at or not _NUMBER.fullmatch(text, at):
        return at, None
    digits = text[at:].lstrip(b"0")
    number = int(digits or b"0") if len(digits) <= _MAX_DIGITS else _MAX_UINT + 1
    return at, number if number <= _MAX_UINT else None
