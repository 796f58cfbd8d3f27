"""What is wrong with a go.mod, go.work or modules.txt file: all of its mistakes at once."""

from __future__ import annotations

from crosswind.errors import MistakesError, UsageError
from crosswind.finding import Finding, Severity

# More mistakes than this are not told, nor more of a message: damage can make up any number.
MOST = 100
_LONGEST = 500


class ModFileError(MistakesError, UsageError):
    """A file that Go refuses, with every mistake in it and its place."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        """Take the mistakes in the file's order."""
        super().__init__(findings, hints=False)


def mistake(file: str, line: int, column: int, message: str, code: str = "CW0302") -> Finding:
    """Describe a mistake at a place; a column of 1 says nothing, and Go leaves it out, too."""
    place = f"{file}:{line}:{column}" if column > 1 else f"{file}:{line}"
    hint = "mend the line; `go mod edit -fmt` shows a sound file's layout"
    if file.endswith(".work"):
        hint = "mend the line; `go work edit -fmt` shows a sound file's layout"
    return Finding(code, Severity.ERROR, place, message[:_LONGEST], hint)
