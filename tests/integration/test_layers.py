"""The contracts in .importlinter notice what they are there for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The package and its contracts, free to be spoilt."""
    shutil.copytree(ROOT / "src", tmp_path / "src")
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def lint(checkout: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=checkout,
        env=os.environ | {"PYTHONPATH": str(checkout / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_holds(checkout: Path) -> None:
    done = lint(checkout)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        (
            "binary/view.py",
            "import crosswind.building.plan",
            "crosswind.binary is not allowed to import crosswind.building",
        ),
        (
            "building/plan.py",
            "import crosswind.verify.check",
            "crosswind.building is not allowed to import crosswind.verify",
        ),
        ("target.py", "import pydantic", "crosswind.target is not allowed to import pydantic"),
        ("system/host.py", "import rich", "crosswind.system is not allowed to import rich"),
    ],
)
def test_notices(checkout: Path, file: str, line: str, said: str) -> None:
    package = checkout / "src/crosswind"
    for module in ("building/plan.py", "verify/check.py"):
        (package / module).parent.mkdir(exist_ok=True)
        for name in (package / module, (package / module).parent / "__init__.py"):
            name.touch()
    with (package / file).open("a") as source:
        source.write(f"\n{line}\n")
    done = lint(checkout)
    assert done.returncode != 0
    assert said in done.stdout


def test_a_new_package_must_be_put_in_its_place(checkout: Path) -> None:
    (checkout / "src/crosswind/attic").mkdir()
    (checkout / "src/crosswind/attic/__init__.py").touch()
    done = lint(checkout)
    assert done.returncode != 0
    assert "attic" in done.stdout
