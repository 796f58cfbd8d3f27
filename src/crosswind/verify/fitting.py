"""Decorators that leave a check out where it does not fit the file."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from crosswind.binary.buildinfo import BuildInfo
from crosswind.binary.image import Image
from crosswind.verify.expectation import Expectation
from crosswind.verify.subject import Subject
from crosswind.verify.verdict import Verdict

CheckFunction = Callable[[Subject, Expectation], Verdict | None]
_I = TypeVar("_I", bound=Image)


def only(
    kind: type[_I],
) -> Callable[[Callable[[_I, Expectation], Verdict | None]], CheckFunction]:
    """Make a check of images of one format from a function that takes such an image."""

    def decorate(check: Callable[[_I, Expectation], Verdict | None]) -> CheckFunction:
        @wraps(check)
        def checked(subject: Subject, expected: Expectation) -> Verdict | None:
            return check(subject.source, expected) if isinstance(subject.source, kind) else None

        return checked

    return decorate


def recorded(check: Callable[[BuildInfo, Expectation], Verdict | None]) -> CheckFunction:
    """Make a check of Go programs; CW1101 alone speaks of files that are none."""

    @wraps(check)
    def checked(subject: Subject, expected: Expectation) -> Verdict | None:
        return None if subject.build is None else check(subject.build, expected)

    return checked
