"""Builds that are ended in the middle: nothing left running, nothing that looks finished."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from .conftest import CommandLine, clean_environment

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX signals")


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def running_below(folder: Path) -> list[str]:
    """Processes that work in a folder, or have it in their command line or environment."""
    mark = str(folder)
    found = []
    for process in psutil.process_iter():
        try:
            text = " ".join(process.cmdline()) + process.environ().get("GOCACHE", "")
        except psutil.Error:
            continue
        if mark in text and process.status() != psutil.STATUS_ZOMBIE:
            found.append(text)
    return found


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -signal.SIGKILL)],
)
def test_an_ended_build(
    number: signal.Signals, code: int, hello: Path, tmp_path: Path, crosswind: CommandLine
) -> None:
    assert crosswind(hello, "build", "-t", "linux/amd64").code == 0
    cache, work = tmp_path / "empty build cache", tmp_path / "tmp"
    work.mkdir()
    words = [sys.executable, "-m", "crosswind", "build", "-t", "windows/amd64,linux/amd64"]
    build = subprocess.Popen(
        words,
        cwd=hello,
        env={**clean_environment(), "GOCACHE": str(cache), "TMPDIR": str(work)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    compiling = wait_for(
        lambda: any("compile" in text for text in running_below(work)) or build.poll() is not None
    )
    assert compiling
    assert build.poll() is None, "a cold build takes longer than this"
    build.send_signal(number)
    _, err = build.communicate(timeout=60)
    assert build.returncode == code, err.decode()
    assert b"Traceback" not in err
    assert wait_for(lambda: not running_below(tmp_path)), running_below(tmp_path)
    dist = hello / "dist"
    assert not (dist / "crosswind.json").exists(), "an unfinished run has no record"
    assert not (dist / "artifacts.json").exists()
    assert not (dist / "hello_windows_amd64").exists()
    left = [*work.iterdir()]
    assert bool(left) is (number == signal.SIGKILL), left
    for folder in left:
        os.utime(folder, (0, 0))  # a young one could be one that is just being made
    # The program of the run before is whole, and the next run trips over nothing.
    assert (dist / "hello_linux_amd64/hello").read_bytes()[:4] == b"\x7fELF"
    again = crosswind(hello, "build", "-t", "windows/amd64", env={"TMPDIR": str(work)})
    assert again.code == 0, again.err
    assert not [*work.iterdir()]
    assert not (dist / ".crosswind/work").exists()


@pytest.mark.parametrize(
    "words", [["build", "-t", "linux/amd64"], ["doctor"]], ids=lambda one: one[0]
)
def test_what_waits_for_git(words: list[str], hello: Path, tmp_path: Path) -> None:
    (hello / ".git").mkdir()
    git = tmp_path / "slow" / "git"
    git.parent.mkdir()
    git.write_text("#!/bin/sh\nsleep 300\n")
    git.chmod(0o755)
    env = clean_environment()
    build = subprocess.Popen(
        [sys.executable, "-m", "crosswind", *words],
        cwd=hello,
        env={**env, "PATH": f"{git.parent}{os.pathsep}{env['PATH']}"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert wait_for(lambda: any(str(git) in text for text in running_below(tmp_path)))
    time.sleep(0.5)  # until nothing is left to do but to wait
    build.send_signal(signal.SIGINT)
    _, err = build.communicate(timeout=60)
    assert build.returncode == 130, err.decode()
    assert b"Traceback" not in err
    assert wait_for(lambda: not running_below(tmp_path)), running_below(tmp_path)


@pytest.mark.parametrize("words", [[], ["--json"], ["--dry-run"]], ids=["", "json", "dry"])
def test_a_build_that_nobody_reads(
    words: list[str], hello: Path, tmp_path: Path, crosswind: CommandLine
) -> None:
    assert crosswind(hello, "build", "-t", "linux/amd64").code == 0
    record = hello / "dist/crosswind.json"
    source, sink = os.pipe()
    build = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "crosswind",
            "build",
            "-v",
            "-t",
            "linux/amd64,windows/amd64",
            *words,
        ],
        cwd=hello,
        env={**clean_environment(), "GOCACHE": str(tmp_path / "empty build cache")},
        stdout=sink,
        stderr=sink,
    )
    os.close(sink)
    with os.fdopen(source, "rb") as said:
        if not words:
            # The first word is of the program that is there; the next of the link that must end.
            assert b"linux/amd64" in said.readline()
    assert build.wait(60) == 128 + signal.SIGPIPE
    assert wait_for(lambda: not running_below(tmp_path)), running_below(tmp_path)
    assert not (hello / "dist/hello_windows_amd64").exists()
    assert not (hello / "dist/.crosswind/work").exists()
    assert record.exists() is (words == ["--dry-run"]), "an unfinished run has no record"
    assert crosswind(hello, "build", "-t", "linux/amd64").code == 0


def test_a_second_run_waits_for_the_first(hello: Path, crosswind: CommandLine) -> None:
    words = [sys.executable, "-m", "crosswind", "build", "-t", "linux/386", "--json"]
    both = [
        subprocess.Popen(
            words,
            cwd=hello,
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    for build in both:
        _, err = build.communicate(timeout=250)
        assert build.returncode == 0, err.decode()
    assert (hello / "dist/crosswind.json").exists()
