"""How touches spread to importers, as sets of contexts."""

from pathlib import Path

from crosswind.affected.model import Cause, Touches
from crosswind.affected.spread import Spread
from crosswind.constraints import Context, Universe
from crosswind.project.graph import Graph, Package
from crosswind.target import Target

UNIVERSE = Universe(tuple(Context(Target(goos, "amd64")) for goos in ("linux", "windows")))
LINUX, WINDOWS, BOTH = 1, 2, 3


def spread(touches: Touches) -> Spread:
    """Main imports a everywhere and b on Windows; b and c import each other; a's test imports c."""
    graph = Graph(UNIVERSE)
    for path in ("main", "a", "b", "c"):
        graph.packages[path] = Package(path, Path(path))
    graph.edges = {
        "Imports": {"main": {"a": BOTH, "b": WINDOWS}, "b": {"c": BOTH}, "c": {"b": BOTH}},
        "TestImports": {"a": {"c": LINUX}},
        "XTestImports": {},
    }
    return Spread(graph, touches)


def test_only_where_it_is_imported() -> None:
    touches = Touches()
    cause = Cause("c/c.go", "modified")
    touches.package("c", cause, BOTH)
    found = spread(touches)
    assert (found.program("main"), found.program("b"), found.program("a")) == (WINDOWS, BOTH, 0)
    assert found.tests("a") == LINUX
    assert found.causes("main", WINDOWS) == (cause,)
    assert found.causes("main", LINUX) == ()
    assert found.causes("a", LINUX, tests=True) == (cause,)


def test_tests_touch_no_importers() -> None:
    touches = Touches()
    cause = Cause("c/c_test.go", "modified")
    touches.package("c", cause, LINUX, tests_only=True)
    found = spread(touches)
    assert (found.tests("c"), found.program("b"), found.tests("a")) == (LINUX, 0, 0)
    assert found.causes("c", LINUX, tests=True) == (cause,)
    assert found.causes("c", LINUX) == ()


def test_nowhere_is_no_touch() -> None:
    touches = Touches()
    touches.package("c", Cause("c/c_plan9.go", "modified"), 0)
    assert touches.count == 0
    assert spread(touches).program("main") == 0
