"""Texts of errors."""

import pytest

from crosswind.run.emulator import messages


def _insert(number, kind):
    return f"<{number}{kind}>"


def test_the_systems_texts_end_with_a_line_break():
    assert messages.system(2) == "The system cannot find the file specified.\r\n"
    assert messages.system(0x80070005) == "Access is denied.\r\n"
    assert messages.system(0xDEAD) is None


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("%1 and %12", "<1s> and <12s>"),
        ("%2!d!", "<2d>"),
        ("a%nb%tc%%", "a\r\nb\tc%"),
        ("end%0 never", "end"),
        ("%!%.", "!."),
        ("last%", "last"),
    ],
)
def test_inserts_and_escapes(source, text):
    assert messages.fill(source, _insert) == text


def test_inserts_are_left_where_they_are_not_wanted():
    assert messages.fill("%1 %n", None) == "%1 %n"
    assert messages.fill("a\r\nb\nc", None, messages.NO_LINE_BREAKS) == "a b c"
