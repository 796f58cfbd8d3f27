"""A proof's page under docs/proofs: what was run, on what, and what came of it."""

from __future__ import annotations

import datetime as dt
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROOFS = ROOT / "docs" / "proofs"


@dataclass
class Proof:
    """The table that a script fills row by row; each row is printed when it is known.

    Attributes:
        name: of the page's file, behind the date.
        title: the page's heading.
        claim: what is to be proved, and how.
        columns: of the table.
        go: version of the Go that took part; empty if none did.
        failures: whatever speaks against the claim.
        notes: what the table needs explained.
    """

    name: str
    title: str
    claim: str
    columns: tuple[str, ...]
    go: str = ""
    rows: list[Sequence[object]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def row(self, *cells: object) -> None:
        """Add a row."""
        self.rows.append(cells)
        print("  ".join(map(str, cells)), flush=True)

    def fail(self, what: str) -> None:
        """Note something that speaks against the claim."""
        self.failures.append(what)
        print(f"FAILED: {what}", flush=True)

    def finish(self, conclusion: str) -> int:
        """Write the page and return the exit status: 1 if anything failed."""
        now = dt.datetime.now(dt.UTC)
        path = PROOFS / f"{now:%Y-%m-%d}-{self.name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self._page(f"{now:%Y-%m-%d}", conclusion), encoding="utf-8")
        print(f"{path.relative_to(ROOT)}: {self._conclusion(conclusion)}")
        return 1 if self.failures else 0

    def _page(self, date: str, conclusion: str) -> str:
        parts = [
            f"# {self.title}",
            self.claim,
            _list(
                f"Date: {date}, crosswind at {_commit()}",
                f"Command: `{_command()}`",
                f"Host: {_host(self.go)}",
            ),
            _table([self.columns, *self.rows]),
            *self.notes,
            _list(*(f"Failed: {what}" for what in self.failures)),
            f"**{self._conclusion(conclusion)}**",
        ]
        return "\n\n".join(filter(None, parts)) + "\n"

    def _conclusion(self, conclusion: str) -> str:
        return f"Not proved: {len(self.failures)} failed." if self.failures else conclusion


def _list(*points: str) -> str:
    return "\n".join(f"- {point}" for point in points)


def _table(rows: list[Sequence[object]]) -> str:
    head, *body = (f"| {' | '.join(map(str, row))} |" for row in rows)
    return "\n".join([head, "|" + "---|" * len(rows[0]), *body])


def _command() -> str:
    return " ".join(["python", f"prove/{Path(sys.argv[0]).name}", *sys.argv[1:]])


def _commit() -> str:
    words = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    return f"commit {done.stdout.strip()}" if done.returncode == 0 else "no commit"


def _host(go: str) -> str:
    """Describe the machine in words that lead nobody to it."""
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        system = f"{platform.system()} {platform.release()}"
    parts = [
        f"{os.cpu_count()} processors ({platform.machine()})",
        system,
        f"Python {platform.python_version()}",
    ]
    return ", ".join([*parts, f"Go {go}"] if go else parts)
