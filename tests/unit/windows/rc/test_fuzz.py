"""A fixed part of what `make prove` fuzzes."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

PROVE = Path(__file__).parents[4] / "prove"


@pytest.fixture(scope="module")
def campaign():
    sys.path.insert(0, str(PROVE))
    try:
        return runpy.run_path(str(PROVE / "fuzz_scripts.py"))["campaign"]
    finally:
        sys.path.remove(str(PROVE))


def test_mutated_scripts_have_mistakes_and_nothing_else(campaign):
    result = campaign(1500, seed=20)
    assert result.crashes == []
    assert 0 < result.rejected < result.count
