"""Clocks that are set back and forth, and files that keep their size and time: nothing old is taken for new."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# The clock of crosswind, which it is told by libfaketime; files have the kernel's. So it is after the clock was set,
# and where a file server has another one.
CLOCKS = ("+0", "-1h", "+1h", "+0")
MAIN = """package main

import "syscall"

var _ = syscall.{name}

func main() {{ println("{said}") }}
"""
LIB = 'package lib\n\nimport _ "{imported}"\n'
# Of the same length: what lib imports, a name that Windows has or not, what the program says. (The program's
# imports stay: by size and time of a file, Go believes its own index of them, modindex/read.go, dirHash.)
VERSIONS = (("io", "Kill", "one"), ("os", "Exit", "two"))


def _run(folder: Path, clock: str, *words: str) -> str:
    env = {name: value for name, value in os.environ.items() if name != "FAKETIME"}
    env |= {"CROSSWIND_CACHE": str(folder.parent / "cache"), "CROSSWIND_STORE_LIMIT": "0"}
    command = ["faketime", "-f", clock, sys.executable, "-m", "crosswind", *words]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr  # 1 where something stands in the way of a target
    return done.stdout


def test_no_clock_makes_anything_stale(tmp_path: Path) -> None:
    if shutil.which("faketime") is None:
        pytest.skip("faketime is not installed: apt-get install faketime")
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "go.mod").write_text("module example.com/m\n\ngo 1.24\n")
    (folder / "lib").mkdir()
    sizes, program = set(), folder / "dist" / "m_linux_amd64" / "m"
    for number, clock in enumerate(CLOCKS):
        imported, name, said = VERSIONS[number % 2]
        for source, text in ((folder / "main.go", MAIN), (folder / "lib" / "lib.go", LIB)):
            source.write_text(text.format(imported=imported, name=name, said=said))
            os.utime(source, (1e9, 1e9))
            sizes.add((source, source.stat().st_size))
        for again in (clock, CLOCKS[number - 1]):
            listed = json.loads(_run(folder, again, "list", "./lib", "-t", "linux/amd64", "--json"))
            (package,) = listed["packages"]
            assert package["targets"]["linux/amd64"]["Imports"] == [imported], again
            shown = _run(folder, again, "portability", "-t", "windows/amd64", "--json")
            assert ("syscall.Kill" in shown) == (name == "Kill"), again
            _run(folder, again, "build", "-t", "linux/amd64")
            told = subprocess.run([program], capture_output=True, text=True, check=True).stderr
            assert told == f"{said}\n", again
    assert len(sizes) == 2
