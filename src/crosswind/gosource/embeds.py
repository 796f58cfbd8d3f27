"""`//go:embed` comments: the patterns and where they stand (go/build/read.go, readGoInfo, parseGoEmbed)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crosswind.binary.goquote import quoted_prefix
from crosswind.constraints.words import SPACE
from crosswind.gosource import texts
from crosswind.gosource.facts import Embed
from crosswind.gosource.literals import unquote
from crosswind.gosource.place import Places
from crosswind.gosource.scanner import without_returns

_EMBED = b"//go:embed"
_WORD = re.compile(f"[^{SPACE}]++")
_GAP = re.compile(f"[{SPACE}]*+")
_BEHIND = re.compile(f"[{SPACE}]|\\Z")
_DIRECTIVE = re.compile(f"//go:embed(?=[{SPACE}]|\\Z)")


def find(data: bytes) -> tuple[Embed, ...]:
    """Return the patterns of all `//go:embed` comments of a file, wherever they stand.

    Args:
        data: the whole file, without a byte-order mark at its start.
    """
    if _EMBED not in data:
        return ()
    places = Places(data)
    found: list[Embed] = []
    for match in texts.TEXT.finditer(texts.without_escapes(data)):
        text = data[match.start() : match.end()]
        if text.startswith((b"//line ", b"/*line ")):
            _line_comment(places, data, text, match.start())
        elif text.startswith(_EMBED):
            comment = without_returns(text).decode("utf-8", "surrogateescape")
            for pattern, offset in _patterns(comment):
                found.append(Embed(pattern, *_place(places, match.start() + offset)))
    return tuple(found)


def _place(places: Places, at: int) -> tuple[int, int, str | None]:
    file, line, column = places.find(at)
    return line, column, file


def _line_comment(places: Places, data: bytes, text: bytes, start: int) -> None:
    """Heed a `//line` comment; mistakes in it are the compiler's to report."""
    end = start + len(text)
    if text.startswith(b"/*"):
        if text.endswith(b"*/"):
            places.note_line_comment(start, end, text, _ignore)
    elif places.begins_line(start):
        behind = end + (data[end : end + 1] == b"\n")
        places.note_line_comment(start, behind, text.removesuffix(b"\r"), _ignore)


def _ignore(offset: int, message: str) -> None:
    del offset, message


def _patterns(comment: str) -> list[tuple[str, int]]:
    """Return the patterns of a comment with their offsets in bytes; none if one is not well-formed."""
    opened = _DIRECTIVE.match(comment)
    try:
        return list(_arguments(comment, opened.end())) if opened else []
    except ValueError:
        return []


def _arguments(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Split what follows the name (go/ast/directive.go, Directive.ParseArgs).

    Raises:
        ValueError: a quoted pattern is none, or text touches its end.
    """
    offset = at  # in bytes: the name is ASCII
    while True:
        gap = _GAP.match(text, at)
        spaces = gap[0] if gap else ""
        at, offset = at + len(spaces), offset + _size(spaces)
        if at == len(text):
            return
        if text[at] in '"`':
            written = quoted_prefix(text, at)
            pattern = unquote(written)
            if not _BEHIND.match(text, at + len(written)):
                raise ValueError("text touches a quoted pattern")
        else:
            word = _WORD.match(text, at)
            written = pattern = word[0] if word else ""
        yield pattern, offset
        at, offset = at + len(written), offset + _size(written)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))
