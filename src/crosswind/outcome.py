"""How a unit ended: nothing that was asked for vanishes without one of these."""

from __future__ import annotations

from dataclasses import dataclass

from crosswind.artifact import Artifact
from crosswind.finding import Finding


@dataclass(frozen=True, slots=True)
class Usage:
    """What a step cost.

    Attributes:
        wall: seconds from start to end.
        cpu: user plus system seconds of the process and its waited-for children; None where the
            host does not tell.
        peak_rss: bytes of the largest single process; None where the host does not tell.
    """

    wall: float
    cpu: float | None = None
    peak_rss: int | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """Compiled and linked in this run."""

    artifacts: tuple[Artifact, ...]
    usage: Usage
    name = "built"


@dataclass(frozen=True, slots=True)
class Cached:
    """Already there from an earlier run, and up to date, as its key tells or the go command found."""

    artifacts: tuple[Artifact, ...]
    usage: Usage
    name = "cached"


@dataclass(frozen=True, slots=True)
class Restored:
    """Made by an earlier run from the same inputs, and copied from the store; no go command ran."""

    artifacts: tuple[Artifact, ...]
    usage: Usage
    name = "restored"


@dataclass(frozen=True, slots=True)
class Skipped:
    """Not tried, for a reason that is no failure."""

    reason: str
    name = "skipped"


@dataclass(frozen=True, slots=True)
class Failed:
    """Tried, and it did not work (or was given up after another's failure)."""

    findings: tuple[Finding, ...]
    usage: Usage | None = None
    name = "failed"


Made = Built | Cached | Restored
Outcome = Built | Cached | Restored | Skipped | Failed
