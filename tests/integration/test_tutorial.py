"""The commands of docs/tutorial.md do what the page says, one after the other."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

# Everything else ends with 0. This host may lack something that `doctor` reports.
STATUS = {
    "crosswind doctor": {0, 3},
    "crosswind verify /tmp/greet.exe --expect windows/amd64": {1},
}
# What the page shows of their output.
OUTPUT = ("dist/greet_windows_amd64/greet.exe", "✗ CW1001", "✗ CW1002", "CW3101")


def commands() -> list[str]:
    """The lines of the page's shell blocks but the first, which sets up what runs this test."""
    page = (ROOT / "docs/tutorial.md").read_text("utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    return [line for block in blocks[1:] for line in block.splitlines()]


@pytest.mark.network
def test_tutorial(tmp_path: Path) -> None:
    lines = commands()
    script = "".join(f'{line}\necho "@ $?"\n' for line in lines)
    done = subprocess.run(
        ["bash", "-c", script.replace("/tmp/", f"{tmp_path}/")],
        cwd=ROOT,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    statuses = [int(status) for status in re.findall(r"^@ (\d+)$", done.stdout, re.MULTILINE)]
    wrong = [
        f"{line}: {status}"
        for line, status in zip(lines, statuses, strict=True)
        if status not in STATUS.get(line, {0})
    ]
    assert not wrong, done.stdout + done.stderr
    for text in OUTPUT:
        assert text in done.stdout
    assert (tmp_path / "age/age_windows_amd64/age.exe").read_bytes().startswith(b"MZ")
    assert '"schema": "crosswind/build/1"' in (tmp_path / "greet/build.json").read_text("utf-8")
