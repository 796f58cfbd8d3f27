"""The tree of a file's parts that the page's map shows: kinds, then sections or Go packages."""

from __future__ import annotations

from collections.abc import Iterable

from crosswind.inspect.golang import PackageFacts, Packages
from crosswind.inspect.layout import CODE, FUNCTIONS, RESOURCES, Layout
from crosswind.inspect.model import Contents
from crosswind.inspect.resources import Resources
from crosswind.report.inspect.treemap import Node

# More rectangles than this are too small to see.
_MOST = 240


def tree(contents: Contents) -> Node | None:
    """Return the tree; None if the layout was not read."""
    layout = contents.parts.get("size")
    if not isinstance(layout, Layout):
        return None
    packages, resources = contents.parts.get("packages"), contents.parts.get("resources")
    kinds = []
    for kind in layout.kinds:
        if kind.kind == CODE and isinstance(packages, Packages):
            found = ((one, one.size) for one in packages.packages)
            children = _packages(found, kind.size, "(no Go function)")
        elif kind.kind == FUNCTIONS and isinstance(packages, Packages) and _counted(packages):
            found = ((one, one.table or 0) for one in packages.packages)
            children = _packages(found, kind.size, "(source files, what functions point to)")
        elif kind.kind == RESOURCES and isinstance(resources, Resources):
            children = _resources(resources, kind.size)
        else:
            children = _ranges(layout, kind.kind)
        kinds.append(Node(kind.kind, kind.size, kind.kind, children if len(children) > 1 else ()))
    return Node("file", layout.size, "file", tuple(kinds))


def _counted(packages: Packages) -> bool:
    return any(one.table for one in packages.packages)


def _packages(
    packages: Iterable[tuple[PackageFacts, int]], whole: int, others: str
) -> tuple[Node, ...]:
    """One node for each package, and one for what belongs to none."""
    found = [Node(one.path, size, one.origin) for one, size in packages if size]
    rest = whole - sum(one.size for one in found)
    if rest > 0:
        found.append(Node(others, rest, "other"))
    return _few(found)


def _resources(resources: Resources, size: int) -> tuple[Node, ...]:
    """One node for each type of resource, and one for the tables that lead to them."""
    sizes: dict[str, int] = {}
    for one in resources.resources:
        sizes[one.type] = sizes.get(one.type, 0) + one.size
    rest = size - sum(sizes.values())
    # Content that is named twice would be counted twice.
    if rest < 0:
        return ()
    return _few(Node(name, n, RESOURCES) for name, n in (*sizes.items(), ("(tables)", rest)) if n)


def _ranges(layout: Layout, kind: str) -> tuple[Node, ...]:
    sizes: dict[str, int] = {}
    for part in layout.ranges:
        if part.kind == kind:
            sizes[part.name] = sizes.get(part.name, 0) + part.size
    return _few(Node(name or kind, size, kind) for name, size in sizes.items())


def _few(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Keep the largest, gather the rest in one."""
    ordered = sorted(nodes, key=lambda one: (-one.size, one.name))
    rest = ordered[_MOST:]
    if not rest:
        return tuple(ordered)
    gathered = Node(f"({len(rest)} more)", sum(one.size for one in rest), "other")
    return (*ordered[:_MOST], gathered)
