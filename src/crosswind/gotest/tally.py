"""Count a package's tests by their events, and write them as `go test` does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from crosswind.gotest.event import Event
from crosswind.gotest.model import Case, Verdict

# What says only which test the output around it belongs to.
_FRAME = re.compile(rb"=== (RUN|PAUSE|CONT|NAME) ")

_ENDS = {
    "pass": Verdict.PASS,
    "bench": Verdict.PASS,
    "fail": Verdict.FAIL,
    "skip": Verdict.SKIP,
}  # fmt: skip


@dataclass(slots=True)
class _Test:
    verdict: Verdict | None = None
    seconds: float = 0.0


class Tally:
    """Collects the events of one package."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._tests: dict[str, _Test] = {}
        self._printed: list[tuple[str, bytes]] = []

    def take(self, event: Event) -> None:
        """Take an event in."""
        if event.action == "output":
            self._printed.append((event.test, event.output or b""))
        elif event.test:
            test = self._tests.setdefault(event.test, _Test())
            test.verdict = _ENDS.get(event.action, test.verdict)
            test.seconds = event.elapsed or test.seconds

    def cases(self, package: Verdict) -> tuple[Case, ...]:
        """Return all tests; one that did not end fared as its package did.

        A benchmark that passed has no end of its own.
        """
        outputs: dict[str, list[bytes]] = {}
        for name, data in self._printed:
            outputs.setdefault(name, []).append(data)
        return tuple(
            Case(name, test.verdict or package, test.seconds, b"".join(outputs.get(name, ())))
            for name, test in self._tests.items()
        )

    def output(self, *, whole: bool) -> bytes:
        """Return what was printed: all, or only what concerns failures.

        In the second case the output of tests that passed or were skipped is left out.
        """
        if whole:
            return b"".join(data for _, data in self._printed)
        return b"".join(self._of_failures())

    def _of_failures(self) -> Iterator[bytes]:
        for name, data in self._printed:
            verdict = self._tests[name].verdict if name in self._tests else None
            if verdict not in (Verdict.PASS, Verdict.SKIP) and not _FRAME.match(data):
                yield data
