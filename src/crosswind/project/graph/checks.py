"""What the go command refuses of packages once their files are known (cmd/go/internal/load/pkg.go)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from crosswind.project.graph.cycles import cycles
from crosswind.project.graph.graph import Graph
from crosswind.project.graph.model import Package, Problem
from crosswind.project.modules.paths import is_within

_FIPS = "crypto/internal/fips140"


def check(graph: Graph) -> None:
    """Add to the packages of a graph, in place, what is wrong with their imports."""
    found, imported_first = cycles(graph)
    for path, where in found.items():
        place = str(graph.packages[path].directory)
        _add(graph, path, Problem(where, "it imports itself, through others perhaps", place))
    for path in imported_first:
        for problem in list(_imports(graph, graph.packages[path])):
            _add(graph, path, problem)


def _add(graph: Graph, path: str, problem: Problem) -> None:
    """Note a problem where there is none yet: Go reports the first one."""
    package = graph.packages[path]
    new = problem.where & ~package.broken
    if new:
        problems = (*package.problems, replace(problem, where=new))
        graph.packages[path] = replace(package, problems=problems)


def _imports(graph: Graph, package: Package) -> Iterator[Problem]:
    """Yield imports that are refused of this package (loadImport)."""
    for path, where in graph.imports(package.import_path).items():
        imported = graph.packages.get(path)
        if imported is None:
            if path in (".", "..") or path.startswith(("./", "../")):
                yield Problem(where, f"{path} is a relative import", _line(package, path))
            continue
        if not _may_import(package, imported):
            # Of a package that has an error of its own nothing is said here.
            message = f"{path} is internal: this package may not import it"
            yield Problem(where & ~imported.broken, message, _line(package, path))
        if _is_vendored(path) and not package.standard:
            yield Problem(where, f"{path} is a vendored copy", _line(package, path))
        program = imported.names.get("main", 0) & where
        if program and imported.directory != package.directory:
            yield Problem(program, f"{path} is a program, not to be imported", _line(package, path))


def _may_import(importer: Package, imported: Package) -> bool:
    """Whether a package is not internal, or internal to something that has the importer, too."""
    path = imported.import_path
    if path.endswith("/internal"):
        at = len(path) - len("internal")
    elif "/internal/" in path:
        at = path.rindex("/internal/") + 1
    elif path == "internal" or path.startswith("internal/"):
        at = 0
    else:
        return True
    if is_within(importer.import_path, "crypto") and is_within(path, _FIPS):
        return True
    if is_within(importer.import_path, _FIPS):
        return is_within(path, "crypto/internal")
    above = path[: max(at - 1, 0)]
    if imported.module:
        return not above or is_within(importer.import_path, above)
    # The standard library goes by folders.
    folder = str(imported.directory)
    parent = folder[: len(folder) - len(path) + len(above)].rstrip("/\\")
    return importer.directory.is_relative_to(parent)


def _is_vendored(path: str) -> bool:
    return path.startswith("vendor/") or "/vendor/" in path


def _line(package: Package, path: str) -> str:
    """Return the first place that imports a path."""
    for file in package.files:
        for one in file.go.imports if file.go else ():
            if one.path == path:
                return f"{package.directory / file.name}:{one.line}:{one.column}"
    return str(package.directory)
