"""Integration tests use the real Go: the system's, or on a host without one what crosswind brings."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from crosswind.system import files, process
from crosswind.toolchain import Request, Zig, resolve
from crosswind.toolchain import zig as pinned_zig

# Go tools that make Windows resources, whose input crosswind reads and whose output it is held against.
PEERS = {
    "go-winres": "github.com/tc-hib/go-winres@v0.3.3",
    "goversioninfo": "github.com/josephspurrier/goversioninfo/cmd/goversioninfo@v1.7.0",
    "rsrc": "github.com/akavel/rsrc@v0.10.2",
}


@pytest.fixture(scope="session", autouse=True)
def _no_store() -> None:
    """Let no test take over what another has built; the store's own tests set a limit."""
    os.environ["CROSSWIND_STORE_LIMIT"] = "0"


@pytest.fixture(scope="session", autouse=True)
def _a_go_on_path() -> None:
    """Let every test find a `go`, and its children too."""
    if shutil.which("go") is None:
        bin_directory = resolve(Request()).go.parent
        os.environ["PATH"] = f"{bin_directory}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture(scope="session")
def zig() -> Zig:
    """The pinned Zig, in crosswind's cache; `make test` keeps that in the checkout."""
    return pinned_zig(Request())


@pytest.fixture(scope="session")
def peer() -> Callable[[str], Path]:
    """Builds a tool by its name, once: it stays in crosswind's cache."""

    def build(name: str) -> Path:
        _, _, version = PEERS[name].partition("@")
        folder = files.cache_dir() / "test-tools" / f"{name}-{version}"
        if not (folder / name).exists():
            env = {**os.environ, "GOBIN": str(folder), "GOENV": "off", "CGO_ENABLED": "0"}
            argv = ["go", "install", "-trimpath", PEERS[name]]
            done = process.run(argv, cwd=Path("/"), env=env)
            assert done.returncode == 0, done.text
        return folder / name

    return build
