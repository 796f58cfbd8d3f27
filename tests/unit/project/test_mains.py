"""Programs found by reading folders; where that cannot tell, the go command is asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from crosswind.project import gomod, mains
from crosswind.project.graph.scan import Scan
from crosswind.target import Target
from crosswind.toolchain import Settings

FILES = {
    "go.mod": "module example.com/app\n\ngo 1.24\n",
    "main.go": "package main\n",
    "lib/lib.go": "package lib\n",
    "cmd/one/one_windows.go": "package main\n",
    "cmd/either/a.go": "//go:build !extra\n\npackage main\n",
    "cmd/either/b.go": "//go:build extra\n\npackage either\n",
    "testdata/no.go": "package main\n",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A module with programs."""
    for name, text in FILES.items():
        path = tmp_path / "app" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "app"


def find(
    tree: Path, wanted: Sequence[str] = (), goroot: Path | None = None, **env: str
) -> list[str] | None:
    """Return the import paths of programs for one target, relative to the module."""
    settings = Settings.read({"GOENV": "off", **env}, goroot)
    module = gomod.find(tree, settings.env)
    targets = [Target("linux", "amd64")]
    found = mains.find(module, settings, wanted, targets, tree, "1.26.8", Scan(None).folder)
    return None if found is None else [one.package.removeprefix("example.com/") for one in found]


def test_all_programs_of_a_module(tree: Path) -> None:
    assert find(tree) == ["app", "app/cmd/either", "app/cmd/one"]


def test_patterns_and_names(tree: Path) -> None:
    assert find(tree, ["./cmd/..."]) == ["app/cmd/either", "app/cmd/one"]
    assert find(tree, ["./cmd/one"]) == ["app/cmd/one"]


def test_tags_count_wherever_goflags_is_set(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "go").mkdir()
    (tmp_path / "go" / "go.env").write_text("GOFLAGS=-tags=extra\n")
    for found in (find(tree, GOFLAGS="-tags=extra"), find(tree, goroot=tmp_path / "go")):
        assert found == ["app", "app/cmd/one"]


@pytest.mark.parametrize("flag", ["-overlay=o.json", "-mod=mod", "-modfile=other.mod"])
def test_flags_that_only_the_go_command_can_follow(tree: Path, flag: str) -> None:
    assert find(tree, GOFLAGS=flag) is None


@pytest.mark.parametrize("wanted", ["example.com/app", "./...one", "../elsewhere", "./absent"])
def test_patterns_that_only_the_go_command_can_follow(tree: Path, wanted: str) -> None:
    assert find(tree, [wanted]) is None
