"""What one file of Go declares at package scope: names, the shapes of types, methods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crosswind.portability import syntax

if TYPE_CHECKING:
    from tree_sitter import Node

# What a composite literal of a type may hold, the first word of a shape.
STRUCT, CONTAINER, NAMED, OTHER = "struct", "container", "named", "other"
_CONTAINERS = frozenset({"map_type", "slice_type", "array_type", "implicit_length_array_type"})
# As much of a file as is read: what is larger is damaged.
MAX_READ = syntax.MAX_SIZE + 1
# Names that a package may declare as often as it likes, or that nobody can use.
_UNCOUNTED = frozenset({"_", "init", ""})

Shape = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Declarations:
    """What a file declares.

    Attributes:
        package: of its package clause.
        names: at package scope, as often as they are declared; without `_` and `init`.
        shapes: of types by name: `("struct", field…)`, `("named", import path or "", name)` for a
            type that is declared as another one, `("container",)` for a map, slice or array, and
            `("other",)`.
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
        taken = {name: tuple(shape) for name, shape in shapes.items()}
        return Declarations(package, tuple(names), taken, tuple(methods), damaged)


def read(data: bytes) -> Declarations:
    """Read a file; never raises."""
    root = syntax.parse(data)
    return of_tree(root, damaged=root.has_error or len(data) > syntax.MAX_SIZE)


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


def positions(data: bytes, name: str) -> list[tuple[int, int]]:
    """Return where a file declares a name, or a method as `Type.Method`: lines and columns."""
    root, reader = syntax.parse(data), _Reader()
    found = []
    for node in root.named_children:
        for declared, at in reader.places(node):
            if declared == name:
                found.append(syntax.place(at))
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
                self.shapes.setdefault(name, self._shape(declared, root))

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

    def _shape(self, node: Node, root: Node) -> Shape:
        while node.type in ("parenthesized_type", "generic_type"):
            inner = node.child_by_field_name("type") or next(iter(node.named_children), None)
            if inner is None:
                return (OTHER,)
            node = inner
        if node.type == "struct_type":
            return (STRUCT, *_fields(node))
        if node.type in _CONTAINERS:
            return (CONTAINER,)
        if node.type == "type_identifier":
            return (NAMED, "", syntax.text(node))
        if node.type == "qualified_type":
            return self._qualified(node, root)
        return (OTHER,)

    def _qualified(self, node: Node, root: Node) -> Shape:
        if self._imports is None:
            self._imports = syntax.imports(root)
        local = syntax.text(node.child_by_field_name("package"))
        known = ""
        for name, path in self._imports:
            if name == local:
                known = path
                break
            if not name and path.rpartition("/")[2] == local:
                known = path
        if not known:
            return (OTHER,)  # the path does not tell the package's name
        return (NAMED, known, syntax.text(node.child_by_field_name("name")))


def _fields(struct: Node) -> list[str]:
    """Return the names of a struct's fields; an embedded one has its type's name."""
    found = []
    for body in struct.named_children:
        for declared in body.named_children:
            if declared.type != "field_declaration":
                continue
            named = syntax.names(declared)
            if named:
                found += [syntax.text(name) for name in named]
            else:
                found.append(base_name(declared.child_by_field_name("type")))
    return found


def method_name(node: Node) -> str:
    """Return a method's name with its receiver's: `Type.Method`."""
    receiver = node.child_by_field_name("receiver")
    declared = receiver.named_children if receiver is not None else []
    of = next((one for one in declared if one.type == "parameter_declaration"), None)
    base = base_name(of.child_by_field_name("type")) if of is not None else ""
    return f"{base}.{syntax.text(node.child_by_field_name('name'))}"


def base_name(node: Node | None) -> str:
    """Return the name of a type without pointers, parentheses, package and type arguments."""
    while node is not None:
        if node.type == "type_identifier":
            return syntax.text(node)
        if node.type == "qualified_type":
            return syntax.text(node.child_by_field_name("name"))
        if node.type == "generic_type":
            node = node.child_by_field_name("type")
        elif node.type in ("pointer_type", "parenthesized_type"):
            node = next((one for one in node.named_children if one.type != "comment"), None)
        else:
            return ""
    return ""
