"""What makes a package special: files that are for some targets only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crosswind.frozen import frozen
from crosswind.portability.reasons import asks
from crosswind.portability.row import Row
from crosswind.project.graph import Graph, Package

_LISTS = ("GoFiles", "CgoFiles", "SFiles", "CFiles", "CXXFiles", "MFiles", "HFiles", "FFiles", "SysoFiles")  # fmt: skip


@frozen
class SpecialFile:
    """A file that is not for all targets.

    Attributes:
        name: without folders.
        asks: for what its name and its head ask.
        where: the contexts in which it is built, as bits.
    """

    name: str
    asks: str
    where: int


@frozen
class Special:
    """A package that differs by target.

    Attributes:
        path: its import path.
        files: those that make the difference.
        importers: the packages that were asked for and import it themselves.
    """

    path: str
    files: tuple[SpecialFile, ...]
    importers: tuple[str, ...]


def find(graph: Graph, rows: Sequence[Row], chosen: int) -> tuple[Special, ...]:
    """Return the packages whose files differ by target.

    Args:
        graph: the packages.
        rows: those that were asked for.
        chosen: the contexts that are asked about, as bits.
    """
    found = []
    for row in (one for one in rows if one.path in graph.packages):
        files = tuple(_special_files(graph.packages[row.path], chosen))
        if files:
            users = (one.path for one in rows if graph.imports(one.path).get(row.path, 0) & chosen)
            found.append(Special(row.path, files, tuple(users)))
    return tuple(found)


def _special_files(package: Package, chosen: int) -> Iterator[SpecialFile]:
    built: dict[str, int] = {}
    for listed in _LISTS:
        for name, bits in package.lists.get(listed, {}).items():
            built[name] = built.get(name, 0) | bits
    for file in package.files:
        bits = built.get(file.name, 0) & chosen
        # A file that is built nowhere (`ignore`) is no part of the package.
        if bits and bits != chosen:
            yield SpecialFile(file.name, asks(file), bits)
