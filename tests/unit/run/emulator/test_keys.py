"""Text and sequences as key events."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.run.emulator.keys import Key, read


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("a", [Key(0x41, 0x61)]),
        ("A", [Key(0x41, 0x41, 0x10)]),
        ("\r", [Key(0x0D, 0x0D)]),
        ("\n", [Key(0x0D, 0x0D)]),
        ("\x7f", [Key(0x08, 0x08)]),
        ("\x03", [Key(0x43, 3, 0x08)]),
        ("\x1b[A", [Key(0x26, 0, 0x100)]),
        ("\x1bOP", [Key(0x70, 0, 0x100)]),
        ("\x1b[3~", [Key(0x2E, 0, 0x100)]),
        ("\x1b[1;5C", [Key(0x27, 0, 0x108)]),
        ("\x1b[9~", [Key(0x1B, 0x1B), Key(0, 0x5B), Key(0x39, 0x39), Key(0, 0x7E)]),
        ("é", [Key(0, 0xE9)]),
        ("😀", [Key(0, 0xD83D), Key(0, 0xDE00)]),
    ],
)
def test_what_is_typed_is_keys(typed, keys):
    assert read(typed, sequences=False) == keys


def test_sequences_stay_text_where_the_program_wants_them():
    assert [key.unit for key in read("\x1b[A", sequences=True)] == [0x1B, 0x5B, 0x41]


def test_a_key_goes_down_and_up():
    down, up = Key(0x41, 0x61).packed()[:20], Key(0x41, 0x61).packed()[20:]
    assert struct.unpack("<HxxIHHHHI", down) == (1, 1, 1, 0x41, 0, 0x61, 0)
    assert struct.unpack("<HxxIHHHHI", up)[1] == 0


@given(st.text())
def test_any_text_is_keys(text):
    assert len(read(text, sequences=False)) <= 2 * len(text)
