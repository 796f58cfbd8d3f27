"""What earlier graphs made of the folders of Go itself and of modules in the module cache.

Few of them change between two runs, and each is the same for whoever imports it. One file holds the packages
of one tree for one universe: an entry for each, with the content of the folder that it was made from. Only
scans believe stamps.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from crosswind import port
from crosswind.constraints import Universe
from crosswind.project.graph import records
from crosswind.project.graph.model import File, Package, Problem
from crosswind.project.graph.scan import Scan
from crosswind.system import kept, stamps

if TYPE_CHECKING:
    from crosswind.project.graph.graph import Place


class Recorded(Sequence[File]):
    """The files of a folder, taken from its record when somebody asks for them: few do."""

    __slots__ = ("_count", "_files", "_take")

    def __init__(self, count: int, take: Callable[[], Sequence[File]]) -> None:
        """Note how many there are, and where to take them from."""
        self._count = count
        self._take = take
        self._files: Sequence[File] | None = None

    def _taken(self) -> Sequence[File]:
        if self._files is None:
            self._files = self._take()
        return self._files

    def __len__(self) -> int:
        """Return how many there are; takes none."""
        return self._count

    @overload
    def __getitem__(self, index: int) -> File: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[File]: ...
    def __getitem__(self, index: int | slice) -> File | Sequence[File]:
        """Take them all, and return some."""
        return self._taken()[index]

    def __iter__(self) -> Iterator[File]:
        """Take them all."""
        return iter(self._taken())


class Derived:
    """The packages of some trees, for one universe."""

    def __init__(self, scan: Scan, universe: Universe, cache: Path, *, tests: bool) -> None:
        """Begin with nothing read.

        Args:
            scan: tells the contents of folders.
            universe: all contexts.
            cache: crosswind's cache folder.
            tests: whether the files that tests embed are looked for.
        """
        self._scan = scan
        self._made_by = f"{_code()} {universe.digest} {tests}"
        self._cache = cache / "packages"
        self._trees: dict[str, dict[str, Any]] = {}
        self._changed: set[str] = set()

    def get(self, place: Place) -> Package | None:
        """Return the package at a place as it was made before; None if it was not, or is another one now."""
        if place.directory is None or not self._lasts(place, place.directory):
            return None
        entry = self._tree(self._scan.tree(place.directory)).get(place.import_path)
        if entry is None or entry[0] != self._scan.content(place.directory):
            return None
        return _package(place, place.directory, entry, self._scan)

    def put(self, place: Place, package: Package) -> None:
        """Take a package that was made of a whole folder."""
        if not self._lasts(place, package.directory) or place.seen_from:
            return
        # What patterns stand for lies in other folders.
        embeds = any(name.endswith("EmbedPatterns") for name in package.lists)
        content = self._scan.content(package.directory)
        if content and (not embeds or self._scan.is_fixed(package.directory)):
            root = self._scan.tree(package.directory)
            self._tree(root)[place.import_path] = _plain(content, package)
            self._changed.add(root)

    def save(self) -> None:
        """Keep what is new for the next run."""
        for root in self._changed:
            kept.keep(self._path(root), self._trees[root])

    def _lasts(self, place: Place, directory: Path) -> bool:
        """Whether a package is a whole folder that hardly ever changes."""
        return not place.files and (place.standard or self._scan.is_fixed(directory))

    def _tree(self, root: str) -> dict[str, Any]:
        found = self._trees.get(root)
        if found is None:
            found = self._trees[root] = (kept.load(self._path(root)) or {}) if root else {}
        return found

    def _path(self, root: str) -> Path:
        words = f"{self._made_by}\0{root}".encode("utf-8", "surrogateescape")
        return self._cache / f"{hashlib.sha256(words).hexdigest()[:32]}.json"


def _plain(content: str, package: Package) -> list[Any]:
    return [
        content,
        package.names,
        package.docs,
        package.lists,
        package.flags,
        [[one.where, one.message, one.place] for one in package.problems],
        package.empty,
        package.unlinked,
        package.halted,
        len(package.files),
        package.digests,
    ]


def _package(place: Place, directory: Path, entry: Sequence[Any], scan: Scan) -> Package:
    _, names, docs, lists, flags, problems, empty, unlinked, halted, count, digests = entry
    return Package(
        import_path=place.import_path,
        directory=directory,
        module=place.module,
        version=place.version,
        standard=place.standard,
        files=Recorded(count, lambda: scan.known(directory).files),
        names=names,
        docs=docs,
        lists=lists,
        flags={name: tuple((flag, where) for flag, where in said) for name, said in flags.items()},
        problems=tuple(Problem(*problem) for problem in problems),
        empty=empty,
        unlinked=unlinked,
        halted=halted,
        seen_from=place.seen_from,
        digests=digests,
        own=place.own,
    )


@functools.cache
def _code() -> str:
    """Identify the code that makes packages of folders."""
    return f"{records.code()} {stamps.of_code(Path(port.__file__))}"
