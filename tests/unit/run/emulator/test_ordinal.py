"""Comparison by code units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.run.emulator.ordinal import compare, length, lower, upper


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


@pytest.mark.parametrize(
    ("one", "other"),
    [("readme", "README"), ("é", "É"), ("ÿ", "Ÿ"), ("ж", "Ж"), ("\u1f80", "\u1f88")],
)
def test_the_same_name(one, other):
    assert upper(one) == upper(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ß", "SS"),
        ("\u0131", "I"),
        ("\u017f", "s"),
        ("ς", "Σ"),
        ("\U00010428", "\U00010400"),
        ("\u00b5", "\u039c"),
    ],
)
def test_names_that_only_unicode_takes_for_the_same(one, other):
    assert upper(one) != upper(other)


@given(st.text())
def test_folding_keeps_length_and_is_done_once(name):
    assert length(upper(name)) == length(name)
    assert upper(upper(name)) == upper(name)
