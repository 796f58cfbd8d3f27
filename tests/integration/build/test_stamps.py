"""What Go stamps from git: the same bytes as plain `go build`, in worktrees, submodules and without git."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from .conftest import CommandLine, clean_environment, write
from .test_unchanged import commit

FILES = {
    "go.mod": "module example.com/hello\n\ngo 1.24\n",
    "main.go": 'package main\n\nfunc main() { println("hello") }\n',
    ".gitignore": "dist\nplain\n",
}


@pytest.fixture
def caches(tmp_path: Path) -> Mapping[str, str]:
    """A store of its own."""
    return {"CROSSWIND_CACHE": str(tmp_path / "cache"), "CROSSWIND_STORE_LIMIT": ""}


def git(root: Path, *words: str) -> None:
    allowed = ("-c", "protocol.file.allow=always", "-c", "user.name=t", "-c", "user.email=t@example.com")  # fmt: skip
    subprocess.run(["git", *allowed, *words], cwd=root, check=True, capture_output=True)


def assert_as_plain(root: Path, crosswind: CommandLine, env: Mapping[str, str]) -> None:
    """Build twice, and compare with plain go build."""
    plain = ["go", "build", "-trimpath", "-o", "plain", "."]
    pure = {**clean_environment(), **env, "CGO_ENABLED": "0"}
    subprocess.run(plain, cwd=root, check=True, env=pure)
    for _ in range(2):
        ran = crosswind(root, "build", "-t", "host", "--cgo", "off", "--json", env=env)
        assert ran.code == 0, ran.out
        made = ran.document["artifacts"][0]["path"]
        assert (root / made).read_bytes() == (root / "plain").read_bytes()


@pytest.mark.parametrize("go", ["1.26.8", "1.27.3"])
def test_worktrees_and_submodules(
    tmp_path: Path, crosswind: CommandLine, caches: Mapping[str, str], go: str
) -> None:
    """The same commit in each: one Go passes over a .git that is a file, a newer one does not."""
    env = {**caches, "GOTOOLCHAIN": f"go{go}"}
    root = write(tmp_path / "hello", FILES)
    commit(root, "one", init=True)
    assert_as_plain(root, crosswind, env)
    git(root, "worktree", "add", "-q", "../tree")
    assert_as_plain(tmp_path / "tree", crosswind, env)
    around = write(tmp_path / "around", {"README.md": "around\n"})
    commit(around, "around", init=True)
    git(around, "submodule", "add", "-q", str(root), "below")
    assert_as_plain(around / "below", crosswind, env)
    git(around, "commit", "-qam", "below")
    assert_as_plain(around / "below", crosswind, env)


def test_where_git_is_gone_or_fails(
    tmp_path: Path, crosswind: CommandLine, caches: Mapping[str, str]
) -> None:
    root = write(tmp_path / "hello", FILES)
    commit(root, "one", init=True)
    assert_as_plain(root, crosswind, caches)
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "go").symlink_to(str(shutil.which("go")))
    assert_as_plain(root, crosswind, {**caches, "PATH": str(folder)})
    index = root / ".git" / "index"
    good = index.read_bytes()
    index.write_bytes(b"x\n")
    ran = crosswind(root, "build", "-t", "host", "--cgo", "off", "--json", env=caches)
    assert ran.code == 1
    assert "error obtaining VCS status" in ran.out
    assert "index file smaller than expected" in ran.err
    ran = crosswind(
        root, "build", "-t", "host", "--json", env={**caches, "GOFLAGS": "-buildvcs=false"}
    )
    assert ran.code == 0
    index.write_bytes(good)
    assert_as_plain(root, crosswind, caches)


def test_a_folder_that_git_passes_over(
    tmp_path: Path, crosswind: CommandLine, caches: Mapping[str, str]
) -> None:
    """An empty .git is a root for Go and nothing for git, which tells of the repository around it."""
    write(tmp_path / "around" / "hello", FILES)
    root = tmp_path / "around" / "hello"
    commit(tmp_path / "around", "one", init=True)
    (root / ".git").mkdir()
    assert_as_plain(root, crosswind, caches)
    os.utime(root / "main.go")
    commit_around = tmp_path / "around" / "two.txt"
    commit_around.write_text("two\n")
    commit(tmp_path / "around", "two")
    assert_as_plain(root, crosswind, caches)


def test_go_finds_the_repository_by_the_path_that_the_shell_has(
    tmp_path: Path, crosswind: CommandLine, caches: Mapping[str, str]
) -> None:
    """A link from one repository into a module elsewhere: in there PWD is below the one, files are not."""
    module = write(tmp_path / "outside" / "hello", FILES)
    link = tmp_path / "inside" / "link"
    link.parent.mkdir()
    link.symlink_to(module)
    commit(link.parent, "one", init=True)
    assert_as_plain(link, crosswind, {**caches, "PWD": str(link)})
    (link.parent / "two.txt").write_text("two\n")
    commit(link.parent, "two")
    assert_as_plain(link, crosswind, {**caches, "PWD": str(link)})
    assert_as_plain(module, crosswind, {**caches, "PWD": str(module)})
    commit(module.parent, "another", init=True)
    assert_as_plain(module, crosswind, {**caches, "PWD": str(module)})
    assert_as_plain(link, crosswind, {**caches, "PWD": str(link)})
