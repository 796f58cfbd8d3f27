"""What earlier runs found out: in dist what holds here, in the store what holds everywhere."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, TypeVar

from crosswind import store
from crosswind.building.dist import Dist
from crosswind.frozen import frozen
from crosswind.store import Store

T = TypeVar("T")


@frozen
class Memory:
    """Answers of earlier runs, by the question.

    Attributes:
        out: dist, which keeps the last answer under each name.
        store: keeps every answer.
        fresh: whether nothing is recalled, only remembered.
    """

    out: Dist
    store: Store
    fresh: bool = False

    def recall(
        self, name: str, question: str, read: Callable[[Any], T], everywhere: str = ""
    ) -> T | None:
        """Return what was remembered, if the question was the same; else None.

        Args:
            name: what the question is about; dist keeps one answer to each.
            question: all that the answer depends on.
            read: makes sense of the answer; a TypeError or ValueError for what is none.
            everywhere: the same without what differs between checkouts and does not matter to somebody
                who takes the answer over; empty if the answer holds in this dist alone.
        """
        if self.fresh:
            return None
        found = _read(self.out.recall(name, question), read)
        if found is None and everywhere:
            entry = self.store.get(store.key("answer", everywhere))
            answer = entry.meta.get("answer") if entry else None
            found = _read(answer, read)
            if found is not None:
                self.out.remember(name, question, answer)
        return found

    def remember(self, name: str, question: str, answer: Any, everywhere: str = "") -> None:
        """Keep an answer, which must be JSON."""
        self.out.remember(name, question, answer)
        if everywhere:
            self.store.put(store.key("answer", everywhere), (), {"answer": answer})


def _read(answer: Any, read: Callable[[Any], T]) -> T | None:
    """Make sense of an answer; one that is none is as if nobody had asked."""
    with contextlib.suppress(TypeError, ValueError):
        return None if answer is None else read(answer)
    return None
