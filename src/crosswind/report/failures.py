"""What several programs or targets failed with, told once: code that all share breaks all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from crosswind.building.diagnose import MORE
from crosswind.building.plan import Unit
from crosswind.building.record import UnitResult
from crosswind.finding import Finding
from crosswind.frozen import frozen
from crosswind.outcome import Failed, Skipped
from crosswind.target import Target, grouped

# Gives the mend for a compiler's message on a target, if it knows one.
Advice = Callable[[str, Target], str | None]

# A compiler's messages can be told apart, line by line; other findings are one piece.
_COMPILER = "CW0601"
# More programs than this are counted, not named, where all of them failed.
_NAMED = 3


@frozen
class _Piece:
    """A message in the output of a failed command, with the lines that continue it.

    `finding` is the rest of the finding: what may differ where the message does not is taken away.
    """

    finding: Finding
    header: str
    text: str


def merged(
    findings: Sequence[Finding], results: Sequence[UnitResult], advice: Advice
) -> list[Finding]:
    """Merge what units failed with: each message once, with the programs and targets it is about.

    Args:
        findings: of a build; those that are no unit's failure stay as they are.
        results: of the same build.
        advice: gives the mend for a part of what a compiler said.
    """
    failed = [
        (result.unit, finding)
        for result in results
        if isinstance(result.outcome, Failed)
        for finding in result.outcome.findings
        # What names a place in the sources is the same for all of them.
        if finding.subject == f"{result.unit.program} {result.unit.target}"
    ]
    own = {finding for _, finding in failed}
    first = next((n for n, finding in enumerate(findings) if finding in own), 0)
    others = [finding for finding in findings if finding not in own]
    return [*others[:first], *_told(failed, results, advice), *others[first:]]


def _told(
    failed: Sequence[tuple[Unit, Finding]], results: Sequence[UnitResult], advice: Advice
) -> Iterator[Finding]:
    """Yield what units failed with: pieces of the same units together, what more have first."""
    pieces = {(unit, finding): list(_pieces(finding)) for unit, finding in failed}
    where: dict[_Piece, list[Unit]] = {}
    for (unit, _), mine in pieces.items():
        for piece in mine:
            where.setdefault(piece, []).append(unit)
    groups: dict[tuple[Finding, tuple[Unit, ...]], list[_Piece]] = {}
    for piece, units in where.items():
        groups.setdefault((piece.finding, tuple(units)), []).append(piece)
    for (bare, about), group in sorted(groups.items(), key=lambda one: -len(one[0][1])):
        subject = "; ".join(_named(about, results))
        source, mine = next(
            (finding, mine)
            for (unit, finding), mine in pieces.items()
            if unit == about[0] and group[0] in mine
        )
        if group == mine:
            yield replace(source, subject=subject)
            continue
        message = "\n".join(_lines(group))
        if group[-1] == mine[-1] and (rest := source.message.rpartition("\n")[2]).startswith(MORE):
            message += f"\n{rest}"
        hint = advice(message, about[0].target) or ""
        yield replace(bare, subject=subject, message=message, hint=hint)


def _pieces(finding: Finding) -> Iterator[_Piece]:
    """Take a finding apart, if a compiler made it."""
    bare = replace(finding, subject="", message="")
    if finding.code != _COMPILER:
        yield _Piece(bare, "", finding.message)
        return
    header, texts = "", [("", "")]
    for line in finding.message.split("\n"):
        if line.startswith((" ", "\t")) and texts[-1][1]:
            texts[-1] = (header, f"{texts[-1][1]}\n{line}")
        elif line.startswith("# "):
            header = line
        elif not line.startswith(MORE):  # that names the log of one unit
            texts.append((header, line))
    for one in texts[1:] or [("", finding.message)]:
        yield _Piece(replace(bare, hint=""), *one)


def _lines(pieces: Sequence[_Piece]) -> Iterator[str]:
    header = ""
    for piece in pieces:
        if piece.header != header:
            header = piece.header
            yield header
        yield piece.text


def _named(units: Sequence[Unit], results: Sequence[UnitResult]) -> Iterator[str]:
    """Name units: programs that failed for the same targets together, all targets by their number."""
    tried = [one.unit for one in results if not isinstance(one.outcome, Skipped)]
    asked = list(dict.fromkeys(unit.target for unit in tried))
    every = {unit.program for unit in tried}
    together: dict[tuple[Target, ...], list[str]] = {}
    for program in dict.fromkeys(unit.program for unit in units):
        targets = tuple(unit.target for unit in units if unit.program == program)
        together.setdefault(targets, []).append(program)
    for targets, programs in together.items():
        names = ", ".join(programs)
        if len(programs) == len(every) > _NAMED:
            names = f"all {len(programs)} programs"
        if len(targets) == len(asked) > 1:
            yield f"{names} on all {len(asked)} targets"
        else:
            place = ", ".join(grouped(targets, asked))
            yield f"{names} on {place}" if len(units) > 1 else f"{names} {place}"
