"""The import graph of a source tree, for all contexts at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from crosswind.constraints import Universe
from crosswind.frozen import frozen
from crosswind.project.graph import imports, spelling
from crosswind.project.graph.collisions import collisions
from crosswind.project.graph.cycles import cycles
from crosswind.project.graph.implied import external, implied, union
from crosswind.project.graph.model import File, Folder, Package, Problem
from crosswind.project.graph.packages import Contents, contents, forget, scanned

if TYPE_CHECKING:
    from crosswind.project.graph.derived import Derived

IMPORTS = ("Imports", "TestImports", "XTestImports")
# Stands for cgo, not for a package.
_CGO = "C"
# Among edges: what the go command adds to the imports.
IMPLIED = "Implied"


@frozen
class Place:
    """Where a package is.

    Attributes:
        import_path: by which it is known; for the standard library's own copies with `vendor/`.
        directory: its folder; None if it is nowhere to be found.
        module: path of its module; empty for the standard library.
        version: of the module; empty for main modules and the standard library.
        standard: whether it belongs to the standard library.
        reason: why it is nowhere, in our words.
        files: those that were named one by one; all of the folder's if empty.
        seen_from: as which import path it may see internal packages, if not as its own.
        own: whether it is worked on here: of a main module, or of a folder in another module's place.
    """

    import_path: str
    directory: Path | None
    module: str = ""
    version: str = ""
    standard: bool = False
    reason: str = ""
    files: tuple[str, ...] = ()
    seen_from: str = ""
    own: bool = False


@frozen
class Root:
    """A package that was asked for.

    Attributes:
        place: where it is.
        named: whether by its own name, not by a wildcard.
        library: whether it is left out where it is a program.
        only_cgo: whether it is left out where cgo is off.
        folder: that a wildcard found, which counts where its path can be no package's.
        pattern: that it was found by.
        by_path: whether by a wildcard of import paths: what counts then is decided otherwise.
    """

    place: Place
    named: bool
    library: bool = False
    only_cgo: bool = False
    by_path: bool = False
    folder: Path | None = None
    pattern: str = ""


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
        roots: those that were asked for, with the contexts in which they are there: everywhere if by
            name, where they have Go files if by a wildcard.
        matches: by package, the patterns that it was found by, and where.
        unreadable: folders that could not be read, with the reason.
        absent: paths that are imported and nowhere to be found, with the reason.
        edges: by Go's field name and by package, what it imports and where, by resolved paths.
        mapped: by package, the imports that are resolved to other paths.
        unmatched: patterns with wildcards that match no package.
        folders: of roots that are absent, the folders that a wildcard matched.
    """

    universe: Universe
    packages: dict[str, Package] = field(default_factory=dict)
    roots: dict[str, int] = field(default_factory=dict)
    matches: dict[str, dict[str, int]] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    edges: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    mapped: dict[str, dict[str, str]] = field(default_factory=dict)
    unmatched: tuple[str, ...] = ()
    folders: dict[str, Path] = field(default_factory=dict)

    def where(self, path: str) -> int:
        """Return the contexts in which a package has files to build."""
        return self.packages[path].where

    def imports(self, path: str, listed: str = "Imports") -> Mapping[str, int]:
        """Return what a package imports and where, by the paths as resolved.

        Args:
            path: the package.
            listed: `Imports`, `TestImports`, `XTestImports`, or `Implied`: what the go command adds.
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

    def incomplete(self) -> dict[str, int]:
        """Return the packages that have an error, or need one that does, and where."""
        start = {path: one.broken for path, one in self.packages.items() if one.broken}
        importers: dict[str, list[tuple[str, int]]] = {}
        for listed in (IMPORTS[0], IMPLIED):
            for path, imported in self.edges.get(listed, {}).items():
                there = ~self.packages[path].halted
                for one, where in imported.items():
                    if one in self.absent:
                        start[path] = start.get(path, 0) | where & there
                    importers.setdefault(one, []).append((path, where & there))
        return walk(start, lambda path: importers.get(path, ()))

    def with_tests(self, start: Mapping[str, int]) -> dict[str, int]:
        """Add to packages what their tests import, each with its contexts."""
        found = dict(start)
        for path, where in start.items():
            for listed in IMPORTS[1:]:
                for imported, bits in self.imports(path, listed).items():
                    found[imported] = found.get(imported, 0) | bits & where
        return found

    def closure(self, start: Mapping[str, int], *, implied: bool = True) -> dict[str, int]:
        """Return what packages need from given contexts on, themselves included.

        Args:
            start: the packages, with their contexts.
            implied: whether what the go command adds to imports counts.
        """
        followed = (IMPORTS[0], IMPLIED) if implied else IMPORTS[:1]

        def edges(path: str) -> Iterator[tuple[str, int]]:
            package = self.packages.get(path)
            there = ~package.halted if package else 0
            for listed in followed:
                for imported, bits in self.imports(path, listed).items():
                    if imported != _CGO:
                        yield imported, bits & there

        return walk(start, edges)


def walk(
    start: Mapping[str, int], edges: Callable[[str], Iterable[tuple[str, int]]]
) -> dict[str, int]:
    """Return every package that edges lead to, with the contexts in which they do; the start included.

    One walk for all contexts: a package is looked at again only for contexts that are new.

    Args:
        start: where to begin, in which contexts.
        edges: gives for a package where to go from there, and in which contexts.
    """
    found: dict[str, int] = {}
    pending = dict(start)
    while pending:
        path, where = pending.popitem()
        new = where & ~found.get(path, 0)
        if not new:
            continue
        found[path] = found.get(path, 0) | new
        for following, bits in edges(path):
            if bits & new:
                pending[following] = pending.get(following, 0) | bits & new
    return found


def build(
    universe: Universe,
    roots: Iterable[Root],
    find: Finder,
    read: Callable[[Path], Folder],
    *,
    deps: bool = True,
    tests: bool = False,
    derived: Derived | None = None,
) -> Graph:
    """Read packages and, if asked for, all that they need.

    Args:
        universe: all contexts.
        roots: the packages that were asked for.
        find: tells where an imported package is.
        read: reads a folder.
        deps: whether to follow imports.
        tests: whether to follow those of the roots' tests, too.
        derived: what earlier graphs made of folders; None if nothing is kept.
    """
    builder = _Builder(Graph(universe), find, read, derived, tests=tests)
    for root in roots:
        builder.root(root)
    if deps:
        builder.follow()
        builder.judge()
    return builder.graph


class _Builder:
    """Adds packages to a graph."""

    def __init__(
        self,
        graph: Graph,
        find: Finder,
        read: Callable[[Path], Folder],
        derived: Derived | None,
        *,
        tests: bool,
    ) -> None:
        self.graph = graph
        self._derived = derived
        self._tests = tests
        self._find = find
        self._read = read
        self._unlinked = external(graph.universe)
        self._pending: list[Package] = []
        self._places: dict[str, Place] = {}

    def root(self, root: Root) -> None:
        package = self._add(root.place)
        path = root.place.import_path
        everything = self.graph.universe.everything
        there = everything if root.named or package is None else everything & ~package.empty
        if package is None and root.folder:
            files = self._read(root.folder).files
            if root.by_path:
                there &= scanned(files, self.graph.universe)
            else:
                there &= ~self._contents(files, root.folder).empty
            self.graph.folders[path] = root.folder
        if root.only_cgo:
            there &= self.graph.universe.where("cgo")
        if package and root.by_path:
            there &= scanned(package.files, self.graph.universe)
        if package and root.library:
            there &= ~package.names.get("main", 0)
        if there:
            self.graph.roots[path] = self.graph.roots.get(path, 0) | there
            matches = self.graph.matches.setdefault(path, {})
            matches[root.pattern] = matches.get(root.pattern, 0) | there

    def follow(self) -> None:
        while self._pending:
            package = self._pending.pop()
            is_root = package.import_path in self.graph.roots
            for listed in (*(IMPORTS if self._tests and is_root else IMPORTS[:1]), IMPLIED):
                for path in self.graph.imports(package.import_path, listed):
                    # Imports that were not resolved have no place.
                    if path in self._places and path not in self.graph.packages:
                        self._add(self._places[path])

    def judge(self) -> None:
        """Note imports that are refused, once all packages are known."""
        edges = self.graph.edges.get(IMPORTS[0], {})
        packages = self.graph.packages
        found = {
            path: list(imports.refused(packages[path], imported, packages))
            for path, imported in edges.items()
        }
        for path, where in cycles(self.graph).items():
            place = str(packages[path].directory)
            found.setdefault(path, []).append(
                Problem(where, "it imports itself, by way of others or not", place)
            )
        for path, others in collisions(self.graph).items():
            place = str(packages[path].directory)
            for other, where in others.items():
                message = f"{other} and {path} are one package where case does not count"
                found.setdefault(path, []).append(Problem(where, message, place))
        for path, problems in found.items():
            if problems:
                more = (*packages[path].problems, *problems)
                packages[path] = replace(packages[path], problems=more)

    def _add(self, place: Place) -> Package | None:
        if place.directory is None:
            self.graph.absent[place.import_path] = place.reason
            return None
        known = self.graph.packages.get(place.import_path)
        if known is None:
            known = self._derived.get(place) if self._derived else None
            if known is None:
                known = self._package(place, place.directory)
                if self._derived:
                    self._derived.put(place, known)
            self.graph.packages[place.import_path] = known
            self._pending.append(known)
            for listed in IMPORTS:
                imported = known.lists.get(listed, {})
                self._resolve(known, listed, dict(sorted(imported.items())))
            names, lists, universe = known.names, known.lists, self.graph.universe
            added = implied(known.import_path, names, lists, universe, self._unlinked)
            self._resolve(known, IMPLIED, added)
        return known

    def _resolve(self, package: Package, listed: str, imported: Mapping[str, int]) -> None:
        edges: dict[str, int] = {}
        for path, where in imported.items():
            if path == _CGO:
                edges[path] = where
                continue
            place = self._find(path, package)
            known = place.import_path
            self._places.setdefault(known, place)
            # Where load ends early they are never resolved.
            raw = 0
            if known != path and listed == IMPORTS[0]:
                raw = where & package.halted
                self.graph.mapped.setdefault(package.import_path, {})[path] = known
            for one, bits in ((path, raw), (known, where & ~raw)):
                if bits:
                    edges[one] = edges.get(one, 0) | bits
        if edges:
            self.graph.edges.setdefault(listed, {})[package.import_path] = edges

    def _contents(
        self, files: Sequence[File], directory: Path, *, whatever: bool = False
    ) -> Contents:
        universe = self.graph.universe
        return contents(files, universe, str(directory), self._unlinked, whatever=whatever)

    def _files(self, place: Place, directory: Path) -> tuple[File, ...]:
        files = self._read(directory).files
        if not place.files:
            return files
        known = {file.name: file for file in files}
        return tuple(known[name] for name in place.files if name in known)

    def _package(self, place: Place, directory: Path) -> Package:
        files = self._files(place, directory)
        said = self._contents(files, directory, whatever=bool(place.files))
        # Those of tests are looked for only where tests are asked for, as with go list -test.
        for kind in ("", "Test", "XTest") if self._tests else ("",):
            left_out = 0 if kind else said.unlinked
            patterns = said.lists.get(f"{kind}EmbedPatterns")
            if patterns:
                from crosswind.project.graph.embeds import embedded  # few packages embed

                taken, refused = embedded(directory, patterns, _places(files), left_out)
                said.lists[f"{kind}EmbedFiles"] = taken
                said.problems += refused if not kind else ()
        universe = self.graph.universe
        misspelt = list(
            spelling.problems(said.lists, place.import_path, str(directory), universe.everything)
        )
        said.problems += misspelt
        halted = said.unlinked | union(problem.where for problem in misspelt)
        forget(said, universe, halted, str(directory))
        return Package(
            import_path=place.import_path,
            directory=directory,
            module=place.module,
            version=place.version,
            standard=place.standard,
            files=files,
            names=said.names,
            docs=said.docs,
            lists=said.lists,
            flags={name: tuple(flags) for name, flags in said.flags.items()},
            problems=tuple(said.problems),
            empty=said.empty,
            unlinked=said.unlinked,
            halted=halted,
            seen_from=place.seen_from,
            digests={file.name: file.digest for file in files if file.go},
            own=place.own,
        )


def _places(files: Sequence[File]) -> dict[str, str]:
    """Return where each pattern of embedded files stands for the first time, tests apart."""
    found: dict[str, str] = {}
    for file in files:
        for one in file.go.embeds if file.go and not file.name.endswith("_test.go") else ():
            found.setdefault(one.pattern, f"{file.name}:{one.line}:{one.column}")
    return found
