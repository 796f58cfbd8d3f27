"""Go's durations."""

from __future__ import annotations

import pytest

from crosswind.gotest import duration


@pytest.mark.parametrize(
    ("text", "seconds", "spelt"),
    [
        ("0", 0, "0s"),
        ("90s", 90, "1m30s"),
        ("1h15m30.5s", 4530.5, "1h15m30.5s"),
        ("250ms", 0.25, "250ms"),
        (".5s", 0.5, "500ms"),
        ("600s", 600, "10m0s"),
    ],
)
def test_durations(text: str, seconds: float, spelt: str) -> None:
    assert duration.parse(text) == seconds
    assert duration.spell(seconds) == spelt


@pytest.mark.parametrize("text", ["", "5", "s", "1x", "1s ", "- 1s", "9999999h9999999h"])
def test_no_durations(text: str) -> None:
    with pytest.raises(ValueError, match="invalid duration"):
        duration.parse(text)
