"""What a program may not do, as `run --deny` says.

A denied call fails as it would on a machine whose administrator forbade it: ERROR_ACCESS_DENIED, or
WSAEACCES for sockets. The program goes on, and the report lists what it wanted.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from crosswind.frozen import frozen
from crosswind.run.emulator.activity import Activity


class Action(StrEnum):
    """What can be denied."""

    NET = "net"
    WRITE = "write"
    EXEC = "exec"
    REGISTRY = "registry"


class UnknownActionError(ValueError):
    """A word that is no action; the message lists those that are."""


@frozen
class Policy:
    """The denied actions, and where what was denied is noted."""

    activity: Activity
    denied: frozenset[Action] = frozenset()

    def allows(self, action: Action, subject: str) -> bool:
        """Ask before doing something; a refusal is noted.

        Args:
            action: what the program wants to do.
            subject: with what: a path, a host, a command line.
        """
        if action not in self.denied:
            return True
        self.activity.note("denied", f"{action}: {subject}")
        return False


def parse(words: Iterable[str]) -> frozenset[Action]:
    """Read `--deny net,write`.

    Raises:
        UnknownActionError: a word is no action.
    """
    names = [name for word in words for name in word.split(",") if name]
    known = {action.value for action in Action}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UnknownActionError(f"cannot deny {unknown[0]}: there are {', '.join(sorted(known))}")
    return frozenset(Action(name) for name in names)
