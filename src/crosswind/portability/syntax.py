"""Go's syntax, as tree-sitter's grammar reads it.

tree-sitter reads any input and marks what it could not read; what nobody writes it is not given (`weight`), or
taken away from it (`bounded`). Nothing here recurses, however deeply input nests.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from crosswind.errors import MissingError
from crosswind.portability import bounded, groups, weight

if TYPE_CHECKING:
    from tree_sitter import Language, Node, Parser

# A file of Go that is larger is none that anybody compiles; tree-sitter takes 20 bytes for one.
MAX_SIZE = 16 << 20
# What is looked at of a larger one, or of one that takes too much work: its package and imports.
_STARTS = (64 << 10, bounded.FREE)

# The grammar takes the first argument of these for a type (grammar.js, special_argument_list). Since Go 1.26
# `new` takes an expression, and a variable may be called so. Functions, methods and fields are left alone.
_SPECIAL = re.compile(
    rb"""(\bfunc\s+|[.)]\s*)?\b(new|make)(?=\s*\(\s*
    (?:["'`0-9!&^+-]|(?!(?:func|map|struct|interface|chan)\b)[\w.\x80-\xff]+\s*[^\s\w.),\[\x80-\xff]))""",
    re.VERBOSE,
)
# Since Go 1.27 methods have type parameters (MethodDecl in the specification); the grammar gives them to functions
# alone. Here they are read as the first of the ordinary parameters.
_GENERIC_METHOD = re.compile(
    rb"(\bfunc\s*\([^()]*\)\s*[\w\x80-\xff]+\s*)\[([^\[\]()]*(?:\[[^\[\]]*\][^\[\]()]*)*)\](\s*)\("
)
# Predeclared names of the same length, with arguments as any function has them.
_ORDINARY = {b"new": b"len", b"make": b"real"}


@functools.cache
def language() -> Language:
    """Return Go's grammar.

    Raises:
        MissingError: CW5068, tree-sitter is not installed.
    """
    try:
        import tree_sitter
        import tree_sitter_go
    except ModuleNotFoundError as error:
        raise MissingError(
            "CW5068",
            "tree-sitter, which reads the syntax of Go, is not installed",
            hint="run: pip install 'crosswind[portability]'",
        ) from error
    return tree_sitter.Language(tree_sitter_go.language())


@functools.cache
def _parser() -> Parser:
    own = language()
    from tree_sitter import Parser

    return Parser(own)


def parse(data: bytes) -> Node:
    """Return the root of a file's syntax tree as `read` does."""
    return read(data)[0]


def read(data: bytes) -> tuple[Node, bool]:
    """Return the root of a file's syntax tree, and whether that is all of the file and has no mistake.

    Of a file that is too large, or would take too much memory or work, it is that of the start.
    Behind a NUL byte nothing counts, since Go takes none; a tree of them would need 200 bytes for each.

    Raises:
        MissingError: CW5068, tree-sitter is not installed.
    """
    data = data[: data.find(b"\0") + 1] or data
    if len(data) <= MAX_SIZE and not weight.is_too_much(data):
        root = bounded.parse(_parser(), data)
        if root is None or root.has_error:
            plain = _GENERIC_METHOD.sub(
                _first_parameters, _SPECIAL.sub(_ordinary, groups.ended(data))
            )
            again = bounded.parse(_parser(), plain) if plain != data else None
            root = root if again is None or again.has_error else again
        if root is not None:
            return root, not root.has_error
    starts = (bounded.parse(_parser(), data[:size]) for size in _STARTS)
    return next(root for root in starts if root is not None), False


def _ordinary(found: re.Match[bytes]) -> bytes:
    return found[0] if found[1] else _ORDINARY[found[2]]


def _first_parameters(found: re.Match[bytes]) -> bytes:
    before, inside, space = found.groups()
    return (
        before + b"(" + inside + (b" " if inside.rstrip().endswith(b",") else b",") + space + b" "
    )


def type_parameters_of_methods(data: bytes) -> set[str]:
    """Return the names of all type parameters that methods of a file have: `parse` makes values of them."""
    pieces = (piece for one in _GENERIC_METHOD.finditer(data) for piece in one[2].split(b","))
    first = (piece.split(maxsplit=1)[0] for piece in pieces if piece.strip())
    return {name.decode("utf-8", "replace") for name in first}


def text(node: Node | None) -> str:
    """Return what stands in the file for a node; empty without one."""
    said = node.text if node is not None else None
    return said.decode("utf-8", "replace") if said else ""


def place(node: Node) -> tuple[int, int]:
    """Return a node's line and its column in bytes, both from 1 on, as Go counts."""
    row, column = node.start_point
    return row + 1, column + 1


def specs(declaration: Node) -> list[Node]:
    """Return the specifications of a declaration, grouped or not; comments among them, too."""
    found = []
    for child in declaration.named_children:
        if child.type.endswith("_list"):
            found += child.named_children
        else:
            found.append(child)
    return found


def names(spec: Node) -> list[Node]:
    """Return the names that a specification, a parameter or a field declares.

    By their kind, not by the grammar's field `name`: of long lists tree-sitter loses some of that.
    """
    if spec.type in ("type_spec", "type_alias"):
        name = spec.child_by_field_name("name")
        return [name] if name is not None else []
    return [one for one in spec.named_children if one.type in ("identifier", "field_identifier")]


def imports(root: Node) -> list[tuple[str, str]]:
    """Return a file's imports: the name that is given to each, or an empty one, and the path."""
    found = []
    for declaration in root.named_children:
        if declaration.type != "import_declaration":
            continue
        for spec in specs(declaration):
            if spec.type == "import_spec":
                path = text(spec.child_by_field_name("path"))[1:-1]
                found.append((text(spec.child_by_field_name("name")), path))
    return found
