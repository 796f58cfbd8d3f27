"""Keys of programs with C: nothing changed, and what a compiler reads did."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import mutated_project as projects

from .conftest import CommandLine, write
from .test_unchanged import outcomes, spied, why

__all__ = ["spied"]

WORDS = ("build", "-t", "linux/amd64", "--cgo", "on", "--json", "--why")
TARGET = "linux/amd64"
OFF = {"GOFLAGS": "-buildvcs=false"}

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="macos/windows: there the go command judges C"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The module with C, old enough to be believed."""
    root = tmp_path / "c"
    projects.with_c(root)
    time.sleep(2.1)
    return root


def told(crosswind: CommandLine, root: Path, env: dict[str, str] | None = None) -> tuple[str, str]:
    cache = {"GOCACHE": str(root.parent / "gocache")}
    document: dict[str, Any] = crosswind(root, *WORDS, env={**OFF, **cache, **(env or {})}).document
    return outcomes(document)[TARGET], why(document)[TARGET]


def program(root: Path) -> bytes:
    path = next(path for path in (root / "dist").glob("*/c"))
    return subprocess.run([path], check=True, capture_output=True).stderr


def test_nothing_changed_and_no_go_command_ran(
    project: Path, crosswind: CommandLine, spied: tuple[dict[str, str], Path]
) -> None:
    env, log = spied
    assert told(crosswind, project, env) == ("built", "never built here")
    log.unlink()
    assert told(crosswind, project, env) == ("cached", "nothing changed")
    assert not log.exists(), log.read_text()


def test_what_a_compiler_reads_counts(project: Path, crosswind: CommandLine) -> None:
    assert told(crosswind, project) == ("built", "never built here")
    assert program(project) == b"12 11 2147483647\n"
    write(project, {"lib/add.h": projects.WITH_C["lib/add.h"].replace("1", "2")})
    outcome, reason = told(crosswind, project)
    assert outcome == "built"
    assert "add.h changed" in reason
    write(project, {"nine/nine.txt": "int nine(void) { return 8; }\n"})
    projects.archive(project)
    outcome, reason = told(crosswind, project)
    assert outcome == "built"
    assert "libnine.a changed" in reason
    assert program(project) == b"11 12 2147483647\n"


def test_a_header_that_go_does_not_see_is_for_go_to_judge(
    project: Path, crosswind: CommandLine, tmp_path: Path
) -> None:
    shutil.copy("/usr/include/limits.h", tmp_path / "limits.h")
    env = {"CGO_CFLAGS": f"-I{tmp_path}"}
    _, reason = told(crosswind, project, env)
    assert "the go command does not see changes of" in reason


def test_a_wrapper_is_for_go_to_judge(
    project: Path, crosswind: CommandLine, tmp_path: Path
) -> None:
    assert told(crosswind, project)[0] == "built"
    wrapper = tmp_path / "wrapper"
    wrapper.write_text('#!/bin/sh\nexec gcc -DWRAPPED "$@"\n')
    wrapper.chmod(0o755)
    _, reason = told(crosswind, project, {"CC": str(wrapper)})
    assert "the go command decides" in reason
