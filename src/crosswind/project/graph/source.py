"""What go/build reads of one Go file."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Import:
    """An import declaration."""

    path: str
    name: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Embed:
    """A pattern of a `//go:embed` line."""

    pattern: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class SourceError:
    """Why a file cannot be parsed."""

    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class GoFile:
    """What the head of a Go file says."""

    package: str = ""
    imports: tuple[Import, ...] = ()
    embeds: tuple[Embed, ...] = ()
    uses_c: bool = False
    cgo: str = ""
    directives: tuple[tuple[str, int], ...] = ()
    error: SourceError | None = None


_PACKAGE = re.compile(rb"^package\s+(\w+)", re.MULTILINE)
_BLOCK = re.compile(rb'^import\s+(?:\(([^)]*)\)|((?:[\w.]+\s+)?["`][^"`]*["`]))', re.MULTILINE)
_ONE = re.compile(rb'^\s*(?:import\s+)?(?:[\w.]+\s+)?["`]([^"`]*)["`]', re.MULTILINE)
_EMBED = re.compile(rb"^//go:embed\s+(.*)$", re.MULTILINE)


def read(data: bytes) -> GoFile:
    """Read the head of a Go file."""
    found = _PACKAGE.search(data)
    if not found:
        return GoFile(error=SourceError(1, 1, "expected 'package'"))
    imports = []
    for block in _BLOCK.finditer(data):
        found_here = _ONE.finditer(block[1] or block[2])
        imports += [Import(one[1].decode("utf-8", "replace")) for one in found_here]
    embeds = []
    if any(one.path == "embed" for one in imports):
        for line in _EMBED.finditer(data):
            embeds += [Embed(word.decode().strip('"`')) for word in line[1].split()]
    uses_c = any(one.path == "C" for one in imports)
    return GoFile(found[1].decode(), tuple(imports), tuple(embeds), uses_c)
