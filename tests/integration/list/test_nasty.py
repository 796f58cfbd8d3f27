"""Damaged and odd packages: accepted and listed as by the go command."""

from __future__ import annotations

import subprocess
from pathlib import Path

import golist
import listoracle
import nasty_module
from crosswind.constraints import Universe
from crosswind.project.graph import load
from crosswind.project.modules.load import load as load_modules
from crosswind.target import Target

WAYS = [
    (Target("linux", "amd64"), True),
    (Target("linux", "amd64"), False),
    (Target("windows", "386"), False),
]


def test_all_of_them(tmp_path):
    nasty_module.write(tmp_path)
    said = subprocess.run(["go", "env", "GOROOT"], capture_output=True, check=True, text=True)
    theirs = listoracle.ask(tmp_path, ["./..."], WAYS)
    mine = listoracle.ours(tmp_path, ["./..."], theirs, Path(said.stdout.strip()))
    assert len(theirs[0].packages) > 50
    assert not list(listoracle.differences(theirs, mine))


IMPORTS = {
    "one": ["m/two"], "two": ["m/one"], "itself": ["m/itself"], "user": ["m/one"], "local": ["./x"], "nowhere": ["m/none"],
    "of_program": ["m/program"], "a/internal/x": [], "a/u": ["m/a/internal/x"], "b": ["m/a/internal/x"], "c": ["internal/abi"],
    "d": ["crypto/internal/fips140"], "e": ["vendor/golang.org/x/net/idna"], "f": ["cmd/go/internal/load"], "g": ["cmd/go"],
    "h": ["m/empty"], "i": ["nostd/x"],
}  # fmt: skip


def test_imports_that_are_refused(tmp_path):
    (tmp_path / "go.mod").write_text("module m\n\ngo 1.26\n")
    (tmp_path / "empty").mkdir()
    for name, paths in IMPORTS.items():
        folder = tmp_path / name
        folder.mkdir(parents=True, exist_ok=True)
        lines = "".join(f'import _ "{path}"\n' for path in paths)
        (folder / "a.go").write_text(f"package p\n{lines}")
    (tmp_path / "program").mkdir()
    (tmp_path / "program/a.go").write_text("package main\n")
    (tmp_path / "program/a_test.go").write_text('package main_test\nimport _ "m/program"\n')
    said = subprocess.run(["go", "env", "GOROOT"], capture_output=True, check=True, text=True)
    [theirs] = listoracle.ask(tmp_path, ["./..."], WAYS[1:2])
    universe = Universe((theirs.context,))
    env = golist.env_of(theirs.context.target, cgo=False)
    modules = load_modules(tmp_path, env, goroot=Path(said.stdout.strip()))
    graph = load(modules, universe, ["./..."], tmp_path, deps=True)
    refused = {path for path in graph.roots if graph.packages[path].broken}
    # Of a circle Go blames the package where it notices, of an absent one the absent one.
    assert refused - {"m/two"} == {
        path for path, one in theirs.packages.items() if one.get("Error")
    }
