"""What the analysis found before, kept by all that it depends on.

One file holds the packages of one module in one version, or of one main module, for one universe: an
entry for each package, with the key that it was made under. An entry whose key is another one now is
made anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crosswind.portability import bodies, code
from crosswind.portability.check import Checked
from crosswind.portability.hole import Hole
from crosswind.project.graph import Graph, Package
from crosswind.system import kept


def digest(words: Iterable[str]) -> str:
    """Return one digest of many words."""
    text = "\0".join(words)
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


@dataclass(slots=True)
class Results:
    """Earlier results for the packages of a graph.

    Attributes:
        graph: the packages.
        cache: the folder for results; None keeps nothing.
    """

    graph: Graph
    cache: Path | None
    _contexts: str = ""
    _places: dict[tuple[str, str], Path] = field(default_factory=dict)
    _keys: dict[str, str] = field(default_factory=dict)
    _modules: dict[Path, dict[str, Any]] = field(default_factory=dict)
    _changed: set[Path] = field(default_factory=set)

    def find(self, package: Package, *, deep: bool) -> Checked | None:
        """Return what an earlier run found; None if it did not, or if anything is other now."""
        if self.cache is None:
            return None
        entry = self._entries(self._place(package)).get(_name(package, deep=deep))
        if entry is None or entry[0] != self._key(package):
            return None
        _, holes, unread = entry
        taken = tuple((name, int(bits, 16)) for name, bits in unread)
        return Checked(tuple(map(Hole.of_plain, holes)), taken)

    def note(self, package: Package, found: Checked, *, deep: bool) -> None:
        """Take a new result."""
        if self.cache is not None:
            holes = [hole.plain for hole in found.holes]
            unread = [[name, f"{bits:x}"] for name, bits in found.unread]
            entry = [self._key(package), holes, unread]
            place = self._place(package)
            self._entries(place)[_name(package, deep=deep)] = entry
            self._changed.add(place)

    def keep(self) -> None:
        """Write what is new."""
        for place in self._changed:
            kept.keep(place, self._modules[place])

    def _entries(self, place: Path) -> dict[str, Any]:
        found = self._modules.get(place)
        if found is None:
            found = self._modules[place] = kept.load(place) or {}
        return found

    def _place(self, package: Package) -> Path:
        # A main module, or a folder that replaces one, is known by where it is.
        whole = package.module, package.version or _root(package)
        found = self._places.get(whole)
        if found is None:
            if not self._contexts:
                self._contexts = self.graph.universe.digest
            name = f"{digest((self._contexts, *whole))[:32]}.json"
            found = self._places[whole] = (self.cache or Path()) / "holes" / name
        return found

    def _key(self, package: Package) -> str:
        """Return the digest of all that a package's holes depend on: it, and what it imports."""
        pending = [package.import_path]
        while pending:
            path = pending[-1]
            self._keys.setdefault(path, "")  # a cycle of imports ends here
            missing = [one for one in self.graph.imports(path) if one not in self._keys]
            if missing and path in self.graph.packages:
                pending += missing
                continue
            pending.pop()
            if not self._keys[path]:
                self._keys[path] = self._digest(path)
        return self._keys[package.import_path]

    def _digest(self, path: str) -> str:
        package = self.graph.packages.get(path)
        if package is None:
            return "absent"
        words = [code.identity(), str(package.directory), *package.names, package.content]
        words += [f"{name} {bits:x}" for name, bits in sorted(package.sources.items())]
        words += [repr(sorted(package.lists.get(one, {}).items())) for one in bodies.FOREIGN]
        words += [f"{one} {self._keys.get(one)}" for one in sorted(self.graph.imports(path))]
        return digest(words)


def _root(package: Package) -> str:
    """Return the folder of a package's module."""
    below = package.import_path.removeprefix(package.module).count("/")
    parents = package.directory.parents
    return str(parents[min(below, len(parents)) - 1] if below else package.directory)


def _name(package: Package, *, deep: bool) -> str:
    """Return how a package's entry is called; one where every file was read to its end says more."""
    return f"{package.import_path} deep" if deep else package.import_path
