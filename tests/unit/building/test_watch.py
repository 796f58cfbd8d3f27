"""Sources that were touched are found, whatever they hold now."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crosswind.building.watch import Watch, sources


@pytest.fixture
def module(tmp_path: Path) -> Path:
    (tmp_path / "lib").mkdir()
    (tmp_path / "go.mod").write_text("module m\n")
    (tmp_path / "lib/a.go").write_text("package lib\n")
    return tmp_path


def watched(module: Path) -> frozenset[Path]:
    return sources(module, ["file lib/a.go", "flag -trimpath", "Go"])


def test_what_is_left_alone_is_not_touched(module: Path) -> None:
    assert not Watch.begin(watched(module)).touched()


def test_a_file_that_changed_and_changed_back(module: Path) -> None:
    watch, path = Watch.begin(watched(module)), module / "lib/a.go"
    seen = path.stat()
    path.write_text("package bil\n")
    path.write_text("package lib\n")
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns - 1))
    assert watch.touched() == {path}


@pytest.mark.parametrize("name", ["lib/b.go", "go.work", "vendor/modules.txt"])
def test_a_file_that_came_and_went(module: Path, name: str) -> None:
    watch, path = Watch.begin(watched(module)), module / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    path.unlink()
    os.utime(path.parent, (1, 1))
    assert watch.touched()


def test_a_file_that_went(module: Path) -> None:
    watch = Watch.begin(watched(module))
    (module / "lib/a.go").unlink()
    assert module / "lib/a.go" in watch.touched()


def test_other_folders_do_not_matter(module: Path) -> None:
    (module / "docs").mkdir()
    watch = Watch.begin(watched(module))
    (module / "docs/readme").write_text("")
    assert not watch.touched()
