"""Which contexts a file is for, by its name and by its head; and what looks like a mistake."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import replace

from crosswind.constraints import facts, names
from crosswind.constraints.expression import Expression
from crosswind.constraints.header import Header
from crosswind.constraints.universe import Universe
from crosswind.finding import Finding, Severity
from crosswind.frozen import frozen

# Tags that only a target decides; others may be set by `-tags`.
_OF_TARGETS = names.KNOWN_OS | names.KNOWN_ARCH | {"unix", "cgo", "gc", "gccgo"}
# What others call Go's systems and machines.
_OTHER_NAMES = {
    "x86_64": "amd64", "x64": "amd64", "x86": "386", "i386": "386", "i686": "386", "aarch64": "arm64",
    "macos": "darwin", "osx": "darwin", "mac": "darwin", "win": "windows", "win32": "windows",
    "win64": "windows", "posix": "unix", "wasi": "wasip1", "wasm32": "wasm",
}  # fmt: skip


@frozen
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

    A file that Go refuses for its constraint is selected nowhere, and `findings` says why.

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
    if not names.has_header(name):
        return Explained(universe.where_all(suffix), suffix=suffix)
    head, said = facts.read_head(name, data)
    if said.broken:
        broken = said.broken
        place = f"{subject}:{broken.line}" + (f":{broken.column}" if broken.column else "")
        severity = Severity.ERROR if broken.refused else Severity.WARNING
        finding = Finding("CW5001", severity, place, broken.message, broken.hint)
        chosen = facts.selected(suffix, said, universe)
        return Explained(chosen, suffix=suffix, findings=(finding,))
    chosen = facts.selected(suffix, said, universe)
    found = Explained(chosen, "", suffix, said.expression, said.line)
    return replace(found, findings=tuple(_findings(found, head, universe, subject)))


def _findings(said: Explained, head: Header, universe: Universe, subject: str) -> Iterator[Finding]:
    place = f"{subject}:{said.line}" if said.line else subject
    if said.expression is not None and not said.selected:
        alone = said.expression.evaluate(universe.where, universe.everything)
        if universe.where_all(said.suffix) and alone:
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
    old = facts.plus_build(head)
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
