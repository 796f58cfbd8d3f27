"""The tables of a graph's packages, made when they are asked for; what files declare is cached.

Of packages whose files do not change the whole table is cached, too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from crosswind.constraints import Universe
from crosswind.port import ARCHS
from crosswind.portability import code, declarations
from crosswind.portability.contents import Contents
from crosswind.portability.declarations import Declarations
from crosswind.portability.table import Table, build
from crosswind.project.graph import File, Graph, Package
from crosswind.system import kept

_SWIG = ("SwigFiles", "SwigCXXFiles")


def sources(package: Package) -> list[tuple[File, int]]:
    """Return a package's own Go files, those of tests apart, with the contexts of each."""
    bits = package.sources
    return [(file, where) for file in package.files if (where := bits.get(file.name))]


class Tables:
    """Tables by import path.

    Attributes:
        contents: of the files.
        narrow: the contexts whose machines have an `int` of 32 bits.
    """

    def __init__(
        self,
        graph: Graph,
        cache: Path | None,
        contents: Contents | None = None,
        others: Tables | None = None,
        changed: Collection[str] = (),
    ) -> None:
        """Begin with no table.

        Args:
            graph: the packages.
            cache: the folder for what files declare; None keeps nothing.
            contents: of the files, where some are there already.
            others: where the tables of all packages come from that are not changed.
            changed: packages that are others than those.
        """
        self._others = others
        self._changed = changed
        self.contents = contents or Contents()
        self.narrow = _narrow(graph.universe)
        self._graph = graph
        self._everything = graph.universe.everything
        self._cache = cache
        self._tables: dict[str, Table | None] = {}
        self._declared: dict[str, list[Declarations]] = {}
        self._where: dict[str, int] = {}
        self._partial: dict[str, frozenset[bytes]] = {}
        self._exported: dict[str, frozenset[bytes]] = {}

    def of(self, path: str) -> Table | None:
        """Return a package's table; None if it is not in the graph."""
        if self._others and path not in self._changed:
            return self._others.of(path)
        if path not in self._tables:
            package = self._graph.packages.get(path)
            self._tables[path] = self._take(package) if package else None
        return self._tables[path]

    def varied(self, graph: Graph, changed: Collection[str]) -> Tables:
        """Return tables of the same packages but for some that are others in a graph."""
        return Tables(graph, self._cache, self.contents, self, changed)

    def partial(self, path: str) -> frozenset[bytes]:
        """Return what a package declares, but not in all contexts in which it has files: names, fields."""
        found = self._partial.get(path)
        if found is None:
            found = self._partial[path] = frozenset(map(str.encode, self._find_partial(path)))
        return found

    def exported(self, path: str) -> frozenset[bytes]:
        """Return what of `partial` other packages can use."""
        found = self._exported.get(path)
        if found is None:
            names = (name for name in self.partial(path) if name.decode()[:1].isupper())
            found = self._exported[path] = frozenset(names)
        return found

    def where(self, path: str) -> int:
        """Return the contexts in which a package has files; none for one that is not in the graph."""
        found = self._where.get(path)
        if found is None:
            package = self._graph.packages.get(path)
            found = self._where[path] = package.where if package else 0
        return found

    def _find_partial(self, path: str) -> Iterable[str]:
        package = self._graph.packages.get(path)
        if package is None or len(set(package.sources.values())) < 2:
            return ()
        place = self._place_of("partial", package, [f"{self._everything:x}"])
        known: Iterable[str] | None = kept.load(place) if place else None
        if known is None:
            table = self.of(path)
            known = sorted(table.partial(self._everything)) if table else []
            if place and not self.contents.moved:
                kept.keep(place, known)
        return known

    def _place_of(self, kind: str, package: Package, more: Iterable[str] = ()) -> Path | None:
        """Return where something is kept that depends on a package's files, and on where each is built."""
        # Whoever works on a package makes new ones of these all the time.
        if package.own:
            return None
        lists = ("GoFiles", "CgoFiles", *_SWIG)
        built = (repr(sorted(package.lists.get(one, {}).items())) for one in lists)
        return self._place(kind, package, (*more, *built))

    def declared(self, package: Package) -> list[Declarations]:
        """Return what each of `sources` declares."""
        path = package.import_path
        found = self._declared.get(path)
        if found is None:
            found = self._declared[path] = self._read(package)
        return found

    def _take(self, package: Package) -> Table:
        """Take over the table that is kept, or build it."""
        place = self._place_of("tables", package)
        known = kept.load(place) if place else None
        if known is not None:
            return Table.of_plain(known)
        table = self._build(package)
        if place and not self.contents.moved:
            kept.keep(place, table.plain)
        return table

    def _build(self, package: Package) -> Table:
        bits = [where for _, where in sources(package)]
        table = build(zip(bits, self.declared(package), strict=True))
        for listed in _SWIG:
            for where in package.lists.get(listed, {}).values():
                # SWIG writes Go files of its own (go/build/build.go, Package).
                table = replace(table, unknown=table.unknown | where)
        return table

    def _read(self, package: Package) -> list[Declarations]:
        place = self._place("declarations", package)
        known = kept.load(place) if place else None
        if known is not None:
            return [Declarations.of_plain(one) for one in known]
        found = [declarations.read(self.contents.of(package, file)) for file, _ in sources(package)]
        if place and not self.contents.moved:
            kept.keep(place, [one.plain for one in found])
        return found

    def _place(self, kind: str, package: Package, more: Iterable[str] = ()) -> Path | None:
        if self._cache is None:
            return None
        digest = hashlib.sha256(f"{code.identity()}\n".encode())
        for word in (package.content, *more):
            digest.update(f"{word}\n".encode("utf-8", "surrogateescape"))
        return self._cache / kind / f"{digest.hexdigest()}.json"


def _narrow(universe: Universe) -> int:
    """Return the contexts whose machines have an `int` of 32 bits."""
    small = (
        1 << bit
        for bit, one in enumerate(universe.contexts)
        if (arch := ARCHS.get(one.target.goarch)) and arch.int_bits == 32
    )
    return sum(small)
