"""Numbers and what scripts compute with them: `VER_MAJOR + 1`, `0x1000L | 2`, `~3`, `-1`.

rc.exe knows + - | & and computes from left to right, without precedence; the sign before a number is - or ~.
Numbers have 32 bits, and an L behind one makes it four bytes of raw data instead of two.
"""

from __future__ import annotations

import re

from crosswind.frozen import frozen
from crosswind.windows.rc.lexer import Lexer
from crosswind.windows.rc.macro import MAX_DEPTH
from crosswind.windows.rc.problem import Place, Problems, shown

_NUMBER = re.compile(r"(0[xX][0-9a-fA-F]+|0o[0-7]+|[0-9]+)([uUlL]{0,3})")
_MASK = 0xFFFFFFFF
_BINARY = frozenset("+-|&")


@frozen
class Number:
    """A number: 32 bits, and whether an L asks for all of them in raw data."""

    value: int
    long: bool = False

    @property
    def data(self) -> bytes:
        """The number as raw data."""
        return self.value.to_bytes(4, "little")[: 4 if self.long else 2]

    @property
    def signed(self) -> int:
        """The number with its highest bit as the sign."""
        return self.value - (_MASK + 1) if self.value > _MASK >> 1 else self.value


def begins(lexer: Lexer) -> bool:
    """Whether a number or an expression comes next."""
    token = lexer.peek()
    return token.kind == "number" or (token.kind == "sign" and token.text in "-+~(")


def expression(lexer: Lexer, problems: Problems, wanted: str = "a number") -> Number:
    """Read an expression.

    Args:
        lexer: stands before it.
        problems: takes what is wrong with it.
        wanted: what is expected here, for the message.

    Raises:
        RejectedError: there is none, or one of its numbers is wrong.
    """
    return _sum(lexer, problems, wanted, 0)


def _sum(lexer: Lexer, problems: Problems, wanted: str, depth: int) -> Number:
    first = lexer.peek()
    operands = [_operand(lexer, problems, wanted, depth)]
    signs: list[str] = []
    while (token := lexer.peek()).kind == "sign" and token.text in _BINARY:
        signs.append(lexer.take().text)
        operands.append(_operand(lexer, problems, "a number", depth))
    if not signs:
        return operands[0]
    value = operands[0].value
    for sign, operand in zip(signs, operands[1:], strict=True):
        value = _apply(sign, value, operand.value)
    other = _by_precedence(signs, [operand.value for operand in operands])
    if other != value:
        problems.warn(
            "CW0776",
            lexer.place(first),
            f"this is {value:#x} as rc.exe computes, from left to right; in C it is {other:#x}",
            "put parentheses",
        )
    return Number(value, any(operand.long for operand in operands))


def _operand(lexer: Lexer, problems: Problems, wanted: str, depth: int) -> Number:
    if depth > MAX_DEPTH:
        raise problems.stop(
            "CW0774", lexer.place(lexer.peek()), f"parentheses lie more than {MAX_DEPTH} deep"
        )
    token = lexer.take()
    place = lexer.place(token)
    if token.kind == "number":
        return number(token.text, place, problems)
    if token.kind == "sign" and token.text in "-~+":
        inner = _operand(lexer, problems, "a number", depth + 1)
        value = {"-": -inner.value, "~": ~inner.value, "+": inner.value}[token.text]
        return Number(value & _MASK, inner.long)
    if token.kind == "sign" and token.text == "(":
        inner = _sum(lexer, problems, "a number", depth + 1)
        close = lexer.take()
        if close.text != ")":
            raise problems.error("CW0768", lexer.place(close), f"{close.shown} found, expected `)`")
        return inner
    hint = ""
    if token.kind == "word":
        hint = (
            f"if {token.shown} is a macro, it is not defined: #include its header, or --define it"
        )
    raise problems.error("CW0768", place, f"{token.shown} found, expected {wanted}", hint)


def number(text: str, place: Place, problems: Problems) -> Number:
    """Read a number.

    Raises:
        RejectedError: it is none, or has more than 32 bits.
    """
    match = _NUMBER.fullmatch(text)
    if not match:
        hint = "decimal, or hexadecimal with 0x; computed with + - | & ~ and parentheses"
        if re.fullmatch(r"\d+(\.\d+)+", text):
            hint = f"the parts of a version stand with commas: {text.replace('.', ',')}"
        raise problems.error("CW0769", place, f"{shown(text)} is no number", hint)
    digits, suffix = match.groups()
    base = {"x": 16, "X": 16, "o": 8}.get(digits[1:2], 10)
    value = int(digits if base == 10 else digits[2:], base) if len(digits) < 64 else _MASK + 1
    if value > _MASK:
        raise problems.error(
            "CW0769", place, f"{shown(text)} has more than 32 bits", f"at most {_MASK:#x}"
        )
    if base == 10 and len(digits.lstrip("0")) > 1 and digits[0] == "0":
        problems.warn(
            "CW0776",
            place,
            f"{text} is decimal for rc.exe, octal for windres",
            f"write {digits.lstrip('0')}",
        )
    return Number(value, suffix[:1] in ("l", "L"))


def _apply(sign: str, left: int, right: int) -> int:
    if sign == "|":
        return left | right
    if sign == "&":
        return left & right
    return (left + right if sign == "+" else left - right) & _MASK


def _by_precedence(signs: list[str], values: list[int]) -> int:
    """Compute as C would: sums before `&`, that before `|`."""
    for level in ("+-", "&", "|"):
        left_signs: list[str] = []
        left_values = [values[0]]
        for sign, value in zip(signs, values[1:], strict=True):
            if sign in level:
                left_values[-1] = _apply(sign, left_values[-1], value)
            else:
                left_signs.append(sign)
                left_values.append(value)
        signs, values = left_signs, left_values
    return values[0]
