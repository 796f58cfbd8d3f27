"""Analyse all packages of a graph: which names they use that do not exist on some target."""

from __future__ import annotations

from pathlib import Path

from crosswind.portability.check import Checker
from crosswind.portability.hole import Hole, Holes
from crosswind.portability.results import Results
from crosswind.portability.tables import Tables
from crosswind.project.graph import Graph


def analyse(graph: Graph, toolchain: str, cache: Path | None = None) -> Holes:
    """Find the holes of every package that is not of the standard library.

    Args:
        graph: with dependencies, the standard library among them.
        toolchain: what identifies the standard library: a version, best with its digest.
        cache: the folder for what was read before; None keeps nothing.
    """
    tables = Tables(graph, toolchain, cache)
    results = Results(graph, toolchain, cache)
    found: dict[str, tuple[Hole, ...]] = {}
    unread: dict[str, int] = {}
    for path, package in sorted(graph.packages.items()):
        if package.standard:
            continue
        checked = results.find(package)
        if checked is None:
            checked = Checker(package, graph, tables).run()
            results.note(package, checked)
        if checked.holes:
            found[path] = checked.holes
        unread.update(checked.unread)
    if not tables.moved:
        results.keep()
    return Holes(found, unread)
