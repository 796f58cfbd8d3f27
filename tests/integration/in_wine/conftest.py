"""Wine with what Go programs need of it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from crosswind.toolchain import Zig, zig_environment
from wine import WINE, Wine, prefix

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def wine(tmp_path_factory: pytest.TempPathFactory, zig: Zig) -> Iterator[Wine]:
    """A prefix in which Go programs run; the library that Wine 8 lacks is compiled by Zig."""
    if not WINE.exists():
        pytest.skip("wine64 is not installed")
    folder = tmp_path_factory.mktemp("wine")
    shim = folder / "bcryptprimitives.dll"
    subprocess.run(
        [
            *(zig.path, "cc", "-target", "x86_64-windows-gnu", "-shared", "-nostdlib", "-O2", "-s"),
            *("-fno-builtin", "-fno-sanitize=undefined", "-Wl,-e,DllMain"),
            *(HERE / "bcryptprimitives.c", "-ladvapi32", "-lkernel32", "-o", shim),
        ],
        env=zig_environment(os.environ),
        check=True,
        capture_output=True,
    )
    with prefix(folder / "prefix", shim) as made:
        yield made


@pytest.fixture(scope="session")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program that tells what Windows finds in it."""
    program = tmp_path_factory.mktemp("probe") / "probe.exe"
    env = {"GOOS": "windows", "GOARCH": "amd64", "CGO_ENABLED": "0", "GOFLAGS": "", "GOENV": "off"}
    subprocess.run(
        ["go", "build", "-trimpath", "-o", program, HERE / "probe.go"],
        env={**os.environ, **env},
        check=True,
    )
    return program
