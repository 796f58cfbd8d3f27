"""What is imported when: the libraries that take 0.1 s each only where they are needed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

LOAD = """
import sys
from pathlib import Path
from crosswind.config.cache import Cache
from crosswind.config.load import load
from crosswind.config.context import TemplateContext
from crosswind.config.rendered import render_settings
from crosswind.system import files
from crosswind.target import Target

config = load(Path(), cache=Cache(files.cache_dir() / "config", files.write_atomic))
render_settings(config, "greet", Target("linux", "amd64"), TemplateContext("greet"))
heavy = {"pydantic", "pydantic_core", "ruamel", "ruamel.yaml", "gotpl", "gotime", "rich"}
print(config.name, *sorted(heavy & set(sys.modules)))
"""


@pytest.fixture
def imported(tmp_path: Path):
    """Load a configuration in a process of its own; return what it printed."""

    def run() -> str:
        return subprocess.run(
            [sys.executable, "-c", LOAD],
            cwd=tmp_path,
            env=os.environ | {"CROSSWIND_CACHE": str(tmp_path / "cache")},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()

    return run


def test_without_a_file_nothing_heavy(imported) -> None:
    assert imported() == ""


def test_only_a_changed_file_is_parsed(tmp_path: Path, imported) -> None:
    file = tmp_path / "crosswind.yaml"
    file.write_text("name: one\nldflags: -s -w\n")
    assert imported() == "one pydantic pydantic_core ruamel ruamel.yaml"
    assert imported() == "one"
    file.write_text("name: two\nldflags: -s -w\n")
    assert imported() == "two pydantic pydantic_core ruamel ruamel.yaml"
    assert imported() == "two"


def test_only_a_template_needs_the_template_library(tmp_path: Path, imported) -> None:
    (tmp_path / "crosswind.yaml").write_text('name: x\nldflags: "{{ .ProjectName }}"\n')
    imported()
    assert imported() == "x gotpl"
