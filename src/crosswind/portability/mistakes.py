"""What Go refuses in a file that needs no types to be seen: imports, `main`, `init`, receivers.

Each is decided as the compiler's type check does (cmd/compile/internal/types2, resolver.go), where the
syntax tree alone is enough; the words are the compiler's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from crosswind.portability import declarations, syntax, words
from crosswind.portability.hole import ENTRY, IDLE, RECEIVER, TWICE, UNUSED

if TYPE_CHECKING:
    from tree_sitter import Node

_ENTRIES = ("init", "main")
_UNNAMED = frozenset({"_", ".", "C"})
_OF_UNUSED = "remove the import, or import it as _ for what it does when it is initialised"
_OF_IDLE = "remove the variable, or assign to _ what is called for its effects"
_OF_TWICE = "remove one of the imports, or give it another name"
_OF_ENTRY = "give it another name, or make it func {}()"
_OF_RECEIVER = "declare a type of your own: type T {}; or write a function"


class Mistake(NamedTuple):
    """A mistake: its page, where it is, what it is about, in the compiler's words, the mend."""

    code: str
    line: int
    column: int
    name: str
    message: str
    hint: str


class Imported(NamedTuple):
    """An import of a file.

    Attributes:
        name: by which the file knows it.
        path: what is imported.
        given: whether the file gives the name itself.
        line: where it is, from 1 on.
        column: where it is, in bytes from 1 on.
    """

    name: str
    path: str
    given: bool
    line: int
    column: int


def of_imports(imported: Collection[Imported], used: Collection[str]) -> Iterator[Mistake]:
    """Find imports that nobody uses, and names that two of them have.

    Args:
        imported: those whose names are known for sure.
        used: the names of imports that the file uses.
    """
    first: dict[str, Imported] = {}
    for one in imported:
        if one.name in _UNNAMED or one.path == "C":
            continue
        place = (one.line, one.column)
        if one.name in first:
            message = f"{one.name} redeclared in this block: also by the import in line {first[one.name].line}"
            yield Mistake(TWICE, *place, one.name, message, _OF_TWICE)
        elif one.name not in used:
            as_name = f" as {one.name}" if one.name != one.path.rpartition("/")[2] else ""
            message = f'"{one.path}" imported{as_name} and not used'
            yield Mistake(UNUSED, *place, one.path, message, _OF_UNUSED)
        first.setdefault(one.name, one)


def of_variables(idle: Iterable[Node]) -> Iterator[Mistake]:
    """Find variables of functions that nobody uses.

    Args:
        idle: their names, where they are declared.
    """
    for node in idle:
        name = syntax.text(node)
        message = f"declared and not used: {name}"
        yield Mistake(IDLE, *syntax.place(node), name, message, _OF_IDLE)


def of_declarations(root: Node, own: Mapping[str, int]) -> Iterator[Mistake]:
    """Find wrong forms of `main` and `init`, and methods of types that are none of the package's.

    Args:
        root: of the file's syntax tree.
        own: the names that the package declares.
    """
    package = next((one for one in root.named_children if one.type == "package_clause"), None)
    of_main = package is not None and syntax.text(package).split()[-1] == "main"
    entries = _ENTRIES if of_main else _ENTRIES[:1]
    for node in root.named_children:
        if node.type == "function_declaration":
            yield from _function(node, entries)
        elif node.type == "method_declaration":
            yield from _method(node, own)
        elif node.type in ("const_declaration", "var_declaration", "type_declaration"):
            for name in (name for spec in syntax.specs(node) for name in syntax.names(spec)):
                if syntax.text(name) in entries:
                    yield _entry(name, f"cannot declare {syntax.text(name)} - must be func")


def _function(node: Node, entries: Collection[str]) -> Iterator[Mistake]:
    name = node.child_by_field_name("name")
    if name is None or syntax.text(name) not in entries:
        return
    parameters = node.child_by_field_name("parameters")
    if node.child_by_field_name("type_parameters") is not None:
        yield _entry(name, f"func {syntax.text(name)} must have no type parameters")
    elif _any(parameters) or node.child_by_field_name("result") is not None:
        yield _entry(name, f"func {syntax.text(name)} must have no arguments and no return values")
    elif node.child_by_field_name("body") is None and syntax.text(name) == "init":
        yield _entry(name, "func init must have a body")


def _any(parameters: Node | None) -> bool:
    listed = parameters.named_children if parameters is not None else []
    return any(one.type != "comment" for one in listed)


def _entry(name: Node, message: str) -> Mistake:
    text = syntax.text(name)
    return Mistake(ENTRY, *syntax.place(name), text, message, _OF_ENTRY.format(text))


def _method(node: Node, own: Mapping[str, int]) -> Iterator[Mistake]:
    of = declarations.receiver_type(node)
    name = syntax.text(of)
    is_other = of is not None and of.type == "qualified_type"
    if of is None or not (is_other or (name in words.PREDECLARED and name not in own)):
        return
    message = f"cannot define new methods on non-local type {name}"
    yield Mistake(RECEIVER, *syntax.place(of), name, message, _OF_RECEIVER.format(name))
