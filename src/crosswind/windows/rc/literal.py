r"""Strings in resource scripts: what their escapes mean, as bytes and as UTF-16.

Microsoft's "STRINGTABLE resource" and "User-Defined Resource" name the escapes; the finer rules were found
by experiment and are written down in Zig's resinator (literals.zig, whose comments are about rc.exe):

- `\a` is a backspace, unlike in C; `\n`, `\r`, `\t`, `\\`; `""` is one quote;
- octal: up to 3 digits, 7 in L"…"; hexadecimal: up to 2, 4 in L"…"; they may be none;
- what else follows a backslash stays with it, in L"…" both vanish;
- a tab becomes spaces up to the next multiple of 8 columns, a line break a space and a line feed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from crosswind.frozen import frozen
from crosswind.windows.rc import codepage

_PIECE = re.compile(
    r"""
    (?P<plain> [^\\"\t\r\n]+ )
  | (?P<quote> "" | \\" )
  | (?P<break> \n [\r\ \t\n\v\f\xa0]* )
  | (?P<tab> \t )
  | (?P<return> \r )
  | \\ (?P<joined> [\r\n] [\r\n\t\ \v\f\xa0]* )
  | \\ (?P<octal> [0-7]{1,7} )
  | \\ [xX] (?P<hex> [0-9a-fA-F]{0,4} )
  | \\ (?P<simple> [aAnrtT\\] )
  | \\ (?P<unknown> . )
  | (?P<rest> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_SIMPLE = {"a": "\b", "n": "\n", "r": "\r", "t": "\t", "\\": "\\"}
_TAB = 8


@frozen
class Piece:
    """Part of a string: text, or the number of an octal or hexadecimal escape (16 bits)."""

    text: str = ""
    number: int | None = None


def is_wide(source: str) -> bool:
    """Whether a string's source begins with L."""
    return source[:1] in ("L", "l")


def pieces(source: str, column: int) -> Iterator[Piece]:
    """Read a string's escapes.

    Args:
        source: the string with its quotes, and L before them if it is wide.
        column: where it begins on its line, from 0: tabs depend on it.
    """
    wide = is_wide(source)
    at, end = 2 if wide else 1, len(source) - 1
    column += at
    while match := _PIECE.match(source, at, end):
        kind, text = str(match.lastgroup), match.group(str(match.lastgroup))
        following = match.end()
        if kind in ("octal", "hex"):
            base, most = (8, 7 if wide else 3) if kind == "octal" else (16, 4 if wide else 2)
            digits = text[:most]
            following -= len(text) - len(digits)
            yield Piece(number=int(digits or "0", base) & 0xFFFF)
        elif kind == "tab":
            yield Piece(" " * (_TAB - column % _TAB))
        else:
            yield Piece(_text(kind, text, wide=wide))
        column = _column(column, kind, source[at:following])
        at = following


def _column(column: int, kind: str, passed: str) -> int:
    """Return the column behind a piece of source."""
    if kind == "tab":
        return column + _TAB - column % _TAB
    if "\n" in passed:
        return len(passed.rpartition("\n")[2].expandtabs(_TAB))
    return column + len(passed)


def _text(kind: str, text: str, *, wide: bool) -> str:
    if kind == "quote":
        return '"'
    if kind == "break":
        return " \n"
    if kind in ("joined", "return"):
        return ""
    if kind == "simple":
        return _SIMPLE[text.lower()]
    if kind == "unknown":
        return "" if wide else "\\" + text
    return text


def to_utf16(source: str, column: int, page: int) -> bytes:
    """Return a string as UTF-16: for STRINGTABLE, VERSIONINFO, and L"…" everywhere.

    A number in a narrow string is a byte of the code page; in a wide one a UTF-16 unit.
    """
    wide = is_wide(source)
    parts: list[bytes] = []
    for piece in pieces(source, column):
        if piece.number is None:
            parts.append(piece.text.encode("utf-16-le", "surrogatepass"))
        elif wide:
            parts.append(piece.number.to_bytes(2, "little"))
        else:
            letter = codepage.byte_to_character(piece.number & 0xFF, page)
            parts.append(letter.encode("utf-16-le", "surrogatepass"))
    return b"".join(parts)


def to_bytes(source: str, column: int, page: int, lost: Callable[[], None]) -> bytes:
    """Return a narrow string as it stands in raw data.

    Args:
        source: the string with its quotes.
        column: where it begins on its line, from 0.
        page: the code page it is stored in.
        lost: called if a character has no place in that code page and becomes `?`.
    """
    parts: list[bytes] = []
    for piece in pieces(source, column):
        if piece.number is None:
            data, complete = codepage.encode(piece.text, page)
            if not complete:
                lost()
        elif page == codepage.UTF_8 and piece.number & 0xFF > 0x7F:
            data = "\N{REPLACEMENT CHARACTER}".encode()
        else:
            data = bytes([piece.number & 0xFF])
        parts.append(data)
    return b"".join(parts)


def to_text(source: str) -> str:
    """Return a string as text, for file names; numbers are characters."""
    return "".join(
        piece.text if piece.number is None else chr(piece.number) for piece in pieces(source, 0)
    )


def unescaped(source: str) -> str:
    """Return what stands between the quotes, letter by letter."""
    return source[source.index('"') + 1 : -1]
