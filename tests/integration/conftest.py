"""Integration tests use the real Go: the system's, or on a host without one what crosswind brings."""

from __future__ import annotations

import os
import shutil

import pytest

from crosswind.toolchain.request import Request
from crosswind.toolchain.resolve import resolve


@pytest.fixture(scope="session", autouse=True)
def _a_go_on_path() -> None:
    """Let every test find a `go`, and its children too."""
    if shutil.which("go") is None:
        bin_directory = resolve(Request()).go.parent
        os.environ["PATH"] = f"{bin_directory}{os.pathsep}{os.environ['PATH']}"
