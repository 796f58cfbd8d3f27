"""Which calls a filter shows."""

from __future__ import annotations

import pytest

from crosswind.binary.golines import Frame
from crosswind.run.emulator.callers import NOWHERE, Origin
from crosswind.run.emulator.trace_filter import Filter

MAIN = Origin(Frame("os.Open", "", 0), Frame("main.load", "", 0))
OTHER = Origin(Frame("runtime.sysAlloc", "", 0), None)


@pytest.mark.parametrize(
    ("text", "area", "name", "shown"),
    [
        ("", "files", "CreateFileW", True),
        ("files", "files", "CreateFileW", True),
        ("files", "registry", "RegOpenKeyExW", False),
        ("files,Reg*", "registry", "RegOpenKeyExW", True),
        ("Create*", "threads", "CreateThread", True),
        ("files,!*Close*", "files", "FindClose", False),
        ("!memory", "memory", "VirtualAlloc", False),
        ("!memory", "files", "CreateFileW", True),
    ],
)
def test_calls(text: str, area: str, name: str, shown: bool) -> None:
    assert Filter.parse(text).shows_call(area, name) is shown


@pytest.mark.parametrize(
    ("text", "origin", "shown"),
    [
        ("", NOWHERE, True),
        ("by:main", MAIN, True),
        ("by:os", MAIN, True),
        ("by:main.load", MAIN, True),
        ("by:main.l*", MAIN, True),
        ("by:main", OTHER, False),
        ("by:main", NOWHERE, False),
        ("!by:runtime", OTHER, False),
        ("!by:runtime", MAIN, True),
    ],
)
def test_callers(text: str, origin: Origin, shown: bool) -> None:
    assert Filter.parse(text).shows_origin(origin) is shown


def test_a_word_that_fits_nothing_is_told() -> None:
    words = Filter.parse("files, flies,Reg*,!Foo*,by:main")
    assert words.unknown(frozenset({"files"}), frozenset({"RegOpenKeyExW"})) == ["flies", "Foo*"]
