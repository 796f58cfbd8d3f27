"""A survey is taken over while nothing changed, and never when anything did."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from crosswind import toolchain
from crosswind.portability import surveying
from crosswind.portability.survey import Wanted
from crosswind.system import stamps
from crosswind.target import Target

TARGETS = (Target("linux", "amd64"), Target("windows", "amd64"))
TREE = {
    "m/go.mod": "module example.com/m\n\ngo 1.24\n\nrequire example.com/r v0.0.0\n\n"
    "replace example.com/r => ../r\n",
    "m/a/a.go": 'package a\n\nimport _ "example.com/r"\n',
    "m/a/a_windows.go": "package a\n",
    "m/a/e.go": 'package a\n\nimport _ "embed"\n\n//go:embed testdata/x\nvar x string\n',
    "m/a/testdata/x": "x",
    "r/go.mod": "module example.com/r\n\ngo 1.24\n",
    "r/r.go": 'package r\n\nimport _ "embed"\n\n//go:embed data/y\nvar y string\n',
    "r/data/y": "y",
}


class Surveyor:
    """Surveys a tree, and tells whether it had to look."""

    def __init__(self, root, chosen, monkeypatch):
        self.root, self.chosen, self.looked = root, chosen, 0
        load = surveying.load

        def counted(*args, **more):
            self.looked += 1
            return load(*args, **more)

        monkeypatch.setattr(surveying, "load", counted)

    def __call__(self, **wanted):
        self.looked = 0
        asked = {"packages": (), "targets": TARGETS, "ports": TARGETS, **wanted}
        return surveying.survey(self.root / "m", self.chosen, Wanted(**asked))


@pytest.fixture
def survey(tmp_path, monkeypatch):
    for name, text in TREE.items():
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setenv("CROSSWIND_CACHE", str(tmp_path / "cache"))
    for name, value in {"GOENV": "off", "GOFLAGS": "-mod=mod", "GOWORK": "off"}.items():
        monkeypatch.setenv(name, value)
    # Files of a test are younger than the two seconds that count in earnest.
    monkeypatch.setattr(stamps, "_TICK", 0)
    chosen = toolchain.resolve(toolchain.Request(offline=True))
    return Surveyor(tmp_path / "tree", chosen, monkeypatch)


def settled(survey):
    survey()
    survey()
    assert survey.looked == 0


def test_nothing_changed(survey):
    first = survey()
    assert survey.looked == 1
    again = survey()
    assert survey.looked == 0
    assert (again.rows, again.folders, again.modules) == (first.rows, first.folders, first.modules)
    assert (again.special, again.advice) == (first.special, first.advice)
    assert again.documents == first.documents


def test_what_did_not_change_needs_no_analysis():
    heavy = ("analysis", "check", "habits", "looking", "matrix", "syntax", "tables", "uses")
    code = "import sys, crosswind.cli.portability; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    found = {*done.stdout.split()}
    assert "crosswind.portability.keeper" in found
    assert found.isdisjoint({"tree_sitter", *(f"crosswind.portability.{one}" for one in heavy)})


def rewrite(root, name, text):
    """Change a file's content but neither its size nor its own time."""
    path = root / name
    before = path.stat()
    path.write_text(text)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES = {
    "content": lambda root: rewrite(root, "m/a/a_windows.go", "package b\n"),
    "new file": lambda root: (root / "m/a/b_windows.go").write_text("package a\n\nvar x = y\n"),
    "no file": lambda root: (root / "m/a/a_windows.go").unlink(),
    "embedded file": lambda root: (root / "m/a/testdata/x").unlink(),
    "embedded file elsewhere": lambda root: (root / "r/data/y").unlink(),
    "new folder": lambda root: (root / "m/new").mkdir() or (root / "m/new/n.go").write_text("package n\n"),
    "replaced folder": lambda root: (root / "r/r_windows.go").write_text("package s\n"),
    "its go.mod": lambda root: (root / "r/go.mod").write_text("module example.com/r\n\ngo 1.23\n"),
    "go.mod": lambda root: (root / "m/go.mod").write_text(TREE["m/go.mod"].replace("1.24", "1.23")),
    "go.sum": lambda root: (root / "m/go.sum").write_text(""),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_seen(survey, name):
    settled(survey)
    CHANGES[name](survey.root)
    survey()
    assert survey.looked == 1


def test_another_question_is_another_survey(survey):
    settled(survey)
    for wanted in (
        {"cgo": True},
        {"tags": ("x",)},
        {"targets": TARGETS[:1]},
        {"packages": ("./a",)},
    ):
        survey(**wanted)
        assert survey.looked == 1


def test_young_files_are_not_believed(survey, monkeypatch):
    monkeypatch.setattr(stamps, "_TICK", 2_000_000_000)
    (survey.root / "m/a/a.go").write_text(TREE["m/a/a.go"])
    survey()
    survey()
    assert survey.looked == 1


def test_an_import_that_is_nowhere_is_looked_for_again(survey):
    (survey.root / "m/a/a.go").write_text('package a\n\nimport _ "example.org/gone"\n')
    time.sleep(0.02)
    survey()
    survey()
    assert survey.looked == 1


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b"\xff", b"[" * 99999])
def test_damage_is_nothing_kept(survey, tmp_path, damage):
    settled(survey)
    for path in (tmp_path / "cache/portability/surveys").iterdir():
        path.write_bytes(damage)
    survey()
    assert survey.looked == 1
