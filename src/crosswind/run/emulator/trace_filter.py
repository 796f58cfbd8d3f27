"""Which calls a trace shows: by group, by the call's name, by the Go function that wanted them."""

from __future__ import annotations

from fnmatch import fnmatchcase

from crosswind.frozen import frozen
from crosswind.run.emulator.callers import Origin

_BY_CALLER = "by:"
# What people call files stands in several groups.
_WIDER = {"files": frozenset({"files", "directories", "file_information", "nt_files", "devices"})}


@frozen
class Filter:
    """Shows what fits a word, and nothing that fits a word with `!`; without words, everything.

    A word is a group of calls (`files`), a pattern of calls (`Create*`), or `by:` and a pattern of
    functions or packages (`by:main.*`, `by:example.com/app/*`).
    """

    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Filter:
        """Read words that commas separate."""
        words = [word.strip() for word in text.split(",") if word.strip()]
        hidden = [word[1:] for word in words if word.startswith("!")]
        shown = [word for word in words if not word.startswith("!")]
        return cls(
            shown=tuple(word for word in shown if not word.startswith(_BY_CALLER)),
            hidden=tuple(word for word in hidden if not word.startswith(_BY_CALLER)),
            by=_callers(shown),
            not_by=_callers(hidden),
        )

    def unknown(self, areas: frozenset[str], calls: frozenset[str]) -> list[str]:
        """Return the words that fit no group and no call, and so are most likely mistaken."""
        return [
            word
            for word in (*self.shown, *self.hidden)
            if word not in _WIDER
            and word not in areas
            and not any(fnmatchcase(call, word) for call in calls)
        ]

    def shows_call(self, area: str, name: str) -> bool:
        """Whether a call may be of interest, whoever makes it."""
        if any(_fits(word, area, name) for word in self.hidden):
            return False
        return not self.shown or any(_fits(word, area, name) for word in self.shown)

    def shows_origin(self, origin: Origin) -> bool:
        """Whether those who wanted a call are of interest."""
        names = [frame.function for frame in origin if frame]
        if any(fnmatchcase(name, pattern) for name in names for pattern in self.not_by):
            return False
        return not self.by or any(
            fnmatchcase(name, pattern) for name in names for pattern in self.by
        )


def _fits(word: str, area: str, name: str) -> bool:
    return area == word or area in _WIDER.get(word, ()) or fnmatchcase(name, word)


def _callers(words: list[str]) -> tuple[str, ...]:
    """Return the patterns of functions; a package stands for all of its functions."""
    patterns = (word.removeprefix(_BY_CALLER) for word in words if word.startswith(_BY_CALLER))
    return tuple(each for pattern in patterns for each in (pattern, f"{pattern}.*"))
