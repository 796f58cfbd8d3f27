"""What is found out about one signature."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from crosswind.binary.x509 import Certificate
from crosswind.frozen import frozen


class State(StrEnum):
    """What may be said about a signature."""

    VALID = "valid"
    INVALID = "invalid"
    # Nothing is wrong as far as was checked, but not all that matters was checked.
    UNDECIDED = "undecided"


@frozen
class Judgement:
    """A verdict with its reasons.

    Attributes:
        problems: why it is invalid, the weightiest first.
        undecided: what matters and was not checked, each as `what, because why`.
        unchecked: what nobody checks without more help (roots, revocation), each in words.
        chain: the signer's certificate and those above it, as far as they are there.
        time: when it was signed, if somebody vouches for that.
    """

    problems: tuple[str, ...]
    undecided: tuple[str, ...]
    unchecked: tuple[str, ...]
    chain: tuple[Certificate, ...] = field(repr=False)
    time: datetime | None = None

    @property
    def state(self) -> State:
        """All of it in a word."""
        if self.problems:
            return State.INVALID
        return State.UNDECIDED if self.undecided else State.VALID

    @property
    def by(self) -> str:
        """The signer's name, as far as a certificate gives one."""
        return self.chain[0].subject.short if self.chain else "an unknown signer"


@dataclass(slots=True)
class Notes:
    """Gathers what comes up while a signature is looked at."""

    problems: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)

    def judgement(self, chain: tuple[Certificate, ...], time: datetime | None = None) -> Judgement:
        """Close the file."""
        return Judgement(
            tuple(self.problems), tuple(self.undecided), tuple(self.unchecked), chain, time
        )
