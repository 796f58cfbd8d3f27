"""Reasons: where a package does not work, and why, as far as files and imports tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from crosswind.constraints import names
from crosswind.frozen import frozen
from crosswind.project.graph import File, Graph, Package, Problem
from crosswind.project.graph.imports import place_of

# Named in a message; a package may have hundreds of files for other systems.
_FILES_SHOWN = 3


class Kind(StrEnum):
    """What stands in a package's way; each is a word of the JSON document."""

    FILES = "files"
    CGO = "cgo"
    ABSENT = "absent"
    IMPORT = "import"
    CYCLE = "cycle"
    NAME = "name"
    DAMAGED = "damaged"
    LINK = "link"
    FLAG = "flag"


@frozen
class Reason:
    """Why a package does not work in some contexts.

    Attributes:
        where: the contexts, as bits.
        kind: what stands in the way.
        code: its page.
        message: one sentence.
        place: `file:line:column`, or a folder.
        hint: what to do about it.
        package: the import path whose fault it is.
        via: the import paths from here to that package, itself included; empty for an own reason.
        at: where the first of them is imported, `file:line:column`.
    """

    where: int
    kind: Kind
    code: str
    message: str
    place: str = ""
    hint: str = ""
    package: str = ""
    via: tuple[str, ...] = ()
    at: str = ""


def own(graph: Graph, path: str, needed: int) -> Iterator[Reason]:
    """Yield a package's own reasons: no files, damaged files, imports that are nowhere.

    Args:
        graph: with each target without cgo and, as the next context, with it.
        path: the package.
        needed: the contexts in which anybody needs it.
    """
    package = graph.packages[path]
    damaged = _any(package, "InvalidGoFiles")
    there = package.where | damaged
    for problem in package.problems:
        if bits := problem.where & there & needed & ~package.unlinked:
            yield Reason(bits, Kind.DAMAGED, "CW5079", problem.message, place(package, problem.place),
                         _repair(package, problem), path)  # fmt: skip
    if left := needed & ~there:
        yield from _without_files(graph, package, left)
    if bits := package.unlinked & package.where & needed:
        yield Reason(bits, Kind.LINK, "CW5077", "programs for it are linked by a C compiler",
                     place(package, ""), "build with --cgo on", path)  # fmt: skip
    for imported, where in graph.imports(path).items():
        if imported in graph.absent and (bits := where & needed):
            yield Reason(bits, Kind.ABSENT, "CW5079", f"imports {imported}: {graph.absent[imported]}",
                         import_place(package, imported, bits), absence(graph.absent[imported]),
                         path)  # fmt: skip


def _repair(package: Package, problem: Problem) -> str:
    """Say how to mend what the go command refuses a package for."""
    refused = "the go command refuses the whole package for it"
    unreadable = {file.name: file.unreadable for file in package.files}
    if unreadable.get(problem.place) == problem.message:
        return f"make it readable, or remove it: {refused}"
    return refused


def absence(why: str) -> str:
    """Say how to mend that a package is absent."""
    if why.startswith("malformed import path"):
        return "rename the folder, or begin its name with an underscore: then patterns pass it by"
    if "in the module cache" in why:
        return "go mod download fetches what go.mod asks for"
    return "go mod tidy adds what is missing"


def _any(package: Package, listed: str) -> int:
    """Return the contexts in which anything stands in one of a package's lists."""
    found = 0
    for bits in package.lists.get(listed, {}).values():
        found |= bits
    return found


def _without_files(graph: Graph, package: Package, bits: int) -> Iterator[Reason]:
    """Say why no file is left."""
    # The context behind the one without cgo is the same target's with it.
    needs = bits & _any(package, "CgoFiles") >> 1 & ~graph.universe.where("cgo")
    if needs:
        files = sorted(package.lists["CgoFiles"])
        message = f'all its files need cgo: {_listed(files)} import "C"'
        yield Reason(needs, Kind.CGO, "CW5077", message, place(package, files[0]),
                     "build with --cgo on, or use a package in pure Go", package.import_path)  # fmt: skip
    if left := bits & ~needs:
        message, where = _excluded(package)
        hint = "add a file for it, or keep what imports this package out of it"
        yield Reason(left, Kind.FILES, "CW5075", message, where, hint, package.import_path)


def _excluded(package: Package) -> tuple[str, str]:
    files = [
        file
        for file in package.files
        if file.name in package.lists.get("IgnoredGoFiles", {})
        and not file.name.endswith("_test.go")
    ]
    if not files:
        return "no Go files", place(package, "")
    asked = [f"{file.name} ({asks(file)})" for file in files]
    return f"constraints exclude all Go files: {_listed(asked)}", place(package, files[0].name)


