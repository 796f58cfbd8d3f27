"""A hole: why a package cannot be built in some contexts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, replace
from typing import Any

from crosswind.finding import Finding, Severity
from crosswind.frozen import frozen
from crosswind.project.graph import Graph

IMPORT, UNDEFINED, OWN, TWICE = "CW5060", "CW5061", "CW5062", "CW5063"
FIELD, MEMBER, NUMBER = "CW5064", "CW5065", "CW5066"
SYNTAX, UNUSED, ENTRY, RECEIVER, MAINLESS = "CW5018", "CW5046", "CW5047", "CW5048", "CW5049"
IDLE, BODILESS = "CW5069", "CW5070"
# What no target takes.
MISTAKES = (SYNTAX, UNUSED, IDLE, ENTRY, RECEIVER)
# A `#cgo` line: no name of Go's is at fault.
FLAG = "CW5019"


@frozen
class Hole:
    """One reason why the compiler refuses a package in some contexts.

    Attributes:
        code: its page.
        package: import path of the package that cannot be built.
        file: the path of the file where it shows.
        line: from 1 on.
        column: in bytes, from 1 on.
        bits: the contexts, as bits of the universe.
        name: what is not there or twice there: `syscall.Kill`, an import path, a name of the package.
        message: as the compiler words it.
        hint: the usual mend.
        more: how often the same file uses the same name further down.
    """

    code: str
    package: str
    file: str
    line: int
    column: int
    bits: int
    name: str
    message: str
    hint: str = ""
    more: int = 0

    @property
    def finding(self) -> Finding:
        """The hole as the value that reports carry; it says nothing of contexts."""
        place = f"{self.file}:{self.line}:{self.column}"
        return Finding(self.code, Severity.ERROR, place, self.message, self.hint)

    @property
    def plain(self) -> list[Any]:
        """The same in types that JSON knows; the set of contexts in hex."""
        return [
            self.code, self.package, self.file, self.line, self.column, f"{self.bits:x}", self.name,
            self.message, self.hint, self.more,
        ]  # fmt: skip

    @staticmethod
    def of_plain(plain: list[Any]) -> Hole:
        """Take `plain` back."""
        code, package, file, line, column, bits, *rest = plain
        return Hole(code, package, file, line, column, int(bits, 16), *rest)


@frozen
class Holes:
    """What the analysis of a graph found.

    Attributes:
        found: by import path; packages without any are left out.
        unread: files that could not be read in full, with the contexts: of what they declare and use
            nothing is said.
        shallow: how many files were not read to their end, though they may change.
        tests: holes of test files, by import path of the package.
    """

    found: dict[str, tuple[Hole, ...]] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)
    shallow: int = 0
    tests: dict[str, tuple[Hole, ...]] = field(default_factory=dict)

    def joined(self, more: Iterable[Hole]) -> Holes:
        """Return these and more."""
        found = dict(self.found)
        for hole in more:
            found[hole.package] = (*found.get(hole.package, ()), hole)
        return replace(self, found=found)

    def own(self, path: str) -> int:
        """Return the contexts in which a package itself has a hole."""
        bits = 0
        for hole in self.found.get(path, ()):
            bits |= hole.bits
        return bits

    def lost(self, graph: Graph, path: str) -> int:
        """Return the contexts in which a package, or one that it needs there, has a hole."""
        bits = 0
        for needed, where in graph.reach(path).items():
            bits |= where & self.own(needed)
        return bits
