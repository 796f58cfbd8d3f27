"""The quick way to read a head says what the parser says, or nothing."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

import gosource_made
from crosswind.gosource import plain
from crosswind.gosource.reading import parse, read

PIECES = st.lists(
    st.sampled_from([
        "package p\n", "package", " p", "import", ' "fmt"', "\n", "(", ")", "// c\n", "/* c */", "//go:x\n", "\r\n", ";",
        "\t", " ", "import (\n", 'x "y"\n', '. "z"', ")\n", "var x", "func", "i", "C", '"C"', "type", "é", "\0", "/", "*",
        "//line x:1\n", "_", '"a b"', "import _ ",
    ]),
    max_size=24,
)  # fmt: skip


@given(PIECES)
def test_pieces_of_heads(pieces):
    compare("".join(pieces).encode())


def test_made_files():
    dice = random.Random(5)
    found = [compare(gosource_made.file(dice)) for _ in range(2000)]
    assert sum(found) > 100


def compare(data: bytes) -> bool:
    quick = plain.read(data)
    if quick is not None:
        assert quick == parse(data)
    return quick is not None


@given(st.binary(max_size=200))
def test_any_bytes_are_read(data):
    read(data)
    read(b"package p\nimport(" + data)
