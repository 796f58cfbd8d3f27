"""Analyse all packages of a graph: which names they use that do not exist on some target."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

from crosswind.portability import tested
from crosswind.portability.check import Checker
from crosswind.portability.contents import Contents
from crosswind.portability.hole import Hole, Holes
from crosswind.portability.parsing import Parses
from crosswind.portability.results import Results
from crosswind.portability.tables import Tables
from crosswind.project.graph import Graph, Package

# With more files of its own than these, or more bytes in them, a module is read to the end only if that is
# asked for: reading a file takes one to three milliseconds, a megabyte more than a second, and all other
# looks at a file together a third of a millisecond.
FEW = 300
FEW_BYTES = 2 << 20


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
    worked_on = [one for one in graph.packages.values() if one.own]
    own = sum(len(one.sources) for one in worked_on)
    few = own <= FEW and _size(worked_on) <= FEW_BYTES
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


def _size(packages: Iterable[Package]) -> int:
    """Return how many bytes the sources of packages have; one that went away has none."""
    found = 0
    for package in packages:
        for name in package.sources:
            with contextlib.suppress(OSError):
                found += (package.directory / name).stat().st_size
    return found
