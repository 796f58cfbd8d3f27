"""A program that looks for ways out of its sandbox finds none, and changes nothing outside."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A sandbox full of traps, beside what must stay out of reach."""
    outside, box = tmp_path / "outside", tmp_path / "box"
    outside.mkdir()
    box.mkdir()
    (outside / "secret").write_text("TOPSECRET")
    (box / "inside.txt").write_text("hello")
    (box / "rel").symlink_to("../outside/secret")
    (box / "abs").symlink_to(outside)
    (box / "dir").symlink_to("../outside")
    (box / "up").symlink_to("..")
    (box / "rootlink").symlink_to("/")
    (box / "proc").symlink_to("/proc")
    (box / "etc").symlink_to("/etc")
    (box / "memory").symlink_to("/proc/self/mem")
    (box / "chain").symlink_to("up/outside/secret")
    (box / "loop").symlink_to("loop")
    (box / "dangling").symlink_to("../outside/new")
    os.mkfifo(box / "pipe")
    return box


@pytest.mark.parametrize("options", [(), ("--deny", "write,net,exec")])
def test_there_is_no_way_out(built, box: Path, options: tuple[str, ...]) -> None:
    program = built("escapes", "windows/amd64")
    outside = box.parent / "outside"
    words = [str(outside / "secret"), "/etc/passwd", "/proc/self/environ", str(program)]
    argv = ["--with", "emulator", "--sandbox", str(box), "--cwd", str(box), *options]
    done = subprocess.run(
        [sys.executable, "-m", "crosswind", "run", *argv, str(program), "--", *words],
        capture_output=True,
        timeout=120,
        check=False,
        env={**os.environ, "TOPSECRET": "TOPSECRET"},
    )
    said = done.stdout.decode()
    assert done.returncode == 0, done
    lines = said.splitlines()
    assert lines[0] == 'inside: read "hello"'
    # Its own file, in every notation; and `..` of the root is the root.
    fine = ("up from", "moved below up", "planted below up", r'moved to "\\..\\outside"')
    assert [x for x in lines[1:] if "inside.txt" not in x and not x.startswith(fine)] == []
    for secret in ("TOPSECRET", "root:", str(box.parent)):
        assert secret not in said
    assert sorted(path.name for path in outside.iterdir()) == ["secret"]
    assert (outside / "secret").read_text() == "TOPSECRET"
    assert {path.name for path in box.parent.iterdir()} == {"outside", "box"}
    if options:
        assert (box / "inside.txt").read_text() == "hello"
        assert not (box / "planted").exists()


def test_secrets_of_the_environment_stay_out(built, box: Path) -> None:
    program = built("streams", "windows/amd64")
    argv = [sys.executable, "-m", "crosswind", "run", "--sandbox", str(box), program, "--", "tell"]
    env = {**os.environ, "OWN": "TOPSECRET"}
    done = subprocess.run(argv, capture_output=True, check=False, env=env)
    assert b'"own"' in done.stdout
    assert b"TOPSECRET" not in done.stdout
