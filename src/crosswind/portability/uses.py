"""Which package-scope names a file of Go uses: of its own package, and of those that it imports.

Scopes are resolved as the language has it ("Declarations and scope"), so that a local variable, a
parameter or a type parameter of the same name is no use. Where the syntax alone does not tell, nothing
is said: a key of a composite literal whose type is not named there, a field or method of a value unless the
value is a local one, a parameter or a receiver whose type is named where it is declared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from crosswind.portability import syntax
from crosswind.portability.declarations import TypeName

if TYPE_CHECKING:
    from tree_sitter import Node

    # What is still to be done: look at a node, or do something at that point.
    Step = Node | Callable[[], "list[Step]"]


# Where the type of a value, or what a type is made of, stands in each of these.
_TYPED = {
    "pointer_type": "", "parenthesized_type": "", "parenthesized_expression": "",
    "generic_type": "type", "composite_literal": "type", "unary_expression": "operand",
    "type_assertion_expression": "type",
}  # fmt: skip


class Use(NamedTuple):
    """One use of a name.

    Attributes:
        line: where, from 1 on.
        column: where, in bytes from 1 on.
        package: import path of the package whose name it is; empty for the file's own.
        name: what is used; of a key in a composite literal, the key; of a value, its field or method.
        of: the type of the literal or value, a name of `package`; empty for names at package scope.
        bound: whether a key is also the name of something local, which it means in a map.
        member: whether it is a field or method of a value, no key.
    """

    line: int
    column: int
    package: str
    name: str
    of: str = ""
    bound: bool = False
    member: bool = False


def find(root: Node, imports: Mapping[str, str], looks: Callable[[bytes], bool]) -> list[Use]:
    """Find the uses of names in a file.

    Args:
        root: of its syntax tree.
        imports: import paths by the names that they have in the file.
        looks: whether a declaration at package scope, by its text, can hold a use of interest.
    """
    return look(root, imports, looks).uses


class Found(NamedTuple):
    """What a file uses: names, by which of its imports' names it says so; and variables that it does not."""

    uses: list[Use]
    imports: set[str]
    idle: list[Node]


def look(root: Node, imports: Mapping[str, str], looks: Callable[[bytes], bool]) -> Found:
    """Find the uses of names in a file, and of its imports; see `find`."""
    walker = _Walker(imports)
    for node in root.named_children:
        if node.type not in ("import_declaration", "package_clause", "comment") and looks(
            node.text or b""
        ):
            walker.walk(node)
    return Found(walker.uses, walker.used, walker.idle)


