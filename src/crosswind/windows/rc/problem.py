"""`Place` and `Problems`: what is wrong with a script, where, and how much of it is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from crosswind.errors import BuildError, MistakesError
from crosswind.finding import Finding, Severity
from crosswind.frozen import frozen

# More than a screen of errors helps nobody, and later ones are often echoes of the first.
MAX_ERRORS = 20
MAX_WARNINGS = 50
_SHOWN = 40


@frozen
class Place:
    """A position in a source file; line and column count from 1, columns in characters."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Spell it as compilers do."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class ScriptError(MistakesError, BuildError):
    """A script with mistakes; `findings` holds each of them, at most `MAX_ERRORS`."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        """Describe one mistake as itself, several as a list."""
        super().__init__(findings, hints=False)


class RejectedError(Exception):
    """A statement or a line was given up; what is wrong with it is already among the problems."""


class StoppedError(Exception):
    """Nothing more is read: a limit is reached; the reason is already among the problems."""


@dataclass(slots=True)
class Problems:
    """Collects mistakes and warnings, each with its place."""

    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    def error(self, code: str, place: Place, message: str, hint: str = "") -> RejectedError:
        """Note a mistake and return what the caller may raise to give the statement up.

        Raises:
            StoppedError: there are `MAX_ERRORS` now.
        """
        self.errors.append(Finding(code, Severity.ERROR, str(place), message, hint))
        if len(self.errors) >= MAX_ERRORS:
            raise StoppedError
        return RejectedError()

    def stop(self, code: str, place: Place, message: str, hint: str = "") -> StoppedError:
        """Note a mistake after which nothing more is read, and return what to raise."""
        self.errors.append(Finding(code, Severity.ERROR, str(place), message, hint))
        return StoppedError()

    def warn(self, code: str, place: Place, message: str, hint: str = "") -> None:
        """Note something that works but is hardly meant; the same one at the same place once."""
        finding = Finding(code, Severity.WARNING, str(place), message, hint)
        if len(self.warnings) < MAX_WARNINGS and finding not in self.warnings:
            self.warnings.append(finding)

    def check(self) -> None:
        """Raise ScriptError if there is any mistake."""
        if self.errors:
            raise ScriptError(tuple(self.errors))


def shown(text: str) -> str:
    """Quote a token for a message: control characters escaped, cut when long."""
    printable = text.encode("utf-8", "backslashreplace").decode()
    cut = printable if len(printable) <= _SHOWN else printable[: _SHOWN - 1] + "…"
    escaped = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in cut)
    return f"`{escaped}`"
