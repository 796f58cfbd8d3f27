"""Plain lines, one per thing that happened: for logs, pipes and CI."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from crosswind.events import Event, Fetching, Noted, PlanReady, StageStarted, Transfer, UnitFinished
from crosswind.finding import Finding, Severity, Status
from crosswind.outcome import Built, Cached, Failed, Outcome, Restored, Skipped
from crosswind.report import columns

Say = Callable[[str], None]


@dataclass(slots=True)
class Lines:
    """An observer that says a line for each start and end.

    Attributes:
        say: takes one line.
        github: whether the lines are read by GitHub Actions, which folds `::group::`s and shows
            `::error::`s beside the change ("Workflow commands for GitHub Actions").
        verbose: whether notes are said, too.
    """

    say: Say
    github: bool = False
    verbose: bool = False
    _total: int = 0
    _ended: int = 0
    _last: dict[str, int] = field(default_factory=dict)
    _failed: dict[tuple[Finding, ...], str] = field(default_factory=dict)

    def __call__(self, event: Event) -> None:
        """Say what an event means."""
        match event:
            case PlanReady():
                self._total = len(event.units)
            case StageStarted():
                if self.verbose:
                    self.say(f"{event.stage} {event.program} {event.target}")
            case UnitFinished():
                self._ended += 1
                self._finished(event)
            case Transfer():
                self._transfer(event)
            case Fetching():
                self.say(f"fetch {event.module}" + (f" for {event.target}" if event.target else ""))
            case Noted():
                if self.verbose or event.finding.severity is not Severity.NOTE:
                    self.say(f"{event.finding.severity}: {event.finding.message}")

    def _finished(self, event: UnitFinished) -> None:
        unit = f"{event.target} {event.program}"
        words = summary(event)
        failures = event.outcome.findings if isinstance(event.outcome, Failed) else ()
        # The same for another target is no news.
        first = self._failed.setdefault(_alike(failures), unit) if failures else unit
        if first != unit:
            words, failures = f"failed as {first} did", ()
        line = f"[{self._ended}/{self._total}] {unit}: {words}"
        checks = event.report.checks if event.report else ()
        if not self.github:
            self.say(line)
            return
        self.say(f"::group::{line}")
        for check in checks:
            message = columns.harmless(check.message)
            self.say(f"{check.status:4} {check.code} {check.title}: {message}")
        self.say("::endgroup::")
        for finding in (*failures, *(event.report.findings if event.report else ())):
            level = "error" if finding.severity is Severity.ERROR else "warning"
            self.say(f"::{level} title={finding.code} {finding.subject}::{escape(finding.message)}")

    def _transfer(self, event: Transfer) -> None:
        """Say the start, every further quarter and the end of a download."""
        quarter = 4 * event.done // event.total if event.total else 0
        if event.finished:
            self.say(f"{event.what}: {columns.size(event.done)}, done")
            self._last.pop(event.what, None)
        elif self._last.get(event.what) != quarter:
            self._last[event.what] = quarter
            whole = f" of {columns.size(event.total)}" if event.total else ""
            self.say(f"{event.what}: {columns.size(event.done)}{whole}")


def _alike(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Take away what differs between units that failed in the same way."""
    return tuple(replace(finding, subject="", hint="") for finding in findings)


def escape(text: str) -> str:
    """Escape a message for a workflow command, which ends at the line's end."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def on_github(env: Mapping[str, str] = os.environ) -> bool:
    """Whether we run in GitHub Actions ("Default environment variables")."""
    return env.get("GITHUB_ACTIONS") == "true"


def summary(event: UnitFinished) -> str:
    """Tell an outcome in a few words."""
    return describe(event.outcome) + (
        f", {checks_in_words(event)}" if event.report is not None else ""
    )


def describe(outcome: Outcome) -> str:
    """Tell an outcome without its checks."""
    match outcome:
        case Built() | Cached() | Restored():
            size = outcome.artifacts[0].size
            return f"{outcome.name}, {columns.size(size)} in {columns.seconds(outcome.usage.wall)}"
        case Skipped():
            return f"skipped: {outcome.reason}"
        case Failed():
            text = outcome.findings[0].message if outcome.findings else ""
            lines = [line for line in text.splitlines() if not line.startswith("# ")]
            return f"failed: {next(iter(lines), text)}"


def checks_in_words(event: UnitFinished) -> str:
    """Count verdicts: `31 checks passed, 1 warning, 2 not checked`."""
    checks = event.report.checks if event.report else ()
    count = {status: sum(check.status is status for check in checks) for status in Status}
    words = [f"{count[Status.PASS]} check{'s' * (count[Status.PASS] != 1)} passed"]
    if count[Status.FAIL]:
        words.append(f"{count[Status.FAIL]} FAILED")
    if count[Status.WARN]:
        words.append(f"{count[Status.WARN]} warning{'s' * (count[Status.WARN] > 1)}")
    if count[Status.SKIP]:
        words.append(f"{count[Status.SKIP]} not checked")
    return ", ".join(words)
