"""The expression of `#if` and `#elif`: C's operators and precedence, 32-bit numbers.

C11 6.10.1 and 6.6. Microsoft's preprocessor computes with `long`, which has 32 bits on Windows; with a
`u` suffix, or where a hexadecimal or octal number does not fit, without sign (6.4.4.1).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from crosswind.frozen import frozen
from crosswind.windows.rc.ctoken import CToken
from crosswind.windows.rc.macro import MAX_DEPTH
from crosswind.windows.rc.problem import Place, Problems, shown

_NUMBER = re.compile(r"(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)([uUlL]{0,3})(?:[iI]64|[iI]32)?")
_PRECEDENCE = {
    "||": 1,
    "&&": 2,
    "|": 3,
    "^": 4,
    "&": 5,
    "==": 6,
    "!=": 6,
    "<": 7,
    ">": 7,
    "<=": 7,
    ">=": 7,
    "<<": 8,
    ">>": 8,
    "+": 9,
    "-": 9,
    "*": 10,
    "/": 10,
    "%": 10,
}
_MASK = 0xFFFFFFFF


@frozen
class _Value:
    number: int
    unsigned: bool = False


def _wrap(number: int, *, unsigned: bool) -> _Value:
    number &= _MASK
    if not unsigned and number > _MASK >> 1:
        number -= _MASK + 1
    return _Value(number, unsigned)


_ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "|": operator.or_,
    "^": operator.xor,
    "&": operator.and_,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
_COMPARISON: dict[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}


def evaluate(found: list[CToken], place: Place, problems: Problems) -> bool:
    """Tell whether a condition holds; names that are left are 0.

    Args:
        found: its tokens, `defined` and macros already replaced.
        place: where the directive stands.
        problems: takes what is wrong with it.

    Raises:
        RejectedError: it is no constant expression.
    """
    reader = _Reader([token for token in found if token.kind != "space"], place, problems)
    value = reader.conditional(0)
    if reader.tokens:
        raise reader.unexpected("the end of the line")
    return value.number != 0


class _Reader:
    """Reads an expression by recursive descent; what is not evaluated may divide by zero."""

    def __init__(self, found: list[CToken], place: Place, problems: Problems) -> None:
        self.tokens = found[::-1]
        self.place = place
        self.problems = problems
        self.skipping = 0

    def unexpected(self, wanted: str) -> Exception:
        if self.tokens:
            token = self.tokens[-1]
            return self.problems.error(
                "CW0765", token.place, f"the condition has {shown(token.text)}, expected {wanted}"
            )
        return self.problems.error("CW0765", self.place, f"the condition ends, expected {wanted}")

    def conditional(self, depth: int) -> _Value:
        condition = self.binary(1, depth)
        if not self.take("?"):
            return condition
        chosen = condition.number != 0
        first = self.branch(depth, evaluated=chosen)
        if not self.take(":"):
            raise self.unexpected("`:`")
        second = self.branch(depth, evaluated=not chosen)
        return first if chosen else second

    def branch(self, depth: int, *, evaluated: bool) -> _Value:
        self.skipping += not evaluated
        value = self.conditional(depth + 1)
        self.skipping -= not evaluated
        return value

    def binary(self, lowest: int, depth: int) -> _Value:
        left = self.unary(depth)
        while self.tokens:
            sign = self.tokens[-1].text
            level = _PRECEDENCE.get(sign, 0)
            if level < lowest:
                break
            token = self.tokens.pop()
            skip = (sign == "&&" and left.number == 0) or (sign == "||" and left.number != 0)
            self.skipping += skip
            right = self.binary(level + 1, depth + 1)
            self.skipping -= skip
            left = self.apply(token, left, right)
        return left

    def unary(self, depth: int) -> _Value:
        if depth > MAX_DEPTH:
            raise self.problems.stop(
                "CW0774", self.place, f"the condition is nested more than {MAX_DEPTH} deep"
            )
        if self.take("("):
            value = self.conditional(depth + 1)
            if not self.take(")"):
                raise self.unexpected("`)`")
            return value
        for sign, compute in _UNARY.items():
            if self.take(sign):
                return compute(self.unary(depth + 1))
        return self.primary()

    def primary(self) -> _Value:
        if not self.tokens or self.tokens[-1].kind not in ("number", "name", "char"):
            raise self.unexpected("a number")
        token = self.tokens.pop()
        if token.kind == "name":
            return _Value(0)
        if token.kind == "char":
            return _Value(_character(token.text))
        match = _NUMBER.fullmatch(token.text)
        if not match:
            raise self.problems.error(
                "CW0765", token.place, f"{shown(token.text)} is no whole number"
            )
        digits, suffix = match.groups()
        based = len(digits) > 1 and digits[0] == "0"
        number = int(digits, 16 if digits[1:2] in ("x", "X") else 8 if based else 10)
        if number > _MASK:
            raise self.problems.error(
                "CW0769", token.place, f"{shown(token.text)} has more than 32 bits"
            )
        unsigned = "u" in suffix.lower() or number > _MASK >> 1
        return _wrap(number, unsigned=unsigned)

    def take(self, text: str) -> bool:
        if self.tokens and self.tokens[-1].kind == "operator" and self.tokens[-1].text == text:
            self.tokens.pop()
            return True
        return False

    def apply(self, token: CToken, left: _Value, right: _Value) -> _Value:
        sign, unsigned = token.text, left.unsigned or right.unsigned
        if sign in ("&&", "||"):
            truths = (left.number != 0, right.number != 0)
            return _Value(int(all(truths) if sign == "&&" else any(truths)))
        if sign in ("<<", ">>"):
            count = right.number & 31
            moved = left.number << count if sign == "<<" else left.number >> count
            return _wrap(moved, unsigned=left.unsigned)
        one = _wrap(left.number, unsigned=unsigned).number
        other = _wrap(right.number, unsigned=unsigned).number
        if sign in _COMPARISON:
            return _Value(int(_COMPARISON[sign](one, other)))
        if sign in _ARITHMETIC:
            return _wrap(_ARITHMETIC[sign](one, other), unsigned=unsigned)
        if other == 0:
            if self.skipping:
                return _Value(0)
            raise self.problems.error("CW0765", token.place, "the condition divides by zero")
        quotient = abs(one) // abs(other) * (1 if (one < 0) == (other < 0) else -1)
        result = quotient if sign == "/" else one - quotient * other
        return _wrap(result, unsigned=unsigned)


_UNARY: dict[str, Callable[[_Value], _Value]] = {
    "!": lambda value: _Value(int(value.number == 0)),
    "~": lambda value: _wrap(~value.number, unsigned=value.unsigned),
    "-": lambda value: _wrap(-value.number, unsigned=value.unsigned),
    "+": lambda value: value,
}


def _character(text: str) -> int:
    """Return the number of a character constant; only plain ones stand in conditions of scripts."""
    inner = text[1:-1]
    escapes = {"\\n": 10, "\\t": 9, "\\r": 13, "\\0": 0}
    return escapes.get(inner, ord(inner[-1]))
