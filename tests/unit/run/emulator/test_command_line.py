"""The command line, there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.run.emulator.command_line import join, split

_TEXT = st.text(st.sampled_from(' \t\n"\\ab=/é') | st.characters(exclude_characters="\0"))


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("", []),
        ("a.exe", ["a.exe"]),
        # Microsoft's own table ("Parsing C command-line arguments").
        (r'x "a b c" d e', ["x", "a b c", "d", "e"]),
        (r'x "ab\"c" "\\" d', ["x", 'ab"c', "\\", "d"]),
        (r'x a\\\b d"e f"g h', ["x", r"a\\\b", "de fg", "h"]),
        (r"x a\\\"b c d", ["x", r"a\"b", "c", "d"]),
        (r'x a\\\\"b c" d e', ["x", r"a\\b c", "d", "e"]),
        # The program's name knows no escapes.
        (r'"C:\Program Files\x.exe" y', [r"C:\Program Files\x.exe", "y"]),
        (r'"C:\a\" y', ["C:\\a\\", "y"]),
        (" a", ["", "a"]),
        ('x ""', ["x", ""]),
        ('x "a""b" c', ["x", 'a"b c']),
        ('x "open', ["x", "open"]),
    ],
)
def test_a_line_is_taken_apart_as_documented(line, arguments):
    assert split(line) == arguments


@given(st.text(st.sampled_from("ab \\:é"), min_size=1), st.lists(_TEXT, max_size=6))
def test_joining_is_the_inverse_of_splitting(program, arguments):
    assert split(join(program, arguments)) == [program, *arguments]


def test_what_needs_no_quotes_gets_none():
    assert join("x", ["a", r"C:\b", "--c=d"]) == r"x a C:\b --c=d"
