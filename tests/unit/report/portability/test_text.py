"""A survey as lines: they fit 80 columns, and say what and where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crosswind.portability import reverse
from crosswind.report.columns import width
from crosswind.report.portability import text
from crosswind.target import Target
from small_surveys import TARGETS, survey_of

LONG = "a" * 40
TREE = {
    "a/a.go": 'package a\n\nimport "syscall"\n\nfunc A() { syscall.Kill() }\n',
    f"{LONG}/b.go": 'package b\n\nimport _ "example.com/m/a"\n',
    "c/c_linux.go": "package c\n",
    "d/d.go": "package d\n",
}


def lines_of(lines: Iterable[str]) -> list[str]:
    return "\n".join(lines).splitlines()


def plain(text: str, **_style: Any) -> str:
    return text


def test_the_matrix(tmp_path):
    found = survey_of(tmp_path, TREE)
    assert lines_of(text.matrix(found, plain, 80, verbose=False)) == [
        "example.com/m/a  2 of 4",
        "    works on linux/amd64, darwin/arm64",
        "  ✗ windows/amd64, plan9/386",
        "        a/a.go:5:20: undefined: syscall.Kill",
        "        mend: os.FindProcess(pid), then Process.Kill or Process.Signal, exists",
        "        on all targets",
        f"example.com/m/{LONG}  2 of 4",
        "    works on linux/amd64, darwin/arm64",
        "  ✗ windows/amd64, plan9/386",
        f"        {LONG}/b.go:3:8: needs",
        "        example.com/m/a: undefined: syscall.Kill",
        "          → a/a.go:5:20",
        "        mend: os.FindProcess(pid), then Process.Kill or Process.Signal, exists",
        "        on all targets",
        "example.com/m/c  1 of 4",
        "    works on linux/amd64",
        "  - all but linux/amd64: constraints exclude all Go files: c_linux.go (linux)",
        "1 package works on all 4 targets: example.com/m/d",
    ]


def test_what_blocks_most_targets_is_first_and_covers_the_rest(tmp_path):
    tree = {
        "a/a.go": 'package a\n\nimport (\n\t"nowhere"\n\t"syscall"\n)\n\nfunc A() { syscall.Kill() }\n',
        "b/b.go": 'package b\n\nimport _ "nowhere"\n',
    }
    found = survey_of(tmp_path, tree)
    lines = lines_of(text.matrix(found, plain, 80, verbose=False))
    assert [line for line in lines if "✗" in line] == ["  ✗ all", "  ✗ all"]
    assert lines[lines.index("example.com/m/b  0 of 4") - 1] == (
        "    and other reasons for some of these targets: -v tells them"
    )
    whole = lines_of(text.matrix(found, plain, 80, verbose=True))
    assert [line for line in whole if "✗" in line][:2] == [
        "  ✗ all",
        "  ✗ windows/amd64, plan9/386",
    ]


def test_a_single_package_that_is_alike_is_named_where_it_fits(tmp_path):
    tree = {f"{name}/a.go": f'package {name}\n\nimport _ "example.com/m/a"\n' for name in "xy"}
    found = survey_of(tmp_path, {"a/a.go": 'package a\n\nimport _ "nowhere"\n', **tree})
    lines = lines_of(text.matrix(found, plain, 80, verbose=False))
    assert "example.com/m/x and example.com/m/y  0 of 4" in lines
    narrow = lines_of(text.matrix(found, plain, 40, verbose=False))
    assert "example.com/m/x and 1 more like it  0 of 4" in narrow


def test_a_package_that_is_all_cgo_is_told(tmp_path):
    tree = {"a/a.go": 'package a\n\nimport "C"\n', "b/b.go": "//go:build ignore\n\npackage b\n"}
    for patterns in (("./...",), ("./a",)):
        found = survey_of(tmp_path, tree, patterns)
        assert lines_of(text.matrix(found, plain, 80, verbose=False)) == [
            "example.com/m/a  0 of 4",
            '  - all: all its files need cgo: a.go import "C"',
            "    mend: build with --cgo on, or use a package in pure Go",
        ]


def test_what_works_nowhere_is_not_green(tmp_path):
    found = survey_of(tmp_path, {"a/a.go": 'package a\n\nimport "C"\n'})
    colors: list[Any] = []
    list(
        text.matrix(
            found, lambda told, **how: colors.append(how.get("fg")) or told, 80, verbose=False
        )
    )
    assert colors == [None, "red"]


def test_no_files_at_all_is_said(tmp_path):
    tree = {"b/b_windows.go": "package b\n"}
    found = survey_of(tmp_path, tree, targets=TARGETS[:2])
    lines = lines_of(text.matrix(found, plain, 80, verbose=False))
    assert lines == ["no package has files for these targets: -v tells why"]
    named = survey_of(tmp_path, tree, ("./b",), targets=TARGETS[:2])
    assert lines_of(text.matrix(named, plain, 80, verbose=False)) == [
        "example.com/m/b  0 of 2",
        "  - all: constraints exclude all Go files: b_windows.go (windows)",
    ]


def test_verbose_tells_of_all_packages(tmp_path):
    lines = lines_of(text.matrix(survey_of(tmp_path, TREE), plain, 80, verbose=True))
    assert "example.com/m/d  4 of 4" in lines


def test_many_reasons_are_counted_without_verbose(tmp_path):
    calls = "\n".join("syscall.Kill()" for _ in range(3))
    files = {
        f"a/a{number}.go": f'package a\n\nimport "syscall"\n\nfunc A{number}() {{ {calls} }}\n'
        for number in range(7)
    }
    found = survey_of(tmp_path, files)
    assert "        and 3 more: -v tells them" in lines_of(
        text.matrix(found, plain, 80, verbose=False)
    )
    assert len(lines_of(text.matrix(found, plain, 80, verbose=True))) > 9


def test_what_a_target_would_need(tmp_path):
    found = survey_of(tmp_path, TREE, targets=TARGETS[2:3])
    lines = lines_of(text.needs(reverse.needs(found), found, plain, 80))
    assert lines[0] == "windows/amd64: 1 of 3 packages work, and this is missing:"
    assert lines[1] == " 1. a/a.go:5:20: undefined: syscall.Kill"


def test_which_files_make_packages_special(tmp_path):
    found = survey_of(tmp_path, TREE)
    assert lines_of(text.special(found.special, found, plain, 80)) == [
        "example.com/m/c",
        "  c_linux.go (linux): linux/amd64",
    ]


def test_needs_of_several_targets_name_them_shortly(tmp_path):
    found = survey_of(tmp_path, TREE, ("./d",), targets=TARGETS[:2], ports=TARGETS)
    assert lines_of(text.needs((), found, plain, 80)) == [
        "linux/amd64, darwin/arm64: 1 of 1 package works"
    ]
    everywhere = survey_of(tmp_path, TREE)
    head, *_ = lines_of(text.needs(reverse.needs(everywhere), everywhere, plain, 80))
    assert head == "all: 2 of 4 packages work, and this is missing:"


def test_further_lines_of_a_file_stand_deeper(tmp_path):
    asks = " || ".join(("linux", "windows", *(f"tag{number}" for number in range(12))))
    found = survey_of(tmp_path, {"a/a.go": f"//go:build {asks}\n\npackage a\n"})
    _, first, *others = lines_of(text.special(found.special, found, plain, 60))
    assert first.startswith("  a.go (linux || windows")
    assert others
    assert all(line.startswith(" " * 8) for line in others)


def test_programs_that_wait_for_a_linker_are_told_once(tmp_path):
    main = "package main\n\nfunc main() {}\n"
    tree = {"cmd/a/a.go": main, "cmd/b/b.go": main}
    ports = (*TARGETS, Target("android", "arm"))
    found = survey_of(tmp_path, tree, ports=ports)
    assert lines_of(text.matrix(found, plain, 80, verbose=False)) == [
        "example.com/m/cmd/a and example.com/m/cmd/b  4 of 5",
        "    works on all but android/arm",
        "  ✗ android/arm",
        "        cmd/a: programs for it are linked by a C compiler",
        "        mend: build with --cgo on",
    ]
    assert lines_of(text.needs(reverse.needs(found), found, plain, 80)) == [
        "all: 0 of 2 packages work, and this is missing:",
        " 1. cmd/a: programs for it are linked by a C compiler",
        "      build with --cgo on",
        "      waiting: example.com/m/cmd/a, example.com/m/cmd/b",
    ]


def test_lines_fit(tmp_path):
    found = survey_of(tmp_path, TREE)
    for line in lines_of(text.matrix(found, plain, 72, verbose=True)):
        assert width(line) <= 72 or " " not in line.strip()


def test_holes_of_tests_have_lines_of_their_own(tmp_path):
    tree = {"a/a.go": "package a\n", "a/a_test.go": TREE["a/a.go"]}
    assert lines_of(
        text.matrix(survey_of(tmp_path, tree, tests=True), plain, 80, verbose=False)
    ) == [
        "example.com/m/a  4 of 4",
        "    works on all",
        "  ✗ tests on windows/amd64, plan9/386",
        "        a/a_test.go:5:20: undefined: syscall.Kill",
        "        mend: os.FindProcess(pid), then Process.Kill or Process.Signal, exists",
        "        on all targets",
    ]
