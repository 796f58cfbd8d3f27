"""What the grammar takes and Go's parser may not."""

from __future__ import annotations

import pytest

from crosswind.portability import lenient, syntax


def is_doubtful(text: str) -> bool:
    root = syntax.parse(f"package p\n\n{text}\n".encode())
    assert not root.has_error
    return lenient.is_doubtful(root)


@pytest.mark.parametrize(
    "text",
    [
        "f()",
        "func (a T) { f() }",
        "func f(a int, *T) {}",
        "func f(a int, b) {}",
        "func f(a ...int, b int) {}",
        "var x = T{a,\nb\n}",
        "var x = T{a,\nb // said\n}",
        "var x = f(a,\nb\n)",
        "func f(a,\nb int\n) {}",
        "func f() { x = ++y }",
        "func f() { if a != && b {} }",
        "func f() { for a, b, c := range d {} }",
        "func f() { defer x }",
        "func f() { go func() {} }",
        "func f() { a.b := 1 }",
        "func f() { a, b[1] := 1, 2 }",
    ],
)
def test_doubts(text: str) -> None:
    assert is_doubtful(text)


@pytest.mark.parametrize(
    "text",
    [
        "func f(a, b, c int, d ...T) (e, f p.T) { return }",
        "func f(a, b, c, d, e, f, g, h, i, j, k, l T) {}",
        "func f(int, *T, ...p.U) {}",
        "var x = T{a,\nb,\n}",
        "var x = T{a,\nb, // said\n}",
        "var x = T{ // said\n}",
        "var x = T{\n}",
        "var x = T{f(func() {\n}), b}",
        "var x = f(a, `\n`)",
        "func f(\na, b int, // said\n) {}",
        "func f() { x = + +y - - z; w = & *v; <-<-c }",
        "func f() { for a, b = range d {}; for range 3 {} }",
        "func f() { defer x(); go func() {}(); defer y[int](z) }",
        "func f() { a, b := 1, 2; a.b = 3 }",
    ],
)
def test_no_doubts(text: str) -> None:
    assert not is_doubtful(text)
