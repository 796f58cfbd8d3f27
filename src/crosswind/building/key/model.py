"""What a key is, and how two keys differ."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from crosswind.finding import Finding

# In every digest. A change of what enters a key, or of how it is written, takes the next number.
_FORM = "crosswind key 2"


class Doubt(Exception):  # noqa: N818  it is no error: the go command is asked instead
    """What keeps a unit from having a key, in words for people."""


class Refusal(Doubt):
    """What the go command will refuse, so that it need not be asked.

    Attributes:
        finding: tells it.
    """

    def __init__(self, finding: Finding) -> None:
        """Take what is told."""
        super().__init__(finding.message)
        self.finding = finding


class Unread(Doubt):
    """What C reads for some packages is not known, or cannot be read.

    Attributes:
        unseen: by import path, what is known of each package all the same.
    """

    def __init__(self, message: str, unseen: Mapping[str, Unseen]) -> None:
        """Take what is told, and what is known."""
        super().__init__(message)
        self.unseen = unseen


class Part:
    """Inputs that belong together, such as all flags; many units share one.

    Attributes:
        name: of the part.
        inputs: each input's name, and its value or digest.
    """

    def __init__(self, name: str, inputs: Mapping[str, str]) -> None:
        """Take the inputs; an empty value counts, unlike an input that is not there."""
        self.name = name
        self.inputs = inputs

    @cached_property
    def digest(self) -> str:
        """The sha256 of the canonical list of inputs, in hex."""
        listed = [_FORM, self.name, sorted(self.inputs.items())]
        text = json.dumps(listed, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


class Unseen(NamedTuple):
    """What C reads for a package and the go command does not look at.

    Attributes:
        state: a digest of all content; empty where that is not known.
        names: the files, and the folders in which one more could be taken instead.
    """

    state: str = ""
    names: frozenset[str] = frozenset()


class Key:
    """All inputs of one compile.

    Attributes:
        parts: in a fixed order.
        unseen: by import path, what of these the go command does not look at.
        digest: the sha256 that stands for all of them, in hex.
    """

    def __init__(self, parts: Iterable[Part], unseen: Mapping[str, Unseen] | None = None) -> None:
        """Put parts together; no two of one name."""
        self.parts = tuple(parts)
        self.unseen = unseen or {}
        text = "\n".join([_FORM, *(f"{part.name} {part.digest}" for part in self.parts)])
        self.digest = hashlib.sha256(text.encode()).hexdigest()

    @property
    def inputs(self) -> dict[str, str]:
        """Every input by its name."""
        return {name: value for part in self.parts for name, value in part.inputs.items()}

    def __repr__(self) -> str:
        """For tests and debugging."""
        return f"Key({self.digest[:12]})"


class Change(NamedTuple):
    """An input that differs; None for a value where the input is not there."""

    name: str
    before: str | None
    after: str | None


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    """Yield the inputs in which two keys differ, ordered by name."""
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield Change(name, before.get(name), after.get(name))
