"""The matrix: which packages work on which targets, with the reason for every hole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from crosswind.portability import reasons, tested
from crosswind.portability.reasons import Kind, Reason
from crosswind.portability.row import Row
from crosswind.project.graph import Graph


def build(
    graph: Graph,
    named: Mapping[str, Sequence[Reason]],
    tests: Mapping[str, Sequence[Reason]] | None = None,
) -> tuple[Row, ...]:
    """Make a row of each package that was asked for.

    Args:
        graph: with all that the packages need; each target without cgo and, as the next context, with it.
        named: reasons that names make, by import path.
        tests: those that names in test files make; None if tests are not looked at.
    """
    everything = graph.universe.everything
    start = dict.fromkeys(graph.roots, everything)
    needed = graph.closure(start if tests is None else graph.with_tests(start))
    own: dict[str, list[Reason]] = {}
    for path, bits in needed.items():
        if path in graph.packages:
            found = list(reasons.own(graph, path, bits))
            # Of a package that Go cannot read as a whole, names tell nothing more.
            refused = 0
            for one in found:
                refused |= one.where if one.kind is Kind.DAMAGED else 0
            found += _elsewhere(named.get(path, ()), refused)
            if found:
                own[path] = found
    for path, reason in reasons.cycles(graph):
        own.setdefault(path, []).append(reason)
    every = reasons.spread(graph, own)
    rows = [
        _row(graph, path, every.get(path, ())) if path in graph.packages else _absent(graph, path)
        for path in sorted(graph.roots)
    ]
    if tests is None:
        return tuple(rows)
    return tuple(
        _with_tests(row, graph, tests.get(row.path, ()), every)
        if row.path in graph.packages
        else row
        for row in rows
    )


def _with_tests(
    row: Row, graph: Graph, own: Sequence[Reason], every: Mapping[str, Sequence[Reason]]
) -> Row:
    found = tuple(tested.reasons(graph, row.path, own, every))
    return replace(row, tested=tested.where(graph.packages[row.path]), of_tests=found)


def _elsewhere(found: Iterable[Reason], refused: int) -> Iterator[Reason]:
    """Yield reasons where they still tell something."""
    for one in found:
        if one.where & ~refused:
            yield replace(one, where=one.where & ~refused)


def _absent(graph: Graph, path: str) -> Row:
    """Make a row of what was asked for and is no package, such as a folder whose name makes no import path."""
    where, why = graph.roots[path], graph.absent.get(path, "there is no such package")
    hint = reasons.absence(why)
    return Row(path, where, (Reason(where, Kind.ABSENT, "CW5079", why, path, hint, path),))


def _row(graph: Graph, path: str, found: Sequence[Reason]) -> Row:
    package = graph.packages[path]
    lists = package.lists
    there = package.where | joined(lists.get("InvalidGoFiles", {}))
    ordered = tuple(sorted(found, key=lambda reason: len(reason.via)))
    tests = joined(lists.get("TestGoFiles", {})) | joined(lists.get("XTestGoFiles", {}))
    cgo = joined(lists.get("CgoFiles", {}))
    return Row(path, there, ordered, cgo, "main" in package.names, tests & ~there)


def joined(bits: Mapping[str, int]) -> int:
    """Return the contexts that any of these sets has."""
    found = 0
    for one in bits.values():
        found |= one
    return found
