"""Ask Go's compiler whether a file parses: about the few files that the grammar does not know in full."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from crosswind.errors import CrosswindError
from crosswind.system import process
from crosswind.toolchain import Toolchain

# What the compiler says while it parses (cmd/compile/internal/syntax, parser.go and scanner.go); what it
# says of names, types and imports comes later, and only if nothing of this was said.
_PARSING = re.compile(
    r"^(?P<file>.+?):(?P<line>\d+):(?:(?P<column>\d+):)? (?P<said>syntax error: .*"
    r"|(?:newline in|unknown escape|escape is|octal escape|hexadecimal mantissa|empty rune|more than one character)\b.*"
    r"|invalid (?:character|digit|radix point|BOM|NUL|UTF-8)\b.*|identifier cannot begin with digit.*"
    r"|(?:string|comment|rune literal) not terminated.*|.* has no digits|'.' (?:exponent|must).*)$"
)
# Of 16 MiB of anything it takes 16 seconds and 1.5 GB at most; what nests ends it at 1 GB of stack (runtime,
# proc.go, maxstacksize).
_LIMITS = process.Limits(seconds=60.0, memory=2 << 30)


class Verdict(NamedTuple):
    """The compiler's first word against a file; no message if it parses."""

    message: str = ""
    line: int = 0
    column: int = 0


Parses = Callable[[Path], Verdict | None]


def by_compiler(chosen: Toolchain, env: Mapping[str, str]) -> Parses:
    """Return what asks the compiler of a toolchain; it answers None if it cannot be asked, or takes too much."""

    def parses(path: Path) -> Verdict | None:
        words: list[str | Path] = [chosen.go, "tool", "compile", "-p", "p"]
        # The compiler removes what it was to write where a file has mistakes (base/print.go, ErrorExit):
        # the null device, too, if it may.
        with tempfile.TemporaryDirectory(prefix="crosswind-") as folder:
            words += ["-o", Path(folder) / "made", path.name]
            try:
                done = process.supervise(words, cwd=path.parent, env=env, limits=_LIMITS)
            except CrosswindError:
                return None
        # What one said that was ended may be half a line.
        return None if done.stopped else read(done.text, path.name)

    return parses


def read(said: str, name: str) -> Verdict:
    """Take the first mistake of syntax from what the compiler said of a file."""
    for line in said.splitlines():
        found = _PARSING.match(line)
        if found and found["file"].removeprefix("./") == name:
            return Verdict(found["said"], int(found["line"]), int(found["column"] or 1))
        if found:
            return Verdict(found["said"], 1, 1)  # a //line comment calls the place otherwise
    return Verdict()
