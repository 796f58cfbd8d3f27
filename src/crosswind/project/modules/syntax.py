"""The grammar that go.mod and go.work share (golang.org/x/mod/modfile, read.go)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from crosswind.constraints.words import trim
from crosswind.frozen import frozen


class SyntaxMistakeError(ValueError):
    """A file that is not in the grammar; the message is worded after Go's."""

    def __init__(self, message: str, line: int, column: int) -> None:
        """Say what is wrong, and where; lines and columns count from 1, columns in characters."""
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


class Word(NamedTuple):
    """A word, quotes included, and its column."""

    text: str
    column: int


@frozen
class Line:
    """A line that says something.

    Attributes:
        number: of the line, from 1.
        verb: what it is about: its first word, or that of the block around it.
        words: behind the verb; in a block all of them.
        start: the column where it begins.
        before: the comments above it; an empty one stands for blank lines in a block.
        suffix: the comment at its end.
        block: the comments of the block around it, where it is in one.
    """

    number: int
    verb: str
    words: tuple[Word, ...]
    start: int
    before: tuple[str, ...] = ()
    suffix: str = ""
    block: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """The comments on it, or on its block, as text (rule.go, parseDirectiveComment)."""
        own = any(self.before) or len(self.before) > 0 or self.suffix
        comments = (*self.before, self.suffix) if own else self.block
        return "\n".join(trim(text[2:]) for text in comments if text)


@frozen
class Block:
    """A verb and lines in parentheses; `words` are more than one only by mistake."""

    number: int
    start: int
    words: tuple[str, ...]
    lines: tuple[Line, ...]


# Kinds of tokens that are not their own text.
_WORD, _COMMENT, _SUFFIX, _END, _NEWLINE = "word", "comment", "suffix", "", "\n"
# What ends a line (read.go, tokenKind.isEOL).
_ENDS = frozenset((_END, _SUFFIX, _NEWLINE))
_BLANK = re.compile(r"[ \t\r]*")
# A backslash takes the next character with it, even the end of a line, which unquoting then refuses.
_TOKEN = re.compile(
    r"""(?P<newline>\n)
       |(?P<comment>//[^\n]*)
       |(?P<mark>[()\[\]{},])
       |(?P<string>"(?:[^"\\\n]|\\.)*"|`[^`\n]*`)
       |(?P<word>(?!["`])(?:(?!/[/*])[^\s()\[\]{},])+)""",
    re.VERBOSE | re.DOTALL,
)


class _Token(NamedTuple):
    kind: str
    text: str
    line: int
    column: int


def parse(data: bytes) -> tuple[Line | Block, ...]:
    """Read a file's statements.

    Bytes that are no UTF-8 are kept as lone surrogates: Go lets them be part of words and comments.

    Raises:
        SyntaxMistakeError: it is not in the grammar; Go stops at the first such mistake, too.
    """
    return tuple(_Parser(data.decode("utf-8", "surrogateescape")).statements())


def _tokens(text: str) -> Iterator[_Token]:
    """Cut a file into tokens (read.go, readToken)."""
    at, line, begin = 0, 1, 0
    bare = True  # nothing but white space stands before, on this line
    while True:
        at = _blank_end(text, at)
        if at == len(text):
            yield _Token(_END, "", line, at - begin + 1)
            return
        found = _TOKEN.match(text, at)
        if found is None:
            raise _mistake(text, at, line, begin)
        kind, what, column = found.lastgroup or "", found[0], at - begin + 1
        at = found.end()
        if kind == "newline":
            yield _Token(_NEWLINE, what, line, column)
            line, begin, bare = line + 1, at, True
        elif kind == "comment":
            yield _Token(_COMMENT if bare else _SUFFIX, what.removesuffix("\r"), line, column)
            # A comment takes the end of its line with it.
            if at < len(text):
                at += 1
                line, begin, bare = line + 1, at, True
        else:
            if kind == "word" and not what.isprintable():
                _check_printable(what, line, column)
            yield _Token(what if kind == "mark" else _WORD, what, line, column)
            bare = False
            if kind == "string" and "\n" in what:
                line += what.count("\n")
                begin = at - len(what) + what.rfind("\n") + 1


