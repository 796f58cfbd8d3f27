"""Go's own answers."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
Ask = Callable[[Sequence[dict[str, Any]]], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def ask_go(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Ask go/build and go/build/constraint about many lines or files at once."""
    program = tmp_path_factory.mktemp("oracle") / "oracle"
    env = {**os.environ, "GOENV": "off", "GOFLAGS": "", "CGO_ENABLED": "0"}
    subprocess.run(["go", "build", "-o", program, HERE / "oracle.go"], env=env, check=True)

    def ask(requests: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        lines = "".join(json.dumps(one) + "\n" for one in requests)
        done = subprocess.run([program], input=lines.encode(), capture_output=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    return ask
