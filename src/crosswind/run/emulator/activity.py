"""What a program did and wanted, for the report after it ended.

It is kept while the program runs, whether a trace is written or not, so each note must be cheap, and a
program that does something new for ever must not fill the memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Kinds of notes, in the order of the report, with their titles.
TITLES = {
    "read": "files read",
    "created": "files created",
    "written": "files written",
    "deleted": "files deleted",
    "listed": "folders listed",
    "missing": "files not found",
    "registry": "registry keys",
    "environment": "environment variables asked for",
    "host": "hosts asked for",
    "process": "processes it wanted to start",
    "library": "libraries loaded",
    "unsupported": "calls that are not supported",
    "denied": "denied",
}
# Names that are short, many, and seldom what one looks for.
_IN_A_LINE = frozenset({"environment", "library"})
# Of each kind so many are kept; of more it is only said that there were.
MAX_SUBJECTS = 1000
_MAX_LENGTH = 1000


class Activity:
    """Subjects by kind, each once, in the order of their first mention."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._subjects: dict[str, dict[str, str]] = {kind: {} for kind in TITLES}
        self._more: set[str] = set()

    def note(self, kind: str, subject: str, host: str = "") -> None:
        """Add a subject; `host` is the same on this machine, such as the path of a file."""
        subjects = self._subjects[kind]
        subject = subject[:_MAX_LENGTH]
        if subject in subjects:
            return
        if len(subjects) < MAX_SUBJECTS:
            subjects[subject] = host
        else:
            self._more.add(kind)

    def document(self) -> dict[str, Any]:
        """Return everything as JSON holds it: kinds that have something."""
        document: dict[str, Any] = {}
        for kind, subjects in self._subjects.items():
            if subjects:
                document[kind] = [
                    {"name": name, "host": host} if host else {"name": name}
                    for name, host in subjects.items()
                ]
        if self._more:
            document["more"] = sorted(self._more)
        return document


def lines(document: Mapping[str, Any]) -> list[str]:
    """Draw what `document` returned, for people."""
    shown = []
    for kind, title in TITLES.items():
        subjects = document.get(kind, ())
        if not subjects:
            continue
        if kind in _IN_A_LINE:
            more = ", …" if kind in document.get("more", ()) else ""
            shown.append(f"{title}: {', '.join(map(_subject, subjects))}{more}")
            continue
        shown.append(f"{title}:")
        shown += [f"  {_subject(subject)}" for subject in subjects]
        if kind in document.get("more", ()):
            shown.append("  … and more")
    return shown or ["it touched nothing"]


def _subject(subject: dict[str, str]) -> str:
    host = subject.get("host")
    name = "".join(
        char if char.isprintable() else f"\\x{ord(char):02x}" for char in subject["name"]
    )
    return f"{name} = {host}" if host else name
