"""Patterns, as go list matches them."""

from __future__ import annotations

import pytest

from crosswind.project.graph.patterns import Ignored, matcher, may_match


@pytest.mark.parametrize(
    ("pattern", "name", "matches"),
    [
        ("./...", ".", True),
        ("./...", "./a/b", True),
        ("net/...", "net", True),
        ("net/...", "net/http", True),
        ("net/...", "network", False),
        ("net...", "network", True),
        ("a/.../b", "a/x/y/b", True),
        ("a/.../b", "a/b", False),
        ("...", "a/vendor/b", False),
        ("...", "a/vendor", True),
        ("a/vendor/...", "a/vendor/b", True),
        ("a/vendor/...", "a/vendor", True),
        ("a/.b", "a/xb", False),
        ("a\0...", "a\0b", False),
    ],
)
def test_names(pattern: str, name: str, matches: bool) -> None:
    assert matcher(pattern)(name) is matches


def test_whole_trees_are_passed_by() -> None:
    check = may_match("a/b/c...")
    assert [check(name) for name in ("", "a", "a/b", "a/bx", "a/b/cx/y", "b")] == [
        True,
        True,
        True,
        False,
        True,
        False,
    ]


def test_ignored_folders() -> None:
    ignored = Ignored(("./root", "anywhere"))
    found = {name: name in ignored for name in ("root", "x/root", "root/y", "x/anywhere/y", "")}
    assert found == {
        "root": True,
        "x/root": False,
        "root/y": True,
        "x/anywhere/y": True,
        "": False,
    }
