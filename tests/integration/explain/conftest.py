"""The Go versions whose messages are tested."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from integration.explain.messages import go_env


@pytest.fixture(scope="session", params=["PATH", pytest.param("1.27.3", marks=pytest.mark.network)])
def go(request: pytest.FixtureRequest) -> Path:
    """The `go` on PATH, and that of Go 1.27.3 as Go's own client fetches it."""
    found = shutil.which("go")
    assert found
    if request.param == "PATH":
        return Path(found)
    env = go_env(GOTOOLCHAIN="go1.27.3")
    del env["GOPROXY"], env["GOSUMDB"]
    done = subprocess.run(
        [found, "env", "GOROOT"], env=os.environ | env, capture_output=True, text=True, check=True
    )
    return Path(done.stdout.strip(), "bin/go")
