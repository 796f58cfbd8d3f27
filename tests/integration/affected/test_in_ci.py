"""The lines of docs/commands/affected.md for CI, run as they stand there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import FILES, Repository, touched

DOCS = Path(__file__).parents[3] / "docs/commands/affected.md"
BLOCKS = re.findall(
    r"^```sh\n(.*?)^```$",
    DOCS.read_text("utf-8").partition("## In CI")[2],
    re.MULTILINE | re.DOTALL,
)
CONFIG = {"crosswind.yaml": "name: app\ntargets: [linux/amd64, windows/amd64]\n"}

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a POSIX shell")


@pytest.fixture
def branch(tmp_path: Path, clean_env: None) -> Repository:
    """A clone with a branch; main went on meanwhile."""
    main = Repository(tmp_path / "origin")
    main.commit({**FILES, **CONFIG, ".gitignore": "affected.json\ndist\n"})
    main.git("clone", "-q", str(main.folder), str(tmp_path / "clone"))
    main.commit({"cmd/tool/main.go": FILES["cmd/tool/main.go"] + "// meanwhile\n"})
    clone = Repository(tmp_path / "clone")
    clone.git("fetch", "-q")
    return clone


def run(repository: Repository, block: str) -> str:
    """Run lines as CI does; where `crosswind` is a command."""
    tools = repository.folder.parent / "bin"
    tools.mkdir(exist_ok=True)
    (tools / "crosswind").write_text(f"#!/bin/sh\nexec '{sys.executable}' -m crosswind \"$@\"\n")
    (tools / "crosswind").chmod(0o755)
    env = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}
    done = subprocess.run(
        ["sh", "-eu", "-c", block],
        cwd=repository.folder, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def made(repository: Repository) -> set[str]:
    dist = repository.folder / "dist"
    return {path.name for path in dist.rglob("*") if os.access(path, os.X_OK) and path.is_file()}


def test_all_of_them_are_known() -> None:
    assert len(BLOCKS) == 3


def test_nothing_changed(branch: Repository) -> None:
    for block in BLOCKS:
        run(branch, block)
    assert not made(branch)


@pytest.mark.parametrize("number", [0, 1])
def test_one_file_for_windows(branch: Repository, number: int) -> None:
    branch.commit({"x/x_windows.go": "package x\n\nvar a int\n"})
    run(branch, BLOCKS[number])
    assert made(branch) == {"app.exe"}
    shutil.rmtree(branch.folder / "dist")
    branch.commit({"z/z.go": "package z\n\nvar a int\n", "cmd/tool/other.go": "package main\n"})
    run(branch, BLOCKS[number])
    both = {"app.exe", "tool", "tool.exe"}
    assert made(branch) == (both | {"app"} if number == 0 else both)


def test_tests_that_are_touched(branch: Repository) -> None:
    branch.commit({"z/z.go": "package z\n\nvar a int\n"})
    said = run(branch, BLOCKS[2])
    assert [line.split()[1] for line in said.splitlines()] == ["example.com/app/y"]


def test_a_branch_that_parted_is_said(branch: Repository) -> None:
    branch.commit({"x/x.go": "package x\n\nvar a int\n"})
    found = branch.ask("origin/main", targets=("linux/amd64",))
    assert touched(found).keys() == {"app", "tool", "test x"}, "what main did counts, too"
    [note] = found.findings
    assert (note.code, note.subject) == ("CW5096", "origin/main")
    base = branch.git("merge-base", "origin/main", "HEAD").strip()
    alone = branch.ask(base, targets=("linux/amd64",))
    assert (touched(alone).keys(), alone.findings) == ({"app", "test x"}, ())
