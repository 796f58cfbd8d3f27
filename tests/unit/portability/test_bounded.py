"""What was made to be slow is not read to its end; what people and programs write is."""

from __future__ import annotations

import time

import pytest

from crosswind.portability import bounded, syntax

pytest.importorskip("tree_sitter")

START = b"package p\n\nvar a = 1\n\n"
SLOW = [b"/* ", b" /*", b"{/*", b"a/*", b"x;"]


def _of(unit: bytes, size: int) -> bytes:
    return START + unit * (size // len(unit))


@pytest.mark.parametrize("unit", SLOW)
def test_what_takes_minutes_is_not_read(unit):
    began = time.process_time()
    root, is_whole = syntax.read(_of(unit, 1 << 18))
    # It takes half a second; `/* ` took hours.
    assert time.process_time() - began < 30
    assert not is_whole
    assert root.end_byte <= 1 << 16


@pytest.mark.parametrize(
    "unit",
    [b"\tf(\n\t\t1, 2, 3, 4)\n", b"\tx = a.y(b, c)\n", b"\tif a {\n\t\tb()\n\t}\n", b"\t_ = []byte{31,139,8,0,0,9}\n",
     b"\t/* ( [ { */ a++\n"],
)  # fmt: skip
def test_what_is_written_is_read(unit):
    data = START + b"func f() {\n" + unit * ((1 << 19) // len(unit)) + b"}\n"
    root, is_whole = syntax.read(data)
    assert is_whole
    assert root.end_byte == len(data)
    assert (root.named_children[-1].text or b"").startswith(b"func f() {\n")


@pytest.mark.parametrize("text", ["var x int", "var x = (", "func (r R) N[T any](n T) {}\n\n/* "])
def test_the_tree_is_the_one_that_has_no_bound(text):
    data = START + text.encode()
    bound = bounded.parse(syntax._parser(), data)
    assert bound is not None
    assert str(bound) == str(syntax._parser().parse(data).root_node)
    assert bound.text == data
