"""Names that the go command refuses."""

from __future__ import annotations

import pytest

from crosswind.project.graph.spelling import fold, problems


def test_names_alike_but_for_case_where_both_are_there():
    lists = {"GoFiles": {"A.go": 0b011, "a.go": 0b110}, "IgnoredGoFiles": {"a.go": 0b001}}
    assert [one.where for one in problems(lists, "m/p", "/p", 0b111)] == [0b011]


def test_names_that_look_like_options():
    lists = {"GoFiles": {"-a.go": 1}, "EmbedFiles": {"~t": 2, "a": 1, "é": 1}}
    assert [one.where for one in problems(lists, "m/-p", "/p", 3)] == [1, 2, 3]


def test_a_sound_package_has_no_problem():
    assert not list(problems({"GoFiles": {"a.go": 1}, "TestEmbedFiles": {"-x": 1}}, "m/p", "/p", 1))


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("Read.go", "rEAD.go", True), ("K", "\u212a", True), ("\u03c3", "\u03c2", True), ("ß", "ss", False), ("ß", "ẞ", True), ("\u0130", "i\u0307", False), ("\u0131", "i", False)],
)  # fmt: skip
def test_characters_fold_one_by_one(one: str, other: str, alike: bool):
    assert (fold(one) == fold(other)) is alike