def _blank_end(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _check_printable(word: str, line: int, column: int) -> None:
    """Refuse what unicode.IsPrint refuses; bytes that are no UTF-8 count as U+FFFD, which it prints."""
    for offset, character in enumerate(word):
        if not character.isprintable() and not "\udc80" <= character <= "\udcff":
            raise _unexpected(character, line, column + offset)


def _mistake(text: str, at: int, line: int, begin: int) -> SyntaxMistakeError:
    """Say why no token begins here."""
    column = at - begin + 1
    if text.startswith("/*", at):
        message = "mod files must use // comments (not /* */ comments)"
        return SyntaxMistakeError(message, line, column)
    if text[at] not in '"`':
        return _unexpected(text[at], line, column)
    string = re.compile(r'"(?:[^"\\\n]|\\.)*|`[^`\n]*', re.DOTALL).match(text, at)
    end = string.end() if string else at
    if end >= len(text) or text[end] == "\\":
        return SyntaxMistakeError("unexpected EOF in string", line, column)
    line += text.count("\n", at, end)
    column = end - max(begin, text.rfind("\n", 0, end) + 1) + 1
    return SyntaxMistakeError("unexpected newline in string", line, column)


def _unexpected(character: str, line: int, column: int) -> SyntaxMistakeError:
    shown = character if character.isprintable() else f"U+{ord(character):04X}"
    return SyntaxMistakeError(f"unexpected input character {shown}", line, column)


class _Parser:
    """Puts tokens together (read.go, parseFile and what it calls)."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._peek = next(self._tokens)

    def _next(self) -> _Token:
        token = self._peek
        if token.kind != _END:
            self._peek = next(self._tokens)
        return token

    def statements(self) -> Iterator[Line | Block]:
        above: list[str] = []
        while (token := self._peek).kind != _END:
            if token.kind == _NEWLINE:
                self._next()
                above = []
            elif token.kind == _COMMENT:
                self._next()
                above.append(token.text)
            else:
                yield self._statement(tuple(above))
                above = []

    def _statement(self, above: tuple[str, ...]) -> Line | Block:
        words: list[_Token] = [self._next()]
        while (token := self._next()).kind not in _ENDS:
            if token.kind == "(" and self._peek.kind in _ENDS:
                return self._block(words, above)
            if token.kind == "(" and self._peek.kind == ")":
                closing = self._next()
                if self._peek.kind in _ENDS:
                    self._next()
                    return _block(words, [])
                words += (token, closing)
            else:
                words.append(token)
        return _line(words[0].text, words[1:], words[0], above, _comment(token))

    def _block(self, words: list[_Token], above: tuple[str, ...]) -> Block:
        lines: list[Line] = []
        comments: list[str] = []
        while True:
            kind = self._peek.kind
            if kind == _END:
                place = f"line {words[0].line}"
                message = f"syntax error (unterminated block started at {place})"
                raise SyntaxMistakeError(message, self._peek.line, self._peek.column)
            if kind == ")":
                self._close()
                return _block(words, lines)
            if kind == _SUFFIX:
                self._next()
            elif kind == _NEWLINE:
                self._next()
                if (lines and not comments) or (comments and comments[-1]):
                    comments.append("")
            elif kind == _COMMENT:
                comments.append(self._next().text)
            else:
                lines.append(self._inner(words[0].text, tuple(comments), above))
                comments = []

    def _inner(self, verb: str, comments: tuple[str, ...], above: tuple[str, ...]) -> Line:
        words = [self._next()]
        while (token := self._next()).kind not in _ENDS:
            words.append(token)
        return _line(verb, words, words[0], comments, _comment(token), above)

    def _close(self) -> None:
        self._next()
        if (token := self._peek).kind not in _ENDS:
            message = "syntax error (expected newline after closing paren)"
            # Go has read one token too many by then, and names its end.
            raise SyntaxMistakeError(message, token.line, token.column + len(token.text))
        self._next()


def _comment(token: _Token) -> str:
    return token.text if token.kind == _SUFFIX else ""


def _block(words: list[_Token], lines: list[Line]) -> Block:
    first = words[0]
    return Block(first.line, first.column, tuple(word.text for word in words), tuple(lines))


def _line(
    verb: str,
    words: list[_Token],
    first: _Token,
    before: tuple[str, ...],
    suffix: str,
    block: tuple[str, ...] = (),
) -> Line:
    arguments = tuple(Word(word.text, word.column) for word in words)
    return Line(first.line, verb, arguments, first.column, before, suffix, block)
