"""Go's tokens, with the mistakes that go/scanner reports (go/scanner/scanner.go).

Only what a file's head can hold is told apart: operators that cannot stand there come out by their text
too, since messages name them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import NamedTuple

from crosswind.gosource import numbers
from crosswind.gosource.extent import BOM
from crosswind.gosource.place import Places

COMMENT, EOF, IDENT, ILLEGAL, STRING, CHAR = "COMMENT", "EOF", "IDENT", "ILLEGAL", "STRING", "CHAR"
LITERALS = frozenset((IDENT, STRING, CHAR, numbers.INT, numbers.FLOAT, numbers.IMAG))
KEYWORDS = frozenset((
    "break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough", "for",
    "func", "go", "goto", "if", "import", "interface", "map", "package", "range", "return",
    "select", "struct", "switch", "type", "var",
))  # fmt: skip
_END_STATEMENTS = LITERALS | {
    "break",
    "continue",
    "fallthrough",
    "return",
    "++",
    "--",
    ")",
    "]",
    "}",
}

_SPACE = re.compile(rb"[ \t\r\n]*+")
_SPACE_OF_LINE = re.compile(rb"[ \t\r]*+")
_WORD = re.compile(rb"[A-Za-z0-9_]*+")
_NUMBER = re.compile(rb"\.?[0-9]")
_OPERATOR = re.compile(
    rb"<<=|>>=|&\^=|\.\.\.|&&|\|\||<-|\+\+|--|==|!=|<=|>=|:=|\+=|-=|\*=|/=|%=|&=|\|=|\^=|<<|>>|&\^"
    rb"|[-+*/%&|^<>=!~()\[\]{},;.:]"
)
_IN_STRING = {b'"': re.compile(rb'[^"\\\n]*+'), b"'": re.compile(rb"[^'\\\n]*+")}
_SIMPLE_ESCAPE = re.compile(rb"[abfnrtv\\]")
# scanEscape: digits, how many, and the greatest value.
_NUMERIC_ESCAPES = {
    b"x": (re.compile(rb"[0-9a-fA-F]{0,2}"), 2, 0xFF),
    b"u": (re.compile(rb"[0-9a-fA-F]{0,4}"), 4, 0x10FFFF),
    b"U": (re.compile(rb"[0-9a-fA-F]{0,8}"), 8, 0x10FFFF),
}
_OCTAL = re.compile(rb"[0-7]{1,3}")
_NO_CHARACTERS = re.compile("[\0\ufeff\udc80-\udcff]")
_MAX_BAD = 1001
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


class Token(NamedTuple):
    """A token: where, its kind (an operator's or keyword's own text), and its literal text."""

    at: int
    kind: str
    text: bytes


class Scanner:
    """Cuts a text into tokens."""

    def __init__(self, data: bytes, places: Places, report: Callable[[int, str], None]) -> None:
        """Begin, behind a byte-order mark.

        Args:
            data: the text.
            places: of the text; is told of `//line` comments.
            report: takes the offset and the message of each mistake.
        """
        self._data = data
        self._places = places
        self._report = report
        self._at = 0
        self._bad = _bad_characters(data)
        self._next_bad = 0
        self._ends = False  # insertSemi: a newline here ends a statement
        self._newline = -1  # nlPos: of a newline in the comment before
        if data.startswith(_UTF16):
            report(0, "illegal UTF-8 encoding (got UTF-16)")
            self._data, self._bad = data[:1], []
        self._go_to(len(BOM) if data.startswith(BOM) else 0)

    def scan(self) -> Token:
        """Return the next token; at the end, EOF as often as asked."""
        if self._newline >= 0:
            at, self._newline = self._newline, -1
            return Token(at, ";", b"\n")
        spaces = (_SPACE_OF_LINE if self._ends else _SPACE).match(self._data, self._at)
        self._go_to(spaces.end() if spaces else self._at)
        start = self._at
        first = self._data[start : start + 1]
        if self._ends and first in (b"", b"\n"):
            self._ends = False
            self._go_to(start + len(first))
            return Token(start, ";", b"\n")
        token = self._token(start, first)
        if token.kind not in (COMMENT, ILLEGAL):  # these leave it as it was
            self._ends = token.kind in _END_STATEMENTS
        return token

    def _token(self, start: int, first: bytes) -> Token:
        if not first:
            return Token(start, EOF, b"")
        if _is_letter(self._character(start)):
            return self._word(start)
        if _NUMBER.match(self._data, start):
            return self._number(start)
        if self._data[start : start + 2] in (b"//", b"/*"):
            return self._comment(start)
        if first in b"\"'`":
            return self._raw(start) if first == b"`" else self._quoted(start, first)
        return self._operator(start)

    def _number(self, start: int) -> Token:
        number = numbers.read(self._data, start)
        self._go_to(number.end)
        for offset, message in number.errors:
            self._report(offset, message)
        return Token(start, number.kind, self._data[start : number.end])

    def _operator(self, start: int) -> Token:
        match = _OPERATOR.match(self._data, start)
        if match is None:
            return self._illegal(start)
        self._go_to(match.end())
        return Token(start, match[0].decode(), match[0] if match[0] == b";" else b"")

    def _go_to(self, at: int) -> None:
        """Advance; characters up to there, the one there included, are looked at (Scanner.next)."""
        self._at = at
        while self._next_bad < len(self._bad) and self._bad[self._next_bad][0] <= at:
            self._report(*self._bad[self._next_bad])
            self._next_bad += 1

    def _character(self, at: int) -> str:
        """Return the character at an offset: a surrogate for a byte that is no UTF-8, none at the end."""
        byte = self._data[at : at + 1]
        if byte < b"\x80":
            return byte.decode()
        return self._data[at : at + 4].decode("utf-8", "surrogateescape")[:1]

    def _word(self, start: int) -> Token:
        at = start
        while True:
            run = _WORD.match(self._data, at)
            at = run.end() if run else at
            character = self._character(at)
            if not (_is_letter(character) or character.isdecimal()):
                break
            at += len(character.encode("utf-8", "surrogateescape"))
        self._go_to(at)
        text = self._data[start:at]
        word = text.decode("utf-8", "surrogateescape")
        return Token(start, word if word in KEYWORDS else IDENT, text)

    def _quoted(self, start: int, quote: bytes) -> Token:
        """Read a string or a rune (scanString, scanRune); a mistake in an escape does not end it."""
        rune = quote == b"'"
        sound, count = True, 0
        self._go_to(start + 1)
        while True:
            plain = _IN_STRING[quote].match(self._data, self._at)
            end = plain.end() if plain else self._at
            if rune:
                count += _count_characters(self._data[self._at : end])
            self._go_to(end)
            character = self._data[end : end + 1]
            if character in (b"", b"\n"):
                if not rune:
                    self._report(start, "string literal not terminated")
                elif sound:
                    self._report(start, "rune literal not terminated")
                sound = False
                break
            self._go_to(end + 1)
            if character == quote:
                break
            count += 1
            sound = self._escape(quote) and sound
        if rune and sound and count != 1:
            self._report(start, "illegal rune literal")
        return Token(start, CHAR if rune else STRING, self._data[start : self._at])

    def _escape(self, quote: bytes) -> bool:
        """Read what follows a backslash, up to a mistake (scanEscape)."""
        start = self._at
        character = self._data[start : start + 1]
        if _SIMPLE_ESCAPE.match(character) or character == quote:
            self._go_to(start + 1)
            return True
        if _OCTAL.match(character):
            pattern, count, greatest, base = _OCTAL, 3, 0xFF, 8
        elif character in _NUMERIC_ESCAPES:
            pattern, count, greatest = _NUMERIC_ESCAPES[character]
            base = 16
            self._go_to(start + 1)
        else:
            known = "unknown escape sequence" if character else "escape sequence not terminated"
            self._report(start, known)
            return False
        digits = pattern.match(self._data, self._at)
        text = digits[0] if digits else b""
        self._go_to(self._at + len(text))
        if len(text) < count:
            wrong = self._character(self._at)
            message = f"illegal character {describe(wrong)} in escape sequence"
            self._report(self._at, message if wrong else "escape sequence not terminated")
            return False
        value = int(text, base)
        if value > greatest or 0xD800 <= value < 0xE000:
            self._report(start, "escape sequence is invalid Unicode code point")
            return False
        return True

    def _raw(self, start: int) -> Token:
        end = self._data.find(b"`", start + 1)
        self._go_to(len(self._data) if end < 0 else end + 1)
        if end < 0:
            self._report(start, "raw string literal not terminated")
        return Token(start, STRING, self._data[start : self._at].replace(b"\r", b""))

    def _comment(self, start: int) -> Token:
        """Read a comment (scanComment), and heed it if it is a `//line`."""
        block = self._data[start + 1 : start + 2] == b"*"
        found = self._data.find(b"*/" if block else b"\n", start + 2)
        closed = found >= 0 or not block
        end = len(self._data) if found < 0 else found + 2 * block
        self._go_to(end)
        if not closed:
            self._report(start, "comment not terminated")
        text = self._data[start:end]
        if closed and text.startswith((b"//line ", b"/*line ")):
            self._line_comment(start, text)
        newline = text.find(b"\n") if block else -1
        if self._ends and newline >= 0:
            self._newline, self._ends = start + newline, False
        return Token(start, COMMENT, without_returns(text))

    def _line_comment(self, start: int, text: bytes) -> None:
        end = start + len(text)
        if text[1:2] == b"*":
            self._places.note_line_comment(start, end, text, self._report)
        elif self._places.begins_line(start):
            behind = end + (self._data[end : end + 1] == b"\n")
            self._places.note_line_comment(start, behind, text.removesuffix(b"\r"), self._report)

    def _illegal(self, start: int) -> Token:
        character = self._character(start)
        self._go_to(start + len(character.encode("utf-8", "surrogateescape")))
        if character in ("“", "”"):
            self._report(start, f"curly quotation mark '{character}' (use neutral '\"')")
        elif character != "\ufeff":
            self._report(start, f"illegal character {describe(character)}")
        return Token(start, ILLEGAL, character.encode("utf-8", "surrogateescape"))


def without_returns(comment: bytes) -> bytes:
    """Take carriage returns out of a comment, except between a star and a slash (stripCR)."""
    if b"\r" not in comment:
        return comment
    if comment[1:2] == b"/":
        return comment.replace(b"\r", b"")
    return comment[:2] + _RETURNS.sub(_keep_apart, comment[2:])


_RETURNS = re.compile(rb"(\*?)\r++(/?)")


def _keep_apart(match: re.Match[bytes]) -> bytes:
    return (b"\r" if match[1] and match[2] else b"").join(match.groups())


def describe(character: str) -> str:
    """Format a character as Go's `%#U`; a byte that is no UTF-8 is U+FFFD."""
    shown = "\ufffd" if "\udc80" <= character <= "\udcff" else character
    text = f"U+{ord(shown):04X}" if shown else ""
    return f"{text} '{shown}'" if shown.isprintable() and shown else text


def _is_letter(character: str) -> bool:
    return character == "_" or character.isalpha()


def _count_characters(text: bytes) -> int:
    return len(text.decode("utf-8", "surrogateescape"))


def _bad_characters(data: bytes) -> list[tuple[int, str]]:
    """Return what is wrong with characters, with their offsets (Scanner.next); not more than anyone reads."""
    found: list[tuple[int, str]] = []
    if data.isascii() and b"\0" not in data:
        return found
    text = data.decode("utf-8", "surrogateescape")
    last = offset = 0
    for match in islice(_NO_CHARACTERS.finditer(text), _MAX_BAD):
        offset += len(text[last : match.start()].encode("utf-8", "surrogateescape"))
        last = match.start()
        if match[0] == "\0":
            found.append((offset, "illegal character NUL"))
        elif match[0] != "\ufeff":
            found.append((offset, "illegal UTF-8 encoding"))
        elif offset:
            found.append((offset, "illegal byte order mark"))
    return found
