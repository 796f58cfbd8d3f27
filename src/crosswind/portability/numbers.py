"""Numbers that an `int` of 32 bits cannot hold, where the syntax alone tells that they become one.

Only expressions of literals and of package math's limits are computed: declared as `int`, `uint` or
`uintptr`, converted to one, given to a new variable without a type, or printed by package fmt, whose
parameters make an `int` of an untyped constant. Named constants are the compiler's business.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from crosswind.portability import syntax

if TYPE_CHECKING:
    from tree_sitter import Node

# A text without any of these is taken to hold no such number: far shifts, products, long literals, limits.
# Each by itself is found by its first character, which one expression for all of them is not.
_SHIFT = re.compile(rb"<<\s*(?:3[1-9]|[4-9][0-9]|1[0-9][0-9]|\()")
_PRODUCT = re.compile(rb"\*\s*[0-9_]+\s*\*\s*[0-9]")
_LITERAL = re.compile(rb"0(?<!\w0)[xXbBoO0-7_][0-9a-fA-F_]{7}")
_LIMIT = b"math.M"
# Decimals of ten digits: seldom there, and quickly seen not to be where all digits look alike.
_LONG, _MANY = re.compile(rb"(?<!\w)[1-9][0-9_]{9}"), b"0" * 10
_ALIKE = bytes(ord("0") if chr(one) in "0123456789_" else 0 for one in range(256))
_SIGNED, _UNSIGNED = (-(1 << 31), (1 << 31) - 1), (0, (1 << 32) - 1)
_RANGES = {"int": _SIGNED, "uint": _UNSIGNED, "uintptr": _UNSIGNED}
# The same on 64 bits: what is beyond these compiles nowhere, so it is no hole of some targets.
_LARGEST = {"int": (1 << 63) - 1, "uint": (1 << 64) - 1, "uintptr": (1 << 64) - 1}
_LIMITS = {
    "MaxInt64": (1 << 63) - 1, "MinInt64": -(1 << 63), "MaxUint64": (1 << 64) - 1, "MaxUint32": (1 << 32) - 1,
    "MaxInt32": (1 << 31) - 1, "MinInt32": -(1 << 31), "MaxInt16": (1 << 15) - 1, "MaxUint16": (1 << 16) - 1,
    "MinInt16": -(1 << 15), "MaxInt8": 127, "MinInt8": -128, "MaxUint8": 255,
}  # fmt: skip
_OPERATORS: dict[str, Callable[[int, int], int]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "&": operator.and_, "|": operator.or_,
    "^": operator.xor, "<<": operator.lshift, ">>": operator.rshift,
}  # fmt: skip
# go/constant is exact; nothing that compiles has more bits, nor is nested deeper by hand.
_MOST_BITS, _MOST_DEPTH = 128, 40
# A composite literal of more elements is a table of data, which nobody computes numbers in.
_TABLE = 200
# Functions of package fmt with operands of any type, and which argument is the first of them.
_PRINTS = {
    "Print": 0, "Println": 0, "Printf": 1, "Sprint": 0, "Sprintln": 0, "Sprintf": 1, "Errorf": 1,
    "Fprint": 1, "Fprintln": 1, "Fprintf": 2,
}  # fmt: skip


class Large(NamedTuple):
    """A number that is too large for 32 bits: where, its text, its value and its type."""

    line: int
    column: int
    text: str
    value: int
    type: str


def may_have(data: bytes) -> bool:
    """Whether a text can hold such a number at all."""
    return bool(
        _LIMIT in data
        or _LITERAL.search(data)
        or _SHIFT.search(data)
        or _PRODUCT.search(data)
        or (_MANY in data.translate(_ALIKE) and _LONG.search(data))
    )


def find(root: Node) -> Iterator[Large]:
    """Yield the numbers of a file that only an `int` of 64 bits can hold.

    Nobody redeclares `int`; who does has no numbers that count.
    """
    if _redeclared(root):
        return
    stack = [node for node in root.named_children if may_have(node.text or b"")]
    while stack:
        node = stack.pop()
        if node.type == "const_spec" and node.child_by_field_name("type") is None:
            continue  # an untyped constant is of no size
        if node.type == "literal_value" and node.named_child_count > _TABLE:
            continue
        for of, value in _places(node):
            yield from _judge(of, value)
        stack.extend(reversed(node.named_children))


def _redeclared(root: Node) -> bool:
    return any(
        syntax.text(name) in _RANGES
        for node in root.named_children
        if node.type == "type_declaration"
        for spec in syntax.specs(node)
        for name in syntax.names(spec)
    )


def _places(node: Node) -> list[tuple[str, Node]]:
    """Return expressions that become an integer of the machine's size, with its type."""
    kind = node.type
    if kind in ("var_spec", "const_spec", "short_var_declaration"):
        of = syntax.text(node.child_by_field_name("type"))
        value = node.child_by_field_name("right" if kind == "short_var_declaration" else "value")
        listed = value.named_children if value is not None else []
        return [(of or "int", one) for one in listed]
    if kind == "call_expression":
        return _arguments(node)
    return []


