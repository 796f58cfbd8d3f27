"""Heads as nearly all Go files have them, read at once; all others are for the parser.

Whatever is read here, the parser would read in the same way: `tests/unit/gosource` compares both. An
answer of None says nothing about a file.
"""

from __future__ import annotations

import re

from crosswind.gosource.comment_text import text_of
from crosswind.gosource.facts import Directive, GoFile, Import
from crosswind.gosource.parser import Comments
from crosswind.gosource.scanner import COMMENT, KEYWORDS, Token, without_returns
from crosswind.gosource.synopsis import synopsis

# Python before 3.11.5, which Debian 12 has, loses matches where what `*+` repeats is more than one character
# (github.com/python/cpython/issues/106052). A head with more comments in one place is for the parser.
_BLOCK = rb"/\*(?s:.*?)\*/"
_COMMENTS = rb"(?>(?:[ \t\r\n]++|//[^\n]*+\n?+|" + _BLOCK + rb"){0,4000})"
_END_OF_LINE = rb"[ \t\r]*+(?://[^\n]*+)?\n"
_NAME = rb"[A-Za-z_][A-Za-z0-9_]*+|\."
# Characters that no import path may lack or escape are left to the parser.
_PATH = rb'"[A-Za-z0-9_./~+@-]++"'
_SPEC = rb"(?:(?:" + _NAME + rb")[ \t]++)?" + _PATH

_CLAUSE = re.compile(_COMMENTS + rb"package[ \t]++([A-Za-z_][A-Za-z0-9_]*+)" + _END_OF_LINE)
# One import, or a group, or what may follow all imports: const, type, var, func, the end.
_NEXT = re.compile(
    _COMMENTS
    + rb"(?:import(?=[ \t\"])[ \t]*+(?P<one>"
    + _SPEC
    + rb")"
    + _END_OF_LINE
    + rb"|import[ \t]*+\("
    + _END_OF_LINE
    + rb"(?P<group>(?>(?:"
    + _COMMENTS
    + _SPEC
    + _END_OF_LINE
    + rb"){0,4000})"
    + _COMMENTS
    + rb")\)"
    + _END_OF_LINE
    + rb"|(?P<end>(?=[ctvf])|\Z))"
)
_PIECES = re.compile(
    rb"//[^\n]*+|" + _BLOCK + rb"|(?:(?P<name>" + _NAME + rb")[ \t]++)?(?P<path>" + _PATH + rb")"
)
_COMMENT = re.compile(rb"//[^\n]*+|" + _BLOCK)
_DIRECTIVE = re.compile(rb"^[ \t\r]*+(//go:[^\n]*+)", re.MULTILINE)
# What changes positions, or must be seen as comments by the parser.
_UNUSUAL = (b"//line ", b"/*line ", b"\0", b"\xef\xbb\xbf")


def read(data: bytes) -> GoFile | None:
    """Return what a head says, without embeds; None if it is not of the plain kind.

    Args:
        data: the whole file.
    """
    clause = _CLAUSE.match(data)
    if clause is None or clause[1].decode() in KEYWORDS:
        return None
    spans: list[tuple[int, int]] = []
    match = _NEXT.match(data, clause.end())
    while match is not None and match.lastgroup != "end":
        spans.append(match.span(match.lastgroup or 0))
        match = _NEXT.match(data, match.end())
    if match is None or not _is_usual(data[: match.end()]):
        return None
    directives = _directives(data[: clause.start(1)])
    imports = _imports(data, spans)
    if directives is None or imports is None:
        return None
    doc = _doc(data[: clause.start(1)])
    return GoFile(clause[1].decode(), imports, directives=directives, doc=doc)


def _is_usual(head: bytes) -> bool:
    if any(sign in head for sign in _UNUSUAL):
        return False
    if not head.isascii():
        try:
            head.decode()
        except UnicodeDecodeError:
            return False
    return True


def _doc(head: bytes) -> str:
    """Return the first sentence of the comment that ends in the line above the package clause."""
    above, _, clause = head.rpartition(b"\n")
    if clause.strip() != b"package" or not above or above.endswith(b"\n"):
        return ""
    at = head.rindex(b"package")
    group: list[Token] = []
    for match in reversed(list(_COMMENT.finditer(head, 0, at))):
        lines = head.count(b"\n", match.end(), at)
        if lines > 1 or (lines == 0 and not group):
            break
        at = match.start()
        group.append(Token(at, COMMENT, without_returns(match[0])))
    return synopsis(text_of(Comments(group[::-1]))) if group else ""


def _directives(head: bytes) -> tuple[Directive, ...] | None:
    if b"//go:" not in head:
        return ()
    if b"/*" in head:
        return None
    found = []
    line, seen = 1, 0
    for match in _DIRECTIVE.finditer(head):
        at = match.start(1)
        line, seen = line + head.count(b"\n", seen, at), at
        text = match[1].replace(b"\r", b"").decode()
        found.append(Directive(text, line, at - head.rfind(b"\n", 0, at)))
    return tuple(found)


def _imports(data: bytes, spans: list[tuple[int, int]]) -> tuple[Import, ...] | None:
    found = []
    line, seen = 1, 0
    for start, end in spans:
        for match in _PIECES.finditer(data, start, end):
            if match.lastgroup != "path":
                continue
            at = match.start()
            line, seen = line + data.count(b"\n", seen, at), at
            name, path = match.groups()
            name = name.decode() if name else ""
            if path == b'"C"' or name in KEYWORDS:
                return None
            column = at - data.rfind(b"\n", 0, at)
            found.append(Import(path[1:-1].decode(), name, line, column))
    return tuple(found)
