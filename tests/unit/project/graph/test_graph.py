"""Graphs of small trees: what each context has, and what it reaches."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosswind.constraints import Context, Universe
from crosswind.constraints.universe import release_tags
from crosswind.project.graph import Graph, load
from crosswind.project.modules.load import load as load_modules
from crosswind.target import Target

WAYS = [("linux", "amd64", False), ("linux", "amd64", True), ("windows", "amd64", False)]
UNIVERSE = Universe(
    tuple(Context(Target(goos, arch), cgo, release_tags(26)) for goos, arch, cgo in WAYS)
)
LINUX, LINUX_CGO, WINDOWS = 1, 2, 4

TREE = {
    "go.mod": "module example.com/m\n\ngo 1.26\n",
    "main.go": 'package main\n\nimport "example.com/m/a"\n',
    "a/a.go": 'package a\n\nimport "example.com/m/all"\n',
    "a/a_windows.go": 'package a\n\nimport "example.com/m/win"\n',
    "a/c.go": 'package a\n\nimport "C"\n',
    "a/c.c": "int x;\n",
    "a/a_test.go": "package a\n",
    "a/x_test.go": "package a_test\n",
    "all/all.go": "package all\n",
    "win/win.go": 'package win\n\nimport "example.com/m/all"\n',
    "nested/go.mod": "module example.com/nested\n",
    "nested/n.go": "package nested\n",
    "testdata/t.go": "package t\n",
}


@pytest.fixture
def graph(tmp_path: Path) -> Graph:
    for name, text in TREE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    modules = load_modules(tmp_path, {"GOWORK": "off"}, goroot=tmp_path / "goroot")
    return load(modules, UNIVERSE, ["./..."], tmp_path)


def test_everything_below_is_loaded_but_for_other_modules(graph: Graph) -> None:
    assert sorted(graph.roots) == [
        "example.com/m",
        "example.com/m/a",
        "example.com/m/all",
        "example.com/m/win",
    ]


def test_each_list_knows_its_contexts(graph: Graph) -> None:
    lists = graph.packages["example.com/m/a"].lists
    assert lists["GoFiles"] == {"a.go": LINUX | LINUX_CGO | WINDOWS, "a_windows.go": WINDOWS}
    assert lists["CgoFiles"] == {"c.go": LINUX_CGO}
    assert lists["CFiles"] == {"c.c": LINUX_CGO}
    assert lists["IgnoredGoFiles"] == {"a_windows.go": LINUX | LINUX_CGO, "c.go": LINUX | WINDOWS}
    assert lists["TestGoFiles"] == {"a_test.go": 7}
    assert lists["XTestGoFiles"] == {"x_test.go": 7}


def test_what_is_reached_only_on_one_system(graph: Graph) -> None:
    reached = graph.reach("example.com/m")
    assert reached["example.com/m/win"] == WINDOWS
    assert reached["example.com/m/all"] == 7


def loaded(root: Path, files: dict[str, str]) -> Graph:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    modules = load_modules(root, {"GOWORK": "off"}, goroot=root / "goroot")
    return load(modules, UNIVERSE, ["./..."], root)


def test_paths_that_differ_by_case_are_refused_where_both_are_reached(tmp_path: Path) -> None:
    graph = loaded(
        tmp_path,
        {
            "go.mod": TREE["go.mod"],
            "b.go": "package m\n",
            "b_windows.go": 'package m\n\nimport _ "example.com/m/up"\n',
            "Up/up.go": "package up\n",
            "up/up.go": "package up\n",
        },
    )
    wrong = {path: one.broken for path, one in graph.packages.items() if one.broken}
    # Windows comes to up first, by way of the import.
    assert wrong == {"example.com/m/up": LINUX | LINUX_CGO, "example.com/m/Up": WINDOWS}


def test_what_needs_something_broken_is_incomplete(tmp_path: Path) -> None:
    graph = loaded(
        tmp_path,
        {
            "go.mod": TREE["go.mod"],
            "a/a.go": 'package a\n\nimport _ "example.com/m/b"\n',
            "b/b.go": "package b\n",
            "b/b_windows.go": 'package b\n\nimport _ "example.com/m/nowhere"\n',
            "c/c.go": 'package c\n\nimport _ "example.com/m/d/internal"\n\nimport _ "../b"\n',
            "d/internal/i.go": "package internal\n",
        },
    )
    incomplete = graph.incomplete()
    assert incomplete["example.com/m/a"] == incomplete["example.com/m/b"] == WINDOWS
    places = [one.place for one in graph.packages["example.com/m/c"].problems]
    assert places == ["c.go:5:8", "c.go:3:8"]  # as Go sorts the paths
