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


@pytest.mark.parametrize("limit", [30, 40, 60, 80])
def test_what_finds_no_place_goes_below(limit: int) -> None:
    headers = ["target", "size", "needs", "file"]
    cells = ("windows/amd64", "2.1 MB", "a C compiler and its sysroot", "dist/greet/greet.exe")
    rows = [[Cell(text) for text in cells], [Cell("a/b"), Cell("1 B"), Cell("-"), Cell("")]]
    text = columns.render(headers, rows, right=[1], limit=limit)
    assert max(map(columns.width, text.splitlines())) <= limit
    assert set(" ".join(cells).split()) <= set(text.replace(";", " ").split())
    assert text.splitlines()[-1].split() == ["a/b", "1", "B"] + ["-"] * (limit >= 60)


def test_a_table_that_fits_is_left_alone() -> None:
    rows = [[Cell("a"), Cell("b")]]
    assert columns.render(["x", "y"], rows, limit=4) == columns.render(["x", "y"], rows)


def test_hanging_text() -> None:
    text = "one two three four five six seven eight nine ten"
    assert columns.hang(text, 12, None) == text
    assert columns.hang(text, 12, 44).splitlines() == [
        "one two three four five six",
        "            seven eight nine ten",
    ]
    # With too little room beside, it goes below.
    assert columns.hang(text, 30, 44).splitlines()[:2] == [
        "",
        "      one two three four five six seven",
    ]
    assert columns.paragraph(text, 30, 44).startswith("      one")
    assert columns.paragraph("one", 3, 44) == "   one"


def test_words_that_cannot_be_broken_stay_whole() -> None:
    assert columns.wrap("at /a/very/long/path it is", 10) == ["at", "/a/very/long/path", "it is"]
    assert columns.wrap("", 10) == [""]


def test_a_word_that_fits_nowhere_else_goes_below() -> None:
    digest = "f72c94e2f932bd08385bbeb6f6cad0417a8f5ece"
    assert max(map(len, columns.hang(f"at {digest}", 41, 80).splitlines())) <= 80


def test_a_byte_of_a_name_that_is_no_utf_8_is_shown_as_one() -> None:
    assert columns.harmless("a\udcfe\n\ud800") == "a\\xfe\\x0a\\xd800"
