"""Why a unit is built, in words."""

from __future__ import annotations

import pytest

from crosswind.building.key import Change
from crosswind.building.plan import Unit
from crosswind.building.why import Reason, State
from crosswind.config.settings import Settings
from crosswind.target import Target

UNIT = Unit("app", ".", "example.com/app", Target("linux", "amd64"), Settings(), cgo=False)
FILES = "0" * 64


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ([Change("flag -tags", None, "x")], "flag -tags is new"),
        ([Change("file a.go", FILES, "1" * 64)], "file a.go changed"),
        ([Change("files of GOROOT", FILES, None)], "files of GOROOT are gone"),
        (
            [Change("Go", "go1.26.8", "go1.27.3"), Change("files of GOROOT", FILES, None)],
            "Go: go1.26.8 → go1.27.3",
        ),
    ],
)
def test_changes_in_words(changes: list[Change], text: str) -> None:
    assert Reason(UNIT, State.CHANGED, tuple(changes)).text == text