def asks(file: File) -> str:
    """Say what a file's name and head ask for, as expressions."""
    by_name = " && ".join(names.tags(file.name))
    by_head = str(file.constraint.expression or "")
    return "; ".join(dict.fromkeys(filter(None, (by_name, by_head)))) or "cgo"


def _listed(words: Sequence[str]) -> str:
    more = len(words) - _FILES_SHOWN
    shown = ", ".join(words[:_FILES_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown


def place(package: Package, within: str) -> str:
    """Return how a place in a package is called: by its import path, whatever the folder is.

    Args:
        package: the package.
        within: `file:line:column`; or the folder, or nothing, for the package as a whole.
    """
    within = within.removeprefix(str(package.directory)).strip("/")
    return f"{package.import_path}/{within}" if within else package.import_path


def import_place(
    package: Package, path: str, bits: int, lists: Sequence[str] = ("GoFiles", "CgoFiles")
) -> str:
    """Return where a package imports a path in some of the contexts.

    Args:
        package: the importer.
        path: as resolved.
        bits: the contexts.
        lists: by Go's field name, the files that count.
    """
    return place(package, place_of(package, path, bits, lists))


def cycles(graph: Graph) -> Iterator[tuple[str, Reason]]:
    """Yield import cycles, at each package that is in one."""
    for path in _in_components(graph):
        if found := _returns(graph, path):
            message = "imports itself, by way of others"
            where = place(graph.packages[path], "")
            yield path, Reason(found, Kind.CYCLE, "CW5079", message, where, "", path)


def _returns(graph: Graph, start: str) -> int:
    """Return the contexts in which following imports leads back to a package."""
    found: dict[str, int] = {}
    pending = {path: bits for path, bits in graph.imports(start).items() if path in graph.packages}
    while pending:
        path, bits = pending.popitem()
        new = bits & ~found.get(path, 0)
        if not new:
            continue
        found[path] = found.get(path, 0) | new
        for imported, more in graph.imports(path).items():
            if more & new and imported in graph.packages and path != start:
                pending[imported] = pending.get(imported, 0) | more & new
    return found.get(start, 0)


def _in_components(graph: Graph) -> list[str]:
    """Return the packages that are left when all without imports, or importers, are taken away.

    Whatever is in a cycle is among them, and they are few where there is none.
    """
    there = graph.packages.keys()
    remaining = {path: graph.imports(path).keys() & there for path in there}
    importers: dict[str, list[str]] = {}
    for path, imported in remaining.items():
        for one in imported:
            importers.setdefault(one, []).append(path)
    free = [path for path, imported in remaining.items() if not imported]
    while free:
        path = free.pop()
        del remaining[path]
        for importer in importers.get(path, ()):
            if importer in remaining:
                remaining[importer].discard(path)
                if not remaining[importer]:
                    free.append(importer)
    return sorted(remaining)


def spread(graph: Graph, reasons: Mapping[str, Sequence[Reason]]) -> dict[str, list[Reason]]:
    """Hand each package's own reasons on to all that import it; return reasons by package.

    An importer's reason names the package whose fault it is, and the shortest way there; of several
    reasons for one package and target it has the first.
    """
    importers: dict[str, list[tuple[str, int]]] = {}
    for path in graph.packages:
        for imported, bits in graph.imports(path).items():
            importers.setdefault(imported, []).append((path, bits))
    found = {path: list(of_path) for path, of_path in reasons.items()}
    for path, of_path in reasons.items():
        reached = {path: 0}
        for reason in of_path:
            for importer, inherited in _inherited(graph, importers, path, reason, reached):
                found.setdefault(importer, []).append(inherited)
    return found


def _inherited(
    graph: Graph,
    importers: Mapping[str, Sequence[tuple[str, int]]],
    start: str,
    reason: Reason,
    reached: dict[str, int],
) -> Iterator[tuple[str, Reason]]:
    """Walk from a reason to all importers, nearest first; each is yielded for contexts that are new."""
    first = reason.where & ~reached[start]
    reached[start] |= first
    pending: list[tuple[str, int, tuple[str, ...]]] = [(start, first, ())]
    for path, where, via in pending:
        for importer, bits in importers.get(path, ()):
            new = where & bits & ~reached.get(importer, 0)
            if not new:
                continue
            reached[importer] = reached.get(importer, 0) | new
            way = (path, *via)
            pending.append((importer, new, way))
            at = import_place(graph.packages[importer], path, new)
            yield (
                importer,
                replace(reason, where=new, kind=Kind.IMPORT, code="CW5076", via=way, at=at),
            )
