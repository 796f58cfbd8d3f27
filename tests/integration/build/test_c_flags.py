"""Flags of `#cgo` lines that go refuses: told with their line before anything is compiled."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .conftest import CommandLine, write
from .test_unchanged import spied

__all__ = ["spied"]

FILES = {
    "go.mod": "module example.com/app\n\ngo 1.24\n",
    "main.go": 'package main\n\nimport "example.com/app/lib"\n\nfunc main() { println(lib.Nine()) }\n',
    "lib/lib.go": "package lib\n\n// #cgo CFLAGS: -DNINE=9\n// #cgo linux CFLAGS: -O1 -fdiagnostics-color=never\n"
    'import "C"\n\nfunc Nine() int { return int(C.NINE) }\n',
}
BUILD = ("build", "-t", "linux/amd64", "--cgo", "on", "--json")
ALLOWED = {"CGO_CFLAGS_ALLOW": "-fdiagnostics-color=.*"}
OFF = {"GOFLAGS": "-buildvcs=false"}

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="macos/windows: the host's C compiler builds for Linux here"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path / "app", FILES)


def test_build_tells_the_line_and_starts_no_go_command(
    project: Path, crosswind: CommandLine, spied: tuple[dict[str, str], Path]
) -> None:
    env, log = spied
    ran = crosswind(project, *BUILD, env={**OFF, **env})
    assert ran.code == 1
    (finding,) = ran.document["findings"]
    assert (finding["code"], finding["subject"]) == ("CW5019", "lib/lib.go:4")
    assert finding["message"] == "invalid flag in #cgo CFLAGS: -fdiagnostics-color=never"
    assert "CGO_CFLAGS_ALLOW='-fdiagnostics-color=never'" in finding["hint"]
    assert "build" not in (log.read_text() if log.exists() else "")


def test_what_a_variable_allows_is_built(project: Path, crosswind: CommandLine) -> None:
    assert crosswind(project, *BUILD, env={**OFF, **ALLOWED}).code == 0


def test_portability_tells_it_for_the_targets_of_the_line(
    project: Path, crosswind: CommandLine
) -> None:
    words = ("portability", "-t", "linux/amd64,windows/amd64", "--cgo", "on", "--json")

    def places(env: dict[str, str]) -> list[tuple[str, str]]:
        found = crosswind(project, *words, env={**OFF, **env}).document["findings"]
        return [(one["subject"], one["message"]) for one in found if one["code"] == "CW5019"]

    ((subject, message),) = places({})
    assert subject.startswith("lib/lib.go:4")
    assert "does not work on linux/amd64" in message
    assert not places(ALLOWED)
    assert len(places({})) == 1
