"""Every file of the standard library and the go command: built or ignored, as `go list` says."""

from __future__ import annotations

import subprocess
from pathlib import Path

import golist
from crosswind.target import Target

WAYS = [
    (Target("linux", "amd64"), True),
    (Target("windows", "arm64"), False),
    (Target("ios", "arm64"), True),
    (Target("js", "wasm"), False),
]


def test_the_standard_library() -> None:
    root = subprocess.run(
        ["go", "env", "GOROOT"], capture_output=True, check=True, text=True
    ).stdout
    listings = golist.list_all(Path(root.strip()) / "src", ["std", "cmd"], WAYS)
    count, wrong = golist.differences(listings)
    assert not wrong, wrong[:20]
    assert count > 5000
