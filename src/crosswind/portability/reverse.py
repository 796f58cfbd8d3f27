"""The reverse question: what a target would still need."""

from __future__ import annotations

from typing import Any

from crosswind.frozen import frozen
from crosswind.portability.reasons import Kind, Reason
from crosswind.portability.survey import Survey


@frozen
class Need:
    """One thing that must be mended before packages work on a target.

    Attributes:
        reason: what and where.
        blocked: the packages that wait for it, those that were asked for only.
    """

    reason: Reason
    blocked: tuple[str, ...]

    def document(self, survey: Survey) -> dict[str, Any]:
        """Return the need as it stands in the JSON document."""
        reason = self.reason
        return {
            "kind": Kind(reason.kind),
            "code": reason.code,
            "package": reason.package,
            "place": survey.place(reason.package, reason.place),
            "message": reason.message,
            "hint": reason.hint,
            "blocked": list(self.blocked),
        }


def needs(survey: Survey) -> tuple[Need, ...]:
    """Return all that stands in the way, each once, what most packages wait for first.

    It is the smallest list: each entry is the end of a chain of imports, and none follows from another.
    """
    ends: dict[tuple[str, str, str], Reason] = {}
    blocked: dict[tuple[str, str, str], list[str]] = {}
    for row in survey.rows:
        # A package without files is fine unless it is imported.
        for reason in row.because(row.blocked & survey.chosen):
            key = reason.package, reason.place, reason.message
            if reason.kind is Kind.LINK:
                # One option mends it for all programs.
                key = "", "", reason.message
            ends.setdefault(key, reason)
            if row.path not in blocked.setdefault(key, []):
                blocked[key].append(row.path)
    found = [Need(ends[key], tuple(blocked[key])) for key in ends]
    return tuple(sorted(found, key=lambda need: (-len(need.blocked), need.reason.place)))
