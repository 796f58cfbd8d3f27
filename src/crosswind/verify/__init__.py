"""Verify finished programs: one small function per check, a registry with codes."""

from __future__ import annotations

from crosswind.verify.examine import Examination, examine, verify_file
from crosswind.verify.expectation import Expectation

__all__ = ["Examination", "Expectation", "examine", "verify_file"]
