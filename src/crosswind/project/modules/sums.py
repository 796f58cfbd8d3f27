"""go.sum and go.work.sum: the hashes of modules (cmd/go/internal/modfetch/fetch.go, readGoSum)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import NamedTuple

from crosswind.constraints.words import fields
from crosswind.finding import Finding
from crosswind.frozen import frozen
from crosswind.project.modules.mistakes import mistake

# What an old bug of Go's wrote for things without a go.mod; Go drops these lines (emptyGoModHash).
_EMPTY = "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY="
_GO_MOD = "/go.mod"


class Sum(NamedTuple):
    """A line: the hash of a module's files, or of its go.mod alone; its file and line."""

    path: str
    version: str
    only_go_mod: bool
    hash: str
    file: str
    line: int


@frozen
class Sums:
    """All hashes in force.

    Attributes:
        lines: in the order of the files.
        malformed: the first line that is none of a go.sum file; Go then ends where a hash is needed.
    """

    lines: tuple[Sum, ...] = ()
    malformed: Finding | None = None
    _known: dict[tuple[str, str, bool], str] = field(default_factory=dict)

    def of(self, path: str, version: str, *, only_go_mod: bool = False) -> str:
        """Return the `h1:` hash of a module's files, or of its go.mod; empty if none is recorded.

        Where several are recorded, they stand in one text, in their order: Go takes the first that fits,
        and ends at one before it that does not (modfetch/fetch.go, haveModSumLocked).
        """
        if not self._known:
            for key, found in _grouped(self.lines):
                known = self._known.get(key, "")
                if found not in known.split(" "):
                    self._known[key] = f"{known} {found}".lstrip()
        return self._known.get((path, version, only_go_mod), "")


def _grouped(lines: Iterable[Sum]) -> Iterator[tuple[tuple[str, str, bool], str]]:
    for one in lines:
        if one.hash.startswith("h1:"):
            yield (one.path, one.version, one.only_go_mod), one.hash


def read(name: str, data: bytes) -> Sums:
    """Read a go.sum file; nothing is an error that Go does not take for one."""
    lines = []
    malformed = None
    for number, raw in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), 1):
        words = raw.split() if raw.isascii() else fields(raw)
        if len(words) == 3:
            path, version, found = words
            bare = version.removesuffix(_GO_MOD)
            if found != _EMPTY:
                lines.append(Sum(path, bare, bare != version, found, name, number))
        elif words and malformed is None:
            message = f"malformed go.sum: wrong number of fields {len(words)}"
            malformed = mistake(name, number, 1, message)
    return Sums(tuple(lines), malformed)


def joined(parts: Iterable[Sums]) -> Sums:
    """Take the files of a workspace's modules as one."""
    parts = tuple(parts)
    malformed = next((one.malformed for one in parts if one.malformed), None)
    return Sums(tuple(line for one in parts for line in one.lines), malformed)
