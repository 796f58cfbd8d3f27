"""What checks say: a `Check` is one check's verdict, a `Report` all verdicts on one subject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import Any

from crosswind.frozen import frozen


class Severity(StrEnum):
    """How much a finding matters; only an error makes a command fail."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@frozen
class Finding:
    """One thing worth telling, with the code of the page that explains it."""

    code: str
    severity: Severity
    subject: str
    message: str
    hint: str = ""

    @property
    def document(self) -> dict[str, str]:
        """The finding as JSON documents carry it."""
        return {key: str(value) for key, value in asdict(self).items()}

    @classmethod
    def of(cls, document: Any) -> Finding:
        """Read what `document` wrote; a ValueError for everything else."""
        words = _words(document, cls)
        return cls(**{**words, "severity": Severity(words["severity"])})


class Status(StrEnum):
    """A check's verdict. `SKIP` means not checked, and its message says because of what."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    WARN = "warn"
    SKIP = "skip"


@frozen
class Check:
    """One check's verdict on one subject, as it stands in the build document."""

    code: str
    title: str
    status: Status
    message: str = ""
    hint: str = ""

    @property
    def sentence(self) -> str:
        """The message for where no column shows the title."""
        is_said = not self.title or self.title.lower() in self.message.lower()
        return self.message if is_said else f"{self.title}: {self.message}"

    @property
    def document(self) -> dict[str, str]:
        """The check as JSON documents carry it."""
        # Written out: a build without changes makes thousands of these.
        return {
            "code": self.code,
            "title": self.title,
            "status": self.status.value,
            "message": self.message,
            "hint": self.hint,
        }

    @classmethod
    def of(cls, document: Any) -> Check:
        """Read what `document` wrote; a ValueError for everything else."""
        words = _words(document, cls)
        return cls(**{**words, "status": Status(words["status"])})


def _words(document: Any, kind: type[Finding | Check]) -> dict[str, Any]:
    if not isinstance(document, dict) or document.keys() != set(kind.__match_args__):
        raise ValueError(f"no {kind.__name__}")
    return {name: str(value) for name, value in document.items()}


@frozen
class Report:
    """All verdicts on one subject (a file, a host), in the order they were reached.

    `run` says by which runner a program was run, and how it ended; None if it was not.
    """

    subject: str
    checks: tuple[Check, ...]
    run: Mapping[str, Any] | None = None

    @property
    def ok(self) -> bool:
        """True unless a check failed. What was not checked is not a failure, nor a pass."""
        return not any(check.status is Status.FAIL for check in self.checks)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The verdicts that want attention: failures as errors, warnings as warnings."""
        severity = {Status.FAIL: Severity.ERROR, Status.WARN: Severity.WARNING}
        return tuple(
            Finding(check.code, severity[check.status], self.subject, check.sentence, check.hint)
            for check in self.checks
            if check.status in severity
        )

    @property
    def unchecked(self) -> tuple[Check, ...]:
        """What was not checked, each with its reason."""
        return tuple(check for check in self.checks if check.status is Status.SKIP)


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any finding makes the command fail."""
    return any(finding.severity is Severity.ERROR for finding in findings)
