"""The first randomness is the same, the rest is real."""

from __future__ import annotations

import os

from crosswind.run.emulator.runtime_seed import seeded_first


def test_only_the_first_answer_is_known() -> None:
    one, other = seeded_first(os.urandom), seeded_first(os.urandom)
    assert one(32) == other(32)
    assert one(32) != other(32)
    assert len(one(7)) == 7
