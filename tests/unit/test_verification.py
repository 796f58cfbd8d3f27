"""What the pipeline expects of a program, as far as it follows from the unit alone."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from crosswind.building.plan import Unit
from crosswind.config.settings import Debug, Settings
from crosswind.finishing import Finished
from crosswind.target import Target
from crosswind.verification import expectation
from crosswind.verify import Expectation

PREPARED: Any = SimpleNamespace(
    source=SimpleNamespace(remote=None, module=SimpleNamespace(path="m"), directory=Path("m")),
    toolchain=SimpleNamespace(version="1.27.3", goroot=Path("go")),
    stamped=None,
    env={},
)


def expected(goos: str, *, cgo: bool = False, **settings: Any) -> Expectation:
    unit = Unit("app", ".", "m", Target(goos, "amd64"), Settings(**settings), cgo=cgo)
    return expectation(PREPARED, unit, Finished(Path("app"), "00"))


@pytest.mark.parametrize(
    ("goos", "settings", "gui"),
    [
        ("windows", {}, False),
        ("windows", {"gui": True}, True),
        ("windows", {"buildmode": "c-shared"}, None),
        ("linux", {"gui": True}, None),
    ],
)
def test_only_programs_for_windows_have_a_subsystem(
    goos: str, settings: dict[str, Any], gui: bool | None
) -> None:
    assert expected(goos, **settings).gui is gui


@pytest.mark.parametrize(
    ("goos", "settings", "stripped"),
    [
        ("linux", {}, False),
        ("linux", {"ldflags": ("-s -w",)}, True),
        ("linux", {"debug": Debug.SPLIT}, True),
        ("windows", {}, False),
        ("windows", {"cgo": True}, None),
        ("windows", {"cgo": True, "debug": Debug.STRIP}, True),
    ],
)
def test_symbols_are_expected_where_the_linker_leaves_them(
    goos: str, settings: dict[str, Any], stripped: bool | None
) -> None:
    assert expected(goos, **settings).strip_symbols is stripped
