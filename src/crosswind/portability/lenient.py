"""What the grammar lets pass and Go's parser may refuse: such files are worth asking the compiler about.

Found by comparing both on files with random edits (`prove/prove_syntax.py`). A hit is no verdict: where
something is allowed after all, one question to the compiler was too much.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from crosswind.portability import syntax

if TYPE_CHECKING:
    from tree_sitter import Node, Query

    Caught = Mapping[str, list[Node]]

_OUTSIDE = frozenset(
    {
        "package_clause", "import_declaration", "function_declaration", "method_declaration",
        "const_declaration", "var_declaration", "type_declaration", "comment",
    }
)  # fmt: skip
_PATTERNS = """
(literal_value (_) @last . "}" @close)
(argument_list (_) @last . ")" @close)
(parameter_list (_) @last . ")" @close)
(parameter_list . (_) . (_)) @parameters
(unary_expression operand: (unary_expression) @inner) @outer
(range_clause left: (expression_list (_) (_) (_))) @always
(variadic_parameter_declaration) @variadic
([(defer_statement (_) @call) (go_statement (_) @call)])
(short_var_declaration left: (expression_list
    [(selector_expression) (index_expression) (call_expression) (unary_expression)
     (parenthesized_expression)] @always))
"""
_CALLS = ("call_expression", "type_conversion_expression", "comment")


@functools.cache
def _query() -> Query:
    from tree_sitter import Query

    return Query(syntax.language(), _PATTERNS)


def is_doubtful(root: Node) -> bool:
    """Whether Go's parser may refuse a file that the grammar reads without an error."""
    from tree_sitter import QueryCursor

    if any(node.type not in _OUTSIDE for node in root.named_children):
        return True
    for _, caught in QueryCursor(_query()).matches(root):
        if any(judge(caught) for name, judge in _JUDGES.items() if name in caught):
            return True
    return False


def _is_cut(caught: Caught) -> bool:
    """Whether a line ends behind the last of a list without the comma that Go wants there."""
    (last,), (close,) = caught["last"], caught["close"]
    row = close.start_point[0]
    if last.start_point[0] == row or last.next_sibling != close:
        return False
    node: Node | None = last
    while node is not None and node.type == "comment":
        node = node.prev_sibling
    return node is not None and node.type not in (",", "{", "(") and node.end_point[0] != row


def _are_mixed(caught: Caught) -> bool:
    """Whether some parameters have names and others do not (the specification, "Function types")."""
    listed = [one for one in caught["parameters"][0].named_children if one.type != "comment"]
    named = [bool(syntax.names(one)) for one in listed]
    if not any(named) or all(named):
        return False
    # The grammar takes the first of `a, b int` for a type; the last one has both.
    plain = (
        one.named_children[0].type == "type_identifier"
        for one, has in zip(listed, named, strict=True)
        if not has and one.named_children
    )
    return not (named[-1] and all(plain))


def _is_one_sign(caught: Caught) -> bool:
    """Whether two signs are one to Go: `++`, `--`, `&&`."""
    outer, inner = caught["outer"][0].children[0], caught["inner"][0].children[0]
    return outer.type == inner.type in ("+", "-", "&") and outer.end_byte == inner.start_byte


def _is_early(caught: Caught) -> bool:
    """Whether a variadic parameter is not the last one."""
    following = caught["variadic"][0].next_named_sibling
    return following is not None and following.type != "comment"


_JUDGES: Mapping[str, Callable[[Caught], bool]] = {
    "always": lambda _: True,
    "close": _is_cut,
    "parameters": _are_mixed,
    "inner": _is_one_sign,
    "variadic": _is_early,
    "call": lambda caught: caught["call"][0].type not in _CALLS,
}
