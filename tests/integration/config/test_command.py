"""`crosswind config` as people run it: messages, exit statuses, no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def crosswind(tmp_path: Path):
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "crosswind", *arguments],
            cwd=tmp_path,
            env=os.environ | {"NO_COLOR": "1", "SECRET": "hunter2"},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_every_mistake_with_its_place(tmp_path: Path, crosswind) -> None:
    (tmp_path / "crosswind.yaml").write_text("nmae: x\ngui: yes\nprograms:\n  - mian: ./a\n")
    done = crosswind("config", "check")
    assert done.returncode == 2
    assert done.stdout == ""
    lines = [line for line in done.stderr.splitlines() if not line.startswith(" ")]
    assert lines == [
        "error[CW0205] crosswind.yaml:1:1: unknown key 'nmae'",
        "error[CW0206] crosswind.yaml:2:6: gui: expected true or false, found text 'yes'",
        "error[CW0205] crosswind.yaml:4:5: unknown key 'mian' in programs[0]",
    ]
    document = json.loads(crosswind("config", "check", "--json").stdout)
    assert document["ok"] is False
    assert [one["subject"] for one in document["findings"]] == [
        "crosswind.yaml:1:1",
        "crosswind.yaml:2:6",
        "crosswind.yaml:4:5",
    ]


def test_show_keeps_secrets(tmp_path: Path, crosswind) -> None:
    (tmp_path / "crosswind.yaml").write_text("env: {TOKEN: '{{ .Env.SECRET }}'}\n")
    done = crosswind("config", "show", "--origin")
    assert done.returncode == 0
    assert 'env.TOKEN: "{{ .Env.SECRET }}"' in done.stdout
    assert "hunter2" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b"\x00", b"[" * 9999, b"a: &a [*a]", b"%", b"{{", b"- \t-"]
)
def test_no_traceback_for_hostile_files(tmp_path: Path, crosswind, data: bytes) -> None:
    (tmp_path / "crosswind.yaml").write_bytes(data)
    done = crosswind("config", "check")
    assert done.returncode == 2
    assert done.stderr.startswith("error[CW02")
    assert "Traceback" not in done.stderr


def test_a_project_elsewhere(tmp_path: Path, crosswind) -> None:
    project = tmp_path / "a project"
    project.mkdir()
    (project / ".crosswind.yaml").write_text("name: elsewhere\n")
    done = crosswind("-C", str(project), "config", "show", "--origin")
    assert done.stdout.splitlines()[0].split() == [
        "name:",
        "elsewhere",
        "#",
        ".crosswind.yaml:1",
    ]
