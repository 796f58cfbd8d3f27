"""Numbers that need an int of 64 bits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.portability import numbers, syntax


def found(body: str) -> list[tuple[str, int, str]]:
    data = f"package p\n{body}\n".encode()
    large = [(one.text, one.value, one.type) for one in numbers.find(syntax.parse(data))]
    assert numbers.may_have(data) or not large
    return large


@pytest.mark.parametrize(
    ("body", "text", "value", "of"),
    [
        ("var x = 1 << 40", "1 << 40", 1 << 40, "int"),
        ("var x int = 0x8000_0000", "0x8000_0000", 1 << 31, "int"),
        ("const x uint = 1<<33 - 1", "1<<33 - 1", (1 << 33) - 1, "uint"),
        ("func f() { x, y := 1, (4_294_967_295) }", "(4_294_967_295)", (1 << 32) - 1, "int"),
        ("var x = g(uintptr(^0x7fff_ffff_ff &^ 0 | 1<<40))", "", 0, ""),
        ("var x = g(uintptr(1<<39 | 1))", "1<<39 | 1", (1 << 39) | 1, "uintptr"),
        ("func f() { fmt.Printf(`%d`, math.MaxUint32) }", "math.MaxUint32", (1 << 32) - 1, "int"),
        ("func f() { fmt.Fprintln(w, -2147483649) }", "-2147483649", -(1 << 31) - 1, "int"),
        ("var x = math.MinInt64", "math.MinInt64", -(1 << 63), "int"),
        ("var x = 5 * 1024 * 1024 * 1024", "5 * 1024 * 1024 * 1024", 5 << 30, "int"),
        ("var x = 040000000000", "040000000000", 1 << 32, "int"),
    ],
)
def test_numbers_that_overflow(body: str, text: str, value: int, of: str) -> None:
    assert found(body) == ([(text, value, of)] if text else [])


@pytest.mark.parametrize(
    "body",
    [
        "const x = 1 << 40",
        "var x int64 = 1 << 40",
        "var x = int64(1 << 40)",
        "var x = 1 << 30",
        "var x uint = 1<<32 - 1",
        "var x = -1 << 31",
        "var x = 1 << 64",
        "var x = 1.5 * 10000000000",
        "var x = a << 40",
        "func f() { g(1 << 40) }",
        "func f() { fmt.Fprint(1<<40) }",
        "type int int64\nvar x int = 1 << 40",
        "var x = 1 << 1000000000000",
    ],
)
def test_numbers_that_fit_or_may(body: str) -> None:
    assert found(body) == []


@given(st.text("0189xXabo_<>()+-^&| ", max_size=40))
def test_no_expression_raises(text: str) -> None:
    found(f"var x = {text}")
