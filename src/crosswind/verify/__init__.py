"""Verify finished programs: one small function per check, a registry with codes."""

from __future__ import annotations

from pathlib import Path

from crosswind.finding import Report
from crosswind.verify.expectation import Expectation

__all__ = ["Expectation", "verify_file"]


def verify_file(path: Path, expected: Expectation | None = None) -> Report:
    """Check a finished program against what was asked of it.

    Checks and readers are imported here: a build that makes nothing new wants none of them.

    Raises:
        UsageError: CW1000, the file is not there or cannot be read. A damaged one is a report.
    """
    from crosswind.verify import examine

    return examine.verify_file(path, expected)
