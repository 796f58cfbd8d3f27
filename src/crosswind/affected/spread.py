"""From packages that are touched to everything that imports them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from crosswind.affected.model import Cause, Touch, Touches
from crosswind.project.graph import Graph
from crosswind.project.graph.graph import IMPORTS, walk


class Spread:
    """The contexts in which each package is touched, by itself or by what it imports."""

    def __init__(self, graph: Graph, touches: Touches) -> None:
        """Walk from what is touched upwards, for all contexts at once."""
        self._graph = graph
        self._direct = touches.packages
        self._touched = self._upwards()

    def _upwards(self) -> dict[str, int]:
        importers: dict[str, list[tuple[str, int]]] = {}
        for path, edges in self._graph.edges.get(IMPORTS[0], {}).items():
            for imported, where in edges.items():
                importers.setdefault(imported, []).append((path, where))
        start = {path: _where(touches) for path, touches in self._direct.items()}
        return walk(start, lambda path: importers.get(path, ()))

    def program(self, path: str) -> int:
        """Return the contexts in which a program is touched."""
        return self._touched.get(path, 0)

    def tests(self, path: str) -> int:
        """Return the contexts in which a package's tests are touched."""
        found = self._touched.get(path, 0) | _where(self._direct.get(path, ()), tests=True)
        for imported, bits in self._test_imports(path).items():
            found |= bits & self._touched.get(imported, 0)
        return found

    def _test_imports(self, path: str) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for listed in IMPORTS[1:]:
            for imported, bits in self._graph.imports(path, listed).items():
                found[imported] = found.get(imported, 0) | bits
        return found

    def causes(self, path: str, where: int, *, tests: bool = False) -> tuple[Cause, ...]:
        """Return why a program or a package's tests are touched in some contexts."""
        start = {path: where}
        if tests:
            for imported, bits in self._test_imports(path).items():
                start[imported] = start.get(imported, 0) | bits & where
        found = {
            touch.cause
            for one, bits in self._downwards(start).items()
            for touch in self._direct.get(one, ())
            if touch.where & bits and (not touch.tests_only or (tests and one == path))
        }
        return tuple(sorted(found))

    def _downwards(self, start: Mapping[str, int]) -> dict[str, int]:
        """Walk to what is touched, past nothing that is not."""

        def edges(path: str) -> Iterator[tuple[str, int]]:
            for imported, bits in self._graph.imports(path).items():
                yield imported, bits & self._touched.get(imported, 0)

        return walk(start, edges)


def _where(touches: Iterable[Touch], *, tests: bool = False) -> int:
    found = 0
    for touch in touches:
        if tests or not touch.tests_only:
            found |= touch.where
    return found
