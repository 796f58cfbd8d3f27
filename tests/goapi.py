"""Go's own lists of exported names, GOROOT/api, held against our tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from crosswind.constraints import Universe
from crosswind.portability.tables import Tables
from crosswind.project.graph import Graph

# pkg syscall (linux-386-cgo), type Stat_t struct, Dev uint64 #1234
_LINE = re.compile(r"pkg (\S+?)(?: \((\S+)\))?, (?:func|var|const|type) (\w+)")
# cmd/api/main_test.go, contexts: the systems and machines that a line without any is about.
_SYSTEMS = frozenset(("linux", "darwin", "windows", "freebsd", "netbsd", "openbsd"))
_MACHINES = frozenset(("386", "amd64", "arm", "arm64", "riscv64"))


def compare(goroot: Path, graph: Graph) -> tuple[int, list[str]]:
    """Look for each name in each of its contexts; return how many pairs, and what is missing."""
    folder = goroot / "api"
    gone = {_feature(line) for line in (folder / "except.txt").read_text("utf-8").splitlines()}
    tables, count, wrong = Tables(graph, None), 0, []
    for path in sorted(folder.glob("go1*.txt")):
        for line in path.read_text("utf-8").splitlines():
            found = _LINE.match(line)
            if not found or _feature(line) in gone or found[1] not in graph.packages:
                continue
            table = tables.of(found[1])
            for bit in _bits(found[2] or "", graph.universe):
                count += 1
                if table is None or not table.names.get(found[3], 0) >> bit & 1:
                    wrong.append(f"{path.name}: {line} in {graph.universe.contexts[bit]}")
    return count, wrong


def _feature(line: str) -> str:
    """Return a line without its issue's number."""
    return line.partition(" #")[0].strip()


def _bits(context: str, universe: Universe) -> Iterator[int]:
    """Yield the contexts that a line is about, as far as we have them."""
    goos, _, rest = context.partition("-")
    goarch, _, cgo = rest.partition("-")
    for bit, one in enumerate(universe.contexts):
        if context:
            if (one.target.goos, one.target.goarch, one.cgo) == (goos, goarch, bool(cgo)):
                yield bit
        elif one.target.goos in _SYSTEMS and one.target.goarch in _MACHINES:
            yield bit
