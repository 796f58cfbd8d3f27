"""The rule of tests/conftest.py: in CI only tests marked for another host may skip."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

EXCUSED = """
import pytest
@pytest.mark.windows
def test_excused():
    pytest.skip("no Windows here")
"""
# The folder bears a marker's name, which must not count as the marker.
UNEXCUSED = """
import pytest
def test_unexcused():
    pytest.skip("no time")
"""
WHOLE_MODULE = """
import pytest
pytest.skip("not today", allow_module_level=True)
"""


@pytest.mark.parametrize(
    ("source", "ci", "parallel", "status", "said"),
    [
        (EXCUSED, "true", False, 0, "1 skipped"),
        (UNEXCUSED, "true", False, 1, "windows/test_it.py::test_unexcused: Skipped: no time"),
        (UNEXCUSED, "true", True, 1, "windows/test_it.py::test_unexcused: Skipped: no time"),
        (UNEXCUSED, "", False, 0, "1 skipped"),
        (WHOLE_MODULE, "true", False, 1, "windows/test_it.py: Skipped: not today"),
    ],
)
def test_skips(
    tmp_path: Path, source: str, ci: str, parallel: bool, status: int, said: str
) -> None:
    shutil.copy(ROOT / "tests/conftest.py", tmp_path)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "windows").mkdir()
    (tmp_path / "windows/test_it.py").write_text(source)
    # A test that runs keeps pytest from its own status for "nothing collected".
    (tmp_path / "test_other.py").write_text("def test_other(): pass\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *(["-n1"] if parallel else []), "."],
        cwd=tmp_path,
        env=os.environ | {"CI": ci, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said in done.stdout
    assert done.returncode == status, done.stdout
    assert done.stdout.rstrip().splitlines()[-1].startswith("="), "pytest's own line comes last"
