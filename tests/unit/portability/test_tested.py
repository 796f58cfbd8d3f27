"""Tests of packages: what of their files does not exist on a target, and whom they wait for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crosswind.portability.survey import Survey
from small_surveys import survey_of

A = "package a\n\nfunc A() {}\n"


def of_tests(survey: Survey, path: str = "a") -> dict[str, Any]:
    (found,) = (one for one in survey.documents if one["path"] == f"example.com/m/{path}")
    return found["tests"]


def holes(folder: Path, tree: dict[str, str]) -> list[tuple[str, str, list[str]]]:
    survey = survey_of(folder, {"a/a.go": A, **tree}, tests=True)
    return [(one["code"], one["at"], one["targets"]) for one in of_tests(survey)["holes"]]


ALL = ["linux/amd64", "darwin/arm64", "windows/amd64", "plan9/386"]
REST = ALL[2:]


@pytest.mark.parametrize("clause", ["package a", "package a_test"])
def test_a_name_that_tests_lack(tmp_path: Path, clause: str) -> None:
    text = f'{clause}\n\nimport "syscall"\n\nvar k = syscall.Kill\n'
    tree = {"a/a_test.go": text}
    assert holes(tmp_path, tree) == [("CW5061", "a/a_test.go:5:17", REST)]


def test_a_package_works_though_its_tests_do_not(tmp_path: Path) -> None:
    tree = {"a/a.go": A, "a/a_test.go": "package a\n\nvar x = lost\n"}
    survey = survey_of(tmp_path, tree, tests=True)
    (document,) = survey.documents
    assert document["works"] == ALL
    assert (document["tests"]["works"], document["tests"]["blocked"]) == ([], ALL)
    (finding,) = survey.findings
    assert finding.message == "the tests of example.com/m/a do not work on all: undefined: lost"


def test_tests_see_what_tests_of_the_package_declare(tmp_path: Path) -> None:
    tree = {
        "a/in_test.go": "package a\n\nfunc Inner() { A() }\n",
        "a/out_test.go": 'package a_test\n\nimport "example.com/m/a"\n\nvar x = a.Inner\nvar y = a.None\n',
    }
    assert holes(tmp_path, tree) == [("CW5061", "a/out_test.go:6:11", ALL)]


def test_others_do_not_see_it(tmp_path: Path) -> None:
    tree = {
        "a/in_test.go": "package a\n\nfunc Inner() {}\n",
        "b/b.go": 'package b\n\nimport "example.com/m/a"\n\nvar x = a.Inner\n',
        "b/b_test.go": 'package b\n\nimport "example.com/m/a"\n\nvar y = a.Inner\n',
    }
    survey = survey_of(tmp_path, {"a/a.go": A, **tree}, tests=True)
    assert [one.subject for one in survey.findings] == ["b/b.go:5:11"]
    assert of_tests(survey, "b")["blocked"] == ALL


def test_a_test_that_declares_a_name_again(tmp_path: Path) -> None:
    tree = {"a/a_windows_test.go": "package a\n\nfunc A() {}\n"}
    assert [(code, targets) for code, _, targets in holes(tmp_path, tree)] == [
        ("CW5063", ["windows/amd64"])
    ]


def test_a_test_without_the_files_that_it_needs(tmp_path: Path) -> None:
    tree = {"a/b_linux.go": "package a\n\nfunc B() {}\n", "a/b_test.go": "package a\n\nvar x = B\n"}
    assert holes(tmp_path, tree) == [("CW5062", "a/b_test.go:3:9", ALL[1:])]


def test_what_tests_import(tmp_path: Path) -> None:
    tree = {
        "a/a_test.go": 'package a\n\nimport (\n\t_ "example.com/m/b"\n\t_ "example.com/none"\n)\n',
        "b/b.go": 'package b\n\nimport "syscall"\n\nvar k = syscall.Kill\n',
    }
    assert sorted(holes(tmp_path, tree)) == [
        ("CW5076", "a/a_test.go:4:2", REST),
        ("CW5079", "a/a_test.go:5:2", ALL),
    ]


def test_what_is_wrong_with_the_package_is_told_once(tmp_path: Path) -> None:
    tree = {
        "a/a.go": "package a\n\nvar x = lost\n",
        "a/a_test.go": "package a\n\nvar y = lost\n",
    }
    survey = survey_of(tmp_path, tree, tests=True)
    assert [one.subject for one in survey.findings] == ["a/a.go:3:9"]
    assert (of_tests(survey)["blocked"], of_tests(survey)["holes"]) == (ALL, [])


def test_tests_are_left_alone_unless_they_are_asked_for(tmp_path: Path) -> None:
    survey = survey_of(tmp_path, {"a/a.go": A, "a/a_test.go": "package a\n\nvar x = lost\n"})
    assert survey.findings == ()
    assert "tests" not in survey.documents[0]
