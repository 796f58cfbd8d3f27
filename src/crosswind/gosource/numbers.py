"""Numbers in Go source, with what is wrong with them (go/scanner/scanner.go, scanNumber)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

INT, FLOAT, IMAG = "INT", "FLOAT", "IMAG"
_PREFIX = re.compile(rb"0[xXoObB]|0")
_NAMES = {
    b"x": "hexadecimal literal",
    b"o": "octal literal",
    b"0": "octal literal",
    b"b": "binary literal",
}
_DECIMAL = "decimal literal"
_BASES = {b"x": 16, b"o": 8, b"0": 8, b"b": 2}
_DIGITS = re.compile(rb"[0-9_]*+")
_HEX_DIGITS = re.compile(rb"[0-9a-fA-F_]*+")


@dataclass(slots=True)
class Number:
    """A number: its kind, where it ends, and its mistakes with their offsets, in Go's order."""

    kind: str
    end: int
    errors: list[tuple[int, str]] = field(default_factory=list)


def read(data: bytes, start: int) -> Number:
    """Read the number that begins at an offset, with a digit or a point before one."""
    reader = _Reader(data, start)
    reader.mantissa()
    reader.exponent()
    if data[reader.at : reader.at + 1] == b"i":
        reader.kind, reader.at = IMAG, reader.at + 1
    reader.finish(start)
    return Number(reader.kind, reader.at, reader.errors)


class _Reader:
    def __init__(self, data: bytes, start: int) -> None:
        self.data, self.at, self.kind = data, start, INT
        self.errors: list[tuple[int, str]] = []
        self._prefix = b""
        self._invalid = -1  # the first digit that the base does not have
        self._seen = b""  # digits and separators

    @property
    def _name(self) -> str:
        return _NAMES.get(self._prefix, _DECIMAL)

    def mantissa(self) -> None:
        """Read digits, a point and digits."""
        if match := _PREFIX.match(self.data, self.at):
            self._prefix = match[0][-1:].lower()
            self.at = match.end()
            if self._prefix == b"0":
                self._seen = b"0"
        self._digits(self._prefix)
        if self.data[self.at : self.at + 1] == b".":
            self.kind = FLOAT
            if self._prefix in (b"o", b"b"):
                self.errors.append((self.at, f"invalid radix point in {self._name}"))
            self.at += 1
            self._digits(self._prefix)
        if not self._seen.strip(b"_"):
            self.errors.append((self.at, f"{self._name} has no digits"))

    def _digits(self, prefix: bytes) -> bytes:
        pattern = _HEX_DIGITS if prefix == b"x" else _DIGITS
        match = pattern.match(self.data, self.at)
        text = match[0] if match else b""
        base = _BASES.get(prefix, 10)
        if base < 10 and self._invalid < 0:
            wrong = re.search(b"[%d-9]" % base, text)
            self._invalid = self.at + wrong.start() if wrong else -1
        self.at += len(text)
        self._seen += text
        return text

    def exponent(self) -> None:
        """Read `e` or `p` and what follows."""
        letter = self.data[self.at : self.at + 1]
        if letter not in (b"e", b"E", b"p", b"P"):
            if self._prefix == b"x" and self.kind == FLOAT:
                message = "hexadecimal mantissa requires a 'p' exponent"
                self.errors.append((self.at, message))
            return
        if letter in b"eE" and self._prefix not in (b"", b"0"):
            message = f"'{letter.decode()}' exponent requires decimal mantissa"
            self.errors.append((self.at, message))
        elif letter in b"pP" and self._prefix != b"x":
            message = f"'{letter.decode()}' exponent requires hexadecimal mantissa"
            self.errors.append((self.at, message))
        self.at += 1
        self.kind = FLOAT
        if self.data[self.at : self.at + 1] in (b"+", b"-"):
            self.at += 1
        if not self._digits(b"").strip(b"_"):
            self.errors.append((self.at, "exponent has no digits"))

    def finish(self, start: int) -> None:
        """Look at digits and separators once the whole number is known."""
        text = self.data[start : self.at]
        if self.kind == INT and self._invalid >= 0:
            digit = chr(self.data[self._invalid])
            self.errors.append((self._invalid, f"invalid digit '{digit}' in {self._name}"))
        if b"_" in self._seen:
            wrong = _misplaced_separator(text)
            if wrong >= 0:
                self.errors.append((start + wrong, "'_' must separate successive digits"))


def _misplaced_separator(text: bytes) -> int:
    """Return the offset of the first separator that is not between digits, or -1 (invalidSep)."""
    prefixed = text[:2].lower() in (b"0x", b"0o", b"0b")
    hexadecimal = text[:2].lower() == b"0x"
    before = "0" if prefixed else "."
    for at in range(2 if prefixed else 0, len(text)):
        byte = text[at : at + 1]
        if byte == b"_":
            if before != "0":
                return at
            before = "_"
        elif byte.isdigit() or (hexadecimal and byte in b"abcdefABCDEF"):
            before = "0"
        elif before == "_":
            return at - 1
        else:
            before = "."
    return len(text) - 1 if before == "_" else -1
