"""Rows, reasons, and the reverse questions, on small modules."""

from __future__ import annotations

from functools import partial

import pytest

from crosswind.finding import Severity
from crosswind.portability import reverse
from crosswind.portability.reasons import Kind, absence
from crosswind.portability.survey import Survey
from crosswind.target import Target
from small_surveys import TARGETS, survey_of

M = "example.com/m"


@pytest.fixture
def surveyed(tmp_path):
    return partial(survey_of, tmp_path)


def table(survey: Survey) -> dict[str, tuple[str, ...]]:
    """By package: each target's first letter as w(orks), b(locked), or `-` for absent."""
    return {
        row.path.removeprefix(M).strip("/"): "".join(
            "w" if target in survey.targets(row.works)
            else "b" if target in survey.targets(row.blocked)
            else "-"
            for target in TARGETS
        )
        for row in survey.rows
    }  # fmt: skip


def reasons(survey: Survey, path: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Kind, place, package and targets of each reason of a row."""
    row = next(row for row in survey.rows if row.path == path)
    return [
        (str(one.kind), survey.at(row, one), one.package.removeprefix(f"{M}/"), survey.fold(one.where))
        for one in row.because(survey.chosen)
    ]  # fmt: skip


def test_a_module_that_works_everywhere(surveyed):
    found = surveyed({"a/a.go": 'package a\n\nimport "os"\n\nfunc A() { os.Open() }\n'})
    assert table(found) == {"a": "wwww"}
    assert found.findings == ()


def test_no_files_is_no_fault_of_a_package_that_nobody_imports_there(surveyed):
    found = surveyed({"a/a_linux.go": "package a\n"}, strict=True)
    assert table(found) == {"a": "w---"}
    assert reasons(found, f"{M}/a") == [
        ("files", "a/a_linux.go", "a", ("all but linux/amd64",)),
    ]
    assert found.findings == ()


def test_it_is_one_of_a_package_that_was_named(surveyed):
    found = surveyed({"a/a_linux.go": "package a\n"}, ("./a",), targets=TARGETS[2:3], strict=True)
    (finding,) = found.findings
    assert (finding.code, finding.severity) == ("CW5075", Severity.ERROR)
    assert "windows/amd64" in finding.message


CHAIN = {
    "a/a.go": 'package a\n\nimport _ "example.com/m/b"\n',
    "b/b.go": 'package b\n\nimport _ "example.com/m/c"\n',
    "c/c.go": "//go:build unix\n\npackage c\n",
}


def test_an_import_without_files_blocks_all_above_it_and_is_named(surveyed):
    found = surveyed(CHAIN)
    assert table(found) == {"a": "wwbb", "b": "wwbb", "c": "ww--"}
    (reason,) = (one for row in found.rows[:1] for one in row.because(found.chosen))
    assert reason.kind is Kind.IMPORT
    assert reason.via == (f"{M}/b", f"{M}/c")
    assert (reason.package, reason.place) == (f"{M}/c", f"{M}/c/c.go")
    assert found.at(found.rows[0], reason) == "a/a.go:3:8"
    assert "c.go (unix)" in reason.message


def test_of_a_chain_only_its_end_is_needed(surveyed):
    found = surveyed(CHAIN, targets=TARGETS[2:3])
    (need,) = reverse.needs(found)
    assert need.blocked == (f"{M}/a", f"{M}/b")
    assert need.document(found)["place"] == "c/c.go"


def test_an_import_that_only_some_files_have_counts_there_only(surveyed):
    found = surveyed({
        "a/a.go": "package a\n",
        "a/a_plan9.go": 'package a\n\nimport _ "unix"\n',
    })  # fmt: skip
    assert table(found) == {"a": "wwwb"}


def test_a_name_that_is_not_there_blocks(surveyed):
    found = surveyed({
        "a/a.go": 'package a\n\nimport "syscall"\n\nfunc A() { syscall.Kill() }\n',
        "b/b.go": 'package b\n\nimport _ "example.com/m/a"\n',
    })  # fmt: skip
    assert table(found) == {"a": "wwbb", "b": "wwbb"}
    assert reasons(found, f"{M}/b") == [
        ("import", "b/b.go:3:8", "a", ("windows/amd64", "plan9/386")),
    ]
    assert {one.code for one in found.findings} == {"CW5061", "CW5076"}
    assert {one.severity for one in found.findings} == {Severity.WARNING}


def test_a_package_of_c_needs_cgo(surveyed):
    tree = {
        "a/a.go": 'package a\n\nimport "C"\n',
        "b/b.go": 'package b\n\nimport _ "example.com/m/a"\n',
    }
    found = surveyed(tree)
    assert table(found) == {"a": "----", "b": "bbbb"}
    assert [kind for kind, *_ in reasons(found, f"{M}/a")] == ["cgo"]
    with_cgo = surveyed(tree, cgo=True)
    assert table(with_cgo) == {"a": "wwww", "b": "wwww"}
    assert with_cgo.documents[0]["cgo"] == [str(target) for target in TARGETS]


def test_an_import_that_is_nowhere(surveyed):
    found = surveyed(
        {"a/a_linux.go": 'package a\n\nimport _ "example.org/gone"\n', "a/a.go": "package a\n"}
    )
    assert table(found) == {"a": "bwww"}
    assert reasons(found, f"{M}/a")[0][:2] == ("absent", "a/a_linux.go:3:8")


def test_a_module_that_is_not_fetched_yet_is_fetched():
    assert "go mod download" in absence("example.org/gone is not in the module cache")
    assert "go mod tidy" in absence("no required module provides package example.org/gone")


def test_a_folder_whose_name_makes_no_import_path_is_told(surveyed):
    tree = {
        "sp ace/p.go": "package p\n",
        "nul/p_linux.go": "package p\n",
        "good/g.go": "package g\n",
    }
    for pattern in ("./...", f"{M}/...", "all"):
        found = surveyed(tree, (pattern,), strict=True, tests=True)
        assert table(found) == {"sp ace": "bbbb", "nul": "b---", "good": "wwww"}
        told = [one for one in found.findings if one.code == "CW5079"]
        assert {one.subject for one in told} == {"sp ace", "nul"}
        assert {one.severity for one in told} == {Severity.ERROR}
    (reason,) = next(row for row in found.rows if row.path == f"{M}/sp ace").reasons
    assert (reason.code, reason.kind) == ("CW5079", Kind.ABSENT)
    assert reason.message == f"malformed import path \"{M}/sp ace\": invalid char ' '"
    assert "rename the folder" in reason.hint
    (need, other) = reverse.needs(found)
    assert {need.reason.package, other.reason.package} == {f"{M}/sp ace", f"{M}/nul"}


def test_a_link_in_a_circle_is_told_beside_a_file(surveyed, tmp_path):
    folder = tmp_path / "m" / "a"
    folder.mkdir(parents=True)
    (folder / "a_loop.go").symlink_to("a_loop.go")
    found = surveyed({"a/a.go": "package a\n"}, strict=True)
    assert table(found) == {"a": "bbbb"}
    assert [one.subject for one in found.findings] == ["a/a_loop.go"]


def test_damage_counts_where_the_file_is_built(surveyed):
    found = surveyed({"a/a.go": "package a\n", "a/a_plan9.go": "package a\n\nimport (\n"})
    assert table(found) == {"a": "wwwb"}
    assert reasons(found, f"{M}/a")[0][0] == "damaged"


def test_a_file_that_cannot_be_read_is_to_be_made_readable(surveyed, tmp_path):
    folder = tmp_path / "m/a"
    folder.mkdir(parents=True)
    (folder / "b.go").symlink_to("nowhere")
    (row,) = surveyed({"a/a.go": "package a\n"}).rows
    (reason,) = row.reasons
    assert (reason.place, reason.hint.partition(":")[0]) == (
        f"{M}/a/b.go",
        "make it readable, or remove it",
    )


def test_a_cycle_blocks_where_it_closes(surveyed):
    found = surveyed({
        "a/a.go": 'package a\n\nimport _ "example.com/m/b"\n',
        "b/b.go": "package b\n",
        "b/b_windows.go": 'package b\n\nimport _ "example.com/m/a"\n',
        "c/c.go": 'package c\n\nimport _ "example.com/m/a"\n',
    })  # fmt: skip
    assert table(found) == {"a": "wwbw", "b": "wwbw", "c": "wwbw"}


def test_which_files_make_a_package_special_and_who_uses_it(surveyed):
    found = surveyed({
        "a/a.go": "package a\n",
        "a/a_windows.go": "package a\n",
        "a/x.go": "//go:build ignore\n\npackage main\n",
        "b/b.go": 'package b\n\nimport _ "example.com/m/a"\n',
    })  # fmt: skip
    (one,) = found.special
    assert (one.path, one.importers) == (f"{M}/a", (f"{M}/b",))
    assert [(file.name, file.asks) for file in one.files] == [("a_windows.go", "windows")]


@pytest.mark.parametrize(
    ("targets", "codes"), [(TARGETS[:2], []), (TARGETS[2:], ["CW5082"]), (TARGETS, ["CW5082"])]
)
def test_advice_is_for_targets_that_were_asked_about(surveyed, targets, codes):
    text = 'package a\n\nimport "os"\n\nfunc A() { os.Open("/etc/passwd") }\n'
    found = surveyed({"a/a.go": text, "a/a_test.go": text}, targets=targets)
    assert [one.code for one in found.advice] == codes
    assert all(one.subject == "a/a.go:5:20" for one in found.advice)


def test_names_of_files_are_looked_at(surveyed):
    found = surveyed({"a/aux.go": "package a\n"})
    assert [(one.code, one.subject) for one in found.advice] == [("CW5084", "a/aux.go")]


def test_a_program_that_only_a_c_compiler_links_needs_cgo(surveyed):
    tree = {"a/a.go": "package main\n\nfunc main() {}\n", "b/b.go": "package b\n"}
    ports = (Target("android", "amd64"), Target("android", "arm64"))
    found = surveyed(tree, ports=ports)
    program, library = found.rows
    assert found.fold(program.blocked) == ("android/amd64",)
    assert [one.code for one in program.because(found.chosen)] == ["CW5077"]
    assert not library.reasons
    assert not surveyed(tree, ports=ports, cgo=True).rows[0].blocked & 0b1010


def test_a_file_that_cannot_be_followed_is_told_of(surveyed):
    text = 'package a\n\nimport "syscall"\n\nfunc A() { syscall.Kill( }\n'
    found = surveyed({"a/a.go": text, "a/b_windows.go": "package a\n"})
    assert ("CW5067", "a/a.go") in [(one.code, one.subject) for one in found.advice]
    assert {one.severity for one in found.findings} == {Severity.WARNING}


def test_of_a_package_that_go_refuses_names_are_not_told(surveyed):
    found = surveyed({
        "a/a.go": 'package a\n\nimport "syscall"\n\nfunc A() { syscall.Kill() }\n',
        "a/a_windows.go": "package b\n",
    })  # fmt: skip
    kinds = [(kind, targets) for kind, _, _, targets in reasons(found, f"{M}/a")]
    assert sorted(kinds) == [("damaged", ("windows/amd64",)), ("name", ("plan9/386",))]
