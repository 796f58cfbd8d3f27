"""A row of the matrix: where one package works, and why not elsewhere."""

from __future__ import annotations

from crosswind.frozen import frozen
from crosswind.portability.reasons import Kind, Reason

# These alone leave a package without files: nothing is wrong with it unless somebody imports it there.
_EMPTY = (Kind.FILES, Kind.CGO)


@frozen
class Row:
    """A package; each set of contexts is bits of the graph's universe.

    Attributes:
        path: its import path.
        there: where it has files to build.
        reasons: why it does not work where it does not; its own first.
        cgo: where files that use cgo are among them.
        is_program: whether it is package main.
        tests: where it has nothing but tests.
        tested: where it has tests, if they were looked at.
        of_tests: why its tests cannot be built where they cannot, though it may work itself.
    """

    path: str
    there: int
    reasons: tuple[Reason, ...] = ()
    cgo: int = 0
    is_program: bool = False
    tests: int = 0
    tested: int = 0
    of_tests: tuple[Reason, ...] = ()

    @property
    def untestable(self) -> int:
        """Where it has tests and works, and something stands in the tests' way."""
        found = 0
        for reason in self.of_tests:
            found |= reason.where
        return found & self.tested & ~self.blocked

    @property
    def blocked(self) -> int:
        """Where it has files, and something stands in their way."""
        found = 0
        for reason in self.reasons:
            if reason.via or reason.kind not in _EMPTY:
                found |= reason.where
        return found & self.there

    @property
    def works(self) -> int:
        """Where it has files, and nothing stands in their way."""
        return self.there & ~self.blocked

    def because(self, bits: int) -> tuple[Reason, ...]:
        """Return the reasons in a set of contexts."""
        return tuple(reason for reason in self.reasons if reason.where & bits)
