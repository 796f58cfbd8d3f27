"""How a unit ended: nothing that was asked for vanishes without one of these."""

from __future__ import annotations

from crosswind.artifact import Artifact
from crosswind.finding import Finding
from crosswind.frozen import frozen


@frozen
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


@frozen
class Built:
    """Compiled and linked in this run."""

    artifacts: tuple[Artifact, ...]
    usage: Usage
    name = "built"


@frozen
class Cached:
    """Already there from an earlier run, and up to date, as its key tells or the go command found."""

    artifacts: tuple[Artifact, ...]
    usage: Usage
    name = "cached"


@frozen
class Restored:
    """Made by an earlier run from the same inputs, and copied from the store; no go command ran."""

    artifacts: tuple[Artifact, ...]
    usage: Usage
    name = "restored"


@frozen
class Skipped:
    """Not tried, for a reason that is no failure."""

    reason: str
    name = "skipped"


@frozen
class Failed:
    """Tried, and it did not work (or was given up after another's failure)."""

    findings: tuple[Finding, ...]
    usage: Usage | None = None
    name = "failed"


Made = Built | Cached | Restored
Outcome = Built | Cached | Restored | Skipped | Failed
