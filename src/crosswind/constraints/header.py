"""The head of a source file, where constraints may stand (go/build/build.go, parseFileHeader)."""

from __future__ import annotations

from typing import NamedTuple

from crosswind.constraints.expression import go_build_text, plus_build_text
from crosswind.constraints.words import trim
from crosswind.frozen import frozen

_BOM = b"\xef\xbb\xbf"
_BINARY_ONLY = "//go:binary-only-package"


class Line(NamedTuple):
    """A line of a file: its number from 1, and its text without white space at the ends."""

    number: int
    text: str


@frozen
class Header:
    """What was found in a file's head.

    Attributes:
        go_build: every `//go:build` line; more than one is a mistake.
        plus_build: the `// +build` lines that stand where they count.
        late: lines that look like constraints and stand where they do not count.
        binary_only: whether the file stands for a package without sources.
        nul: whether a NUL byte is in it, which Go refuses.
    """

    go_build: tuple[Line, ...] = ()
    plus_build: tuple[Line, ...] = ()
    late: tuple[Line, ...] = ()
    binary_only: bool = False
    nul: bool = False


# Nothing counts in a head without any of these; most files have none.
_SIGNS = (b"//go:build", b"+build", _BINARY_ONLY.encode(), b"\0")
# What go/build takes for white space between comments (read.go, peekByte).
_BLANK = b" \f\t\r\n;"


def comments(data: bytes) -> bytes | None:
    """Return the comments at the start of a file that is not Go's, as Go cuts them off (readComments).

    None if Go cannot read them: one is never closed, or a slash begins none.
    """
    at = len(_BOM) if data.startswith(_BOM) else 0
    start = at
    while at < len(data):
        if data[at] in _BLANK:
            at += 1
        elif data[at] != ord("/"):
            # Go looks at the byte that ends it, and refuses NUL there as anywhere.
            return data[start : at + (data[at] == 0)]
        else:
            at = _behind_comment(data, at)
            if at < 0:
                return None
    return data[start:]


def _behind_comment(data: bytes, at: int) -> int:
    opened = data[at : at + 2]
    if opened == b"//":
        end = data.find(b"\n", at)
        return len(data) if end < 0 else end + 1
    end = data.find(b"*/", at + 2) if opened == b"/*" else -1
    return end + 2 if end >= 0 else -1


def read(data: bytes) -> Header:
    """Read the head of a file: up to the first line that has more than comments.

    A `// +build` line counts only if a blank line follows somewhere before anything but `//` comments;
    a `//go:build` line counts up to the first code.
    """
    if not any(sign in data for sign in _SIGNS):
        return Header()
    reader = _Reader()
    number, start = 0, len(_BOM) if data.startswith(_BOM) else 0
    while start < len(data) and not reader.done:
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        number += 1
        reader.nul = reader.nul or b"\0" in data[start:end]
        text = data[start:end].decode("utf-8", "surrogateescape")
        reader.take(Line(number, trim(text)))
        start = end + 1
    return Header(
        tuple(reader.go_build),
        tuple(reader.plus_build),
        (*reader.maybe, *_late(data, start, number)),
        reader.binary_only,
        reader.nul,
    )


class _Reader:
    """Goes through a head line by line."""

    def __init__(self) -> None:
        self.go_build: list[Line] = []
        self.plus_build: list[Line] = []
        # Lines that count once a blank one follows.
        self.maybe: list[Line] = []
        self.binary_only = self.nul = self.done = False
        self._ended = self._in_comment = False

    def take(self, line: Line) -> None:
        if not line.text and not self._ended:
            self.plus_build += self.maybe
            self.maybe = []
            return
        self._ended = self._ended or not line.text.startswith("//")
        if not self._in_comment:
            self._note(line)
        self._skip_comments(line.text)

    def _note(self, line: Line) -> None:
        if go_build_text(line.text) is not None:
            self.go_build.append(line)
        elif plus_build_text(line.text) is not None:
            self.maybe.append(line)
        elif line.text == _BINARY_ONLY:
            self.binary_only = True

    def _skip_comments(self, text: str) -> None:
        """Follow `/* */` comments through a line; stop at the first that is none."""
        while text:
            if self._in_comment:
                _, closed, text = text.partition("*/")
                if not closed:
                    return
                self._in_comment, text = False, trim(text)
            elif text.startswith("//"):
                return
            elif text.startswith("/*"):
                self._in_comment, text = True, trim(text[2:])
            else:
                self.done = True
                return


# Lines behind the head that are looked at for constraints which came too late, and bytes.
_FAR, _FAR_BYTES = 200, 1 << 16


def _late(data: bytes, start: int, number: int) -> list[Line]:
    """Find `//go:build` lines behind the head, up to the first text that could hold any."""
    found = []
    code, _, _ = data[start : start + _FAR_BYTES].partition(b"`")
    for offset, raw in enumerate(code.split(b"\n")[:_FAR], 1):
        if raw.startswith(b"//go:build"):
            text = raw.decode("utf-8", "surrogateescape")
            if go_build_text(text) is not None:
                found.append(Line(number + offset, trim(text)))
    return found
