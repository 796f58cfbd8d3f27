"""Packages that import themselves, through others perhaps (cmd/go/internal/load/pkg.go, reusePackage)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crosswind.project.graph.graph import IMPLIED, IMPORTS, Graph


def cycles(graph: Graph) -> tuple[dict[str, int], list[str]]:
    """Return the packages at which a cycle closes, and all, what is imported before what imports it.

    Go goes down from the packages that were asked for, and says it of the one that it comes back to.
    """
    everything = graph.universe.everything
    closing, order = _walk(graph, everything)
    if not closing:
        return {}, order
    found: dict[str, int] = {}
    for bit in range(len(graph.universe.contexts)):
        for path in _walk(graph, 1 << bit)[0]:
            found[path] = found.get(path, 0) | 1 << bit
    return found, order


def _walk(graph: Graph, where: int) -> tuple[set[str], list[str]]:
    """Go down from the roots, and from what else there is, by the imports of some contexts."""
    closing: set[str] = set()
    order: list[str] = []
    entered: set[str] = set()
    open_: dict[str, Iterator[str]] = {}
    starts = [path for path, bits in graph.roots.items() if bits & where]
    for start in (*starts, *graph.packages):
        if start in entered or start not in graph.packages:
            continue
        entered.add(start)
        open_[start] = iter(_imported(graph, start, where))
        while open_:
            path = next(reversed(open_))
            child = next(open_[path], None)
            if child is None:
                order.append(path)
                del open_[path]
            elif child in open_:
                closing.add(child)
            elif child not in entered:
                entered.add(child)
                open_[child] = iter(_imported(graph, child, where))
    return closing, order


def _imported(graph: Graph, path: str, where: int) -> Iterable[str]:
    edges = (*graph.imports(path, IMPORTS[0]).items(), *graph.imports(path, IMPLIED).items())
    return [one for one, bits in edges if bits & where and one in graph.packages]
