"""A fixed part of what `make prove` fuzzes."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

PROVE = Path(__file__).parents[3] / "prove"
sys.path.insert(0, str(PROVE))
FUZZ = runpy.run_path(str(PROVE / "fuzz_parsers.py"))
sys.path.remove(str(PROVE))


@pytest.mark.parametrize("parser", sorted(FUZZ["PARSERS"]))
def test_damaged_input_is_refused_and_nothing_else(parser):
    result = FUZZ["campaign"](FUZZ["PARSERS"][parser], count=400, seed=1)
    assert not result.crashes, result.crashes[0][0]
    assert result.rejected > 0
