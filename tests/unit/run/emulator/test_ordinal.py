"""Comparison by code units."""

import pytest

from crosswind.run.emulator.ordinal import compare, lower, upper


@pytest.mark.parametrize(
    ("left", "right", "ignoring", "exact"),
    [
        ("a", "A", 0, 1),
        ("a", "B", -1, 1),
        ("a_", "AB", 1, 1),
        ("é", "É", 0, 1),
        # Beyond the first plane lie two surrogates, before U+FFFD.
        ("\U0001f600", "\ufffd", -1, -1),
    ],
)
def test_order(left, right, ignoring, exact):
    assert compare(left, right, ignore_case=True) == ignoring
    assert compare(left, right, ignore_case=False) == exact


def test_letters_keep_their_length():
    assert upper("straße ǆ") == "STRAßE Ǆ"
    assert lower("STRAẞE İ Ǆ") == "straße İ ǆ"
