"""Source that was made to take all memory takes little, and is told as Go tells it."""

from __future__ import annotations

import subprocess
import sys

import pytest

# Runs crosswind, and tells its own peak in MB: Go's compiler, which is asked about such files, ends by itself.
# Linux counts into a child's ru_maxrss what its parent was (fs/exec.c, exec_mmap); VmHWM is its own alone.
_RUN = """
import atexit, pathlib, resource, sys
from crosswind.cli.main import main

def peak():
    if sys.platform == "linux":
        words = pathlib.Path("/proc/self/status").read_text().split()
        return int(words[words.index("VmHWM:") + 1]) >> 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 20

atexit.register(lambda: print(peak()))
main()
"""
SIZE = 256 << 20
_START = b"package main\n\nfunc main() {}\n\n"


def _run(folder, *words):
    command = [sys.executable, "-c", _RUN, *words]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, check=False, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    said, _, peak = done.stdout.strip().rpartition("\n")
    return int(peak), said + done.stderr


@pytest.fixture
def module(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSWIND_CACHE", str(tmp_path / "cache"))
    place = tmp_path / "m"
    place.mkdir()
    (place / "go.mod").write_text("module example.com/m\n\ngo 1.24\n")
    (place / "a.go").write_bytes(_START)
    return place


def test_a_file_of_brackets_is_not_parsed(module):
    (module / "x.go").write_bytes(b"package main\n\nvar x = 1\n\nfunc f() " + b"{" * (9 << 20))
    peak, said = _run(module, "portability", "--deep")
    assert "x.go: cannot be read in full" in said
    assert peak < 250  # 2300 if it were parsed


def test_comments_that_never_end_take_no_hours(module):
    (module / "x.go").write_bytes(_START.replace(b"main()", b"f()") + b"/* " * (1 << 18))
    _, said = _run(module, "portability", "--deep")
    assert "comment not terminated" in said


@pytest.mark.parametrize(
    "words",
    [
        ("list",),
        ("build", "--dry-run"),
        ("affected", "--since", "HEAD"),
        ("explain-file", "x.go"),
        ("portability",),
    ],
)
def test_of_a_huge_file_the_start_is_read(module, words):
    for command in ("git init -q", "git add .", "git -c user.name=a -c user.email=b commit -qm a"):
        subprocess.run(command.split(), cwd=module, check=True)
    with (module / "x.go").open("wb") as stream:
        stream.write(_START.replace(b"main()", b"f()"))
        stream.truncate(SIZE)
    peak, _ = _run(module, *words)
    assert peak < 200
