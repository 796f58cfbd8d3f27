"""The import graph of a source tree, for all contexts at once; files are read once."""

from typing import TYPE_CHECKING, Any

from crosswind.project.graph.graph import Graph, Place, Root, build
from crosswind.project.graph.model import File, Folder, Package, Problem

if TYPE_CHECKING:
    from crosswind.project.graph.loading import load, modules_at, warnings

__all__ = [
    "File",
    "Folder",
    "Graph",
    "Package",
    "Place",
    "Problem",
    "Root",
    "build",
    "load",
    "modules_at",
    "warnings",
]


def __getattr__(name: str) -> Any:
    """Import what loads whole graphs late: builds put those of local folders together by `build`."""
    if name not in ("load", "modules_at", "warnings"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from crosswind.project.graph import loading

    return getattr(loading, name)
