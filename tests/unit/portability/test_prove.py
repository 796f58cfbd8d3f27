"""What the compiler says is held against the analysis, in both directions."""

from __future__ import annotations

from crosswind.finding import Severity
from crosswind.portability.prove import judge, read
from small_surveys import TARGETS, survey_of

TREE = {
    "a/a.go": 'package a\n\nimport "syscall"\n\nfunc A() { syscall.Kill() }\n',
    "b/b.go": "package b\n",
    "c/c_linux.go": "package c\n",
}
WINDOWS, PLAN9 = TARGETS[2:]
A, B = "example.com/m/a", "example.com/m/b"


def said(**more: str) -> dict[object, dict[str, str]]:
    truth: dict[object, dict[str, str]] = {target: {} for target in TARGETS}
    truth[WINDOWS] = {A: "undefined: syscall.Kill"}
    truth[PLAN9] = {A: "undefined: syscall.Kill"}
    truth[WINDOWS] |= {f"example.com/m/{path}": message for path, message in more.items()}
    return truth


def test_they_agree(tmp_path):
    proof = judge(survey_of(tmp_path, TREE), said())
    assert proof.findings == ()
    assert proof.cells == 9


def test_what_only_the_compiler_refuses_is_told_in_its_words(tmp_path):
    proof = judge(survey_of(tmp_path, TREE, strict=True), said(b="b.go:1:1: constant overflows"))
    (finding,) = proof.findings
    assert (finding.code, finding.severity, finding.subject) == ("CW5078", Severity.ERROR, "b")
    assert "windows/amd64, but the compiler says: b.go:1:1: constant overflows" in finding.message


def test_what_only_the_analysis_refuses_is_our_mistake(tmp_path):
    truth = said()
    del truth[PLAN9][A]
    (finding,) = judge(survey_of(tmp_path, TREE, strict=True), truth).findings
    assert (finding.severity, finding.subject) == (Severity.WARNING, "a/a.go:5:20")
    assert "compiles for plan9/386" in finding.message


def test_the_message_that_counts_is_the_first_of_its_own():
    documents = [
        {"ImportPath": "a"},
        {"ImportPath": "b", "Error": {"Pos": "", "Err": "# b\n./b.go:1:2: undefined: x\n\tmore"}},
        {"ImportPath": "c", "Error": {"Pos": "", "Err": "c.go:1:1: could not import b (open : no)"},
         "DepsErrors": [{"Err": "# b\n./b.go:1:2: undefined: x"}]},
        {"ImportPath": "d", "Error": {"Pos": "d.go:3:8", "Err": "package x is not in std"}},
        {"ImportPath": "e", "Error": {"Err": ""}},
    ]  # fmt: skip
    assert dict(read(documents)) == {
        "b": "./b.go:1:2: undefined: x",
        "c": "./b.go:1:2: undefined: x",
        "d": "d.go:3:8: package x is not in std",
        "e": "an import does not build",
    }


def test_tests_are_cases_of_their_own(tmp_path):
    tree = {
        "d/d.go": "package d\n",
        "d/d_test.go": 'package d\n\nimport "syscall"\n\nvar k = syscall.Kill\n',
        "e/e.go": "package e\n",
        "e/e_test.go": "package e\n",
    }
    truth = {target: {} for target in TARGETS}
    truth[WINDOWS] = {"example.com/m/d.test": "undefined: syscall.Kill"}
    truth[TARGETS[0]] = {"example.com/m/e.test": "e_test.go:1:1: cannot use x"}
    proof = judge(survey_of(tmp_path, tree, tests=True), truth)
    assert proof.cells == 16
    missed, false = proof.findings
    assert missed.message.startswith("the tests of example.com/m/e: should work on linux/amd64")
    assert false.message.startswith("the tests of example.com/m/d: compiles for plan9/386")