def _arguments(call: Node) -> list[tuple[str, Node]]:
    function, arguments = (call.child_by_field_name(one) for one in ("function", "arguments"))
    listed = [one for one in arguments.named_children if one.type != "comment"] if arguments else []
    name = syntax.text(function)
    if name in _RANGES:
        return [(name, one) for one in listed]
    package, _, called = name.partition(".")
    if package == "fmt" and called in _PRINTS:
        return [("int", one) for one in listed[_PRINTS[called] :]]
    return []


def _judge(of: str, node: Node) -> Iterator[Large]:
    value = _value(node, _MOST_DEPTH) if of in _RANGES else None
    if value is None:
        return
    low, high = _RANGES[of]
    if not low <= value <= high and low * (1 << 32) <= value <= _LARGEST[of]:
        yield Large(*syntax.place(node), " ".join(syntax.text(node).split()), value, of)


def _value(node: Node | None, most: int) -> int | None:
    """Compute a constant expression; None if it is not made of literals alone."""
    compute = _COMPUTED.get(node.type) if node is not None and most else None
    return compute(node, most - 1) if node is not None and compute else None


def _inner(node: Node, most: int) -> int | None:
    inner = [one for one in node.named_children if one.type != "comment"]
    return _value(inner[0], most) if inner else None


def _limit(node: Node, _: int) -> int | None:
    package, _dot, name = syntax.text(node).partition(".")
    return _LIMITS.get(name) if package == "math" else None


def _unary(node: Node, most: int) -> int | None:
    value = _value(node.child_by_field_name("operand"), most)
    sign = syntax.text(node.child_by_field_name("operator"))
    if value is None or sign not in ("-", "+", "^"):
        return None
    return {"-": -value, "+": value, "^": ~value}[sign]


def _binary(node: Node, most: int) -> int | None:
    left, right = (_value(node.child_by_field_name(one), most) for one in ("left", "right"))
    sign = syntax.text(node.child_by_field_name("operator"))
    compute = _OPERATORS.get(sign)
    if left is None or right is None or compute is None:
        return None
    if sign in ("<<", ">>") and not 0 <= right <= _MOST_BITS:
        return None
    found = compute(left, right)
    return found if found.bit_length() <= _MOST_BITS else None


def _literal(node: Node, _: int) -> int | None:
    """Return an integer literal's value (the specification, "Integer literals")."""
    digits = syntax.text(node).replace("_", "").lower()
    if digits[:1] == "0" and digits[1:].isdigit():
        digits = f"0o{digits[1:]}"
    try:
        found = int(digits, 0)
    except ValueError:
        return None
    return found if found.bit_length() <= _MOST_BITS else None


_COMPUTED: dict[str, Callable[[Node, int], int | None]] = {
    "int_literal": _literal,
    "selector_expression": _limit,
    "parenthesized_expression": _inner,
    "unary_expression": _unary,
    "binary_expression": _binary,
}
