"""Whatever is kept of a survey counts for the code that found it, and for no other."""

from __future__ import annotations

import os

import pytest

from crosswind.portability import check, code, declarations
from crosswind.portability.habits import Habit
from crosswind.portability.remembered import Remembered
from crosswind.system import stamps
from small_surveys import survey_of

TREE = {
    "a.go": 'package m\n\nimport "syscall"\n\nvar k = syscall.Kill\n',
    "b_windows.go": "package m\n\nconst socket = `/var/run/x.sock`\n",
}


@pytest.fixture
def read_anew(monkeypatch):
    """What is asked for again: holes of packages, declarations of files."""
    asked = []
    for owner, name in ((check.Checker, "run"), (declarations, "read")):
        real = getattr(owner, name)

        def noted(*given, _real=real, _name=name):
            asked.append(_name)
            return _real(*given)

        monkeypatch.setattr(owner, name, noted)
    return asked


def test_other_code_finds_everything_anew(tmp_path, monkeypatch, read_anew):
    cache = tmp_path / "cache"
    first = survey_of(tmp_path, TREE, cache=cache)
    assert {*read_anew} == {"run", "read"}
    read_anew.clear()
    assert survey_of(tmp_path, TREE, cache=cache) == first
    assert read_anew == []
    monkeypatch.setattr(code, "identity", lambda: "other")
    assert survey_of(tmp_path, TREE, cache=cache) == first
    assert {*read_anew} == {"run", "read"}


def test_habits_that_other_code_found_are_forgotten(tmp_path, monkeypatch):
    known = Remembered(tmp_path, tmp_path)
    known.put("digest", (Habit("absolute", 1, 1, "/tmp"),))
    known.save()
    assert Remembered(tmp_path, tmp_path).get("digest")
    monkeypatch.setattr(code, "identity", lambda: "other")
    assert Remembered(tmp_path, tmp_path).get("digest") is None


def test_code_is_told_by_its_files(tmp_path):
    (tmp_path / "sub").mkdir()
    file = tmp_path / "sub/a.py"
    file.write_text("one")
    os.utime(file, ns=(1, 1))
    before = stamps.of_code(tmp_path)
    assert stamps.of_code(tmp_path) == before
    os.utime(file, ns=(2, 2))
    assert stamps.of_code(tmp_path) != before


def test_the_grammar_is_part_of_the_code():
    assert {path.parent.name for path in code._compiled()} == {"tree_sitter", "tree_sitter_go"}
