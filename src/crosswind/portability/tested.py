"""Tests of packages: what stands in their way where the packages themselves work.

The go command builds tests in two packages (go help test): `_test.go` files with the package's own clause
become part of it, those of `package p_test` are a package beside it, which sees what the former declare.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from crosswind.portability.check import Checked, Checker
from crosswind.portability.hole import Hole
from crosswind.portability.parsing import Parses
from crosswind.portability.reasons import Kind, Reason, absence, import_place
from crosswind.portability.tables import Tables
from crosswind.project.graph import Graph, Package
from crosswind.project.graph.model import Bits

_INNER, _OUTER = "TestGoFiles", "XTestGoFiles"
_IMPORTS = ("TestImports", "XTestImports")


def where(package: Package) -> int:
    """Return the contexts in which a package has tests."""
    found = 0
    for listed in (_INNER, _OUTER):
        for bits in package.lists.get(listed, {}).values():
            found |= bits
    return found


def check(
    package: Package, graph: Graph, tables: Tables, *, deep: bool, parses: Parses | None
) -> Checked:
    """Find the holes of a package's test files; see `Checker`."""
    found: list[Hole] = []
    unread: list[tuple[str, int]] = []
    inner, outer = _inner(package), _outer(package)
    seen = replace(graph, packages={**graph.packages, package.import_path: inner})
    varied = tables.varied(seen, (package.import_path, outer.import_path))
    for one, listed in ((inner, _INNER), (outer, _OUTER)):
        seen.packages[one.import_path] = one
        names = package.lists.get(listed, {})
        if names:
            only = frozenset(names)
            checked = Checker(one, seen, varied, deep=deep, parses=parses, only=only).run()
            found += checked.holes
            unread += checked.unread
    path = package.import_path
    return Checked(tuple(replace(one, package=path) for one in found), tuple(unread))


def _inner(package: Package) -> Package:
    """Return a package with its tests inside."""
    lists = package.lists
    joined = {**lists.get("GoFiles", {}), **lists.get(_INNER, {})}
    return replace(package, lists={**lists, "GoFiles": joined})


def _outer(package: Package) -> Package:
    """Return the package of tests beside another one, under Go's name for it."""
    path = package.import_path
    files: dict[str, Bits] = {"GoFiles": package.lists.get(_OUTER, {})}
    return replace(package, import_path=f"{path}_test [{path}.test]", lists=files)


def reasons(
    graph: Graph,
    path: str,
    own: Sequence[Reason],
    every: Mapping[str, Collection[Reason]],
) -> Iterator[Reason]:
    """Yield why the tests of a package cannot be built: their own holes, and what they import.

    Args:
        graph: with what tests import.
        path: the package.
        own: reasons that names in test files make.
        every: the reasons of all packages.
    """
    yield from own
    for listed in _IMPORTS:
        for imported, bits in graph.imports(path, listed).items():
            at = import_place(graph.packages[path], imported, bits, (_INNER, _OUTER))
            if imported in graph.absent:
                why = graph.absent[imported]
                message = f"imports {imported}: {why}"
                yield Reason(bits, Kind.ABSENT, "CW5079", message, at, absence(why), path)
            for reason in every.get(imported, ()) if imported != path else ():
                if lost := reason.where & bits:
                    way = (imported, *reason.via)
                    yield replace(
                        reason, where=lost, kind=Kind.IMPORT, code="CW5076", via=way, at=at
                    )
