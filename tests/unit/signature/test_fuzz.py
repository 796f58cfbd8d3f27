"""Damaged signatures are refused or judged, whatever is wrong with them; `make prove` tries more."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

PROVE = Path(__file__).parents[3] / "prove"
FUZZ = runpy.run_path(str(PROVE / "fuzz_readers.py"))
SEEDS = runpy.run_path(str(PROVE / "fuzz_seeds.py"))


@pytest.mark.parametrize("reader", ["authenticode", "codesign"])
def test_fuzz(reader):
    seeds = SEEDS["made_files"](reader)
    result = FUZZ["campaign"](FUZZ["READERS"][reader], seeds, count=1200, seed=1)
    assert not result.crashes, result.crashes[0][0]
    # Not everything was refused at the first byte.
    assert result.rejected < result.count * 0.8
