"""Who waits for a place in the program's memory, in the order of arrival."""

from __future__ import annotations

from crosswind.run.emulator.objects import KernelObject


class Alarm(KernelObject):
    """A moment at which a wait is to be looked at again."""

    __slots__ = ("_moment",)

    kind = "Alarm"

    def __init__(self, moment: int | None) -> None:
        """Take an uptime in ticks, or None for never."""
        super().__init__()
        self._moment = moment

    def due(self) -> int | None:
        """When it is."""
        return self._moment


class Wakes:
    """Tickets of those who wait, by address; a ticket that is not in the list was called."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._waiting: dict[int, list[int]] = {}
        self._next = 0

    def enter(self, address: int) -> int:
        """Take a ticket."""
        self._next += 1
        self._waiting.setdefault(address, []).append(self._next)
        return self._next

    def is_called(self, address: int, ticket: int) -> bool:
        """Say whether a ticket was called."""
        return ticket not in self._waiting.get(address, ())

    def leave(self, address: int, ticket: int) -> None:
        """Give a ticket back."""
        tickets = self._waiting.get(address, [])
        if ticket in tickets:
            tickets.remove(ticket)
        if not tickets:
            self._waiting.pop(address, None)

    def call(self, address: int, count: int | None) -> None:
        """Call the oldest tickets; None for all."""
        tickets = self._waiting.get(address, [])
        del tickets[:count]
        if not tickets:
            self._waiting.pop(address, None)

    @staticmethod
    def alarm(moment: int | None) -> Alarm:
        """Return what lets a wait be looked at again at a moment."""
        return Alarm(moment)
