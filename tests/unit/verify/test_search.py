"""The search over pieces finds what `bytes.find` over the whole finds."""

from __future__ import annotations

import pytest

from crosswind.binary.view import View
from crosswind.verify import search

PIECE = search._PIECE


@pytest.mark.parametrize("at", [0, 1, PIECE - 3, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE - 4])
def test_a_needle_on_any_border_is_found_once(at: int):
    data = bytearray(2 * PIECE + 8)
    data[at : at + 4] = b"home"
    found = list(search.find_all(View.of(data), [b"home"], context=5))
    assert [(needle, offset) for needle, offset, _, _ in found] == [(b"home", at)]
    _, _, before, behind = found[0]
    assert before == bytes(min(at, 5))
    assert behind.startswith(b"home")
    assert set(behind[4:]) <= {0}


def test_overlapping_places_all_count():
    found = search.find_all(View.of(b"aaaa"), [b"aa"])
    assert [offset for _, offset, _, _ in found] == [0, 1, 2]


def test_several_needles_in_one_pass():
    found = search.find_all(View.of(b"xx one xx two"), [b"two", b"one", b"three"])
    assert {(needle, offset) for needle, offset, _, _ in found} == {(b"one", 3), (b"two", 10)}


def test_nothing_in_nothing():
    assert not list(search.find_all(View.of(b""), [b"a"]))
    assert not search.contains(View.of(b"abc"), b"abcd")
