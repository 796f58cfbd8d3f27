"""Habits of files that were read before, by the digest of each file's content."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from crosswind.portability import code
from crosswind.portability.habits import Habit
from crosswind.system import kept


class Remembered:
    """The habits of one tree's files; what was not asked for this time is forgotten."""

    def __init__(self, cache: Path | None, tree: Path) -> None:
        """Read what is kept.

        Args:
            cache: the folder for what is kept; None keeps nothing.
            tree: whose files these are.
        """
        name = hashlib.sha256(
            f"{code.identity()}\n{tree}".encode("utf-8", "surrogateescape")
        ).hexdigest()
        self._path = cache / "habits" / f"{name}.json" if cache else None
        self._old = _load(self._path) if self._path else {}
        self._new: dict[str, tuple[Habit, ...]] = {}

    def get(self, digest: str) -> tuple[Habit, ...] | None:
        """Return the habits of a file by its digest; None if they are not known."""
        known = self._old.get(digest)
        if known is not None:
            self._new[digest] = known
        return known

    def put(self, digest: str, found: tuple[Habit, ...]) -> None:
        """Remember the habits of a file."""
        self._new[digest] = found

    def save(self) -> None:
        """Keep what was asked for; a cache that cannot be written is none."""
        if self._path is None or self._new == self._old:
            return
        document = {digest: [_plain(one) for one in found] for digest, found in self._new.items()}
        kept.keep(self._path, document)


def _plain(habit: Habit) -> list[Any]:
    return [habit.kind, habit.line, habit.column, habit.text]


def _load(path: Path) -> dict[str, tuple[Habit, ...]]:
    """Read a file of ours."""
    document = kept.load(path) or {}
    return {digest: tuple(Habit(*one) for one in found) for digest, found in document.items()}
