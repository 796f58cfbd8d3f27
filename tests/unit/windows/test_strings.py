"""String tables in blocks of sixteen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.errors import BuildError, UsageError
from crosswind.windows import strings
from crosswind.windows.resource import Resource


def test_texts_go_into_blocks_of_sixteen():
    one, two = strings.write({1: "one", 17: "é"}, 0x407)
    assert [(r.type, r.name, r.language) for r in (one, two)] == [(6, 1, 0x407), (6, 2, 0x407)]
    assert one.data == b"\0\0" + b"\3\0o\0n\0e\0" + bytes(14 * 2)
    assert two.data == b"\0\0" + b"\1\0\xe9\0" + bytes(14 * 2)


def test_the_last_number_fits():
    (block,) = strings.write({0xFFFF: "last"})
    assert block.name == 0x1000
    assert strings.read(block) == {0xFFFF: "last"}


@given(st.dictionaries(st.integers(0, 0xFFFF), st.text(min_size=1), max_size=20))
def test_any_texts_survive_a_round_trip(texts):
    assert strings.read_all(strings.write(texts)) == texts


@pytest.mark.parametrize("texts", [{-1: ""}, {0x10000: ""}, {1: "x" * 0x10000}])
def test_what_does_not_fit_is_refused(texts):
    with pytest.raises(UsageError) as caught:
        strings.write(texts)
    assert caught.value.code == "CW0730"


@pytest.mark.parametrize(
    ("name", "data"), [(1, b""), (1, b"\1\0" * 3), ("A", bytes(32)), (0, bytes(32)), (1, b"\xff")]
)
def test_damaged_blocks_are_refused(name, data):
    with pytest.raises(BuildError) as caught:
        strings.read(Resource(6, name, 0, data))
    assert caught.value.code == "CW0731"
