"""Inputs that differ, in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosswind.building.differences import told
from crosswind.building.key import Change

ROOT = Path("/src/app")
OLD, NEW = "0" * 64, "1" * 64


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ([Change("flag -tags", None, "x")], "flag -tags is new"),
        ([Change("file a.go", OLD, NEW)], "file a.go changed"),
        ([Change("files of GOROOT", OLD, None)], "files of GOROOT are gone"),
        (
            [Change("Go", "go1.26.8", "go1.27.3"), Change("files of GOROOT", OLD, None)],
            "Go: go1.26.8 → go1.27.3",
        ),
    ],
)
def test_changes_in_words(changes: list[Change], text: str) -> None:
    assert told(changes, ROOT) == text


def test_another_c_compiler_is_told_without_its_files() -> None:
    changes = [
        Change("C file /usr/bin/clang", None, NEW),
        Change("C file /usr/bin/gcc", OLD, None),
        *(Change(f"C file /usr/lib/clang/{at}.h", None, NEW) for at in range(40)),
        Change("variable CC", None, "clang"),
    ]
    assert told(changes, ROOT) == "C compiler: gcc → clang"
    back = [Change(name, after, before) for name, before, after in changes]
    assert told(back, ROOT) == "C compiler: clang → gcc"


def test_what_else_changed_is_told_beside_another_compiler() -> None:
    changes = [
        Change("C file /usr/include/stdio.h", OLD, NEW),
        Change("C file /usr/lib/clang/a.h", None, NEW),
        Change("file a.go", OLD, NEW),
        Change("variable CC", "tcc", "clang -m32"),
    ]
    words = "C compiler: tcc → clang -m32; file a.go changed; C file /usr/include/stdio.h changed"
    assert told(changes, ROOT) == words


def test_without_a_name_the_compiler_is_the_default_one() -> None:
    assert told([Change("variable CXX", None, "c")], ROOT) == "C++ compiler: Go's default → c"


def test_a_file_is_told_once_and_relative_to_the_project() -> None:
    changes = [
        Change("C file /src/app/add.c", OLD, NEW),
        Change("C file /src/app/inc/a.h", OLD, NEW),
        Change("C file /src/lib/b.c", OLD, NEW),
        Change("file ../lib/b.c", OLD, NEW),
        Change("file add.c", OLD, NEW),
    ]
    words = "C file inc/a.h changed; file ../lib/b.c changed; file add.c changed"
    assert told(changes, ROOT) == words


WORKSPACE = [
    Change("a/go.mod", OLD, None),
    Change("a/go.sum", "absent", None),
    Change("go line of example.com/a", "1.24", None),
    Change("go.mod of example.com/b, in ../b", None, NEW),
    Change("go.work", OLD, None),
    Change("go.work.sum", "absent", None),
    Change("module example.com/b@v0.0.0", None, "in ../b"),
]


def test_a_workspace_that_counts_no_more_is_one_word() -> None:
    off = Change("variable GOWORK", None, "off")
    assert told([*WORKSPACE, off], ROOT) == "workspace: go.work → none (GOWORK=off)"
    assert told(WORKSPACE, ROOT) == "workspace: go.work → none"
    back = [Change(name, after, before) for name, before, after in (*WORKSPACE, off)]
    assert told(back, ROOT) == "workspace: none → go.work"


def test_beside_a_workspace_other_changes_are_told() -> None:
    changes = [
        Change("go line", "1.25", "1.24"),
        Change("go.work", OLD, None),
        Change("file b.work", OLD, None),
    ]
    words = "workspace: go.work → none; go line: 1.25 → 1.24; file b.work is gone"
    assert told(changes, ROOT) == words


def test_a_changed_workspace_is_told_by_its_files() -> None:
    changes = [Change("go.work", OLD, NEW), Change("go line of example.com/b", None, "1.24")]
    assert told(changes, ROOT) == "go.work changed; go line of example.com/b is new"


def test_long_lists_are_cut_and_settings_come_first() -> None:
    files = [Change(f"file {at:02}.go", OLD, NEW) for at in range(19)]
    said = told([*files, Change("flag -tags", None, "x")], ROOT).split("; ")
    assert (said[0], said[-2:]) == ("flag -tags is new", ["file 06.go changed", "and 12 more"])
    assert told(files[:9], ROOT).endswith("file 08.go changed")
