"""Advice: which habits matter for which systems, and names that cannot be."""

from __future__ import annotations

import pytest

from crosswind.finding import Severity
from crosswind.portability import advice
from crosswind.portability.habits import Habit


def codes(kind: str, text: str, *systems: str) -> list[str]:
    found = list(advice.of_habits("a.go", [Habit(kind, 3, 7, text)], systems))
    assert all(one.severity is Severity.WARNING for one in found)
    assert all(one.subject == "a.go:3:7" for one in found)
    return [one.code for one in found]


@pytest.mark.parametrize(
    ("kind", "text", "systems", "expected"),
    [
        ("absolute", "/tmp/x", ["windows"], ["CW5082"]),
        ("absolute", "/tmp/x", ["linux", "darwin"], []),
        ("absolute", "/tmp/x", ["android"], ["CW5082"]),
        ("absolute", "/proc/self", ["linux", "android"], []),
        ("absolute", "/proc/self", ["darwin"], ["CW5082"]),
        ("absolute", "/dev/null", ["plan9"], []),
        ("absolute", "/tmpfs", ["windows"], ["CW5082"]),
        ("slash", "x", ["linux"], []),
        ("slash", "x", ["linux", "windows"], ["CW5080"]),
        ("list", "x", ["plan9"], ["CW5081"]),
        ("variable HOME", 'os.Getenv("HOME")', ["windows"], ["CW5088"]),
    ],
)
def test_a_habit_matters_where_it_does_not_work(kind, text, systems, expected):
    assert codes(kind, text, *systems) == expected


def test_the_longest_path_that_is_known_gives_the_hint():
    null, other = (
        next(iter(advice.of_habits("a.go", [Habit("absolute", 1, 1, path)], ["windows"])))
        for path in ("/dev/null", "/srv/x")
    )
    assert null.hint == "use os.DevNull"
    assert "setting" in other.hint


def test_a_text_with_braces_is_told_as_it_is():
    found = list(advice.of_habits("a.go", [Habit("slash", 1, 1, "f({text}{0})")], ["windows"]))
    assert "f({text}{0})" in found[0].message


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("aux.go", "aux is a device"),
        ("CON", "CON is a device"),
        ("com1.tar.gz", "com1 is a device"),
        ("a:b", "holds ':'"),
        ("a.", "ends with a dot"),
        ("a ", "ends with a dot or a space"),
    ],
)
def test_names_that_windows_cannot_have(name, reason):
    found = list(advice.of_names("x", [name]))
    assert [one.code for one in found] == ["CW5084"]
    assert reason in found[0].message
    assert found[0].subject == f"x/{name}"


@pytest.mark.parametrize("name", ["auxiliary.go", "console", "com.go", "lpt", ".go", "a.b.c"])
def test_names_that_it_can(name):
    assert not list(advice.of_names("", [name]))


def test_names_that_differ_by_case_only():
    found = list(advice.of_names("", ["readme.md", "b", "README.md"]))
    assert [(one.code, one.subject) for one in found] == [("CW5083", "readme.md")]
    assert "README.md" in found[0].message
