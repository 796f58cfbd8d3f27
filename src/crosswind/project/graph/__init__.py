"""The import graph of a source tree, for all contexts at once; files are read once."""

from crosswind.project.graph.graph import Graph, Place, Root, build
from crosswind.project.graph.loading import load, modules_at
from crosswind.project.graph.model import File, Folder, Package, Problem

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
]
