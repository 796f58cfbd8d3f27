"""The live table on a terminal: what runs now, for how long, in how much memory."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from crosswind.events import (
    Event,
    Fetching,
    Noted,
    PlanReady,
    Stage,
    StageStarted,
    Transfer,
    UnitFinished,
)
from crosswind.finding import Severity
from crosswind.outcome import Failed, Made
from crosswind.report import columns
from crosswind.report.lines import summary
from crosswind.system import host
from crosswind.target import Target

# Ended units shown below the running ones; the final table shows all.
_ENDED = 6
# Seconds between looks at the memory of a process group.
_SAMPLE = 0.5


@dataclass(slots=True)
class _Running:
    program: str
    target: Target
    stage: Stage
    since: float
    pid: int | None = None
    memory: int = 0
    sampled: float = 0.0
    module: str = ""


class LiveTable:
    """An observer that draws on a terminal; a context manager that cleans up after itself."""

    def __init__(self, console: Console, *, verbose: bool = False) -> None:
        """Draw on this console."""
        self._console = console
        self._verbose = verbose
        self._lock = threading.Lock()
        self._running: dict[tuple[str, Target], _Running] = {}
        self._ended: deque[Text] = deque(maxlen=_ENDED)
        self._transfers: dict[str, Transfer] = {}
        self._count = self._total = 0
        self._module = ""
        self._started = time.monotonic()
        self._live = Live(
            console=console, get_renderable=self._draw, refresh_per_second=8, transient=True
        )

    def __enter__(self) -> Self:
        """Start drawing."""
        self._live.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        """Remove the drawing."""
        self._live.stop()

    def __call__(self, event: Event) -> None:
        """Take an event into the picture."""
        with self._lock:
            self._take(event)

    def _take(self, event: Event) -> None:
        match event:
            case PlanReady():
                self._total = len(event.units)
            case StageStarted():
                now = time.monotonic()
                self._running[event.program, event.target] = _Running(
                    event.program, event.target, event.stage, now, event.pid
                )
            case UnitFinished():
                self._running.pop((event.program, event.target), None)
                self._count += 1
                self._ended.append(_ended(event))
            case Transfer(finished=True):
                self._transfers.pop(event.what, None)
            case Transfer():
                self._transfers[event.what] = event
            case Fetching():
                self._asked(event)
            case Noted():
                if self._verbose or event.finding.severity is not Severity.NOTE:
                    self._console.print(Text(event.finding.message, style="yellow"))

    def _asked(self, event: Fetching) -> None:
        self._module = event.module
        for run in self._running.values():
            if run.target == event.target:
                run.module = event.module

    def _draw(self) -> RenderableType:
        with self._lock:
            parts: list[RenderableType] = [*self._ended]
            if self._running:
                parts.append(self._running_table())
            parts += [_transfer(transfer) for transfer in self._transfers.values()]
            elapsed = columns.seconds(time.monotonic() - self._started)
            if self._total:
                parts.append(_progress(self._count, self._total, elapsed))
            elif not parts:
                asked = f", asked for {self._module}" if self._module else ""
                parts.append(Spinner("dots", Text(f"planning {elapsed}{asked}")))
            return Group(*parts)

    def _running_table(self) -> Table:
        table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
        now = time.monotonic()
        for run in self._running.values():
            if run.pid is not None and now - run.sampled > _SAMPLE:
                run.memory, run.sampled = host.group_memory(run.pid), now
            table.add_row(
                Text("▸", style="cyan"),
                Text(str(run.target), style="bold"),
                run.program,
                Text(run.stage.value, style="cyan"),
                columns.seconds(now - run.since),
                columns.size(run.memory) if run.memory else "",
                Text(f"asked for {run.module}" if run.module else "", style="dim"),
            )
        return table


def _ended(event: UnitFinished) -> Text:
    good = isinstance(event.outcome, Made) and (event.report is None or event.report.ok)
    bad = isinstance(event.outcome, Failed) or not good
    sign, color = ("✓", "green") if good else ("✗", "red") if bad else ("-", "bright_black")
    return Text.assemble(
        (f"{sign} ", color),
        (f"{event.target} ", "bold"),
        f"{event.program} ",
        (summary(event), "dim"),
    )


def _transfer(transfer: Transfer) -> RenderableType:
    row = Table.grid(padding=(0, 2))
    cells: list[Any] = [Text("↓", style="cyan"), transfer.what]
    if transfer.total:
        cells += [
            ProgressBar(transfer.total, transfer.done, width=30),
            f"{columns.size(transfer.done)} of {columns.size(transfer.total)}",
        ]
    else:
        cells.append(columns.size(transfer.done))
    row.add_row(*cells)
    return row


def _progress(count: int, total: int, elapsed: str) -> RenderableType:
    row = Table.grid(padding=(0, 2))
    row.add_row(ProgressBar(total, count, width=30), f"{count}/{total}", elapsed)
    return row
