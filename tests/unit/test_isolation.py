"""The fixture of this folder's conftest.py refuses what unit tests may not do."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest

PYTHON = [sys.executable, "-c", "pass"]


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda: subprocess.run(PYTHON, check=True), id="subprocess.run"),
        pytest.param(lambda: subprocess.Popen(PYTHON), id="subprocess.Popen"),
        pytest.param(lambda: os.execv(sys.executable, PYTHON), id="os.execv"),
        pytest.param(lambda: os.system("true"), id="os.system"),
        pytest.param(
            lambda: os.posix_spawn(sys.executable, PYTHON, {}),
            id="os.posix_spawn",
            marks=pytest.mark.skipif(os.name != "posix", reason="a POSIX call"),
        ),
        pytest.param(
            lambda: os.fork(),  # noqa: PLW0108 - Windows has no os.fork to name
            id="os.fork",
            marks=pytest.mark.skipif(os.name != "posix", reason="a POSIX call"),
        ),
        pytest.param(socket.socket, id="socket.socket"),
        pytest.param(lambda: socket.create_connection(("localhost", 9)), id="connect"),
    ],
)
def test_refuses(act: Callable[[], object]) -> None:
    with pytest.raises(pytest.fail.Exception, match="move it to tests/integration"):
        act()
