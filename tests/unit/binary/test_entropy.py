"""Entropy in bits per byte."""

from __future__ import annotations

import pytest

from crosswind.binary.entropy import entropy
from crosswind.binary.view import View


@pytest.mark.parametrize(
    ("data", "bits"),
    [
        (b"", 0),
        (b"a" * 1000, 0),
        (b"ab" * 1000, 1),
        (bytes(range(256)) * 5000, 8),
        (b"aaab", 0.8112781244591328),
    ],
)
def test_entropy(data, bits):
    assert entropy(View.of(data)) == pytest.approx(bits)
