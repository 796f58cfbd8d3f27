"""The import graph of a source tree, for all contexts at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from crosswind.constraints import Universe
from crosswind.project.graph.model import Folder, Package
from crosswind.project.graph.packages import contents


@dataclass(frozen=True, slots=True)
class Place:
    """Where a package is.

    Attributes:
        import_path: by which it is known; for the standard library's own copies with `vendor/`.
        directory: its folder; None if it is nowhere to be found.
        module: path of its module; empty for the standard library.
        version: of the module; empty for main modules, folders and the standard library.
        standard: whether it belongs to the standard library.
        reason: why it is nowhere, in our words.
    """

    import_path: str
    directory: Path | None
    module: str = ""
    version: str = ""
    standard: bool = False
    reason: str = ""


class Finder(Protocol):
    """Tells where packages are."""

    def __call__(self, path: str, importer: Package | None) -> Place:
        """Find a package that another one imports; None for one that the user names."""


@dataclass(slots=True)
class Graph:
    """Packages, and who imports whom; each set of contexts is bits of the universe.

    Attributes:
        universe: all contexts.
        packages: by import path, in the order in which they were loaded.
        roots: import paths of those that were asked for.
        absent: paths that are imported and nowhere to be found, with the reason.
        edges: by Go's field name and by package, what it imports and where, by resolved paths.
    """

    universe: Universe
    packages: dict[str, Package] = field(default_factory=dict)
    roots: tuple[str, ...] = ()
    absent: dict[str, str] = field(default_factory=dict)
    edges: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)

    def where(self, path: str) -> int:
        """Return the contexts in which a package has files to build."""
        return self.packages[path].where

    def imports(self, path: str, listed: str = "Imports") -> Mapping[str, int]:
        """Return what a package imports and where, by the paths as resolved.

        Args:
            path: the package.
            listed: `Imports`, `TestImports` or `XTestImports`.
        """
        return self.edges.get(listed, {}).get(path, {})

    def files(self, path: str) -> Mapping[str, Mapping[str, int]]:
        """Return the files of a package by Go's field name, each with its contexts."""
        lists = self.packages[path].lists
        return {name: bits for name, bits in lists.items() if name.endswith("Files")}

    def reach(self, main: str) -> dict[str, int]:
        """Return every package that one needs, itself included, with the contexts where it does.

        One walk for all contexts: a package is looked at again only for contexts that are new.
        """
        return self.closure({main: self.universe.everything})

    def closure(self, start: Mapping[str, int]) -> dict[str, int]:
        """Return what packages need from given contexts on, themselves included."""
        found: dict[str, int] = {}
        pending = dict(start)
        while pending:
            path, where = pending.popitem()
            new = where & ~found.get(path, 0)
            if not new:
                continue
            found[path] = found.get(path, 0) | new
            for imported, bits in self.imports(path).items():
                if bits & new:
                    pending[imported] = pending.get(imported, 0) | bits & new
        return found


def load(
    universe: Universe,
    roots: Iterable[Place],
    find: Finder,
    read: Callable[[Place], Folder],
    *,
    deps: bool = True,
    tests: bool = False,
) -> Graph:
    """Read packages and, if asked for, all that they need.

    Args:
        universe: all contexts.
        roots: the packages that were asked for.
        find: tells where an imported package is.
        read: reads a package's folder.
        deps: whether to follow imports.
        tests: whether to follow those of the roots' tests, too.
    """
    graph = Graph(universe)
    pending = list(roots)
    graph.roots = tuple(place.import_path for place in pending)
    while pending:
        place = pending.pop()
        if place.import_path in graph.packages:
            continue
        package = graph.packages[place.import_path] = _package(place, universe, read)
        followed = ["Imports"] if deps else []
        if tests and place.import_path in graph.roots:
            followed += ["TestImports", "XTestImports"]
        for listed in ("Imports", "TestImports", "XTestImports"):
            places = _resolve(graph, package, listed, find)
            if listed in followed:
                pending += [one for one in places if one.import_path not in graph.packages]
    return graph


def _package(place: Place, universe: Universe, read: Callable[[Place], Folder]) -> Package:
    folder = read(place)
    said = contents(folder.files, universe, str(folder.path))
    return Package(
        place.import_path,
        folder.path,
        place.module,
        place.version,
        place.standard,
        folder.files,
        said.names,
        said.lists,
        {},
        tuple(said.problems),
    )


def _resolve(graph: Graph, package: Package, listed: str, find: Finder) -> Sequence[Place]:
    edges: dict[str, int] = {}
    places = []
    for path, where in package.lists.get(listed, {}).items():
        if path in ("C", "unsafe"):
            edges[path] = where
            continue
        place = find(path, package)
        edges[place.import_path] = edges.get(place.import_path, 0) | where
        if place.directory is None:
            graph.absent[place.import_path] = place.reason
        else:
            places.append(place)
    graph.edges.setdefault(listed, {})[package.import_path] = edges
    return places
