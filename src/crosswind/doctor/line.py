"""What `doctor` says: a verdict per check, with what was found, whether it matters, and the mend."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from crosswind.errors import CrosswindError, ExitCode
from crosswind.finding import Check, Status
from crosswind.frozen import frozen


class Group(StrEnum):
    """What a line is about, in the order of the report."""

    GO = "Go"
    TARGETS = "targets"
    ENVIRONMENT = "environment"
    FLAGS = "flags"
    PROJECT = "project"
    GIT = "git"
    RUNNERS = "runners"
    HOST = "host"


@frozen
class Verdict:
    """What one check function answers.

    Attributes:
        status: FAIL stops this project's build, WARN spoils it, PASS does neither.
        found: what is the case, in a few words.
        matters: whether it bears on this project; a warning or failure always does.
        why: what it does to this project, or why it does nothing.
        mend: the one command, or edit, that changes it.
        exit_code: what a failure means for the command's exit status.
    """

    status: Status
    found: str
    matters: bool
    why: str = ""
    mend: str = ""
    exit_code: ExitCode = ExitCode.OK


def fine(found: str, why: str = "", mend: str = "") -> Verdict:
    """It is as it should be."""
    return Verdict(Status.PASS, found, matters=True, why=why, mend=mend)


def harmless(found: str, why: str, mend: str = "") -> Verdict:
    """It is unusual or absent, and this project does not care; `why` says why not."""
    return Verdict(Status.PASS, found, matters=False, why=why, mend=mend)


def warned(found: str, why: str, mend: str) -> Verdict:
    """The build works, but not as its user expects."""
    return Verdict(Status.WARN, found, matters=True, why=why, mend=mend)


def failed(found: str, why: str, mend: str, exit_code: ExitCode = ExitCode.FAILED) -> Verdict:
    """The build of this project cannot work here."""
    return Verdict(Status.FAIL, found, matters=True, why=why, mend=mend, exit_code=exit_code)


def missing(found: str, why: str, mend: str) -> Verdict:
    """The build needs something that this host lacks."""
    return failed(found, why, mend, ExitCode.MISSING)


def refused(error: CrosswindError, why: str) -> Verdict:
    """A failure that `build` would end with."""
    where = f"{error.subject}: " if error.subject else ""
    mend = error.hint or f"crosswind explain {error.code}"
    return failed(f"{where}{error.message}", why, mend, error.exit_code)


def unchecked(reason: str) -> Verdict:
    """It could not be found out; `reason` follows the word because."""
    return Verdict(Status.SKIP, f"not checked because {reason}", matters=False)


@frozen
class Line:
    """A verdict with the code, group and title of its check."""

    code: str
    group: Group
    title: str
    verdict: Verdict

    @property
    def check(self) -> Check:
        """The line as the value that all reports carry."""
        verdict = self.verdict
        message = ": ".join(filter(None, (verdict.found, verdict.why)))
        return Check(self.code, self.title, verdict.status, message, verdict.mend)

    @property
    def document(self) -> dict[str, Any]:
        """The line as it stands in the JSON document."""
        verdict = self.verdict
        return {
            "code": self.code,
            "group": self.group.value,
            "title": self.title,
            "status": verdict.status.value,
            "found": verdict.found,
            "matters": verdict.matters,
            "why": verdict.why,
            "mend": verdict.mend,
        }
