"""What Go's assembler reads and the go command does not look at: where that is, there is no key.

The go command knows a package by the files that go/build lists (cmd/go/internal/work/exec.go, buildActionID). An
`#include` may name any other (cmd/asm/internal/lex/input.go, include): of that one go takes no notice, and whether
it compiles anew is for its cache to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from crosswind.gosource import csource
from crosswind.project.graph import Package


def unlisted(package: Package) -> Iterator[tuple[int, Path]]:
    """Yield files that assembly takes in though go does not list them, and the contexts in which it does.

    What is nowhere near the package lies in GOROOT/pkg/include, or is written by the compiler.
    """
    headers = package.lists.get("HFiles", {})
    of_c = 0  # there a C compiler reads assembly, and tells what it read
    for bits in package.lists.get("CgoFiles", {}).values():
        of_c |= bits
    for name, bits in package.lists.get("SFiles", {}).items():
        where = bits & ~of_c
        listed = [one for one, also in headers.items() if where and also & where == where]
        read = partial(_content, package.directory, listed)
        data = _content(package.directory, (name,), name) if where else None
        reached = csource.closure([(name, data or b"")], ("",), read)
        for path in sorted(package.directory / one for one in reached.missing):
            if path.is_file():
                yield where, path


def _content(directory: Path, listed: Sequence[str], name: str) -> bytes | None:
    if name not in listed:
        return None
    try:
        return (directory / name).read_bytes()
    except OSError:  # the go command says why
        return None