class _Walker:
    """Walks declarations, in the order of their scopes; what is still to be done lies on a stack."""

    def __init__(self, imports: Mapping[str, str]) -> None:
        self.uses: list[Use] = []
        self.used: set[str] = set()
        self.idle: list[Node] = []
        self._imports = imports
        # Of each local name the types of its declarations, the innermost last; None if not told.
        self._bound: dict[str, list[TypeName | None]] = {}
        # In the same order the name of each variable that nobody has used yet.
        self._unused: dict[str, list[Node | None]] = {}
        self._scopes: list[list[str]] = []

    def walk(self, node: Node) -> None:
        from tree_sitter import Node as TreeNode

        self._bound, self._unused, self._scopes = {}, {}, []
        stack: list[Step] = [node]
        while stack:
            step = stack.pop()
            if isinstance(step, TreeNode):
                handler = _HANDLERS.get(step.type)
                more = handler(self, step) if handler else [*step.named_children]
            else:
                more = step()
            stack.extend(reversed(more))

    # Scopes.

    def _enter(self) -> list[Step]:
        self._scopes.append([])
        return []

    def _leave(self) -> list[Step]:
        for name in self._scopes.pop():
            self._bound[name].pop()
            unused = self._unused[name].pop()
            if unused is not None:
                self.idle.append(unused)
        return []

    def _declare(
        self,
        nodes: Sequence[Node],
        types: Sequence[Node | None] = (),
        *,
        variables: bool = False,
        short: bool = False,
    ) -> list[Step]:
        """Declare names in the innermost scope; at package scope they are known from elsewhere.

        Args:
            nodes: the names.
            types: of each the node of its type, or of a value of that type; missing ones are not told.
            variables: whether they are variables that must be used.
            short: whether those that the scope has already stay what they are.
        """
        if not self._scopes:
            return []
        known = [self._type_of(node) for node in types]
        known += [None] * (len(nodes) - len(known))
        for node, declared in zip(nodes, known, strict=False):
            name = syntax.text(node)
            if short and name in self._scopes[-1]:
                continue
            self._bound.setdefault(name, []).append(declared)
            must_be_used = variables and name != "_"
            self._unused.setdefault(name, []).append(node if must_be_used else None)
            self._scopes[-1].append(name)
        return []

    def _is_bound(self, name: str) -> bool:
        return bool(self._bound.get(name))

    def _type_of(self, node: Node | None) -> TypeName | None:
        """Return the type that a type or a value names at this point: `T`, `*T`, `&p.T{}`, `x.(T)`."""
        pointers = 0
        while node is not None and node.type in _TYPED:
            pointers += node.type == "pointer_type"
            if pointers > 1 or node.children[0].type == "<-":
                return None
            inner = node.child_by_field_name(_TYPED[node.type])
            node = inner or next(iter(node.named_children), None)
        if node is None:
            return None
        name = syntax.text(node)
        if node.type == "identifier":
            return self._value_type(name)
        if node.type == "type_identifier":
            return None if self._is_bound(name) else ("", name)
        if node.type == "qualified_type":
            package = node.child_by_field_name("package")
            path = self._package(package) if package is not None else None
            return (path, syntax.text(node.child_by_field_name("name"))) if path else None
        return None

    def _value_type(self, name: str) -> TypeName | None:
        """Return the type of a local value; None if it is not told, or not local."""
        declared = self._bound.get(name)
        return declared[-1] if declared else None

    def scope(self, node: Node) -> list[Step]:
        """Walk what is a scope of its own."""
        return [self._enter, *node.named_children, self._leave]

    # Names.

    def name(self, node: Node) -> list[Step]:
        """Note a name that stands by itself."""
        name = syntax.text(node)
        self._touch(name)
        return self._note(node, name)

    def _touch(self, name: str) -> None:
        """Note that the variable that a name stands for is used, if it is one."""
        if self._is_bound(name):
            self._unused[name][-1] = None

    def _assigned(self, left: Node) -> list[Step]:
        """Walk what is assigned to: a variable is not used by that."""
        plain = [one for one in left.named_children if one.type == "identifier"]
        rest = [one for one in left.named_children if one.type != "identifier"]
        return [*(lambda one=one: self._note(one, syntax.text(one)) for one in plain), *rest]

    def _note(self, node: Node, name: str) -> list[Step]:
        if name == "_" or self._is_bound(name):
            return []
        if name in self._imports:
            self.used.add(name)  # "use of package without selector", but a use
        else:
            self.uses.append(Use(*syntax.place(node), "", name))
        return []

    def selector(self, node: Node) -> list[Step]:
        """Note `package.Name`; of `value.name` the value alone."""
        operand, name = node.child_by_field_name("operand"), node.child_by_field_name("field")
        if operand is not None and name is not None and operand.type == "identifier":
            known = self._value_type(syntax.text(operand))
            if known is not None:
                package, of = known
                place = syntax.place(name)
                self.uses.append(Use(*place, package, syntax.text(name), of, member=True))
        return self._qualified(operand, name)

    def qualified_type(self, node: Node) -> list[Step]:
        """Note the type `package.Name`."""
        package, name = node.child_by_field_name("package"), node.child_by_field_name("name")
        return self._qualified(package, name)

    def _qualified(self, operand: Node | None, name: Node | None) -> list[Step]:
        if operand is None or name is None:
            return []
        path = self._package(operand)
        if path is not None:
            self.uses.append(Use(*syntax.place(name), path, syntax.text(name)))
            return []
        return self.name(operand) if operand.type == "package_identifier" else [operand]

    def _package(self, node: Node) -> str | None:
        """Return the import path that a name stands for; None if it is something else."""
        if node.type not in ("identifier", "package_identifier"):
            return None
        local = syntax.text(node)
        path = None if self._is_bound(local) else self._imports.get(local)
        if path is not None:
            self.used.add(local)
        return path

    # Functions.

    def function(self, node: Node) -> list[Step]:
        """Walk a function: its parameters are known in its body, type parameters before."""
        steps: list[Step] = [self._enter]
        declared: list[tuple[Node, Node | None]] = []
        types = node.child_by_field_name("type_parameters")
        receiver = node.child_by_field_name("receiver")
        names = [name for name, _ in _parameters(types)] + _receiver_types(receiver)
        steps.append(lambda: self._declare(names))
        for part in (types, receiver, node.child_by_field_name("parameters")):
            if part is not None:
                steps.append(part)
                declared += _parameters(part) if part is not types else []
        result = node.child_by_field_name("result")
        if result is not None:
            steps.append(result)
            declared += _parameters(result) if result.type == "parameter_list" else []
        body = node.child_by_field_name("body")
        if body is not None:
            nodes, kinds = [name for name, _ in declared], [of for _, of in declared]
            # Parameters are of the same block as the body.
            steps += [lambda: self._declare(nodes, kinds), *body.named_children]
        return [*steps, self._leave]

    def parameters(self, node: Node) -> list[Step]:
        """Walk the types of parameters; their names are declared where they count."""
        names = {name.id for name, _ in _parameters(node)}
        types = [one.child_by_field_name("type") for one in node.named_children]
        return [one for one in types if one is not None and one.id not in names]

    # Declarations and statements.

    def spec(self, node: Node) -> list[Step]:
        """Walk `var` and `const`: the names are known behind their values."""
        names = syntax.names(node)
        declared, value = node.child_by_field_name("type"), node.child_by_field_name("value")
        types = [declared] * len(names) if declared is not None else _values(names, value)
        parts = [one for one in (declared, value) if one is not None]
        variables = node.type == "var_spec"
        return [*parts, lambda: self._declare(names, types, variables=variables)]

    def type_spec(self, node: Node) -> list[Step]:
        """Walk a type's declaration: its name and its type parameters are known in it."""
        names = syntax.names(node)
        parameters = node.child_by_field_name("type_parameters")
        of_type = [name for name, _ in _parameters(parameters)]
        parts = (parameters, node.child_by_field_name("type"))
        return [
            lambda: self._declare(names),
            self._enter,
            lambda: self._declare(of_type),
            *(one for one in parts if one is not None),
            self._leave,
        ]

    def assignment(self, node: Node) -> list[Step]:
        """Walk `left := right` and its like: what is declared is known behind it."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        steps: list[Step] = [right] if right is not None else []
        if left is None:
            return steps
        if node.type == "short_var_declaration" or any(one.type == ":=" for one in node.children):
            named = [one for one in left.named_children if one.type == "identifier"]
            types = [] if node.type == "range_clause" else _values(left.named_children, right)
            of = types if len(named) == len(left.named_children) else ()
            return [*steps, lambda: self._declare(named, of, variables=True, short=True)]
        is_plain = any(one.type == "=" for one in node.children)
        return [*(self._assigned(left) if is_plain else [left]), *steps]

    def type_switch(self, node: Node) -> list[Step]:
        """Walk `switch x := value.(type)`: the name is known in the cases."""
        alias = node.child_by_field_name("alias")
        named = list(alias.named_children) if alias is not None else []
        first = [node.child_by_field_name(field) for field in ("initializer", "value")]
        rest = [one for one in node.named_children if one not in first and one != alias]
        begin = [one for one in first if one is not None]
        declare = lambda: self._declare(named, variables=True)  # noqa: E731 - a step
        return [self._enter, *begin, declare, *rest, self._leave]

    # Composite literals.

    def literal(self, node: Node) -> list[Step]:
        """Walk `Type{…}`."""
        declared, body = node.child_by_field_name("type"), node.child_by_field_name("body")
        steps: list[Step] = [declared] if declared is not None else []
        if body is not None:
            steps.append(lambda: self._body(body, declared))
        return steps

    def _body(self, body: Node, declared: Node | None) -> list[Step]:
        """Walk the elements of a literal of a type; None if it is not told here."""
        declared = _plain(declared)
        key_type = declared.child_by_field_name("key") if declared is not None else None
        value_type = _element(declared)
        steps: list[Step] = []
        for element in body.named_children:
            if element.type != "keyed_element":
                steps += self._element(element, value_type)
                continue
            key = element.child_by_field_name("key")
            value = element.child_by_field_name("value")
            if key is not None:
                steps += self._key(key, declared, key_type)
            if value is not None:
                steps += self._element(value, value_type)
        return steps

    def _element(self, node: Node, declared: Node | None) -> list[Step]:
        inner = (
            node.named_children[0]
            if node.type == "literal_element" and node.named_children
            else node
        )
        if inner.type == "literal_value":
            return [lambda: self._body(inner, declared)]
        return [inner]

    def _key(self, node: Node, declared: Node | None, key_type: Node | None) -> list[Step]:
        inner = (
            node.named_children[0]
            if node.type == "literal_element" and node.named_children
            else node
        )
        if inner.type != "identifier":
            return self._element(node, key_type)
        self._touch(syntax.text(inner))  # in a map; a field leaves it alone
        if declared is None or declared.type == "struct_type":
            return []  # a field, or a name: the type would tell
        if declared.type == "qualified_type":
            package = declared.child_by_field_name("package")
            path = self._package(package) if package is not None else None
            if path is not None:
                self._field(inner, path, syntax.text(declared.child_by_field_name("name")))
            return []
        if declared.type == "type_identifier":
            name = syntax.text(declared)
            if not self._is_bound(name):
                self._field(inner, "", name)
            return []
        return [inner]

    def _field(self, node: Node, path: str, of: str) -> None:
        name = syntax.text(node)
        self.uses.append(Use(*syntax.place(node), path, name, of, self._is_bound(name)))


def _parameters(node: Node | None) -> list[tuple[Node, Node | None]]:
    """Return the names of parameters, or of type parameters, with their types as far as told.

    Either all of a list have names or none has (the specification, "Function types"). The grammar
    takes some of a long `a, b, c int` for types without names.
    """
    listed = node.named_children if node is not None else []
    found = [(one, syntax.names(one)) for one in listed if one.type != "comment"]
    if not any(names for _, names in found):
        return []
    pairs: list[tuple[Node, Node | None]] = []
    for one, names in found:
        # A variadic one is a slice, a type parameter is no value.
        is_plain = one.type == "parameter_declaration"
        of = one.child_by_field_name("type") if is_plain and names else None
        pairs += [(name, of) for name in names or one.named_children[:1]]
    return pairs


def _values(names: Sequence[Node], value: Node | None) -> list[Node | None]:
    """Return the value of each name; of `x, ok := y.(T)` that of the first."""
    values = list(value.named_children) if value is not None else []
    if value is not None and value.type != "expression_list":
        values = [value]
    values = [one for one in values if one.type != "comment"]
    if len(values) == len(names):
        return [*values]
    if len(values) == 1 and values[0].type == "type_assertion_expression":
        return [*values]
    return []


def _receiver_types(receiver: Node | None) -> list[Node]:
    """Return the names that a receiver gives to its type's parameters: `func (t *T[K, V])`."""
    for one in receiver.named_children if receiver is not None else []:
        node = one.child_by_field_name("type")
        while node is not None and node.type in ("pointer_type", "parenthesized_type"):
            node = node.named_children[0] if node.named_children else None
        if node is not None and node.type == "generic_type":
            listed = node.child_by_field_name("type_arguments")
            found = listed.named_children if listed is not None else []
            return [part for one in found for part in one.named_children or [one]]
    return []


