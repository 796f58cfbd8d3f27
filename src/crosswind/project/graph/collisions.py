"""Import paths that differ by case alone (cmd/go/internal/load/pkg.go, load)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from crosswind.project.graph.spelling import fold

if TYPE_CHECKING:
    from crosswind.project.graph.graph import Graph


def collisions(graph: Graph) -> dict[str, dict[str, int]]:
    """Return the packages that Go refuses, with those that it came upon before, and where.

    It goes down from the packages that were asked for, and refuses the second one of two.
    """
    folded = Counter(map(fold, graph.packages))
    alike = {path for path in graph.packages if folded[fold(path)] > 1}
    found: dict[str, dict[str, int]] = {}
    for bit in range(len(graph.universe.contexts)) if alike else ():
        known: dict[str, str] = {}
        for path in _entered(graph, 1 << bit):
            first = known.setdefault(fold(path), path)
            if first != path:
                others = found.setdefault(path, {})
                others[first] = others.get(first, 0) | 1 << bit
    return found


def _entered(graph: Graph, where: int) -> Iterator[str]:
    """Yield packages in the order in which Go enters them in one context."""
    seen: set[str] = set()
    roots = [path for path, bits in graph.roots.items() if bits & where]
    pending = roots[::-1]
    while pending:
        path = pending.pop()
        if path in seen or path not in graph.packages:
            continue
        seen.add(path)
        yield path
        edges = (*graph.imports(path).items(), *graph.imports(path, "Implied").items())
        pending += [one for one, bits in reversed(edges) if bits & where]
