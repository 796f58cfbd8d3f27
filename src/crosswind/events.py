"""What happens while it happens. The library emits events; console and JSON only observe them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum

from crosswind.finding import Finding, Report
from crosswind.frozen import frozen
from crosswind.outcome import Outcome
from crosswind.target import Target


class Stage(StrEnum):
    """Where a unit stands."""

    WAITING = "waiting"
    COMPILE = "compile"
    EMBED = "embed"
    SPLIT = "split"
    SIGN = "sign"
    VERIFY = "verify"
    RUN = "run"
    DONE = "done"


@frozen
class PlanReady:
    """The plan is made: (program, target) of every unit, in order."""

    units: tuple[tuple[str, Target], ...]


@frozen
class StageStarted:
    """A unit entered a stage. `pid` leads the process group that does the work, if any."""

    program: str
    target: Target
    stage: Stage
    pid: int | None = None


@frozen
class UnitFinished:
    """A unit ended; `report` holds its checks if it was verified."""

    program: str
    target: Target
    outcome: Outcome
    report: Report | None = None


@frozen
class Transfer:
    """Something comes from a registry. Counts are bytes; `total` is None while unknown."""

    what: str
    done: int
    total: int | None = None
    finished: bool = False


@frozen
class Fetching:
    """The go command asks for a module, as `path version`; it says no more of that.

    `target` is whose programs need it, if that is known.
    """

    module: str
    target: Target | None = None


@frozen
class Noted:
    """Something worth saying that belongs to no single unit."""

    finding: Finding


Event = PlanReady | StageStarted | UnitFinished | Transfer | Fetching | Noted
Observer = Callable[[Event], None]


def one_at_a_time(observer: Observer) -> Observer:
    """Return an observer that passes events on from many threads, never two at once."""
    lock = threading.Lock()

    def observe(event: Event) -> None:
        with lock:
            observer(event)

    return observe


def ignore(_event: Event) -> None:
    """Observe nothing: the default of the Python API."""
