"""Files named one by one: `go list a.go b.go` makes a package of them, whatever their constraints."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

import listoracle
from crosswind.errors import UsageError
from crosswind.target import Target

from .test_golist import goroot

__all__ = ["goroot"]

WAYS = [(Target("linux", "amd64"), True), (Target("windows", "amd64"), False)]
FILES = {
    "go.mod": "module example.com/m\n\ngo 1.22\n",
    "a.go": 'package p\n\nimport "example.com/m/x/internal/y"\n',
    "b_windows.go": "// Doc of b.\npackage p\n",
    "b_test.go": 'package p\n\nimport "testing"\n',
    "c_test.go": 'package p_test\n\nimport "testing"\n',
    "cgo.go": 'package p\n\n// #cgo windows LDFLAGS: -lx\nimport "C"\n',
    "embeds.go": 'package p\n\nimport _ "embed"\n\n//go:embed *.txt\nvar v string\n',
    "one.txt": "",
    "never.go": "//go:build ignore\n\npackage main\n\nfunc main() {}\n",
    "bad.go": "//go:build (\n\npackage p\n",
    "syntax.go": "package\n",
    "other.go": "package other\n",
    "_under.go": "package under\n",
    "text.txt": "",
    "d.go/x.go": "package d\n",
    "x/in.go": 'package x\n\nimport _ "example.com/m/x/internal/y"\n',
    "x/internal/y/y.go": "package y\n",
    "nested/go.mod": "module example.com/nested\n",
    "nested/n.go": "package n\n",
}


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """A module, with a folder beside it that is in none."""
    for name, text in FILES.items():
        path = tmp_path / "m" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone/main.go").write_text('package main\n\nimport "fmt"\n\nfunc main() {}\n')
    return tmp_path / "m"


@pytest.mark.parametrize(
    "names",
    [
        "a.go",
        "b_windows.go a.go",
        "cgo.go embeds.go",
        "b_test.go c_test.go",
        "b_windows.go b_test.go c_test.go",
        "never.go",
        "bad.go",
        "syntax.go a.go",
        "a.go other.go",
        "_under.go",
        "x/in.go",
        "x/../x/in.go",
        "nested/n.go",
        "../alone/main.go",
    ],
)
def test_files(module: Path, goroot: Path, names: str) -> None:
    patterns = names.split()
    theirs = listoracle.ask(module, patterns, WAYS)
    mine = listoracle.ours(module, patterns, theirs, goroot)
    assert list(listoracle.differences(theirs, mine)) == []
    assert all(list(one.packages) == ["command-line-arguments"] for one in theirs)


def test_outside_of_modules(module: Path, goroot: Path) -> None:
    theirs = listoracle.ask(module.parent / "alone", ["main.go"], WAYS)
    mine = listoracle.ours(module.parent / "alone", ["main.go"], theirs, goroot)
    assert list(listoracle.differences(theirs, mine)) == []


@pytest.mark.parametrize(
    ("names", "why"),
    [
        ("a.go text.txt", "must be .go files"),
        ("a.go absent.go", "no such file"),
        ("a.go x/in.go", "in one directory"),
        ("a.go d.go", "is a directory"),
        ("a.go a.go", "named twice"),
        ("absent.go", "no required module provides package absent.go"),
        ("d.go", "no required module provides package d.go"),
    ],
)
def test_what_the_go_command_refuses(module: Path, goroot: Path, names: str, why: str) -> None:
    patterns = names.split()
    env = {**os.environ, "GOFLAGS": "", "GOWORK": "off"}
    words = ["go", "list", *patterns]
    assert subprocess.run(words, cwd=module, env=env, capture_output=True, check=False).returncode
    theirs = listoracle.ask(module, ["."], WAYS[:1])
    with pytest.raises(UsageError, match=why):
        listoracle.ours(module, patterns, theirs, goroot)
