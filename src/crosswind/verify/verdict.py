"""What one check function answers; the registry adds code and title."""

from __future__ import annotations

from crosswind.finding import Status
from crosswind.frozen import frozen


@frozen
class Verdict:
    """A status and what was found, in a few words; `hint` says what to do about it."""

    status: Status
    message: str
    hint: str = ""


def passed(message: str) -> Verdict:
    """All is as asked, or nothing was asked and this was found."""
    return Verdict(Status.PASS, message)


def failed(message: str, hint: str = "") -> Verdict:
    """It is not as asked, or it would not work."""
    return Verdict(Status.FAIL, message, hint)


def warned(message: str, hint: str = "") -> Verdict:
    """It works, but nobody should ship it unknowingly."""
    return Verdict(Status.WARN, message, hint)


def skipped(reason: str) -> Verdict:
    """It was not checked; `reason` follows the word because."""
    return Verdict(Status.SKIP, f"not checked because {reason}")
