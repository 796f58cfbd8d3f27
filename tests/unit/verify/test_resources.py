"""The version tab of a program, and who finds its strings."""

from __future__ import annotations

import pytest

from crosswind.binary import detect
from crosswind.binary.view import View
from crosswind.finding import Status
from crosswind.verify import Expectation, resources
from crosswind.verify.subject import Subject
from crosswind.windows import version
from crosswind.windows.patch import patch
from crosswind.windows.resource import tree
from crosswind.windows.version import StringTable, VersionInfo
from images import debugged

PROGRAM = debugged.pe()


@pytest.mark.parametrize(
    ("table", "translation", "status", "words"),
    [
        ((0x0809, 1200), (0x0809, 1200), Status.PASS, "App"),
        ((0x0409, 1252), (0x0809, 1200), Status.WARN, "only who tries US English finds them"),
        ((0x0809, 1200), (0x0409, 1200), Status.WARN, "names 0409/04b0, the strings are in 0809/04b0"),
    ],
)  # fmt: skip
def test_translation(
    table: tuple[int, int], translation: tuple[int, int], status: Status, words: str
) -> None:
    texts = StringTable(*table, strings=(("ProductName", "App"),))
    info = VersionInfo(tables=(texts,), translations=(translation,))
    view = View.of(patch(View.of(PROGRAM), tree([version.resource(info)])))
    verdict = resources.version_of(Subject("app", view, detect.read(view)), Expectation())
    assert verdict
    assert verdict.status is status
    assert words in verdict.message
