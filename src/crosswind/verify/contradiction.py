"""Expectations that no file can meet: a mistake of whoever asks, not of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crosswind.errors import UsageError
from crosswind.verify.expectation import Expectation

# Systems whose programs have a place for signatures (GOOS).
_SIGNED = ("windows", "darwin", "ios")


def refuse(expected: Expectation) -> None:
    """Refuse what contradicts itself, or could never be found.

    Raises:
        UsageError: CW0104.
    """
    for message, hint in _found(expected):
        raise UsageError("CW0104", message, hint=hint)


def _found(expected: Expectation) -> Iterator[tuple[str, str]]:
    target = expected.target
    if target and expected.gui is not None and target.goos != "windows":
        yield f"only Windows knows GUI and console programs, not {target}", "leave one of them out"
    if target and expected.glibc is not None and target.goos != "linux":
        yield f"only Linux programs need glibc, not those of {target}", "leave one of them out"
    if target and expected.cgo and target.goarch == "wasm":
        yield f"no program of {target} has cgo", "leave one of them out"
    if expected.go_version is not None and not _is_go(expected.go_version):
        yield f"{expected.go_version!r} is no Go version", "such as 1.27.3"
    if expected.glibc is not None and not re.fullmatch(r"2(\.\d+){1,2}", expected.glibc, re.ASCII):
        yield f"{expected.glibc!r} is no glibc version", "such as 2.17"
    if any(not text for _, text in expected.traces):
        yield "an empty text is in every file", "check the variable that it comes from"
    yield from _of_signatures(expected)
    values: dict[str, str] = {}
    for name, value in expected.variables:
        if values.setdefault(name, value) != value:
            yield f"{name} cannot be both {values[name]!r} and {value!r}", "keep one of them"


def _of_signatures(expected: Expectation) -> Iterator[tuple[str, str]]:
    target, wanted = expected.target, expected.signed or bool(expected.trusted)
    if target and wanted and target.goos not in _SIGNED:
        yield f"programs of {target} carry no signature", "leave one of them out"
    if expected.trusted and expected.signed is False:
        yield "roots are of no use to a file that is not signed", "leave one of them out"


def _is_go(text: str) -> bool:
    from crosswind.toolchain.version import of_toolchain

    return bool(of_toolchain(f"go{text.removeprefix('go')}"))
