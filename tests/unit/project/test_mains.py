"""Programs found in the import graph; where that cannot tell, the go command is asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from crosswind.project import gomod, mains
from crosswind.project.graph.scan import Scan
from crosswind.target import Target
from crosswind.toolchain import Source, Toolchain

FILES = {
    "go.mod": "module example.com/app\n\ngo 1.24\n",
    "main.go": "package main\n",
    "lib/lib.go": "package lib\n",
    "cmd/one/one_windows.go": "package main\n",
    "cmd/either/a.go": "//go:build !extra\n\npackage main\n",
    "cmd/either/b.go": "//go:build extra\n\npackage either\n",
    "cmd/tested/a_test.go": "package main\n",
    "script/run.go": "//go:build ignore\n\npackage main\n",
    "testdata/no.go": "package main\n",
    "vendor/no/no.go": "package main\n",
    "nested/go.mod": "module example.com/nested\n",
    "nested/main.go": "package main\n",
}
LINUX = Target("linux", "amd64")


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A module with programs."""
    return write(tmp_path / "app", FILES)


def find(tree: Path, wanted: Sequence[str] = (), **env: str) -> list[str] | None:
    """Return the import paths of programs for one target, relative to the module."""
    env = {"GOENV": "off", "HOME": str(tree.parent), "GOFLAGS": "-mod=readonly", **env}
    wanted = wanted or gomod.everything(gomod.find(tree, env), tree)
    go = Toolchain("1.26.8", tree.parent / "go", Source.SYSTEM, LINUX)
    found = mains.find(go, env, wanted, [LINUX], tree, Scan(None))
    return None if found is None else [one.package.removeprefix("example.com/") for one in found]


def test_all_programs_of_a_module(tree: Path) -> None:
    assert find(tree) == ["app", "app/cmd/either", "app/cmd/one", "app/cmd/tested"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("./cmd/...", ["app/cmd/either", "app/cmd/one", "app/cmd/tested"]),
        ("./cmd/one", ["app/cmd/one"]),
        ("example.com/app", ["app"]),
        ("./...one", ["app/cmd/one"]),
        ("./lib", []),
        ("./lib/...", []),
    ],
)
def test_patterns_and_names(tree: Path, wanted: str, found: list[str]) -> None:
    assert find(tree, [wanted]) == found


@pytest.mark.parametrize("wanted", ["../elsewhere", "./absent", "./script", "./nested", "nosuch"])
def test_patterns_that_the_go_command_refuses(tree: Path, wanted: str) -> None:
    assert find(tree, [wanted]) is None


def test_programs_of_a_workspace(tree: Path) -> None:
    work = "go 1.24\n\nuse ./app\nuse ./app/nested\n"
    write(tree.parent, {"go.work": work})
    programs = ["app", "app/cmd/either", "app/cmd/one", "app/cmd/tested"]
    assert find(tree, GOFLAGS="") == programs
    assert find(tree.parent, GOFLAGS="") == [*programs, "nested"]
    write(tree.parent, {"go.work": f"{work}use ./absent\n"})
    assert find(tree, GOFLAGS="") is None


def test_tags_count_wherever_goflags_is_set(tree: Path, tmp_path: Path) -> None:
    programs = ["app", "app/cmd/one", "app/cmd/tested"]
    assert find(tree, GOFLAGS="-mod=readonly -tags=extra") == programs
    write(tmp_path / "go", {"go.env": "GOFLAGS=-mod=readonly -tags=extra\n"})
    assert find(tree, GOFLAGS="") == programs


def test_an_overlay_only_the_go_command_can_follow(tree: Path) -> None:
    assert find(tree, GOFLAGS="-overlay=o.json") is None


def test_without_the_go_mod_files_that_an_old_module_follows_from(tree: Path) -> None:
    old = "module example.com/app\n\ngo 1.16\n\nrequire lib.test/l v1.0.0\n"
    sums = f"lib.test/l v1.0.0/go.mod h1:{'A' * 43}=\n"
    write(tree, {"go.mod": old, "go.sum": sums})
    assert find(tree) is None


@pytest.mark.parametrize(
    ("text", "is_program"),
    [
        ("package main\n", True),
        ("// A comment.\n\npackage main // more\n", True),
        ("/*\npackage main\n*/\npackage lib\n", False),
        ("package lib\n\nconst text = `\npackage main\n`\n", False),
        ("//go:build ignore\n\npackage main\n", False),
        ("//go:build plan9\n\npackage main\n", True),
    ],
)
def test_folders_of_programs(tmp_path: Path, text: str, is_program: bool) -> None:
    (tmp_path / "one.go").write_text(text)
    for pattern in (".", "./..."):
        assert bool(mains.folders(tmp_path, (pattern,))) is is_program
