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