def _plain(node: Node | None) -> Node | None:
    """Return a type without pointers and type arguments."""
    while node is not None and node.type in ("generic_type", "pointer_type", "parenthesized_type"):
        node = node.child_by_field_name("type") or next(iter(node.named_children), None)
    return node


def _element(node: Node | None) -> Node | None:
    """Return the type of the values in a map, slice or array."""
    if node is None:
        return None
    return node.child_by_field_name("value" if node.type == "map_type" else "element")


_HANDLERS: dict[str, Callable[[_Walker, Node], list[Step]]] = {
    "identifier": _Walker.name,
    "type_identifier": _Walker.name,
    "selector_expression": _Walker.selector,
    "qualified_type": _Walker.qualified_type,
    "function_declaration": _Walker.function,
    "method_declaration": _Walker.function,
    "func_literal": _Walker.function,
    "parameter_list": _Walker.parameters,
    "type_parameter_list": _Walker.parameters,
    "var_spec": _Walker.spec,
    "const_spec": _Walker.spec,
    "type_spec": _Walker.type_spec,
    "type_alias": _Walker.type_spec,
    "assignment_statement": _Walker.assignment,
    "short_var_declaration": _Walker.assignment,
    "range_clause": _Walker.assignment,
    "receive_statement": _Walker.assignment,
    "type_switch_statement": _Walker.type_switch,
    "composite_literal": _Walker.literal,
    "block": _Walker.scope,
    "if_statement": _Walker.scope,
    "for_statement": _Walker.scope,
    "expression_switch_statement": _Walker.scope,
    "select_statement": _Walker.scope,
    "expression_case": _Walker.scope,
    "default_case": _Walker.scope,
    "type_case": _Walker.scope,
    "communication_case": _Walker.scope,
    "labeled_statement": lambda _, node: [
        one for one in node.named_children if one.type != "label_name"
    ],
}
