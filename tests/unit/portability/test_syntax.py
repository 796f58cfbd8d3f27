"""Go's syntax by tree-sitter, or the word that it is not here."""

from __future__ import annotations

import sys

import pytest

from crosswind.errors import MissingError
from crosswind.portability import syntax


def test_the_extra_is_named_where_it_is_absent(monkeypatch):
    monkeypatch.setitem(sys.modules, "tree_sitter", None)
    syntax._parser.cache_clear()
    with pytest.raises(MissingError, match="tree-sitter") as caught:
        syntax.parse(b"package p")
    assert caught.value.code == "CW5068"
    assert "crosswind[portability]" in caught.value.hint
