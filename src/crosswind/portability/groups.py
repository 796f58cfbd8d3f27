"""Groups of constants and variables that end on the line of their last one: `var (a = 1; b = 2)`.

Go needs no semicolon before a `)` (the specification, "Semicolons"); the grammar wants one in such groups,
or a line's end (grammar.js, const_declaration and var_spec_list).
"""

from __future__ import annotations

import re

from crosswind.gosource import texts

_BRACKET = re.compile(rb"(?<![\w.\x80-\xff])(?:const|var)\s*\(|[()]")
_BLANKS = b" \t\r"
# What may stand before the `)` as far as the grammar goes.
_ENDED = b"\n;("
# A blank behind it that is of no use.
_FOLLOWING = re.compile(rb"\);?[ \t]")


def ended(data: bytes) -> bytes:
    """Return a file with a semicolon before the `)` of each group that lacks one.

    It takes the place of a blank, there or behind the `)`, so that all stays in its line and column; without
    any, what follows in that line moves by one column.
    """
    pieces, last = [], 0
    for at in _lacking(data):
        blank = _FOLLOWING.match(data, at)
        if data[at - 1] in _BLANKS:
            pieces += [data[last : at - 1], b";"]
            last = at
        elif blank:
            pieces += [data[last:at], b";", data[at : blank.end() - 1]]
            last = blank.end()
        else:
            pieces += [data[last:at], b";"]
            last = at
    return b"".join([*pieces, data[last:]])


def _lacking(data: bytes) -> list[int]:
    """Return where the `)` of each such group stands."""
    if not any(len(one[0]) > 1 for one in _BRACKET.finditer(data)):
        return []
    code = _code(data)
    found: list[int] = []
    groups: list[bool] = []
    for bracket in _BRACKET.finditer(code):
        if bracket[0] != b")":
            groups.append(len(bracket[0]) > 1)
        elif groups and groups.pop() and not _is_ended(code, bracket.start()):
            found.append(bracket.start())
    return found


def _is_ended(code: bytes, at: int) -> bool:
    while code[at - 1] in _BLANKS:
        at -= 1
    return code[at - 1] in _ENDED


def _code(data: bytes) -> bytes:
    """Return a file with blanks in the place of comments, and letters in that of literals."""
    code = bytearray(data)
    for text in texts.TEXT.finditer(texts.without_escapes(data)):
        filling = b" " if text[0].startswith(b"/") else b"x"
        code[text.start() : text.end()] = filling * len(text[0])
    return bytes(code)
