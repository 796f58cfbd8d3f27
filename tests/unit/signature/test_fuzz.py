"""Damaged signatures are refused or judged, whatever is wrong with them; `make prove` tries more."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

FUZZ = runpy.run_path(str(Path(__file__).parents[3] / "prove" / "fuzz_readers.py"))


@pytest.mark.parametrize("reader", ["authenticode", "codesign"])
def test_fuzz(reader):
    seeds = FUZZ["made_files"](reader)
    result = FUZZ["campaign"](FUZZ["READERS"][reader], seeds, count=1200, seed=1)
    assert not result.crashes, result.crashes[0][0]
    # Not everything was refused at the first byte.
    assert result.rejected < result.count * 0.8
