"""Expressions: how they are read, spelled and evaluated."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.constraints import ConstraintError, Expression, parse
from crosswind.constraints.expression import AND, NOT, OR

TAGS = ("linux", "windows", "cgo", "amd64")


@pytest.mark.parametrize(
    ("line", "spelled"),
    [
        ("//go:build linux", "linux"),
        ("//go:build  linux&&(amd64||!cgo)", "linux && (amd64 || !cgo)"),
        ("//go:build (a && b) || c", "(a && b) || c"),
        ("//go:build ((a))", "a"),
        ("//go:build !(a || b)", "!(a || b)"),
        ("// +build linux,!cgo windows", "(linux && !cgo) || windows"),
        ("//+build", "ignore"),
        ("// +build a-b !!c", "ignore || ignore"),
    ],
)
def test_spelling(line: str, spelled: str) -> None:
    assert str(parse(line)) == spelled


@pytest.mark.parametrize(
    ("line", "message", "offset"),
    [
        ("// go:build linux", "not a build constraint", 0),
        ("//go:buildlinux", "not a build constraint", 0),
        ("//go:build", "unexpected end of expression", 0),
        ("//go:build a b", "unexpected token b", 2),
        ("//go:build a &", "invalid syntax at &", 2),
        ("//go:build !!a", "double negation not allowed", 1),
        ("//go:build (a", "missing close paren", 0),
        ("//go:build a)", "unexpected token )", 1),
        ("//go:build a-b", "invalid syntax at -", 1),
        ("//go:build " + "(" * 100_000, "build expression too large", 999),
        ("// +build " + "a " * 102, "expression too complex for // +build lines", 0),
    ],
)
def test_mistakes(line: str, message: str, offset: int) -> None:
    with pytest.raises(ConstraintError) as caught:
        parse(line)
    assert (caught.value.message, caught.value.offset) == (message, offset)


@st.composite
def postfix(draw: st.DrawFn, depth: int = 5) -> tuple[str, ...]:
    if depth == 0 or draw(st.booleans()):
        return (draw(st.sampled_from(TAGS)),)
    operand = draw(postfix(depth - 1))
    operator = draw(st.sampled_from((NOT, AND, OR)))
    if operator == NOT:
        return (*operand, NOT) if operand[-1] != NOT else operand
    return (*operand, *draw(postfix(depth - 1)), operator)


@given(postfix())
def test_what_is_spelled_is_read_again(words: tuple[str, ...]) -> None:
    one = Expression(words)
    again = parse(f"//go:build {one}")
    assert str(again) == str(one)
    for bits in range(1 << len(TAGS)):
        chosen = {tag: bits >> place & 1 for place, tag in enumerate(TAGS)}
        assert one.evaluate(chosen.__getitem__, 1) == again.evaluate(chosen.__getitem__, 1)


@given(postfix(), st.lists(st.sets(st.sampled_from(TAGS)), min_size=1, max_size=6))
def test_a_set_of_contexts_says_what_each_says_alone(
    words: tuple[str, ...], contexts: list[set[str]]
) -> None:
    one, everything = Expression(words), (1 << len(contexts)) - 1
    found = one.evaluate(
        lambda tag: sum(1 << bit for bit, tags in enumerate(contexts) if tag in tags), everything
    )
    for bit, tags in enumerate(contexts):
        assert found >> bit & 1 == one.evaluate(lambda tag, tags=tags: int(tag in tags), 1)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for prefix in ("//go:build ", "// +build ", ""):
        with contextlib.suppress(ConstraintError):
            parse(prefix + text)
