"""What Go refuses in a file and needs no types for."""

from __future__ import annotations

import pytest

from crosswind.portability import mistakes, syntax, uses
from crosswind.portability.mistakes import Imported


def forms(text: str, own: tuple[str, ...] = ()) -> list[tuple[str, int, int]]:
    root = syntax.parse(f"{text}\n".encode())
    assert not root.has_error
    found = mistakes.of_declarations(root, dict.fromkeys(own, 1))
    return [(one.code, one.line, one.column) for one in found]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("func init(a int) {}", 6),
        ("func init() error { return nil }", 6),
        ("func init[T any]() {}", 6),
        ("func init()", 6),
        ("var init = 1", 5),
        ("const a, init = 1, 2", 10),
        ("func main(a []string) {}", 6),
        ("var main = 1", 5),
    ],
)
def test_main_and_init(text: str, column: int) -> None:
    assert forms(f"package main\n{text}") == [("CW5047", 2, column)]


@pytest.mark.parametrize(
    "text",
    [
        "package main\nfunc init() {}\nfunc init( /* none */ ) {}\nfunc main() {}",
        "package main\nfunc (t T) init(a int) error { return nil }",
        "package p\nfunc main(a int) error { return nil }\nvar x = 1",
        "package main\nfunc f() { init := 1; _ = init }",
        "package main\nfunc main()",
    ],
)
def test_right_forms(text: str) -> None:
    assert forms(text) == []


@pytest.mark.parametrize(
    ("text", "own", "found"),
    [
        ("func (t p.T) m() {}", (), [("CW5048", 2, 9)]),
        ("func (t *p.T) m() {}", (), [("CW5048", 2, 10)]),
        ("func (int) m() {}", (), [("CW5048", 2, 7)]),
        ("func (int) m() {}", ("int",), []),
        ("func (t *T[K]) m() {}", ("T",), []),
    ],
)
def test_receivers(text: str, own: tuple[str, ...], found: list[tuple[str, int, int]]) -> None:
    assert forms(f"package a\n{text}", own) == found


A, B, C = (
    Imported(name, f"x/{name}", given=False, line=at, column=2) for at, name in enumerate("abc")
)


def imports(given: tuple[Imported, ...], body: str) -> list[tuple[str, int, str]]:
    root = syntax.parse(f"package p\n{body}\n".encode())
    used = uses.look(root, {one.name: one.path for one in given}, lambda _: True).imports
    return [(one.code, one.line, one.message) for one in mistakes.of_imports(given, used)]


def test_unused_imports() -> None:
    body = "func f(b T) { b.x() }\nvar x c.T"
    assert imports((A, B, C), body) == [
        ("CW5046", 0, '"x/a" imported and not used'),
        ("CW5046", 1, '"x/b" imported and not used'),
    ]


def test_imports_under_another_name() -> None:
    other = Imported("z", "x/a", given=True, line=5, column=2)
    assert imports((other,), "") == [("CW5046", 5, '"x/a" imported as z and not used')]


def test_imports_for_their_effects_and_of_all_names() -> None:
    given = tuple(Imported(name, "x", given=True, line=1, column=1) for name in ("_", "_", "."))
    assert imports((*given, Imported("C", "C", given=False, line=2, column=1)), "") == []


def test_two_imports_of_one_name() -> None:
    again = Imported("a", "y/a", given=False, line=7, column=2)
    ((code, line, _),) = imports((A, again), "var x = a.B")
    assert (code, line) == ("CW5063", 7)


@pytest.mark.parametrize(
    "body",
    [
        "var x = []a.T{}", "func f(x a.T) {}", "func f() { x := T{a.B: 1} }", "type T struct { a.T }",
        "func f[K a.C]() {}", "var _ = a", "func f() { a := a.B; a() }", "type T[K any] struct { *a.T[K] }",
        "func f() { switch a.X() { case a.Y: } }", "var x = map[a.K]int{a.L: 1}",
    ],
)  # fmt: skip
def test_uses_of_an_import(body: str) -> None:
    assert imports((A,), body) == []


def idle(body: str) -> list[tuple[int, str]]:
    root = syntax.parse(f"package p\nfunc f(p T) (r T) {{ {body} }}\n".encode())
    assert not root.has_error
    found = mistakes.of_variables(uses.look(root, {"os": "os"}, lambda _: True).idle)
    return [(one.column, one.message) for one in found]


@pytest.mark.parametrize(
    ("body", "column"),
    [
        ("x := 1", 21),
        ("var x int", 25),
        ("x := 1; x = 2", 21),
        ("a, x := 1, 2; g(a)", 24),
        ("x, err := g(); y, err := g(); h(x, err)", 36),
        ("x := 1; func() { x = 2 }()", 21),
        ("x := 1; { x := 2; g(x) }", 21),
        ("for x := range g {}", 25),
        ("for _, x := range g {}", 28),
        ("if x := g(); true {}", 24),
        ("switch x := g.(type) { case T: }", 28),
        ("select { case x := <-g: }", 35),
        ("x := 1; os.x = 2; y.x()", 21),
        ("var x T; for x = range g {}", 25),
        ("var x T; select { case x = <-g: }", 25),
        ("func() { x := 1 }()", 30),
    ],
)
def test_variables_that_nobody_uses(body: str, column: int) -> None:
    name = "y" if body.startswith("x, err") else "x"
    assert idle(body) == [(column, f"declared and not used: {name}")]


@pytest.mark.parametrize(
    "body",
    [
        "x := 1; x += 2",
        "x := 1; x++",
        "x := 1; _ = x",
        "x := 1; _ = &x",
        "var x T; x.a = 1",
        "var x T; x[0] = 1",
        "var x T; *x = 1",
        "var x T; go func() { g(x) }()",
        "x, err := g(); _, err = x, err",
        "p := 1",  # p is a parameter: nothing new is declared
        "r, _ := g()",
        "const x = 1; type y T",
        "x := 1; g(M{x: 1})",
        "x := 1; g(map[T]T{x: 1})",
        "x := 1; g(T{a: x})",
        "switch x := g.(type) { case T: case U: x() }",
        "for x := range g { h(x) }",
        "for x := 0; x < 1; {}",
        "if x := g(); x {} else if y := h(); y {}",
        "x := 1; L: for { break L }; g(x)",
        "var x T; var y [x]T; g(y)",
        "type x T; var y x; g(y)",
        "x := 1; switch { case x > 1: }",
        "x := 1; defer func() { recover(); g(x) }()",
        "x := 1; return x",
        "_, _ = 1, 2; var _ = 3",
    ],
)
def test_variables_that_are_used(body: str) -> None:
    assert idle(body) == []
