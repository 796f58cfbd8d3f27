"""A fixed part of `prove/fuzz_calls.py`: no argument makes a call of Windows an error of Python."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

PROVE = Path(__file__).parents[3] / "prove"


@pytest.mark.parametrize("seed", [1, 2])
def test_any_arguments(seed: int) -> None:
    fuzz = runpy.run_path(str(PROVE / "fuzz_calls.py"))
    outcome = fuzz["campaign"](12, seed)
    assert outcome.faults == []
    # Some answer, some fail, some end in a fault: the arguments are neither all right nor all wrong.
    assert outcome.counts["returned"] > 20
    assert outcome.counts["AccessViolation"] > 20


def test_every_file_of_calls_is_loaded() -> None:
    from crosswind.run.emulator import calls

    folder = Path(calls.__file__).parent
    declaring = {path.stem for path in folder.glob("*.py") if "\n@call(" in path.read_text("utf-8")}
    assert declaring == set(calls.AREAS)
