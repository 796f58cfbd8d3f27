"""What a build where nothing changed imports and starts: that is most of its time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .conftest import CommandLine, clean_environment, write

# Modules that take a hundredth of such a build, or more, and what they are for.
HEAVY = {
    "concurrent.futures", "logging", "asyncio",  # many things at once
    "filelock", "platformdirs", "psutil",  # hosts other than this one
    "pydantic", "ruamel", "gotpl", "rich", "tree_sitter",  # configuration, templates, drawing, Go's names
    "crosswind.building.compile", "crosswind.compiling", "crosswind.system.follow",  # go commands
    "crosswind.building.key.c", "crosswind.building.cgo_advice",  # C
    "crosswind.config.template", "crosswind.config.model",
    "crosswind.gosource.reading", "crosswind.gosource.scanner",  # files that changed
    "crosswind.smoke", "crosswind.run", "crosswind.embedding", "crosswind.split", "crosswind.sign",
    "crosswind.verify.registry", "crosswind.binary.elf", "crosswind.store.disk",
    "crosswind.report.lines", "crosswind.report.build_table",
}  # fmt: skip
SPIED = """
import json, sys
started = []
sys.addaudithook(lambda name, args: started.append(args[1]) if name == "subprocess.Popen" else None)
from crosswind.cli.main import main
try:
    main()
finally:
    print(json.dumps({"imported": sorted(sys.modules), "started": started}))
"""
FILES = {
    "go.mod": "module example.com/hello\n\ngo 1.24\n",
    "main.go": "package main\n\nfunc main() {}\n",
    "main_windows.go": "package main\n",
    ".gitignore": "dist\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = write(tmp_path / "hello", FILES)
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    for words in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-qm", "one"]):
        subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)
    # Nothing is believed of files that were young when they were read.
    for file in FILES:
        os.utime(root / file, (1, 1))
    return root


def spied(folder: Path, *words: str) -> dict[str, Any]:
    """Run a command quietly; return the modules that it imported, and what it started."""
    done = subprocess.run(
        [sys.executable, "-c", SPIED, *words, "-q"],
        cwd=folder, env=clean_environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def test_nothing_heavy_is_imported_and_git_alone_is_started(
    project: Path, crosswind: CommandLine
) -> None:
    words = ("build", "-t", "linux/amd64,windows/amd64")
    assert crosswind(project, *words).code == 0
    assert crosswind(project, *words).code == 0
    seen = spied(project, *words)
    assert HEAVY.isdisjoint(seen["imported"]), HEAVY.intersection(seen["imported"])
    assert [words[:2] for words in seen["started"]] == [["git", "status"]]


def test_the_spy_sees_what_a_change_takes(project: Path, crosswind: CommandLine) -> None:
    words = ("build", "-t", "linux/amd64")
    assert crosswind(project, *words).code == 0
    write(project, {"main.go": "package main\n\nfunc main() { println() }\n"})
    seen = spied(project, *words)
    assert {"concurrent.futures", "crosswind.compiling", "crosswind.gosource.reading"} <= set(
        seen["imported"]
    )
    assert any(words[1] == "build" for words in seen["started"])
