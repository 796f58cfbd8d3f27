"""A source file as logical lines: decoded, continued lines joined, comments blanked out."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from collections.abc import Iterator

from crosswind.frozen import frozen
from crosswind.windows.rc import codepage
from crosswind.windows.rc.problem import Place, Problems

# Bytes of one source file, and characters of one line of it with those that it is continued on.
MAX_FILE = 4 << 20
MAX_LINE = 256 << 10

# What can open something on a line: a comment, a string, or a character. A string that is not
# closed on its line ends with the line, as for rc.exe's preprocessor.
_OPENING = re.compile(r"""//|/\*|"(?:[^"\\]|\\.)*(?:"|\\?$)|'(?:[^'\\]|\\.)*'""")


@frozen
class Logical:
    """A logical line: its text, and where parts of it stand in the file.

    Attributes:
        text: without comments; those on one line are spaces of their length.
        file: the file's name.
        starts: offsets in `text`, ascending; the first is 0.
        origins: the (line, column) of each of `starts`.
        commented: whether it holds a comment.
    """

    text: str
    file: str
    starts: tuple[int, ...]
    origins: tuple[tuple[int, int], ...]
    commented: bool = False

    def place(self, offset: int) -> Place:
        """Return where a character of the text stands."""
        index = bisect_right(self.starts, offset) - 1
        line, column = self.origins[index]
        return Place(self.file, line, column + offset - self.starts[index])


class Source:
    """The lines of one file, decoded one by one since a `#pragma code_page` may stand between."""

    def __init__(self, name: str, data: bytes, problems: Problems) -> None:
        """Look at the byte order mark.

        Args:
            name: the file's name, as messages show it.
            data: its bytes.
            problems: takes what is wrong with its text.

        Raises:
            StoppedError: the file is too large, or no text.
        """
        self.name = name
        self._problems = problems
        self._number = 0
        self._shift = 0
        self._guessed = False
        if len(data) > MAX_FILE:
            raise problems.stop(
                "CW0761", Place(name), f"{len(data)} bytes: a script has at most {MAX_FILE}"
            )
        try:
            text = marked_text(data)
        except UnicodeDecodeError as error:
            raise problems.stop(
                "CW0766", Place(name), "its byte order mark promises Unicode, its bytes are none"
            ) from error
        self.marked = text is not None
        self._lines: list[str] | list[bytes] = (
            text.split("\n") if text is not None else data.split(b"\n")
        )

    def logical(self, page: int) -> Logical | None:
        """Return the next logical line, or None at the end.

        Args:
            page: the code page of its bytes; a byte order mark is stronger.
        """
        starts: list[int] = []
        origins: list[tuple[int, int]] = []
        done, chunk = "", ""  # text without comments, and what comments are looked for in
        opened = -1  # where a comment began that is still open
        commented = False
        while (raw := self._next(page)) is not None:
            starts.append(len(done) + len(chunk))
            origins.append((self.line, 1))
            # Lines are joined before comments are looked for: C11 5.1.1.2, phases 2 and 3.
            spliced = raw.endswith("\\")
            chunk += raw[:-1] if spliced else raw
            if len(done) + len(chunk) > MAX_LINE:
                place = Place(self.name, origins[0][0], 1)
                message = f"this line has more than {MAX_LINE} characters"
                raise self._problems.stop("CW0761", place, message, "break it")
            if spliced:
                continue
            text, still = _blank_comments(chunk, in_comment=opened >= 0)
            commented |= text != chunk
            self._suspect(text, page)
            opened = -1 if still < 0 else opened if opened >= 0 else len(done) + still
            done, chunk = done + text, ""
            if opened < 0:
                break
        if not starts:
            return None
        text, _ = _blank_comments(chunk, in_comment=opened >= 0)
        line = Logical(done + text, self.name, tuple(starts), tuple(origins), commented)
        if opened >= 0:
            message, hint = "the comment /* is never closed", "close it with */"
            raise self._problems.stop("CW0767", line.place(opened), message, hint)
        return line

    def renumber(self, line: int, name: str) -> None:
        """Go on as if the next line were another one: `#line`."""
        self._shift = line - self._number - 1
        self.name = name or self.name

    @property
    def line(self) -> int:
        """The number of the line read last."""
        return self._number + self._shift

    def rest_of_file(self) -> None:
        """Skip what is left: `#pragma once` of a file that was read before."""
        self._number = len(self._lines)

    def _next(self, page: int) -> str | None:
        if self._number >= len(self._lines):
            return None
        line = self._lines[self._number]
        self._number += 1
        text = codepage.decode(line, page) if isinstance(line, bytes) else line
        if "\0" in text:
            place = Place(self.name, self.line, text.index("\0") + 1)
            hint = "save the script as UTF-8, or as UTF-16 with a byte order mark"
            raise self._problems.stop("CW0766", place, "a NUL character: this is no text", hint)
        # DOS ends a text at Ctrl-Z.
        before, end, _ = text.partition("\x1a")
        if end:
            self.rest_of_file()
        return before.rstrip("\r")

    def _suspect(self, text: str, page: int) -> None:
        """Warn once of characters that are hardly meant for the code page that nobody chose."""
        if self.marked or self._guessed or page != codepage.WINDOWS_1252 or text.isascii():
            return
        try:
            codepage.encode(text, page)[0].decode()
        except UnicodeDecodeError:
            return
        self._guessed = True
        self._problems.warn(
            "CW0777",
            Place(self.name, self.line, 1),
            "this line looks like UTF-8, but is read in code page 1252, as rc.exe would",
            "put `#pragma code_page(65001)` above it",
        )


def marked_text(data: bytes) -> str | None:
    """Decode a script that begins with a byte order mark; None if it does not.

    Raises:
        UnicodeDecodeError: its bytes are not what the mark promises.
    """
    if data.startswith(codecs.BOM_UTF8):
        return data.decode("utf-8-sig")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    return None


def _blank_comments(line: str, *, in_comment: bool) -> tuple[str, int]:
    """Replace comments by spaces.

    Returns:
        The line, and where a comment begins that is still open at its end; -1 if none is.
    """
    parts: list[str] = []
    still = 0 if in_comment else -1
    for start, end, comment in _spans(line, in_comment=in_comment):
        text = line[start:end]
        parts.append(" " * len(text) if comment else text)
        if start == 0 and in_comment:
            still = -1 if "*/" in text else 0
        else:
            still = start if comment and text.startswith("/*") and "*/" not in text[2:] else -1
    return "".join(parts), still


def _spans(line: str, *, in_comment: bool) -> Iterator[tuple[int, int, bool]]:
    """Split a line into (start, end, whether a comment)."""
    at = 0
    if in_comment:
        end = line.find("*/")
        at = len(line) if end < 0 else end + 2
        yield 0, at, True
    text_from = at
    while match := _OPENING.search(line, at):
        at = match.end()
        if match.group()[0] != "/":
            continue
        yield text_from, match.start(), False
        if match.group() == "//":
            text_from = at = len(line)
        else:
            end = line.find("*/", at)
            text_from = at = len(line) if end < 0 else end + 2
        yield match.start(), at, True
    if text_from < len(line):
        yield text_from, len(line), False
