"""Builds where nothing changed start no go command; `--why` says what did change."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from crosswind.system import host

from .conftest import CommandLine, write

TARGETS = ("-t", "linux/amd64,windows/amd64")
FILES = {
    "go.mod": "module example.com/hello\n\ngo 1.24\n",
    "main.go": 'package main\n\nvar version = "none"\n\nfunc main() { println(word, version) }\n',
    "word_windows.go": 'package main\n\nconst word = "windows"\n',
    "word_other.go": '//go:build !windows\n\npackage main\n\nconst word = "other"\n',
    "main_test.go": "package main\n",
    "README.md": "Read me\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A module in a repository of git."""
    root = write(tmp_path / "hello", {**FILES, ".gitignore": "dist\n"})
    commit(root, "one", init=True)
    return root


def commit(root: Path, message: str, *, init: bool = False) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    words = [["init", "-q"]] if init else []
    for one in (*words, ["add", "-A"], [*identity, "commit", "-qm", message]):
        subprocess.run(["git", *one], cwd=root, check=True, capture_output=True)


@pytest.fixture
def spied(tmp_path: Path) -> tuple[dict[str, str], Path]:
    """Variables by which every start of the go command is written to a file, and that file."""
    log, shim = tmp_path / "started", tmp_path / "goroot"
    asked = subprocess.run(["go", "env", "GOROOT"], capture_output=True, check=True, text=True)
    goroot = Path(asked.stdout.strip())
    (shim / "bin").mkdir(parents=True)
    for entry in goroot.iterdir():
        if entry.name != "bin":
            (shim / entry.name).symlink_to(entry)
    script = shim / "bin" / "go"
    script.write_text(f'#!/bin/sh\necho "$1 $2" >> {log}\nexec {goroot}/bin/go "$@"\n')
    script.chmod(0o755)
    return {"PATH": f"{shim}/bin:{os.environ['PATH']}", "GOTOOLCHAIN": "local"}, log


def outcomes(document: dict[str, Any]) -> dict[str, str]:
    return {one["target"]: one["outcome"] for one in document["artifacts"]}


def why(document: dict[str, Any]) -> dict[str, str]:
    return {one["target"]: one["message"] for one in document["why"]}


def test_nothing_changed_and_no_go_command_ran(
    project: Path, crosswind: CommandLine, spied: tuple[dict[str, str], Path]
) -> None:
    env, log = spied
    first = crosswind(project, "build", *TARGETS, "--json", env=env)
    assert first.code == 0, first.out + first.err
    assert "build" in log.read_text().split()
    log.unlink()
    again = crosswind(project, "build", *TARGETS, "--json", env=env)
    assert set(outcomes(again.document).values()) == {"cached"}
    assert not log.exists()
    for one, two in zip(first.document["artifacts"], again.document["artifacts"], strict=True):
        assert (one["sha256"], one["checks"]) == (two["sha256"], two["checks"])


def test_no_go_command_finds_programs_and_their_use_of_c(
    tmp_path: Path, crosswind: CommandLine, spied: tuple[dict[str, str], Path]
) -> None:
    env, log = spied
    files = {
        "go.work": "go 1.24\n\nuse ./a\nuse ./b\n",
        "a/go.mod": "module example.com/a\n\ngo 1.24\n",
        "a/main.go": 'package main\n\nimport _ "example.com/b/c"\n\nfunc main() {}\n',
        "b/go.mod": "module example.com/b\n\ngo 1.24\n",
        "b/c/c.go": 'package c\n\nimport "C"\n',
        "b/one/main.go": "package main\n\nfunc main() {}\n",
    }
    words = ("build", "--dry-run", "--cgo", "auto", "-t", "host,windows/amd64", "--json")
    planned = crosswind(write(tmp_path / "work", files), *words, env=env)
    assert planned.code == 0, planned.out + planned.err
    (with_c,) = (one for one in planned.document["commands"] if "CGO_ENABLED=1" in one)
    assert f"GOOS={host.goos()}" in with_c
    assert "./a" in with_c
    assert "./b/one" not in with_c
    assert "list -e" not in log.read_text()


def test_one_file_for_windows_is_built_for_windows(project: Path, crosswind: CommandLine) -> None:
    crosswind(project, "build", *TARGETS, "--json")
    write(project, {"word_windows.go": 'package main\n\nconst word = "Windows"\n'})
    commit(project, "two")
    words = ("build", *TARGETS, "--json", "--why")
    planned = crosswind(project, *words, "--dry-run")
    assert "file word_windows.go changed" in why(planned.document)["windows/amd64"]
    # Go stamps the revision by default: a link for all.
    assert "stamp revision" in why(planned.document)["linux/amd64"]
    made = crosswind(project, *words)
    assert why(made.document) == why(planned.document)
    assert outcomes(made.document)["windows/amd64"] == "built"
    assert set(why(crosswind(project, *words).document).values()) == {"nothing changed"}


def test_without_a_stamp_only_what_is_used_counts(project: Path, crosswind: CommandLine) -> None:
    env = {"GOFLAGS": "-buildvcs=false"}
    words = ("build", *TARGETS, "--json", "--why")
    assert set(why(crosswind(project, *words, env=env).document).values()) == {"never built here"}
    write(project, {"README.md": "More\n", "main_test.go": "package main // more\n"})
    again = crosswind(project, *words, env=env)
    assert set(why(again.document).values()) == {"nothing changed"}
    assert set(outcomes(again.document).values()) == {"cached"}
    write(project, {"word_other.go": FILES["word_other.go"].replace("other", "Other")})
    changed = crosswind(project, *words, env=env)
    assert outcomes(changed.document) == {"linux/amd64": "built", "windows/amd64": "cached"}
    injected = crosswind(project, *words, "--var", "main.version=2", env=env)
    assert "injected main.version is new" in why(injected.document)["linux/amd64"]


def test_text_for_people(project: Path, crosswind: CommandLine) -> None:
    crosswind(project, "build", *TARGETS)
    shown = crosswind(project, "build", *TARGETS, "--why", "-q")
    assert shown.out == "hello for linux/amd64, windows/amd64: nothing changed\n"
    doubtful = crosswind(
        project, "build", *TARGETS, "--why", "-q", env={"GOFLAGS": "-toolexec=env"}
    )
    # Workers of pytest have COLUMNS, and so have lines an end.
    told = " ".join(doubtful.out.split())
    assert "the go command decides: -toolexec may read what nobody knows of" in told


def test_a_broken_module_is_told_as_ever(project: Path, crosswind: CommandLine) -> None:
    crosswind(project, "build", *TARGETS)
    write(project, {"go.mod": "module example.com/hello\n\ngo 1.24\n\nrequire x\n"})
    broken = crosswind(project, "build", *TARGETS, "--json")
    assert broken.code == 2
    assert broken.codes == {"CW0302"}
