"""Analyse all packages of a graph: which names they use that do not exist on some target."""

from __future__ import annotations

from pathlib import Path

from crosswind.portability import tested
from crosswind.portability.check import Checker
from crosswind.portability.contents import Contents
from crosswind.portability.hole import Hole, Holes
from crosswind.portability.parsing import Parses
from crosswind.portability.results import Results
from crosswind.portability.tables import Tables, sources
from crosswind.project.graph import Graph

# With more files of its own than these a module is read to the end only if that is asked for: reading one
# takes one to three milliseconds, and all other looks together a third of one.
FEW = 300


def analyse(
    graph: Graph,
    cache: Path | None = None,
    contents: Contents | None = None,
    *,
    deep: bool = False,
    parses: Parses | None = None,
    tests: bool = False,
) -> Holes:
    """Find the holes of every package that is not of the standard library.

    Args:
        graph: with dependencies, the standard library among them.
        cache: the folder for what was read before; None keeps nothing.
        contents: of the files, where some are there already.
        deep: whether to read all files to their end, where names may be missing everywhere. Those of
            packages that are worked on here are read so if they are few; a module in some version
            compiled when it was published.
        parses: asks the compiler about files that the grammar does not know in full.
        tests: whether to look at the tests of packages that were asked for, too.
    """
    own = sum(len(sources(one)) for one in graph.packages.values() if one.own)
    few = own <= FEW
    tables = Tables(graph, cache, contents)
    results = Results(graph, cache)
    found: dict[str, tuple[Hole, ...]] = {}
    unread: dict[str, int] = {}
    for path, package in sorted(graph.packages.items()):
        if package.standard:
            continue
        whole = deep or (few and package.own)
        checked = results.find(package, deep=whole)
        if checked is None:
            checked = Checker(package, graph, tables, deep=whole, parses=parses).run()
            results.note(package, checked, deep=whole)
        if checked.holes:
            found[path] = checked.holes
        unread.update(checked.unread)
    if not tables.contents.moved:
        results.keep()
    of_tests = {}
    for path in graph.roots if tests else ():
        root = graph.packages.get(path)
        if root is not None and tested.where(root):
            checked = tested.check(root, graph, tables, deep=deep or few, parses=parses)
            of_tests[path] = checked.holes
            unread.update(checked.unread)
    return Holes(found, unread, 0 if deep or few else own, of_tests)
