"""scripts/venv.sh: one clear sentence where something is missing, and how to get it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="make is for POSIX hosts")


def venv(tmp_path: Path, python: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", ROOT / "scripts/venv.sh", tmp_path / "venv"],
        env={"PYTHON": python, "PATH": path or os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


def interpreter(tmp_path: Path, version: str, modules: str) -> str:
    """A Python of another version, or without some modules, as far as the script can tell."""
    file = tmp_path / "python"
    file.write_text(
        "#!/bin/sh\n"
        f'code=$(printf %s "$2" | sed "s/^import ensurepip, venv$/{modules}/")\n'
        f'exec {sys.executable} -c "import sys; sys.version_info = {version}; $code"\n'
    )
    file.chmod(0o755)
    return str(file)


def test_makes_an_environment_with_pip(tmp_path: Path) -> None:
    done = venv(tmp_path, sys.executable)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "venv/bin/pip").exists()


def test_gives_pip_to_an_environment_without_and_keeps_its_interpreter(tmp_path: Path) -> None:
    make = [sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"]
    subprocess.run(make, check=True)
    before = (tmp_path / "venv/pyvenv.cfg").read_text()
    done = venv(tmp_path, "python3.99")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "venv/bin/pip").exists()
    assert (tmp_path / "venv/pyvenv.cfg").read_text() == before


def test_no_python(tmp_path: Path) -> None:
    done = venv(tmp_path, "python3.99")
    assert done.returncode == 3
    assert done.stderr == (
        "crosswind: Python 3.11 or newer is needed and there is no python3.99;"
        " try: make PYTHON=/path/to/python3\n"
    )


def test_old_python(tmp_path: Path) -> None:
    done = venv(tmp_path, interpreter(tmp_path, "(3, 9, 6)", "pass"))
    assert done.returncode == 3
    assert done.stderr.startswith("crosswind: Python 3.11 or newer is needed and /")
    assert done.stderr.endswith("python is 3.9; try: make PYTHON=python3.12\n")


def test_no_ensurepip_and_no_apt(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    for tool in ("sed", "sh", "printf"):
        found = next(p for p in map(Path, ("/bin", "/usr/bin")) if (p / tool).exists())
        (tmp_path / "bin" / tool).symlink_to(found / tool)
    done = venv(
        tmp_path, interpreter(tmp_path, "(3, 12, 1)", "import absent_module"), str(tmp_path / "bin")
    )
    assert done.returncode == 3
    assert "has no venv and ensurepip modules; install them" in done.stderr
    assert done.stderr.count("\n") == 1
