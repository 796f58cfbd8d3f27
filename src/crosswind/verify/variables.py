"""CW17xx: variables that `-ldflags "-X name=value"` should have set are there, with their values."""

from __future__ import annotations

from crosswind.binary.gosymbols import (
    Absent,
    Found,
    StringVariable,
    Unresolvable,
    string_variables,
)
from crosswind.verify.expectation import Expectation
from crosswind.verify.search import contains
from crosswind.verify.subject import Subject
from crosswind.verify.verdict import Verdict, failed, passed, skipped, warned

_STRIPPED = "the symbol table is stripped"


def names(subject: Subject, expected: Expectation) -> Verdict | None:
    """CW1701: every variable exists; the linker ignores `-X` for names that do not."""
    if not expected.variables:
        return None
    if not subject.image.has_symbols:
        return skipped(_STRIPPED)
    found = _look_up(subject, expected)
    absent = [name for name, answer in found.items() if isinstance(answer, Absent)]
    if absent:
        return failed(
            f"no variable {', '.join(absent)}: the linker ignored -X for it",
            "check the import path and the name; main packages are called main; "
            "a variable that the program never reads is left out too",
        )
    unknown = [answer.reason for answer in found.values() if isinstance(answer, Unresolvable)]
    if len(unknown) == len(found):
        return skipped(unknown[0])
    return passed(", ".join(found))


def values(subject: Subject, expected: Expectation) -> Verdict | None:
    """CW1702: every variable that exists has the value that was asked for."""
    if not expected.variables:
        return None
    if not subject.image.has_symbols:
        return _sought(subject, expected, _STRIPPED)
    found = _look_up(subject, expected)
    wrong, unknown, right = [], [], []
    for name, value in expected.variables:
        answer = found[name]
        if isinstance(answer, Found):
            if answer.value == value.encode():
                right.append(f"{name}={value}")
            else:
                wrong.append(f"{name} is {answer.value.decode(errors='replace')!r}, not {value!r}")
        elif not isinstance(answer, Absent):
            unknown.append(answer.reason)
    if wrong:
        return failed(
            "; ".join(wrong), "a later -X for the same name wins; check quotes and the template"
        )
    if unknown:
        return _sought(subject, expected, "; ".join(dict.fromkeys(unknown)))
    if not right:
        return skipped("no such variable exists")
    return passed(", ".join(right))


def _look_up(subject: Subject, expected: Expectation) -> dict[str, StringVariable]:
    wanted = tuple(name for name, _ in expected.variables)
    if wanted not in subject.variables:
        subject.variables[wanted] = string_variables(subject.image, wanted)
    return subject.variables[wanted]


def _sought(subject: Subject, expected: Expectation, why: str) -> Verdict:
    """Without symbols, the most there is to say is whether the bytes are somewhere in the file."""
    texts = [(name, value) for name, value in expected.variables if value]
    if not texts:
        return skipped(f"{why}, and an empty value leaves no trace")
    missing = [name for name, value in texts if not contains(subject.view, value.encode())]
    if missing:
        return failed(
            f"the value of {', '.join(missing)} is nowhere in the file",
            "check -X: the linker ignores names that do not exist",
        )
    return warned(
        f"found but not attributable: {', '.join(name for name, _ in texts)} ({why})",
        "build without -s, or let the program print its version, to be sure",
    )
