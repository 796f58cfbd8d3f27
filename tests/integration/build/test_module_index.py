"""Files that took the place of others, with their size and time: Go's own index would take them for those."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

OLD = 1_000_000_000
FILES = {
    "go.mod": "module example.com/m\n\ngo 1.24\n",
    "main.go": "package main\n\nvar said = 1\n\nfunc main() { println(said) }\n",
    "extra.go": "//go:build SYSTEM\n\npackage main\n\nfunc init() { said = 2 }\n",
}


def _write(folder: Path, system: str) -> None:
    """Write the module, all of it long ago: Go has no index of folders with young files."""
    folder.mkdir(exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text.replace("SYSTEM", system))
        os.utime(folder / name, (OLD, OLD))


def _crosswind(folder: Path, *words: str) -> str:
    env = {**os.environ, "CROSSWIND_STORE_LIMIT": "0"}
    command = [sys.executable, "-m", "crosswind", *words]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="the names of two systems must have one length")
def test_a_file_with_the_size_and_time_of_another_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    for system, expected in (("linux", "2"), ("haiku", "1"), ("linux", "2")):
        _write(folder, system)
        _crosswind(folder, "build", "-t", "host", "-o", str(tmp_path / "dist"))
        (program,) = (tmp_path / "dist").glob("m_*/m")
        said = subprocess.run([program], capture_output=True, text=True, check=True).stderr
        assert said == f"{expected}\n"
    assert "GODEBUG=goindex=0" in _crosswind(folder, "build", "-t", "host", "--dry-run")


@pytest.mark.skipif(sys.platform != "linux", reason="the names of two systems must have one length")
def test_tests_are_of_the_files_that_are_there(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    for system, expected in (("linux", 2), ("haiku", 1), ("linux", 2)):
        _write(folder, system)
        wanted = f'if said != {expected} {{ t.Fatal("said", said) }}'
        (folder / "main_test.go").write_text(
            f'package main\n\nimport "testing"\n\nfunc TestSaid(t *testing.T) {{ {wanted} }}\n'
        )
        os.utime(folder / "main_test.go", (OLD, OLD))
        _crosswind(folder, "test", "-t", "host", "./...")


def test_go_s_index_is_believed_where_times_are_as_written(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text.replace("SYSTEM", "linux"))
    shown = _crosswind(folder, "build", "-t", "host", "--dry-run")
    assert ("GODEBUG" in shown) == (sys.platform == "win32")
