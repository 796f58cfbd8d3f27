"""What one file of Go declares at package scope: names, the shapes of types, methods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any, NamedTuple

from crosswind.frozen import frozen
from crosswind.portability import syntax

if TYPE_CHECKING:
    from tree_sitter import Node

# What a type is declared as: a literal of it holds fields, or keys, or there is none. An alias has the
# methods of the other type, too. Values of opaque types have what their declaration does not tell.
STRUCT, CONTAINER, ALIAS, DEFINED, PLAIN, OPAQUE = (
    "struct", "container", "alias", "defined", "plain", "opaque"
)  # fmt: skip
_PLAIN = frozenset({"function_type", "channel_type"})
_CONTAINERS = frozenset({"map_type", "slice_type", "array_type", "implicit_length_array_type"})
# Names that a package may declare as often as it likes, or that nobody can use.
_UNCOUNTED = frozenset({"_", "init", ""})

# A type's name, with the import path of its package; empty for the declaring one.
TypeName = tuple[str, str]


class Shape(NamedTuple):
    """How a type is declared.

    Attributes:
        kind: one of the constants above.
        fields: of a struct; an embedded one has its type's name.
        types: those that a struct embeds, or the one that is declared anew.
    """

    kind: str
    fields: tuple[str, ...] = ()
    types: tuple[TypeName, ...] = ()


@frozen
class Declarations:
    """What a file declares.

    Attributes:
        package: of its package clause.
        names: at package scope, as often as they are declared; without `_` and `init`.
        shapes: of types by name.
        methods: each as `Type.Method`.
        damaged: whether the file could not be read in full, so that it may declare more.
    """

    package: str = ""
    names: tuple[str, ...] = ()
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    methods: tuple[str, ...] = ()
    damaged: bool = False

    @property
    def plain(self) -> list[Any]:
        """The same in types that JSON knows."""
        return [self.package, self.names, self.shapes, self.methods, self.damaged]

    @staticmethod
    def of_plain(plain: list[Any]) -> Declarations:
        """Take `plain` back."""
        package, names, shapes, methods, damaged = plain
        taken = {
            name: Shape(kind, tuple(fields), tuple((path, of) for path, of in types))
            for name, (kind, fields, types) in shapes.items()
        }
        return Declarations(package, tuple(names), taken, tuple(methods), damaged)


def read(data: bytes) -> Declarations:
    """Read a file; never raises."""
    root, is_whole = syntax.read(data)
    return of_tree(root, damaged=not is_whole)


def of_tree(root: Node, *, damaged: bool) -> Declarations:
    """Return what a syntax tree declares."""
    reader = _Reader()
    for node in root.named_children:
        kind = node.type
        if kind in ("const_declaration", "var_declaration"):
            reader.values(node)
        elif kind == "function_declaration":
            reader.function(node)
        elif kind == "method_declaration":
            reader.method(node)
        elif kind == "type_declaration":
            reader.types(node, root)
        elif kind == "package_clause":
            reader.package = syntax.text(node.named_children[0]) if node.named_children else ""
    return Declarations(
        reader.package, tuple(reader.names), reader.shapes, tuple(reader.methods), damaged
    )


def positions(data: bytes) -> dict[str, list[tuple[int, int]]]:
    """Return where a file declares its names, and methods as `Type.Method`: lines and columns."""
    root, reader = syntax.parse(data), _Reader()
    found: dict[str, list[tuple[int, int]]] = {}
    for node in root.named_children:
        for declared, at in reader.places(node):
            found.setdefault(declared, []).append(syntax.place(at))
    return found


class _Reader:
    """Gathers the declarations of a file."""

    def __init__(self) -> None:
        self.package = ""
        self.names: list[str] = []
        self.shapes: dict[str, Shape] = {}
        self.methods: list[str] = []
        self._imports: list[tuple[str, str]] | None = None

    def values(self, node: Node) -> None:
        for spec in syntax.specs(node):
            for name in syntax.names(spec):
                self._add(syntax.text(name))

    def function(self, node: Node) -> None:
        self._add(syntax.text(node.child_by_field_name("name")))

    def method(self, node: Node) -> None:
        self.methods.append(method_name(node))

    def types(self, node: Node, root: Node) -> None:
        for spec in syntax.specs(node):
            name = syntax.text(spec.child_by_field_name("name"))
            declared = spec.child_by_field_name("type")
            if name and declared is not None:
                self._add(name)
                is_alias = spec.type == "type_alias"
                self.shapes.setdefault(name, self._shape(declared, root, is_alias=is_alias))

    def places(self, node: Node) -> list[tuple[str, Node]]:
        """Return what a node at package scope declares, with the nodes of its names."""
        name = node.child_by_field_name("name")
        if node.type == "function_declaration" and name is not None:
            return [(syntax.text(name), name)]
        if node.type == "method_declaration" and name is not None:
            return [(method_name(node), name)]
        if node.type in ("const_declaration", "var_declaration", "type_declaration"):
            found = [name for spec in syntax.specs(node) for name in syntax.names(spec)]
            return [(syntax.text(name), name) for name in found]
        return []

    def _add(self, name: str) -> None:
        if name not in _UNCOUNTED:
            self.names.append(name)

    def _shape(self, node: Node, root: Node, *, is_alias: bool) -> Shape:
        while node.type in ("parenthesized_type", "generic_type"):
            inner = node.child_by_field_name("type") or next(iter(node.named_children), None)
            if inner is None:
                return Shape(OPAQUE)
            node = inner
        if node.type == "struct_type":
            return self._struct(node, root)
        if node.type in _CONTAINERS:
            return Shape(CONTAINER)
        if node.type in ("type_identifier", "qualified_type"):
            return Shape(ALIAS if is_alias else DEFINED, (), (self._type_name(node, root),))
        return Shape(PLAIN if node.type in _PLAIN else OPAQUE)

    def _struct(self, struct: Node, root: Node) -> Shape:
        fields: list[str] = []
        embedded = []
        for body in struct.named_children:
            for declared in body.named_children:
                named = syntax.names(declared)
                of = _base(declared.child_by_field_name("type"))
                if declared.type != "field_declaration":
                    continue
                fields += [syntax.text(name) for name in named]
                if not named:
                    embedded.append(self._type_name(of, root) if of is not None else ("?", ""))
                    fields.append(embedded[-1][1])
        return Shape(STRUCT, tuple(fields), tuple(embedded))

    def _type_name(self, node: Node, root: Node) -> TypeName:
        """Return the name of a type with its import path; `?` if the file does not tell that."""
        if node.type == "type_identifier":
            return "", syntax.text(node)
        if self._imports is None:
            self._imports = syntax.imports(root)
        local = syntax.text(node.child_by_field_name("package"))
        name = syntax.text(node.child_by_field_name("name"))
        for given, path in self._imports:
            if given == local:
                return path, name
        # A path need not tell the name of its package, but then no other path ends in it.
        for given, path in self._imports:
            if not given and path.rpartition("/")[2] == local:
                return path, name
        return "?", name


def method_name(node: Node) -> str:
    """Return a method's name with its receiver's: `Type.Method`."""
    base = base_name(receiver_type(node))
    return f"{base}.{syntax.text(node.child_by_field_name('name'))}"


def receiver_type(node: Node) -> Node | None:
    """Return the name of a method's type; None if it has none."""
    receiver = node.child_by_field_name("receiver")
    declared = receiver.named_children if receiver is not None else []
    of = next((one for one in declared if one.type == "parameter_declaration"), None)
    return _base(of.child_by_field_name("type")) if of is not None else None


def base_name(node: Node | None) -> str:
    """Return the name of a type without pointers, parentheses, package and type arguments."""
    node = _base(node)
    if node is not None and node.type == "qualified_type":
        node = node.child_by_field_name("name")
    return syntax.text(node)


def _base(node: Node | None) -> Node | None:
    """Return the node of a type's name: below pointers, parentheses and type arguments."""
    while node is not None and node.type not in ("type_identifier", "qualified_type"):
        if node.type == "generic_type":
            node = node.child_by_field_name("type")
        elif node.type in ("pointer_type", "parenthesized_type"):
            node = next((one for one in node.named_children if one.type != "comment"), None)
        else:
            return None
    return node
