"""`debug: split` and `strip` in a build."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from integration.split.conftest import PROGRAM, clean_env

CROSSWIND = [sys.executable, "-m", "crosswind"]
CONFIG = """\
targets: [linux/amd64, windows/amd64, darwin/arm64]
trimpath: true
debug: split
windows: {version: {FileDescription: split}}
overrides:
  - targets: [darwin/*]
    debug: strip
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {
        "main.go": PROGRAM, "go.mod": "module example.com/seed\n\ngo 1.23\n",
        "crosswind.yaml": CONFIG,
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def crosswind(project: Path, *words: str) -> str:
    env = {name: value for name, value in clean_env().items() if name not in ("GOOS", "GOARCH")}
    done = subprocess.run(
        [*CROSSWIND, "-C", project, *words], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(project: Path) -> dict[str, Any]:
    document = json.loads(crosswind(project, "build", "--json"))
    return {one["target"]: one for one in document["artifacts"] if one["checks"]}


def finished(project: Path) -> dict[str, bytes]:
    dist = project / "dist"
    files = [path for path in dist.rglob("*") if path.is_file() and path.parent != dist]
    return {
        path.relative_to(dist).as_posix(): path.read_bytes()
        for path in files
        if ".crosswind" not in path.parts
    }


def test_programs_are_split_as_configured(project: Path) -> None:
    built = build(project)
    states = {
        target: {check["code"]: check["status"] for check in one["checks"]}
        for target, one in built.items()
    }
    for target in ("linux/amd64", "windows/amd64"):
        assert (states[target]["CW1603"], states[target]["CW1604"]) == ("pass", "pass")
    assert "CW1603" not in states["darwin/arm64"]
    assert states["darwin/arm64"]["CW1404"] == "pass"
    files = finished(project)
    assert set(files) == {
        "seed_linux_amd64/seed", "seed_linux_amd64/seed.debug", "seed_windows_amd64/seed.exe",
        "seed_windows_amd64/seed.exe.debug", "seed_darwin_arm64/seed",
    }  # fmt: skip
    assert {one["outcome"] for one in build(project).values()} == {"cached"}
    # The commands of a dry run make the same bytes.
    commands = crosswind(project, "build", "--dry-run", "--clean")
    if os.name == "posix":
        shell = {**clean_env(), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        subprocess.run(["rm", "-r", project / "dist"], check=True)
        subprocess.run(["sh", "-e"], input=commands, text=True, cwd=project, env=shell, check=True)
        assert finished(project) == files


def test_what_the_linker_strips_cannot_be_split(project: Path) -> None:
    (project / "crosswind.yaml").write_text(
        "targets: [linux/amd64]\nldflags: -s -w\ndebug: split\n"
    )
    done = subprocess.run(
        [*CROSSWIND, "-C", project, "build", "--json"],
        env=clean_env(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    (finding,) = json.loads(done.stdout)["findings"]
    assert (finding["code"], finding["subject"]) == ("CW0821", "seed linux/amd64")
    assert not (project / "dist" / "seed_linux_amd64").exists()
