"""Tests of Go's own standard library for Windows, by Wine and by the emulator; all of them: prove/prove_std.py."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT
from crosswind.port import Format
from crosswind.run import execute
from crosswind.run.runner import Ended, Found, Job, Subject
from crosswind.run.select import RUNNERS
from crosswind.system import host
from crosswind.system.process import Limits
from crosswind.target import Target

WINDOWS = Target("windows", "amd64")
# Chosen for being quick to build and to run.
PACKAGES = (
    *("bufio", "container/list", "encoding/hex", "errors", "path", "sort", "text/tabwriter"),
    "unicode/utf8",
)


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("std")
    env = {"GOOS": "windows", "GOARCH": "amd64", "CGO_ENABLED": "0", "GOFLAGS": "", "GOENV": "off"}
    argv = ["go", "test", "-c", "-trimpath", "-o", f"{folder}{os.sep}", *PACKAGES]
    subprocess.run(argv, cwd=ROOT, env={**os.environ, **env}, check=True)
    return folder


@pytest.fixture(scope="module")
def goroot() -> Path:
    done = subprocess.run(
        ["go", "env", "GOROOT"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return Path(done.stdout.strip())


@pytest.mark.parametrize("name", ["wine", "emulator"])
@pytest.mark.parametrize("package", PACKAGES)
def test_package(programs: Path, goroot: Path, package: str, name: str) -> None:
    runner = next(one for one in RUNNERS if one.name == name)
    found = runner.find(WINDOWS, Target(host.goos(), host.goarch()), os.environ)
    if isinstance(found, Found):
        found = runner.probe(found, WINDOWS, os.environ)
    if not isinstance(found, Found):
        pytest.skip(f"{name}: {found.reason}")
    program = programs / f"{package.rpartition('/')[2]}.test.exe"
    env = {"PATH": os.environ["PATH"], "GOROOT": f"Z:{goroot}".replace("/", "\\")}
    job = Job(program, ("-test.short",), goroot / "src" / package, env, Limits(120))
    with runner.session(found, Subject(program, WINDOWS, Format.PE32_PLUS), os.environ) as session:
        result = execute.execute(session, job)
    assert (result.ended, result.status) == (Ended.EXIT, 0), (result.message, result.stdout[-2000:])
    assert b"PASS" in result.stdout
