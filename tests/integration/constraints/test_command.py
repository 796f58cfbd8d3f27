"""`crosswind explain-file` as users run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import powerless


def run(folder: Path, *words: str, by: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    argv = [*by, sys.executable, "-m", "crosswind", "explain-file", *words]
    env = {**os.environ, "NO_COLOR": "1", "GOENV": "off"}
    return subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a_unix.go").write_text("//go:build unix && !cgo\n\npackage a\n")
    (tmp_path / "level.go").write_text("//go:build amd64.v1 || goexperiment.jsonv2\n\npackage a\n")
    (tmp_path / "broken.go").write_text("//go:build unix &&\n\npackage a\n")
    return tmp_path


def test_a_file(folder: Path) -> None:
    done = run(folder, "a_unix.go", "-t", "linux/amd64,darwin/*,windows/arm64")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "a_unix.go  3 of 4 targets",
        "  line 1    unix && !cgo",
        "  only without cgo: linux/amd64, darwin/*",
    ]


def test_all_targets_are_not_listed_one_by_one(folder: Path) -> None:
    (folder / "a.go").write_text("package a\n")
    assert run(folder, "a.go", "-t", "linux/*,windows").stdout == "a.go  16 of 16 targets\n"
    one = run(folder, "a.go", "a_unix.go", "-t", "linux/arm64").stdout.splitlines()
    assert one == [
        "a.go  linux/arm64",
        "a_unix.go  linux/arm64",
        "  line 1    unix && !cgo",
        "  only without cgo: linux/arm64",
    ]
    none = run(folder, "a_unix.go", "-t", "plan9/386").stdout.splitlines()
    assert none[0] == "a_unix.go  not for plan9/386"


def test_lines_fit_the_terminal(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terms = " || ".join(f"tag{number}" for number in range(20))
    (folder / "long.go").write_text(f"//go:build unix || {terms}\n\npackage a\n")
    monkeypatch.setenv("COLUMNS", "60")
    lines = run(folder, "long.go", "a_unix.go").stdout.splitlines()
    assert lines[2].startswith(" " * 12)
    assert all(len(line) <= 60 for line in lines)


def test_tags_that_the_toolchain_sets(folder: Path) -> None:
    done = run(folder, "level.go", "-t", "linux/amd64,linux/arm64", "--json")
    [file] = json.loads(done.stdout)["files"]
    assert file["targets"] == file["cgo_targets"] == ["linux/amd64"]
    done = run(folder, "level.go", "-t", "linux/arm64", "--tags", "goexperiment.jsonv2", "--json")
    assert json.loads(done.stdout)["files"][0]["targets"] == ["linux/arm64"]


def test_mistakes(folder: Path) -> None:
    done = run(folder, "broken.go", "--json")
    document = json.loads(done.stdout)
    assert (done.returncode, document["ok"], document["files"][0]["broken"]) == (1, False, True)
    assert document["findings"][0]["subject"] == "broken.go:1:19"


@powerless.needed
def test_files_that_cannot_be_read_keep_none_from_an_answer(folder: Path) -> None:
    os.mkfifo(folder / "pipe.go")
    (folder / "shut").mkdir(0)
    (folder / "secret.go").touch(0)
    asked = ["absent.go", "pipe.go", "shut/a.go", "secret.go", ".", "a_unix.go", "broken.go"]
    document = run(folder, "-t", "linux/386,windows/386", "--json", *asked, by=powerless.WORDS)
    assert document.returncode == 2, "before 1, which a broken constraint gives"
    said = json.loads(document.stdout)
    assert [file["path"] for file in said["files"]] == ["a_unix.go", "broken.go"]
    unread = [one["subject"] for one in said["findings"] if one["code"] == "CW5007"]
    assert unread == asked[:5]
    assert said["ok"] is False
    text = run(folder, *asked, by=powerless.WORDS)
    assert text.returncode == 2
    assert text.stdout.startswith("a_unix.go  ")
    assert [line for line in text.stderr.splitlines() if "CW5007" in line] == [
        "error[CW5007] absent.go: cannot read it: No such file or directory",
        "error[CW5007] pipe.go: not a file",
        "error[CW5007] shut/a.go: cannot read it: Permission denied",
        "error[CW5007] secret.go: cannot read it: Permission denied",
        "error[CW5007] .: not a file",
    ]
