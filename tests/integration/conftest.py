"""Integration tests use the real Go: the system's, or on a host without one what crosswind brings."""

from __future__ import annotations

import os
import shutil

import pytest

from crosswind.toolchain import Request, Zig, resolve
from crosswind.toolchain import zig as pinned_zig


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
