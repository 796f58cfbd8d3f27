"""What a C preprocessor takes a line for: names, numbers, strings, the rest (C11, 6.4)."""

from __future__ import annotations

import re

from crosswind.frozen import frozen
from crosswind.windows.rc.problem import Place
from crosswind.windows.rc.source import Logical

# A string that is not closed on its line is what is left of the line: RC strings may go on.
_TOKEN = re.compile(
    r"""
    (?P<space> [ \t\f\v\r\xa0]+ )
  | (?P<string> [Ll]?" (?: [^"\\] | \\. )* (?: " | \\?$ ) )
  | (?P<char> ' (?: [^'\\] | \\. )+ ' )
  | (?P<name> [^\W\d]\w* )
  | (?P<number> \.?[0-9][\w.]* )
  | (?P<operator> \#\# | && | \|\| | << | >> | <= | >= | == | != | . )
    """,
    re.VERBOSE | re.DOTALL,
)


@frozen
class CToken:
    """One token.

    Attributes:
        kind: `space`, `string`, `char`, `name`, `number` or `operator`.
        text: as it is written.
        place: where it stands; of a macro's text, where the macro was used.
        hidden: macros that may not replace it any more.
        verbatim: whether it stands in the file as it is here, so columns count on from `place`.
    """

    kind: str
    text: str
    place: Place
    hidden: frozenset[str] = frozenset()
    verbatim: bool = True


def tokens(line: Logical, start: int = 0) -> list[CToken]:
    """Split a line from an offset on."""
    return [
        CToken(str(match.lastgroup), match.group(), line.place(match.start()))
        for match in _TOKEN.finditer(line.text, start)
    ]


def tokens_of(text: str, place: Place) -> list[CToken]:
    """Split text that stands in no file; all of it is at `place`."""
    return [
        CToken(str(match.lastgroup), match.group(), place, verbatim=False)
        for match in _TOKEN.finditer(text)
    ]


def strip(found: list[CToken]) -> list[CToken]:
    """Return tokens without space around them."""
    start, end = 0, len(found)
    while start < end and found[start].kind == "space":
        start += 1
    while end > start and found[end - 1].kind == "space":
        end -= 1
    return found[start:end]
