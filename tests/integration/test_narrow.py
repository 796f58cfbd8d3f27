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
