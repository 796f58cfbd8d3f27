"""Programs whose C comes with modules of others: compiled sources, static libraries, headers in the module cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import CommandLine, write
from .test_unchanged import outcomes, spied, why

__all__ = ["spied"]

# go-pointer compiles a little C; gozstd links a static library, another one for each target.
FILES = {
    "go.mod": "module example.com/app\n\ngo 1.24\n\n"
    "require (\n\tgithub.com/mattn/go-pointer v0.0.1\n\tgithub.com/valyala/gozstd v1.24.0\n)\n",
    "main.go": 'package main\n\nimport (\n\t"github.com/mattn/go-pointer"\n\t"github.com/valyala/gozstd"\n)\n\n'
    "func main() {\n\tkept := pointer.Save(9)\n\tpacked := gozstd.Compress(nil, make([]byte, 9000))\n"
    "\tback, err := gozstd.Decompress(nil, packed)\n\tprintln(pointer.Restore(kept).(int), len(back), err == nil)\n}\n",
}
TARGET = "linux/amd64"
WORDS = ("build", "-t", TARGET, "--cgo", "on", "--json", "--why")

pytestmark = [
    pytest.mark.network,
    pytest.mark.skipif(
        sys.platform != "linux", reason="macos/windows: there the go command judges C"
    ),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = write(tmp_path / "app", FILES)
    env = {**os.environ, "GOENV": "off", "GOFLAGS": "-mod=mod"}
    subprocess.run(["go", "mod", "tidy"], cwd=root, env=env, check=True, capture_output=True)
    return root


def test_from_build_to_no_op_to_other_flags_and_back(
    project: Path, crosswind: CommandLine, spied: tuple[dict[str, str], Path]
) -> None:
    env, log = spied
    env |= {
        "GOFLAGS": "-buildvcs=false",
        "CROSSWIND_CACHE": str(project.parent / "cache"),
        "CROSSWIND_STORE_LIMIT": "",
    }

    def told(**more: str) -> tuple[str, str]:
        document = crosswind(project, *WORDS, env={**env, **more}).document
        return outcomes(document)[TARGET], why(document)[TARGET]

    def said() -> bytes:
        path = project / "dist" / "app_linux_amd64" / "app"
        return subprocess.run([path], check=True, capture_output=True).stderr

    assert told() == ("built", "never built here")
    assert said() == b"9 9000 true\n"
    first = (project / "dist" / "app_linux_amd64" / "app").read_bytes()
    log.unlink()
    assert told() == ("cached", "nothing changed")
    assert not log.exists(), log.read_text()
    outcome, reason = told(CGO_CFLAGS="-O1 -g")
    assert (outcome, "CGO_CFLAGS" in reason) == ("built", True)
    assert said() == b"9 9000 true\n"
    log.unlink()
    assert told()[0] == "restored"
    assert not log.exists(), log.read_text()
    assert (project / "dist" / "app_linux_amd64" / "app").read_bytes() == first
    shutil.rmtree(project / "dist")
    assert told()[0] == "restored"
    assert said() == b"9 9000 true\n"
