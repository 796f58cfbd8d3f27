"""Which package-scope names a file uses; scopes decide."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.portability import syntax, uses
from crosswind.portability.uses import Use

IMPORTS = {"syscall": "syscall", "u": "golang.org/x/sys/unix"}


def found(body: str) -> list[Use]:
    root = syntax.parse(f"package p\n{body}\n".encode())
    assert not root.has_error, root
    return uses.find(root, IMPORTS, lambda _: True)


def spelt(body: str) -> list[str]:
    return [
        ".".join(filter(None, (one.package, one.of, one.name)))
        for one in found(body)
        if not one.member
    ]


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("func f() { syscall.Kill(1) }", ["syscall.Kill"]),
        ("func f() { u.Mmap() }", ["golang.org/x/sys/unix.Mmap"]),
        ("var s syscall.Signal", ["syscall.Signal"]),
        ("func f(syscall T) { syscall.Kill() }", ["T"]),
        ("func f() { syscall := g; syscall.Kill() }", ["g"]),
        ("func f() { { syscall := g; _ = syscall }; syscall.Kill() }", ["g", "syscall.Kill"]),
        ("func f() { syscall := syscall.Kill; syscall.X() }", ["syscall.Kill"]),
        ("func f() { if syscall := g; syscall.x {} else { syscall.y() }; syscall.Z() }",
         ["g", "syscall.Z"]),
        ("func f() { for syscall := range g { syscall.x() } }", ["g"]),
        ("func f() { var e, ok = g, g; for e, ok = range h { e(ok) } }", ["g", "g", "h"]),
        ("func f() { switch syscall := g.(type) { case T: syscall.x() } }", ["g", "T"]),
        ("func f() { select { case syscall := <-g: syscall.x() } }", ["g"]),
        ("func f() (syscall T) { return syscall.x }", ["T"]),
        ("func (syscall T) f() { syscall.x() }", ["T"]),
        ("func (t *T[K, V]) f(k K) V {}", ["T"]),
        ("func f[E any](e E) E { var x E }", ["any"]),
        ("type T[K C] struct { k K; M }", ["C", "M"]),
        ("func f() { type L struct { l *L }; var x L }", []),
        ("func f() { const a = b; const b = a }", ["b"]),
        ("func f() { L: for { break L; goto L; continue L } }", []),
        ("func f() { x.y.z() }", ["x"]),
        ("func f() { func(a int) { a() }(a) }", ["int", "a"]),
        ("func f(string string) { string() }", ["string"]),
        ("func f(a, b, c, d, e, f, g, h, i, j, k, l T) { a(b, c, l) }", ["T"]),
        ("var f func(a, b T) (c U)", ["T", "U"]),
        ("type I interface { M(syscall T); Other }", ["T", "Other"]),
        ("var _ = other.T{}", ["other"]),
        ("var x other.T", ["other"]),
    ],
)  # fmt: skip
def test_scopes(body: str, names: list[str]) -> None:
    assert spelt(body) == names


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("var x = syscall.T{A: b}", ["syscall.T", "syscall.T.A", "b"]),
        ("var x = &T{A: b}", ["T", "T.A", "b"]),
        ("var x = []T{{A: 1}}", ["T", "T.A"]),
        ("var x = [...]*T{{A: 1}}", ["T", "T.A"]),
        ("var x = map[K]T{k: {A: v}}", ["K", "T", "k", "T.A", "v"]),
        ("var x = map[T]K{{A: v}: k}", ["T", "K", "T.A", "v", "k"]),
        ("var x = struct{ A int }{A: v}", ["int", "v"]),
        ("var x = T{{A: 1}}", ["T"]),
        ("func f() { type T struct{}; _ = T{A: 1} }", []),
        ("var x = T[K]{A: 1}", ["T", "K", "T.A"]),
    ],
)
def test_composite_literals(body: str, names: list[str]) -> None:
    assert spelt(body) == names


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("func (t *T) f() { t.m() }", ["T.m"]),
        ("func (t *T[K]) f() { t.m() }", ["T.m"]),
        (
            "func f(a, b T, c *syscall.Stat_t) { a.x = b.y; c.z() }",
            ["T.x", "T.y", "syscall.Stat_t.z"],
        ),
        ("func f() { var a syscall.T; a.x() }", ["syscall.T.x"]),
        ("func f() { a, b := T{}, &syscall.T{}; a.x(b.y) }", ["T.x", "syscall.T.y"]),
        ("func f() { a, ok := v.(*T); a.x(ok.y) }", ["T.x"]),
        ("func f(a T) { b := a; b.x() }", ["T.x"]),
        ("func f(a T) { { a := g(); a.x() }; a.y() }", ["T.y"]),
        ("func f(a **T, b []T, c ...T, d *[]T) { a.x(); b.x(); c.x(); d.x() }", []),
        ("func f() { type T int; var a T; a.x() }", []),
        ("func f[T any](a T) { a.x() }", []),
        ("func f() { a := *b; a.x(); c := <-b; c.x(); for d := range (T{}) { d.x() } }", []),
        ("func f(syscall T) { var a syscall.U; a.x() }", []),
    ],
)
def test_fields_and_methods_of_values_whose_type_is_named(body: str, names: list[str]) -> None:
    members = [one for one in found(body) if one.member]
    assert [".".join(filter(None, (one.package, one.of, one.name))) for one in members] == names


def test_a_key_that_is_a_local_name_too_is_bound() -> None:
    (_, key) = found("func f(a int) { _ = T{a: 1} }")[1:]
    assert key == Use(2, 23, "", "a", "T", bound=True)


def test_places_are_lines_and_bytes() -> None:
    (one,) = found("func f() { syscall.Kill(1) }")
    assert (one.line, one.column) == (2, 20)


def test_only_declarations_of_interest_are_walked() -> None:
    root = syntax.parse(b"package p\nvar a = x\nvar b = y\n")
    assert [one.name for one in uses.find(root, {}, lambda text: b"y" in text)] == ["y"]


def test_depth_costs_no_recursion() -> None:
    deep = 20_000
    assert spelt("var x = " + "a + " * deep + "a") == ["a"] * (deep + 1)


@given(st.text("abcsyl.(){}[]:=,;\n \t*&<-func type var struct", max_size=120))
def test_no_input_raises(text: str) -> None:
    root = syntax.parse(f"package p\n{text}".encode())
    uses.find(root, IMPORTS, lambda _: True)
