"""Time whole processes in turn: A B A B …, with CPU time of all their children, and the memory they take."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# What commands are started with: as people have it, where Python keeps what it compiled.
ENVIRON = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(slots=True)
class Contender:
    """A command to time.

    Attributes:
        name: for the table.
        argv: the command.
        cwd, env: where and with what it runs.
        before: called before each run, outside of the time.
        peaks: the most memory that it, or one of its children, had in each run, in bytes.
    """

    name: str
    argv: Sequence[str]
    cwd: Path
    env: Mapping[str, str]
    before: Callable[[], None] = lambda: None
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peaks: list[int] = field(default_factory=list)

    def run(self) -> None:
        """Run once and note the times; a failure ends the benchmark."""
        self.before()
        started = time.perf_counter()
        with Path(os.devnull).open("wb") as nothing:
            child = subprocess.Popen(
                self.argv, cwd=self.cwd, env=dict(self.env), stdout=nothing, stderr=subprocess.PIPE
            )
            said = child.stderr.read() if child.stderr else b""
            _, status, spent = os.wait4(child.pid, 0)
        if status:
            raise SystemExit(f"{self.name} failed:\n{said.decode(errors='replace')}")
        self.wall.append(time.perf_counter() - started)
        self.cpu.append(spent.ru_utime + spent.ru_stime)
        # Kilobytes, but on macOS (getrusage(2) of each).
        self.peaks.append(spent.ru_maxrss * (1 if sys.platform == "darwin" else 1024))


def race(title: str, contenders: Sequence[Contender], rounds: int, *, warm: bool = True) -> None:
    """Run all in turn, several times, and print medians, spreads and the ratios to the last one."""
    if warm:
        for contender in contenders:
            contender.run()
            contender.wall.clear()
            contender.cpu.clear()
            contender.peaks.clear()
    for _ in range(rounds):
        for contender in contenders:
            contender.run()
    base = contenders[-1]
    print(f"\n{title} (n = {rounds}, in turn; median, [min – max]; ratio to {base.name})")
    for contender in contenders:
        print(
            f"  {contender.name:24} wall {_spread(contender.wall)} {_ratio(contender.wall, base.wall)}"
            f"   cpu {_spread(contender.cpu)} {_ratio(contender.cpu, base.cpu)}"
            f"   peak {max(contender.peaks) / 1e6:.0f} MB"
        )
        print(f"    {' '.join(contender.argv)}")


def _spread(values: Sequence[float]) -> str:
    middle = statistics.median(values)
    return f"{middle:7.3f} s [{min(values):.3f} – {max(values):.3f}]"


def _ratio(values: Sequence[float], base: Sequence[float]) -> str:
    """Median of the ratios round by round: the machine's drift falls out."""
    return f"×{statistics.median(a / b for a, b in zip(values, base, strict=True)):.2f}"
