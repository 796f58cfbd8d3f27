"""Packages that import themselves, through others perhaps (cmd/go/internal/load/pkg.go, reusePackage)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crosswind.project.graph.graph import Graph


def cycles(graph: Graph) -> dict[str, int]:
    """Return the packages at which a cycle closes, and where.

    Go goes down from the packages that were asked for, and says it of the one that it comes back to.
    """
    everything = graph.universe.everything
    if not _walk(graph, everything):
        return {}
    found: dict[str, int] = {}
    for bit in range(len(graph.universe.contexts)):
        for path in _walk(graph, 1 << bit):
            found[path] = found.get(path, 0) | 1 << bit
    return found


def _walk(graph: Graph, where: int) -> set[str]:
    """Go down from the roots, and from what else there is, by the imports of some contexts."""
    closing: set[str] = set()
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
                del open_[path]
            elif child in open_:
                closing.add(child)
            elif child not in entered:
                entered.add(child)
                open_[child] = iter(_imported(graph, child, where))
    return closing


def _imported(graph: Graph, path: str, where: int) -> Iterable[str]:
    edges = (*graph.imports(path).items(), *graph.imports(path, "Implied").items())
    return [one for one, bits in edges if bits & where and one in graph.packages]
