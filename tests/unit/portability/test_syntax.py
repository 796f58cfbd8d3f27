"""Go's syntax by tree-sitter, or the word that it is not here."""

from __future__ import annotations

import sys

import pytest

from crosswind.errors import MissingError
from crosswind.portability import syntax


def test_the_extra_is_named_where_it_is_absent(monkeypatch):
    monkeypatch.setitem(sys.modules, "tree_sitter", None)
    syntax._parser.cache_clear()
    syntax.language.cache_clear()
    with pytest.raises(MissingError, match="tree-sitter") as caught:
        syntax.parse(b"package p")
    assert caught.value.code == "CW5068"
    assert "crosswind[portability]" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        'var x = new("text")',
        "var x, y = new(-1), new([]int)",
        "var x = new(f(1))",
        "var x = new(T{})",
        "func f() { make := g; x := make([]int, make(1)) }",
    ],
)
def test_arguments_of_new_and_make_are_expressions(text: str) -> None:
    root = syntax.parse(f"package p\n\n{text}\n".encode())
    assert not root.has_error


def test_what_is_called_new_stays() -> None:
    text = 'func new(a int) { x.new(1); _ = new("") }'
    root = syntax.parse(f"package p\n\n{text}\n".encode())
    function = root.named_children[1]
    assert syntax.text(function.child_by_field_name("name")) == "new"
    assert "x.new(1)" in syntax.text(function)


@pytest.mark.parametrize(
    "text",
    [
        "func (r *Rand) N[Int intType](n Int) Int { return n }",
        "func (G[T]) M[P interface{ ~*T }](P) {}",
        "func (l List[T]) Map[K comparable, V any, S []V](f func(T) (K, V)) map[K]V { return nil }",
        "func (t T) Zero[\n\tU any,\n]() (u U) { return }",
    ],
)
def test_methods_have_type_parameters(text: str) -> None:
    root = syntax.parse(f"package p\n\n{text}\n\nvar after = 1\n".encode())
    assert not root.has_error
    method, after = root.named_children[1:]
    assert method.type == "method_declaration"
    assert syntax.place(after)[0] == text.count("\n") + 5


def test_behind_a_nul_byte_nothing_is_looked_at() -> None:
    root = syntax.parse(b"package a\n\nvar x int\n" + bytes(1 << 20))
    assert root.has_error
    assert root.end_byte < 100
    assert [node.type for node in root.named_children][:2] == ["package_clause", "var_declaration"]


def test_of_a_larger_file_the_start_is_looked_at() -> None:
    data = b"package a\n" + b"var x = 1\n" * (syntax.MAX_SIZE // 10)
    assert len(data) > syntax.MAX_SIZE
    assert syntax.parse(data).end_byte < 1 << 17
