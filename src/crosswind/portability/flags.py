"""Flags of `#cgo` lines that the go command refuses, as holes in the contexts with cgo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crosswind.portability.hole import FLAG, Hole
from crosswind.project.graph import Graph
from crosswind.toolchain import Settings


def holes(graph: Graph, goroot: Path, settings: Settings) -> Iterator[Hole]:
    """Yield the flags that one Go refuses; none where its own lists are not there.

    Args:
        graph: the packages.
        goroot: of the Go that has the lists.
        settings: its variables: they widen and narrow the lists.
    """
    asked = [one for one in graph.packages.values() if one.flags and not one.standard]
    if not asked:
        return
    from crosswind.project.cgo_flags import Judge  # most modules have no C

    judge = Judge.of(goroot, settings)
    for package in asked if judge else ():
        for one in judge.refused(package, graph.universe.everything) if judge else ():
            name = one.file or next(iter(package.lists["CgoFiles"]))
            path = str(package.directory / name)
            line = max(one.line, 1)
            yield Hole(
                FLAG, package.import_path, path, line, 1, one.bits, "", one.message, one.hint
            )
