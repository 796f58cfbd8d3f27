"""Small Go modules, and the command line run as users run it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
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


# Two modules of a proxy, by path.
MODULES: Mapping[str, Files] = {
    "example.com/tool": {
        "go.mod": "module example.com/tool\n\ngo 1.24\n\nrequire example.com/dep v1.0.0\n",
        "main.go": 'package main\n\nimport "example.com/dep"\n\nfunc main() { dep.Hello() }\n',
    },
    "example.com/dep": {
        "go.mod": "module example.com/dep\n\ngo 1.24\n",
        "dep.go": 'package dep\n\nfunc Hello() { println("hello") }\n',
    },
}


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


@pytest.fixture
def tool(tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """Variables that lead go to a proxy with example.com/tool, a program, and its dependency."""
    proxy = tmp_path / "proxy"
    for name, files in MODULES.items():
        folder = proxy / name / "@v"
        folder.mkdir(parents=True)
        (folder / "list").write_text("v1.0.0\n")
        (folder / "v1.0.0.info").write_text('{"Version": "v1.0.0"}')
        (folder / "v1.0.0.mod").write_text(files["go.mod"])
        with zipfile.ZipFile(folder / "v1.0.0.zip", "w") as archive:
            for path, text in files.items():
                archive.writestr(f"{name}@v1.0.0/{path}", text)
    yield {
        "GOPROXY": proxy.as_uri(),
        "GOMODCACHE": str(tmp_path / "modules"),
        "GOSUMDB": "off",
        "GOFLAGS": "-modcacherw",
    }
    shutil.rmtree(tmp_path / "modules", ignore_errors=True)
