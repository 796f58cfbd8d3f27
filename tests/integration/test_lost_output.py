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
    assert started.wait(60) == 128 + signal.SIGINT
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


@pytest.mark.parametrize(
    "words",
    [
        ["--version"],
        ["--help"],
        ["build", "--help"],
        ["targets"],
        ["targets", "--json"],
        ["list", "fmt"],
        ["explain", "CW0301"],
        ["explain-file", "a.go"],
        ["doctor"],
        ["portability"],
        ["config", "schema"],
        ["test", "-t", "host"],
        ["test", "-t", "host", "--", "-json"],
        ["verify", sys.executable],
    ],
    ids=" ".join,
)
def test_output_that_nobody_reads(words: list[str], tmp_path: Path) -> None:
    files = {
        "go.mod": "module example.com/m\n\ngo 1.26\n",
        "a.go": "package m\n",
        "a_test.go": 'package m\n\nimport "testing"\n\nfunc TestX(*testing.T) {}\n',
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    source, sink = os.pipe()
    os.close(source)
    env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(
        [sys.executable, "-m", "crosswind", *words],
        cwd=tmp_path, env=env, stdout=sink, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    os.close(sink)
    assert done.returncode == 128 + signal.SIGPIPE, done.stderr
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_a_reader_that_goes_in_the_middle() -> None:
    listed = subprocess.Popen(
        [sys.executable, "-m", "crosswind", "list", "std"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert listed.stdout
    assert listed.stdout.readline()
    listed.stdout.close()
    assert listed.stderr
    assert listed.stderr.read() == b""
    assert listed.wait(60) == 128 + signal.SIGPIPE
    listed.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_an_output_that_is_full_is_an_error(tmp_path: Path) -> None:
    line = f'"{sys.executable}" -m crosswind targets >/dev/full'
    done = subprocess.run(["sh", "-c", line], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 3
    assert b"CW0503" in done.stderr
