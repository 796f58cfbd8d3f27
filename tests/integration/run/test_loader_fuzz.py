"""A fixed part of `prove/fuzz_loader.py`: damaged programs are refused or loaded."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

PROVE = Path(__file__).parents[3] / "prove"


def test_damaged_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PROVE))
    fuzz = runpy.run_path(str(PROVE / "fuzz_loader.py"))
    result = fuzz["campaign"]("load", 500, 1)
    assert [report for report, _ in result.crashes] == []
    # Some are refused, and some loaded.
    assert 50 < result.rejected < 450


def test_damaged_programs_that_are_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PROVE))
    fuzz = runpy.run_path(str(PROVE / "fuzz_loader.py"))
    result = fuzz["campaign"]("start", 30, 5)
    assert [report for report, _ in result.crashes] == []
