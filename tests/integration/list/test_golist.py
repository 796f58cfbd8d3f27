"""A fixed part of prove/prove_list.py: every field of `go list`, for some packages in some contexts."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import listoracle
from crosswind.system import files
from crosswind.target import Target

WAYS = [
    (Target("linux", "amd64"), True),
    (Target("windows", "arm64"), False),
    (Target("ios", "arm64"), False),
    (Target("darwin", "arm64"), True),
    (Target("js", "wasm"), False),
]


@pytest.fixture(scope="module")
def goroot() -> Path:
    done = subprocess.run(["go", "env", "GOROOT"], capture_output=True, check=True, text=True)
    return Path(done.stdout.strip())


def test_the_standard_library_and_the_go_command(
    goroot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "cache_dir", lambda: tmp_path)
    theirs = listoracle.ask(goroot / "src", ["std", "cmd"], WAYS)
    assert len(theirs[0].packages) > 500
    for _ in ("made of the files", "kept from that"):
        mine = listoracle.ours(goroot / "src", ["std", "cmd"], theirs, goroot)
        assert not list(listoracle.differences(theirs, mine))[:20]
    assert list((tmp_path / "packages").iterdir())
