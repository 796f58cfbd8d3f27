"""The promise of byte identity for programs with C, which name folders that nothing trims."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import CommandLine, clean_environment, write

WITH_C = {
    "go.mod": "module example.com/withc\n\ngo 1.24\n",
    "main.go": "package main\n\n// static int f(void) { return 1; }\n"
    'import "C"\n\nfunc main() { println(C.f()) }\n',
}


def go(folder: Path, cache: Path, *words: str) -> None:
    env = {**clean_environment(), "CGO_ENABLED": "1", "GOCACHE": str(cache)}
    subprocess.run(["go", "build", "-trimpath", *words], cwd=folder, env=env, check=True)


@pytest.fixture
def caches(tmp_path: Path) -> list[Path]:
    """Caches of Go's that have the standard library, and nothing else."""
    first, *others = (tmp_path / f"cache-{number}" for number in range(3))
    go(tmp_path, first, "runtime/cgo")
    for other in others:
        shutil.copytree(first, other)
    return [first, *others]


def test_a_program_with_c_has_the_bytes_of_go_build_and_go_s_cache_too(
    tmp_path: Path, crosswind: CommandLine, caches: list[Path]
) -> None:
    module = write(tmp_path / "withc", WITH_C)
    go(module, caches[0], "-o", str(tmp_path / "plain"), ".")
    plain = (tmp_path / "plain").read_bytes()
    for cache in caches[1:]:
        env = {"GOCACHE": str(cache)}
        ran = crosswind(module, "build", "--cgo", "on", "-t", "host", "--force", env=env)
        assert ran.code == 0, ran.err
        (made,) = (module / "dist").glob("*/withc*")
        assert made.read_bytes() == plain
        go(module, cache, "-o", str(tmp_path / "later"), ".")
        assert (tmp_path / "later").read_bytes() == plain
