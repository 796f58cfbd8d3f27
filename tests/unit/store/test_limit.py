"""Sizes as people write them."""

from __future__ import annotations

import pytest

from crosswind.config import size
from crosswind.errors import UsageError
from crosswind.store import limit


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("1234", 1234),
        ("10 GB", 10**10),
        ("1.5kb", 1500),
        (" 512MiB ", 512 << 20),
        ("2 tib", 2 << 40),
    ],
)
def test_a_size(text: str, value: int) -> None:
    assert size.parse(text) == value


@pytest.mark.parametrize("text", ["", "GB", "-1", "1e9", "ten", "10 GBit", "1.2.3", "٣"])
def test_no_size(text: str) -> None:
    assert size.parse(text) is None


def test_the_variable_wins_over_the_configuration() -> None:
    assert limit.of("", None) == limit.DEFAULT
    assert limit.of("", 5) == 5
    assert limit.of("7", 5) == 7
    with pytest.raises(UsageError, match="no size"):
        limit.of("much", 5)
