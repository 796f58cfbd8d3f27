"""A Go program for each format, and the tool that walks through its debug data."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROGRAM = """\
package main

import "os"

type point struct{ X, Y int }

//go:noinline
func area(p point) int {
	if len(os.Args) > 1 {
		panic("boom")
	}
	return p.X * p.Y
}

func main() { println("area", area(point{3, 4})) }
"""
TARGETS = ("linux/amd64", "windows/amd64", "darwin/arm64", "darwin/amd64")
Build = Callable[..., Path]


def clean_env(target: str = "") -> dict[str, str]:
    """Leave out the settings of whoever runs the tests."""
    goos, _, goarch = target.partition("/")
    return {
        **os.environ, "GOENV": "off", "GOFLAGS": "", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0",
        "GOOS": goos, "GOARCH": goarch,
    }  # fmt: skip


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Build the program for a target with flags, each once."""
    home = tmp_path_factory.mktemp("split")
    (home / "main.go").write_text(PROGRAM)
    (home / "go.mod").write_text("module example.com/seed\n\ngo 1.23\n")
    built: dict[tuple[str, ...], Path] = {}

    def build(target: str, *flags: str) -> Path:
        key = (target, *flags)
        if key not in built:
            path = home / str(len(built)) / ("app.exe" if "windows" in target else "app")
            argv = ["go", "build", "-trimpath", *flags, "-o", str(path), "."]
            subprocess.run(argv, cwd=home, env=clean_env(target), check=True)
            built[key] = path
        return built[key]

    return build


@pytest.fixture(scope="session")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[str]]:
    """Say what Go's own readers find in the debug data of files."""
    tool = tmp_path_factory.mktemp("walk") / "walk"
    source = str(HERE / "walk.go")
    subprocess.run(["go", "build", "-o", str(tool), source], env=clean_env(), check=True)

    def walk(*files: Path) -> list[str]:
        done = subprocess.run([tool, *files], capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    return walk
