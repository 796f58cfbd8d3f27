"""Random changes: whatever the go command then reads otherwise must be told."""

from __future__ import annotations

import pytest

import affected_truth
from crosswind.target import Target

from .conftest import Repository

_TARGETS = (Target("linux", "amd64"), Target("windows", "amd64"))


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_missed(repository: Repository, seed: int) -> None:
    trial = affected_truth.Trial(repository.folder, _TARGETS, seed)
    touched = 0
    for _ in range(3):
        outcome = trial.round()
        assert outcome.missed == [], outcome.done
        touched += outcome.touched
    assert touched
