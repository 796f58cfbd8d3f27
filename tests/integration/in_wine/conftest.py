"""Wine with what Go programs need of it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from wine import Wine, session

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def wine() -> Iterator[Wine]:
    """Wine, ready for Go programs."""
    with session() as opened:
        yield opened


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
