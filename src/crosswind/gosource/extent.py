"""How much of a Go file go/build reads: up to the end of its imports (go/build/read.go, importReader)."""

from __future__ import annotations

import re

BOM = b"\xef\xbb\xbf"
NUL_MESSAGE = "unexpected NUL in input"

# peekByte: what it skips between words; a slash that begins no comment stays.
_SPACE = re.compile(rb"[ \f\t\r\n;]++|//[^\n]*+\n?|/\*(?s:.*?)\*/")
_IDENTIFIER = re.compile(rb"[A-Za-z0-9_\x80-\xff]*+")
# A part of a string: each repetition is remembered while it is matched.
_STRING = re.compile(rb'(?:[^"\\\n]++|\\[\x00-\xff]){1,1000}')


class UnreadableError(Exception):
    """Go refuses to read the file."""


class _SyntaxError(Exception):
    """What stands at offset `at` does not belong to a file's head."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


def head(data: bytes) -> bytes:
    """Return the part that go/build parses: the head, or all of a file whose head has a mistake.

    Args:
        data: a file without the byte-order mark at its start.

    Raises:
        UnreadableError: a NUL byte is in what Go reads before it sees any mistake.
    """
    try:
        end = _Reader(data).imports()
    except _SyntaxError as error:
        # Go looks at the byte that is wrong.
        _refuse_nul(data, error.at + 1)
        return data
    # Go looks at the first byte behind the imports as well.
    _refuse_nul(data, end + 1)
    return data[:end]


def _refuse_nul(data: bytes, end: int) -> None:
    if data.find(b"\0", 0, end) >= 0:
        raise UnreadableError(NUL_MESSAGE)


class _Reader:
    """Goes through a head byte by byte."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def imports(self) -> int:
        """Return the offset behind the imports (readGoInfo)."""
        self._keyword(b"package")
        self._identifier()
        while self._peek() == b"i":
            self._keyword(b"import")
            if self._peek() != b"(":
                self._import()
                continue
            self._at += 1
            while self._peek() != b")":
                self._import()
            self._at += 1
        return self._at

    def _peek(self) -> bytes:
        while match := _SPACE.match(self._data, self._at):
            self._at = match.end()
        found = self._data[self._at : self._at + 1]
        if found == b"/":
            unclosed = self._data[self._at + 1 : self._at + 2] == b"*"
            raise _SyntaxError(len(self._data) if unclosed else self._at + 1)
        return found

    def _keyword(self, word: bytes) -> None:
        self._peek()
        for byte in word:
            if self._data[self._at : self._at + 1] != bytes((byte,)):
                raise _SyntaxError(self._at)
            self._at += 1
        if self._end_of_identifier() > self._at:
            raise _SyntaxError(self._at)

    def _end_of_identifier(self) -> int:
        match = _IDENTIFIER.match(self._data, self._at)
        return match.end() if match else self._at

    def _identifier(self) -> None:
        self._peek()
        end = self._end_of_identifier()
        if end == self._at:
            raise _SyntaxError(self._at)
        self._at = end

    def _import(self) -> None:
        if self._peek() == b".":
            self._at += 1
        else:
            self._at = self._end_of_identifier()
        self._string()

    def _string(self) -> None:
        opened = self._peek()
        if opened == b"`":
            end = self._data.find(b"`", self._at + 1)
            if end < 0:
                raise _SyntaxError(len(self._data))
        elif opened == b'"':
            end = self._at + 1
            while match := _STRING.match(self._data, end):
                end = match.end()
            if self._data[end : end + 1] != b'"':
                # The end of the line or of the file; a backslash before the latter is at it.
                raise _SyntaxError(len(self._data) if self._data[end:] == b"\\" else end)
        else:
            raise _SyntaxError(self._at)
        self._at = end + 1
