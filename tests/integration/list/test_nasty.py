"""Damaged and odd packages: accepted and listed as by the go command."""

from __future__ import annotations

import subprocess
from pathlib import Path

import listoracle
import nasty_module
from crosswind.target import Target

WAYS = [
    (Target("linux", "amd64"), True),
    (Target("linux", "amd64"), False),
    (Target("windows", "386"), False),
]


def test_all_of_them(tmp_path):
    nasty_module.write(tmp_path)
    said = subprocess.run(["go", "env", "GOROOT"], capture_output=True, check=True, text=True)
    theirs = listoracle.ask(tmp_path, ["./..."], WAYS)
    mine = listoracle.ours(tmp_path, ["./..."], theirs, Path(said.stdout.strip()))
    assert len(theirs[0].packages) > 50
    assert not list(listoracle.differences(theirs, mine))
