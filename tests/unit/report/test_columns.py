"""Tables of text."""

import pytest

from crosswind.report import columns
from crosswind.report.columns import Cell


def test_columns_are_aligned_whatever_the_letters() -> None:
    text = columns.render(
        ["name", "size"],
        [[Cell("grüße"), Cell("1")], [Cell("日本"), Cell("22", lambda t: f"<{t}>")]],
        right=[1],
    )
    assert text.splitlines() == ["NAME   SIZE", "grüße     1", "日本     <22>"]


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (4_123_456, "4.1 MB"), (10**10, "10.0 GB")],
)
def test_sizes(count: int, text: str) -> None:
    assert columns.size(count) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.421, "0.42 s"), (12.34, "12.3 s"), (125.0, "2m05s")]
)
def test_durations(value: float, text: str) -> None:
    assert columns.seconds(value) == text
