"""Programs whose readers are gone: the status still tells what happened, and no traceback does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX signals and descriptors")

# Runs the command line with an interruption in place of the command's work.
INTERRUPTED = """
import os, signal, sys
from crosswind.cli import main
main.crosswind.main = lambda **_: (sys.stdin.read(), os.kill(os.getpid(), signal.SIGINT))
sys.argv = ["crosswind", "list", *sys.argv[1:]]
main.main()
"""


@pytest.mark.parametrize("words", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize("lost", ["stdout", "stderr", "both"])
def test_an_interruption_that_nobody_reads(words: list[str], lost: str) -> None:
    pipe = subprocess.PIPE
    started = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, *words], stdin=pipe, stdout=pipe, stderr=pipe
    )
    assert started.stdin
    assert started.stdout
    assert started.stderr
    if lost in ("stdout", "both"):
        started.stdout.close()
    if lost in ("stderr", "both"):
        started.stderr.close()
    started.stdin.close()
    said = b"" if started.stderr.closed else started.stderr.read()
    assert started.wait(30) == 128 + signal.SIGINT
    assert b"Traceback" not in said
    assert b"BrokenPipe" not in said
    started.stdout.close()
    started.stderr.close()


@pytest.mark.parametrize("closed", ["2>&-", ">&-", ">&- 2>&-"])
def test_closed_descriptors(closed: str, tmp_path: Path) -> None:
    line = f'"{sys.executable}" -m crosswind list ./nothing {closed}'
    done = subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 2, done.stderr
    assert b"Traceback" not in done.stderr
