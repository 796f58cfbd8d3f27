"""No change of an input may alter the bytes, or break the build, while the key stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import mutated_project as projects
import mutations
from mutations import Project


@pytest.mark.parametrize(
    ("make", "count"),
    [
        (projects.plain, 40),
        (projects.stamped, 20),
        (projects.vendored, 20),
        (projects.workspace, 20),
        (projects.with_c, 12),
    ],
)
def test_no_mutation_changes_the_bytes_under_a_key(
    make: Callable[[Path], Project], count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSWIND_CACHE", str(tmp_path / "cache"))
    verdicts = list(mutations.run(make(tmp_path / "app"), count, seed=count))
    assert not [one for one in verdicts if one.stale]
    # The test itself: mutations change bytes, keys, and often neither.
    assert {(one.key, one.bytes) for one in verdicts} >= {(True, True), (False, False)}
