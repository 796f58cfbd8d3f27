"""The small programs of `programs/`, each built once for each target."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT
from crosswind.target import parse
from crosswind.toolchain.bundled import PORTS

Build = Callable[[str, str], Path]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Builds a program of `programs/`, or `greet`, for a target such as `linux/arm64`."""
    done: dict[tuple[str, str], Path] = {}

    def build(name: str, target: str) -> Path:
        if (name, target) in done:
            return done[name, target]
        wanted = parse(target, PORTS)
        source = Path(__file__).parent / "programs" / name
        package = "."
        if name == "greet":
            source, package = ROOT / "examples" / "greet", "./cmd/greet"
        path = tmp_path_factory.mktemp(name) / f"{name}{wanted.exe_suffix}"
        own = {"CGO_ENABLED": "0", "GOFLAGS": "", "GOENV": "off", "GOTOOLCHAIN": "local"}
        argv = ["go", "build", "-trimpath", "-buildvcs=false", "-o", path, package]
        env = {**os.environ, **own, **wanted.env}
        subprocess.run(argv, cwd=source, env=env, check=True)
        done[name, target] = path
        return path

    return build
