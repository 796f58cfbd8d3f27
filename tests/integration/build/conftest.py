"""Small Go modules, and the command line run as users run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

Files = Mapping[str, str]

HELLO: Files = {
    "go.mod": "module example.com/hello\n\ngo 1.24\n",
    "main.go": 'package main\n\nvar version = "none"\n\nfunc main() { println("hello", version) }\n',
}


def write(folder: Path, files: Files) -> Path:
    """Write a tree of files."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


@pytest.fixture
def hello(tmp_path: Path) -> Path:
    """A module with one program, on a path with spaces and letters of many alphabets."""
    return write(tmp_path / "my projécts 日本" / "hello", HELLO)


def clean_environment() -> dict[str, str]:
    """The environment without what would make a build differ from Go's defaults."""
    leaks = ("GOFLAGS", "GOOS", "GOARCH", "CGO_ENABLED", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY")
    env = {name: value for name, value in os.environ.items() if name not in leaks}
    return {**env, "GOENV": "off", "NO_COLOR": "1"}


@dataclass(frozen=True)
class Ran:
    """What a command line printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """Its JSON document."""
        return json.loads(self.out)

    @property
    def codes(self) -> set[str]:
        """Codes of the document's findings."""
        return {finding["code"] for finding in self.document["findings"]}


CommandLine = Callable[..., Ran]


@pytest.fixture
def crosswind() -> CommandLine:
    """Run `crosswind` in a folder."""

    def run(folder: Path, *words: str, env: Mapping[str, str] | None = None) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "crosswind", *words],
            cwd=folder,
            env={**clean_environment(), **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=280,
            check=False,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert "Traceback (most recent call last)" not in err, err
        return Ran(done.returncode, out, err)

    return run
