"""Names of executables, and the folders of programs."""

from pathlib import Path

import pytest

from crosswind.project import programs
from crosswind.project.programs import executable_name
from crosswind.project.remote import is_remote


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("example.com/app", "app"),
        ("github.com/mikefarah/yq/v4", "yq"),
        ("example.com/app/v1", "v1"),
        ("example.com/app/v10", "app"),
        ("example.com/app/v02", "v02"),
        ("example.com/app/vx", "vx"),
        ("v2", "v2"),
    ],
)
def test_a_major_version_is_no_name(path: str, name: str) -> None:
    assert executable_name(path) == name


@pytest.mark.parametrize(
    ("argument", "remote"),
    [("example.com/app@v1.0.0", True), ("./cmd/app", False), ("./odd@name", False), ("app", False)],
)
def test_a_version_makes_it_remote(argument: str, remote: bool) -> None:
    assert is_remote(argument) is remote


@pytest.mark.parametrize(
    ("text", "is_program"),
    [
        ("package main\n", True),
        ("// A comment.\n\npackage main // more\n", True),
        ("/*\npackage main\n*/\npackage lib\n", False),
        ("package lib\n\nconst text = `\npackage main\n`\n", False),
        ("//go:build ignore\n\npackage main\n", False),
        ("//go:build plan9\n\npackage main\n", True),
    ],
)
def test_folders_of_programs(tmp_path: Path, text: str, is_program: bool) -> None:
    (tmp_path / "one.go").write_text(text)
    assert bool(programs.folders(tmp_path, tmp_path, (".",))) is is_program
