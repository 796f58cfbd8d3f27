"""Which packages a changed file belongs to, and in which contexts it counts."""

from __future__ import annotations

from crosswind import gosource
from crosswind.affected import embeds
from crosswind.affected.model import Cause, Touches
from crosswind.affected.places import Places
from crosswind.constraints import Universe, constraint, names, selected
from crosswind.project.changes import Change, Changes, Kind
from crosswind.project.graph import Graph

# A constraint stands at the start of a file.
_HEAD = 1 << 20
# cmd/go/internal/load/pkg.go, load: files that count with cgo alone; assembly for the C compiler.
_WITH_CGO = (".c", ".cc", ".cpp", ".cxx", ".m", ".swig", ".swigcxx", ".S", ".sx")
# Files that only C and assembly look into (the same place, HFiles).
_HEADERS = (".h", ".hh", ".hpp", ".hxx")
# What C and assembly may ask for by #include, wherever it lies.
_INCLUDED = (".h", ".hh", ".hpp", ".hxx", ".inc", ".inl", ".def", ".c", ".cc", ".cpp", ".cxx")
_PATTERNS = ("EmbedPatterns", "TestEmbedPatterns", "XTestEmbedPatterns")
# cmd/go/internal/load/pkg.go, setPGOProfilePath.
_PROFILE = "default.pgo"


class Sources:
    """Finds what changed files touch."""

    def __init__(self, graph: Graph, places: Places, changes: Changes, touches: Touches) -> None:
        """Take the packages and the changes; what is found goes to `touches`."""
        self._graph = graph
        self._universe = graph.universe
        self._places = places
        self._changes = changes
        self._touches = touches
        self._including = _including(places)

    def take(self, change: Change) -> None:
        """Find what a change touches: the file as it was, and the file as it is."""
        if change.submodule:
            for package in self._places.within(change.path):
                self._touch(package.import_path, Cause(change.path, "a submodule changed"))
            return
        old_path = change.old_path or change.path
        if change.old_blob:
            told = f"renamed to {change.path}" if change.old_path else str(change.kind)
            self._file(Cause(old_path, told), self._changes.old(change))
        if change.kind is not Kind.DELETED:
            self._file(Cause(change.path, self._told(change)), self.content(change.path))

    def _told(self, change: Change) -> str:
        return f"renamed from {change.old_path}" if change.old_path else str(change.kind)

    def content(self, path: str) -> bytes:
        """Return how a file begins; empty if there is none."""
        try:
            place = self._places.top / path
            # A pipe, which a link may lead to, would wait for its writer.
            if not place.is_file():
                return b""
            with place.open("rb") as stream:
                return stream.read(_HEAD)
        except OSError:
            return b""

    def _file(self, cause: Cause, data: bytes) -> None:
        folder, _, name = cause.path.rpartition("/")
        parts = folder.split("/")
        if "testdata" in parts:
            package = "/".join(parts[: parts.index("testdata")])
            for path in self._places.import_paths(package):
                self._touch(path, cause, tests_only=True)
        elif not names.is_ignored(name):
            where = _where(name, data, self._universe)
            is_test = name.endswith("_test.go") and not self._breaks(name, data, folder)
            of_c = name.endswith(_HEADERS) and not constraint(name, data).broken
            for path in self._places.import_paths(folder):
                here = where & self._including.get(path, 0) if of_c else where
                self._touch(path, cause, here, tests_only=is_test)
        self._embedded(cause)
        if name == _PROFILE:
            for program in self._places.folders.get(folder, ()):
                self._touch(program.import_path, cause, program.names.get("main", 0))
        if name.endswith(_INCLUDED):
            self._may_be_included(cause, folder)

    def _breaks(self, name: str, data: bytes, folder: str) -> bool:
        """Whether a test file keeps its package from being built, too (go/build/build.go, Import)."""
        read = gosource.read(data)
        if constraint(name, data).broken or read.unread or read.error:
            return True
        package = read.package.removesuffix("_test")
        known = self._places.folders.get(folder, ())
        return any(one.names and package not in one.names for one in known)

    def _embedded(self, cause: Cause) -> None:
        for package, relative in self._places.above(cause.path):
            for listed in _PATTERNS:
                for pattern, where in package.lists.get(listed, {}).items():
                    if embeds.matches(pattern, relative):
                        told = Cause(cause.path, f"embedded, {cause.message}")
                        is_test = listed != _PATTERNS[0]
                        self._touch(package.import_path, told, where, tests_only=is_test)

    def _may_be_included(self, cause: Cause, folder: str) -> None:
        """Touch every package with C code: which files it includes is the C compiler's to know."""
        here = self._places.import_paths(folder)
        for path, where in self._including.items():
            if path not in here:
                told = Cause(cause.path, f"{cause.message}; C code may include it")
                self._touch(path, told, where)

    def _touch(
        self, path: str, cause: Cause, where: int | None = None, *, tests_only: bool = False
    ) -> None:
        chosen = self._universe.everything if where is None else where
        self._touches.package(path, cause, chosen, tests_only=tests_only)


def _where(name: str, data: bytes, universe: Universe) -> int:
    """Return the contexts in which a file counts; Go reports a broken one wherever its name lets it."""
    said = constraint(name, data)
    suffix = names.tags(name)
    if said.broken or not data:
        return universe.where_all(suffix)
    where = selected(suffix, said, universe)
    return where & universe.where("cgo") if name.endswith(_WITH_CGO) else where


def _including(places: Places) -> dict[str, int]:
    """List the local packages with C code or assembly, and where they have it."""
    found: dict[str, int] = {}
    for packages in places.folders.values():
        for package in packages:
            for listed in ("CgoFiles", "SFiles"):
                for bits in package.lists.get(listed, {}).values():
                    found[package.import_path] = found.get(package.import_path, 0) | bits
    return {path: where for path, where in found.items() if where}
