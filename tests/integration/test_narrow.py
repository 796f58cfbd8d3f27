"""What people see in a narrow terminal: no line that the terminal would have to break."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crosswind.report.columns import width

ROOT = Path(__file__).parent.parent.parent
COMMANDS = (
    "targets",
    "toolchain list",
    "doctor -t all",
    "build -v -t host,windows/amd64 -o {dist}",
    "verify {dist}/greet_windows_amd64/greet.exe --cgo on --unstripped",
)


@pytest.mark.parametrize("columns", [60, 80])
def test_no_line_is_too_long(columns: int, tmp_path: Path) -> None:
    env = {**os.environ, "COLUMNS": str(columns), "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    for command in COMMANDS:
        words = command.format(dist=tmp_path / "d").split()
        done = subprocess.run(
            [sys.executable, "-m", "crosswind", *words],
            cwd=ROOT / "examples" / "greet", env=env, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode in (0, 1), done.stderr
        assert len(done.stdout.splitlines()) > 3
        for line in done.stdout.splitlines():
            # A command to copy, and a path, stay whole.
            if "mend: " not in line and "/" not in max(line.split(), key=len, default=""):
                assert width(line) <= columns, line


_BROKEN = """package main

func main() {
\tvar _ map[string]func(number int, rest []byte) (result string, err error) = undefinedThing
\tvar _ map[string]func(number int, rest []byte) (result string, err error) = 5
}
"""


def test_what_a_compiler_says_is_wrapped_behind_its_place(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.24\n")
    (tmp_path / "main.go").write_text(_BROKEN)

    def told(columns: str) -> list[str]:
        env = {**os.environ, "COLUMNS": columns, "NO_COLOR": "1", "CROSSWIND_STORE_LIMIT": "0"}
        words = [sys.executable, "-m", "crosswind", "build"]
        done = subprocess.run(
            words, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1, done.stderr
        lines = done.stderr.splitlines()
        return lines[next(n for n, line in enumerate(lines) if line.startswith("error[")) :]

    lines = told("60")
    assert all(width(line) <= 60 for line in lines), lines
    assert [line for line in lines if line.startswith("./main.go:4:")] == [
        "./main.go:4:78: undefined: undefinedThing"
    ]
    assert any(line.startswith("./main.go:5:78: cannot use 5 ") for line in lines)
    whole = told("")
    assert [line[:8] for line in whole] == ["error[CW", "./main.g", "./main.g", "    Chec"]
    assert " ".join(" ".join(whole).split()) == " ".join(" ".join(lines).split())
