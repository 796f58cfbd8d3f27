"""Commands that choose files by themselves heed GOFLAGS as the go command does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TARGET = "linux/amd64"
FILES = {
    "go.mod": "module example.com/m\n\ngo 1.25\n",
    "main.go": "package main\n\nfunc main() { println(v) }\n",
    "x.go": "//go:build x\n\npackage main\n\nconst v = 1\n",
    "nx.go": "//go:build !x\n\npackage main\n\nconst v = nowhere\n",
}


@pytest.fixture
def module(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def run(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "crosswind", *words]
    env = {**os.environ, "NO_COLOR": "1", "GOENV": "off", "GOFLAGS": "", **env}
    return subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, check=False)


def document(folder: Path, *words: str, **env: str) -> Any:
    return json.loads(run(folder, *words, "-t", TARGET, "--json", **env).stdout)


def listed(folder: Path, *words: str, **env: str) -> list[str]:
    [package] = document(folder, "list", *words, **env)["packages"]
    return list(package["targets"][TARGET]["GoFiles"])


def go_list(folder: Path, *words: str, **env: str) -> list[str]:
    env = {**os.environ, "GOENV": "off", "GOFLAGS": "", "CGO_ENABLED": "0", **env}
    env |= {"GOOS": "linux", "GOARCH": "amd64"}
    argv = ["go", "list", "-json=GoFiles", *words]
    done = subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, check=True)
    return list(json.loads(done.stdout)["GoFiles"])


def test_tags_of_goflags_choose_files(module: Path, tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("GOFLAGS=-tags=x\n")
    for env in ({"GOFLAGS": "-tags=x"}, {"GOENV": str(file)}):
        assert listed(module, **env) == go_list(module, **env) == ["main.go", "x.go"]
        [package] = document(module, "portability", **env)["packages"]
        assert package["works"] == [TARGET]
        [one] = document(module, "explain-file", "x.go", **env)["files"]
        assert one["targets"] == [TARGET]
    # What is kept of one question is none of another.
    assert listed(module) == ["main.go", "nx.go"]
    [package] = document(module, "portability")["packages"]
    assert package["blocked"] == [TARGET]


def test_tags_that_are_given_stand_instead_of_those(module: Path) -> None:
    env = {"GOFLAGS": "-tags=x"}
    asked = go_list(module, "-tags=y", **env)
    assert listed(module, "--tags", "y", **env) == asked == ["main.go", "nx.go"]
    [one] = document(module, "explain-file", "x.go", "--tags", "y", **env)["files"]
    assert one["targets"] == []


def test_tags_that_are_given_are_compiled_with(module: Path) -> None:
    for tags, works in (("x", [TARGET]), ("y", [])):
        said = document(module, "portability", "--prove", "--tags", tags)
        assert said["proved"]["disagreements"] == 0
        assert said["packages"][0]["works"] == works
