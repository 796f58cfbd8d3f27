"""Which contexts a file is for, by its name and by its head; and what looks like a mistake."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from crosswind.constraints import header, names
from crosswind.constraints.expression import (
    ConstraintError,
    Expression,
    all_of,
    go_build_text,
    parse_go_build,
    parse_plus_build,
    plus_build_text,
)
from crosswind.constraints.header import Header, Line
from crosswind.constraints.universe import Universe
from crosswind.finding import Finding, Severity

# Tags that only a target decides; others may be set by `-tags`.
_OF_TARGETS = names.KNOWN_OS | names.KNOWN_ARCH | {"unix", "cgo", "gc", "gccgo"}
# What others call Go's systems and machines.
_OTHER_NAMES = {
    "x86_64": "amd64", "x64": "amd64", "x86": "386", "i386": "386", "i686": "386", "aarch64": "arm64",
    "macos": "darwin", "osx": "darwin", "mac": "darwin", "win": "windows", "win32": "windows",
    "win64": "windows", "posix": "unix", "wasi": "wasip1", "wasm32": "wasm",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Explained:
    """What a file's constraints say.

    Attributes:
        selected: the contexts that it is built in, as bits of the universe.
        ignored: why the go command takes no notice of it at all; empty if it does.
        suffix: the tags of its name.
        expression: of its head; None without any.
        line: of the expression, 0 without any.
        findings: mistakes, and what looks like one.
    """

    selected: int
    ignored: str = ""
    suffix: tuple[str, ...] = ()
    expression: Expression | None = None
    line: int = 0
    findings: tuple[Finding, ...] = ()

    @property
    def broken(self) -> bool:
        """Whether Go refuses the file for its constraint."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def explain(name: str, data: bytes, universe: Universe, subject: str = "") -> Explained:
    """Decide which contexts a file is for; never raises.

    A file whose constraint is broken is selected nowhere, and `findings` says why.

    Args:
        name: its name without folders.
        data: its content; not looked at if its name says all.
        universe: all contexts.
        subject: what findings call it; its name if empty.
    """
    subject = subject or name
    if names.is_ignored(name):
        begins = name.startswith(("_", "."))
        reason = f"its name begins with {name[:1]}" if begins else "no kind of source that Go knows"
        return Explained(0, reason)
    suffix = names.tags(name)
    by_name = universe.where_all(suffix)
    if not names.has_header(name):
        return Explained(by_name, suffix=suffix)
    try:
        head = header.read(_readable(name, data))
        expression, line = _expression(head)
    except _BrokenError as error:
        place = f"{subject}:{error.line}" + (f":{error.column}" if error.column else "")
        finding = Finding("CW5001", Severity.ERROR, place, error.message, error.hint)
        return Explained(0, suffix=suffix, findings=(finding,))
    by_head = expression.evaluate(universe.where, universe.everything) if expression else -1
    said = Explained(by_name & by_head & universe.everything, "", suffix, expression, line)
    found = _findings(said, head, by_name, universe, subject)
    return Explained(said.selected, "", suffix, expression, line, tuple(found))


class _BrokenError(Exception):
    """A head that Go refuses."""

    def __init__(self, line: int, message: str, hint: str, column: int = 0) -> None:
        super().__init__(message)
        self.line, self.message, self.hint, self.column = line, message, hint, column


def _readable(name: str, data: bytes) -> bytes:
    """Return as much of a file as Go looks at for constraints."""
    if name.endswith(".go"):
        return data
    found = header.comments(data)
    if found is None:
        hint = "Go reads comments at the start of every source, in whatever language it is"
        raise _BrokenError(1, "a comment is never closed, or a slash begins none", hint)
    return found


def _expression(head: Header) -> tuple[Expression | None, int]:
    """Return the expression that counts: of `//go:build` if there is one, else of `// +build`."""
    if head.nul:
        raise _BrokenError(1, "a NUL byte is in it", "it is no text; restore or remove it")
    if len(head.go_build) > 1:
        first, second = head.go_build[:2]
        message = f"a second //go:build line; the first is line {first.number}"
        raise _BrokenError(second.number, message, "join both by && in one line")
    if head.go_build:
        return _go_build(head.go_build[0]), head.go_build[0].number
    old = _plus_build(head)
    return old, head.plus_build[0].number if old else 0


def _go_build(line: Line) -> Expression:
    text = go_build_text(line.text) or ""
    try:
        return parse_go_build(text)
    except ConstraintError as error:
        column = len(line.text) - len(text) + error.offset + 1
        hint = "tags, &&, ||, ! and parentheses are known"
        raise _BrokenError(line.number, error.message, hint, column) from error


def _plus_build(head: Header) -> Expression | None:
    """Join the old lines; one that is too long does not count, as for Go."""
    found = []
    for line in head.plus_build:
        try:
            found.append(parse_plus_build(plus_build_text(line.text) or ""))
        except ConstraintError:
            continue
    return all_of(found)


def _findings(
    said: Explained, head: Header, by_name: int, universe: Universe, subject: str
) -> Iterator[Finding]:
    place = f"{subject}:{said.line}" if said.line else subject
    if said.expression is not None and not said.selected:
        alone = said.expression.evaluate(universe.where, universe.everything)
        if by_name and alone:
            yield Finding(
                "CW5002",
                Severity.WARNING,
                place,
                f"its name is for {' and '.join(said.suffix)}, the constraint {said.expression} is not:"
                " it is never built",
                "rename the file, or change the constraint",
            )
        elif not set(said.expression.tags) - _OF_TARGETS:
            yield Finding(
                "CW5003", Severity.WARNING, place, f"{said.expression} is true on no target"
            )
    if head.go_build and head.plus_build:
        yield from _disagreement(said, head, universe, subject)
    for line in head.late:
        yield Finding(
            "CW5006",
            Severity.WARNING,
            f"{subject}:{line.number}",
            "this constraint does not count: it stands too late",
            "move it above the package clause, with a blank line behind it",
        )
    yield from _misspelt(said, universe, place)


def _disagreement(
    said: Explained, head: Header, universe: Universe, subject: str
) -> Iterator[Finding]:
    old = _plus_build(head)
    if old is None or said.expression is None:
        return
    if old.evaluate(universe.where, universe.everything) != said.expression.evaluate(
        universe.where, universe.everything
    ):
        yield Finding(
            "CW5004",
            Severity.WARNING,
            f"{subject}:{head.plus_build[0].number}",
            f"the old lines say {old}, //go:build says {said.expression}, which alone counts",
            "remove the // +build lines: Go has not needed them since 1.17",
        )


def _misspelt(said: Explained, universe: Universe, place: str) -> Iterator[Finding]:
    """Warn of tags that nobody sets and that are nearly a GOOS or GOARCH."""
    for tag in said.expression.tags if said.expression else ():
        if tag in _OF_TARGETS or universe.where(tag):
            continue
        lower = tag.lower()
        near = difflib.get_close_matches(lower, sorted(_OF_TARGETS), 1, 0.75)
        meant = _OTHER_NAMES.get(lower) or next(iter(near), "")
        if meant:
            message = f"no target sets the tag {tag}; did you mean {meant}?"
            yield Finding("CW5005", Severity.WARNING, place, message, f"write {meant}")
