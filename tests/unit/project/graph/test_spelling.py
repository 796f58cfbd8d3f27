"""Names that the go command refuses."""

from __future__ import annotations

from crosswind.project.graph.spelling import problems


def test_names_alike_but_for_case_where_both_are_there():
    lists = {"GoFiles": {"A.go": 0b011, "a.go": 0b110}, "IgnoredGoFiles": {"a.go": 0b001}}
    assert [one.where for one in problems(lists, "m/p", "/p", 0b111)] == [0b011]


def test_names_that_look_like_options():
    lists = {"GoFiles": {"-a.go": 1}, "EmbedFiles": {"~t": 2, "a": 1, "é": 1}}
    assert [one.where for one in problems(lists, "m/-p", "/p", 3)] == [1, 2, 3]


def test_a_sound_package_has_no_problem():
    assert not list(problems({"GoFiles": {"a.go": 1}, "TestEmbedFiles": {"-x": 1}}, "m/p", "/p", 1))
