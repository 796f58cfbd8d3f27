"""A repository with two programs, which tests change."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from crosswind.affected import Affected, Wanted, affected

TARGETS = ("linux/amd64", "windows/amd64", "darwin/arm64")
FILES = {
    "go.mod": "module example.com/app\n\ngo 1.24\n",
    "cmd/app/main.go": 'package main\n\nimport _ "example.com/app/x"\n\nfunc main() {}\n',
    "cmd/tool/main.go": 'package main\n\nimport _ "example.com/app/y"\n\nfunc main() {}\n',
    "x/x.go": "package x\n",
    "x/x_windows.go": "package x\n",
    "x/x_test.go": 'package x\n\nimport "testing"\n\nfunc Test(t *testing.T) {}\n',
    "y/y.go": 'package y\n\nimport _ "embed"\n\n//go:embed data/*.txt\nvar s string\n',
    "y/y_test.go": 'package y_test\n\nimport (\n\t"testing"\n\n\t_ "example.com/app/z"\n)\n\nfunc Test(t *testing.T) {}\n',
    "y/data/a.txt": "a\n",
    "y/data/readme.md": "a\n",
    "y/testdata/case": "a\n",
    "z/z.go": "package z\n",
    "README.md": "about\n",
    "docs/page.md": "more\n",
}


class Repository:
    """A git repository in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.email", "nobody@example.com")
        self.git("config", "user.name", "nobody")
        self.git("config", "commit.gpgsign", "false")

    def git(self, *words: str) -> str:
        env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        done = subprocess.run(
            ["git", *words], cwd=self.folder, env=env, check=True, capture_output=True, text=True
        )
        return done.stdout

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def commit(self, files: dict[str, str] | None = None) -> None:
        self.write(files or {})
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "change")

    def ask(self, since: str = "HEAD", below: str = ".", **more: object) -> Affected:
        wanted = Wanted(self.folder / below, since, **{"targets": TARGETS, **more})  # type: ignore[arg-type]
        return affected(wanted)


def touched(found: Affected) -> dict[str, list[str]]:
    """Return targets by what is touched: programs by name, tests by `test` and the last of their path."""
    said = {one.name: one for one in found.programs}
    said |= {f"test {one.package.rpartition('/')[2]}": one for one in found.tests}
    return {name: [str(target) for target in one.targets] for name, one in said.items()}


@pytest.fixture
def clean_env(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOENV", "off")
    monkeypatch.setenv("GOFLAGS", "")
    monkeypatch.delenv("GOWORK", raising=False)


@pytest.fixture
def repository(tmp_path: Path, clean_env: None) -> Repository:
    made = Repository(tmp_path / "app")
    made.commit(FILES)
    return made
