"""A fixed part of what `prove/prove_processor.py` compares with the processor of this machine."""

from __future__ import annotations

import platform
import random
import runpy
import sys
from pathlib import Path

import pytest

PROVE = Path(__file__).parents[3] / "prove"


@pytest.mark.skipif(
    platform.machine() != "x86_64" or sys.platform == "win32",
    reason="there is no x86-64 processor to compare with, or no fork",
)
def test_instructions_give_the_results_of_a_real_processor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(PROVE))
    proof = runpy.run_path(str(PROVE / "prove_processor.py"))
    dice = random.Random(7)
    cases = list(proof["cases"]())
    verdicts = [proof["compare"](case, dice, 12) for case in dice.sample(cases, 500)]
    assert [verdict for verdict in verdicts if verdict not in ("same", "refused", "absent")] == []
    assert verdicts.count("same") > 80
