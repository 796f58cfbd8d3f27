"""Imports that the go command refuses although the package is there (cmd/go/internal/load/pkg.go, loadImport)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from crosswind.project.graph.implied import union
from crosswind.project.graph.model import Package, Problem

_VENDOR = "vendor/"
_FIPS, _CRYPTO = "crypto/internal/fips140", "crypto"
# go/build/build.go, IsLocalImport.
_HERE = (".", "..")


def refused(
    package: Package, imported: Mapping[str, int], packages: Mapping[str, Package]
) -> Iterator[Problem]:
    """Yield why imports of a package are refused, and where.

    Args:
        package: the one that imports.
        imported: what it imports, by resolved paths, with the contexts.
        packages: all that are known, by import path.
    """
    for path, where in package.lists.get("Imports", {}).items():
        at = _vendor_at(path)
        if at >= 0:
            message = f"import of {path}, which must be imported as {path[at + len(_VENDOR) :]}"
            yield Problem(where & ~package.halted, message, place_of(package, path, where))
    for path, where in imported.items():
        if path in _HERE or path.startswith(("./", "../")):
            message = f"import of {path} by a path of folders"
            yield Problem(where, message, place_of(package, path, where))
            continue
        other = packages.get(path)
        program = other.names.get("main", 0) & where if other else 0
        guarded = "internal" in path or "vendor" in path
        if other is None or not (program or guarded) or package.directory == other.directory:
            continue
        reason = _hidden(package, other) if guarded else ""
        if reason:
            yield Problem(where & ~other.broken, reason, place_of(package, path, where))
        elif program:
            message = f"import of {path}, which is a program"
            yield Problem(program, message, place_of(package, path, program))


def place_of(
    package: Package, path: str, where: int, lists: Sequence[str] = ("GoFiles", "CgoFiles")
) -> str:
    """Return where a package imports a path in some of the contexts: `file:line:column`, or its folder.

    Args:
        package: the importer.
        path: as written, or as resolved.
        where: the contexts.
        lists: by Go's field name, the files that count.
    """
    for file in package.files:
        built = union(package.lists.get(listed, {}).get(file.name, 0) for listed in lists)
        for one in file.go.imports if file.go and built & where else ():
            # The standard library's own copies are imported without `vendor/`.
            if one.path == path or path.endswith(f"vendor/{one.path}"):
                return f"{file.name}:{one.line}:{one.column}"
    return str(package.directory)


def _hidden(package: Package, other: Package) -> str:
    """Return why a package may not be seen from another one (disallowInternal, disallowVendor)."""
    at = _last(other.import_path, "internal")
    if at >= 0 and not _may_see(package, other, at):
        return f"import of {other.import_path}, which is internal to another tree"
    at = _vendor_at(other.import_path)
    if at >= 0 and not _is_below(package, other, at):
        return f"import of {other.import_path}, which another tree vendors"
    return ""


def _may_see(package: Package, other: Package, at: int) -> bool:
    importer, path = package.seen_from or package.import_path, other.import_path
    if _within(importer, _CRYPTO) and _within(path, _FIPS):
        return True
    if _within(importer, _FIPS):
        return _within(path, "crypto/internal")
    if other.standard:
        return _is_below(package, other, at)
    return _within(importer, path[: max(at - 1, 0)])


def _is_below(package: Package, other: Package, at: int) -> bool:
    """Whether a package is in the folder where an element of the other's path stands."""
    levels = other.import_path[at:].count("/")
    return package.directory.is_relative_to(other.directory.parents[levels])


def _within(path: str, tree: str) -> bool:
    return not tree or path == tree or path.startswith(f"{tree}/")


def _vendor_at(path: str) -> int:
    """Return where the last folder `vendor` stands that a path goes through (FindVendor)."""
    return f"/{path}".rfind(f"/{_VENDOR}")


def _last(path: str, element: str) -> int:
    """Return where an element of a path stands for the last time, -1 if nowhere (findInternal)."""
    return f"/{path}/".rfind(f"/{element}/")
