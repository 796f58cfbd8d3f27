"""age, as it was released, under the emulator, Wine and natively: each opens what the others made.

`prove/prove_programs.py` has more programs.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from crosswind.run import execute
from crosswind.run.runner import Job
from crosswind.system.process import Limits
from wine import Wine, session

pytestmark = pytest.mark.network

VERSION = "v1.3.2"
SECRET = b"a secret\n" * 5000


@pytest.fixture(scope="module")
def age(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with age and age-keygen for Windows and for this host."""
    folder = tmp_path_factory.mktemp("age")
    settings = {"CGO_ENABLED": "0", "GOFLAGS": "", "GOENV": "off"}
    module = f"filippo.io/age@{VERSION}"
    argv = ["go", "mod", "download", "-json", module]
    done = subprocess.run(
        argv, env={**os.environ, **settings}, check=True, capture_output=True, cwd=folder
    )
    found = re.search(rb'"Dir": "(.*?)"', done.stdout)
    assert found
    for goos, suffix in (("windows", ".exe"), ("linux", "")):
        for name in ("age", "age-keygen"):
            env = {**os.environ, **settings, "GOOS": goos, "GOARCH": "amd64"}
            argv = [
                "go",
                "build",
                "-mod=mod",
                "-o",
                str(folder / f"{name}{suffix}"),
                f"./cmd/{name}",
            ]
            subprocess.run(argv, cwd=found[1].decode(), env=env, check=True)
    return folder


def emulated(program: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    argv = [sys.executable, "-m", "crosswind", "run", "--with", "emulator", str(program), "--"]
    return subprocess.run(
        [*argv, *arguments], cwd=cwd, capture_output=True, timeout=60, check=False
    )


def test_each_opens_what_the_others_encrypted(age: Path, tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(SECRET)
    made = emulated(age / "age-keygen.exe", "-o", "key.txt", cwd=tmp_path)
    public = re.search(r"age1\w+", made.stderr.decode())
    assert made.returncode == 0
    assert public
    with session() as wine:
        for way in ("emulator", "wine", "native"):
            words = ("-r", public[0], "-o", f"{way}.age", "plain")
            assert start(way, wine, age, words, tmp_path)[0] == 0
        for way in ("emulator", "wine", "native"):
            for other in ("emulator", "wine", "native"):
                words = ("-d", "-i", "key.txt", f"{other}.age")
                assert start(way, wine, age, words, tmp_path) == (0, SECRET), (way, other)
            words = ("-d", "-i", "none", "plain")
            assert start(way, wine, age, words, tmp_path) == (1, b""), way


def start(
    way: str, wine: Wine, age: Path, words: tuple[str, ...], folder: Path
) -> tuple[int | None, bytes]:
    """Run age by one of the ways; its status and output."""
    if way == "emulator":
        done = emulated(age / "age.exe", *words, cwd=folder)
        return done.returncode, done.stdout
    if way == "wine":
        job = Job(age / "age.exe", words, cwd=folder, limits=Limits(60))
        result = execute.execute(wine.session, job)
        return result.status, result.stdout
    done = subprocess.run([age / "age", *words], cwd=folder, capture_output=True, check=False)
    return done.returncode, done.stdout
