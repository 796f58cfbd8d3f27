"""Go programs for Windows, with resources by every route, and the tools of others."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from crosswind.windows.resource import ResourceTree
from images.resources import sample

GOARCHS = ("386", "amd64", "arm64")
CROSSWIND = (sys.executable, "-m", "crosswind")
MAIN = 'package main\n\nfunc main() { println("hello") }\n'


def run(*argv: str | Path, cwd: Path, code: int = 0, **env: str) -> str:
    """Run a command without anybody's settings, and return what it printed."""
    clean = {"GOENV": "off", "GOFLAGS": "", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}
    done = subprocess.run(
        argv,
        cwd=cwd,
        env=os.environ | clean | {"NO_COLOR": "1"} | env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr + done.stdout
    return done.stdout


@dataclass(frozen=True)
class Package:
    """A Go package that makes a program for Windows.

    Attributes:
        folder: its source.
        plain: the program without resources, by GOARCH.
        linked: the program with the sample linked in from a `.syso` file of ours.
        resources: the sample.
    """

    folder: Path
    plain: Mapping[str, Path]
    linked: Mapping[str, Path]
    resources: ResourceTree


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    folder = tmp_path_factory.mktemp("package")
    out = tmp_path_factory.mktemp("out")
    (folder / "main.go").write_text(MAIN)
    (folder / "go.mod").write_text("module example.com/hello\n\ngo 1.24\n")

    def build(kind: str) -> dict[str, Path]:
        programs = {}
        for goarch in GOARCHS:
            programs[goarch] = out / f"{kind}_{goarch}.exe"
            argv = ("go", "build", "-trimpath", "-buildvcs=false", "-o", programs[goarch], ".")
            run(*argv, cwd=folder, GOOS="windows", GOARCH=goarch)
        return programs

    plain = build("plain")
    from crosswind.resource.objects import outputs, write

    write(dict.fromkeys(outputs(folder, []), sample()))
    linked = build("linked")
    for path in folder.glob("*.syso"):
        path.unlink()
    return Package(folder, plain, linked, sample())
