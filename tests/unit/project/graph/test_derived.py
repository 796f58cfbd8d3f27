"""Packages that are kept: as if they had been made anew, and made anew where anything changed."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from crosswind.constraints import Context, Universe
from crosswind.project.graph import Graph, derived, load
from crosswind.project.graph.graph import _Builder
from crosswind.project.modules.load import load as load_modules
from crosswind.system import files, stamps
from crosswind.target import Target

UNIVERSE = Universe((Context(Target("linux", "amd64")), Context(Target("windows", "amd64"), True)))
NARROW = Universe(UNIVERSE.contexts[:1])
OLD = 1_700_000_000
REQUIRED = "example.com/two v1.0.0"
SUMS = f"{REQUIRED} h1:x=\n{REQUIRED}/go.mod h1:y=\n"
TREE = {
    "goroot/src/fmt/f.go": '// Package fmt prints.\npackage fmt\n\nimport _ "os"\n',
    "goroot/src/fmt/f_test.go": "package fmt\n",
    "goroot/src/os/o.go": "package os\n",
    "goroot/src/os/o_windows.go": 'package os\n\nimport "C"\n',
    "goroot/src/data/d.go": 'package data\n\nimport _ "embed"\n\n//go:embed d.txt\nvar s string\n',
    "goroot/src/data/d.txt": "data",
    "goroot/src/embed/e.go": "package embed\n",
    "goroot/src/bad/b.go": "package bad\n\nimport 1\n",
    "m/go.mod": f"module example.com/m\n\ngo 1.24\n\nrequire {REQUIRED}\n",
    "m/go.sum": SUMS,
    "m/m.go": 'package m\n\nimport (\n\t_ "bad"\n\t_ "data"\n\t_ "fmt"\n\t_ "example.com/two"\n)\n',
    "mod/cache/download/example.com/two/@v/v1.0.0.mod": "module example.com/two\n",
    "mod/cache/download/example.com/two/@v/v1.0.0.ziphash": "h1:x=",
    "mod/example.com/two@v1.0.0/go.mod": "module example.com/two\n",
    "mod/example.com/two@v1.0.0/t.go": 'package two\n\nimport _ "embed"\n\n//go:embed t.txt\nvar s string\n',
    "mod/example.com/two@v1.0.0/t.txt": "data",
}
LASTING = {"bad", "embed", "fmt", "os", "example.com/two"}


@pytest.fixture(autouse=True)
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, TREE)
    monkeypatch.setattr(files, "cache_dir", lambda: tmp_path / "cache")
    return tmp_path


def write(root: Path, given: dict[str, str]) -> None:
    for name, text in given.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The packages that were made of their files."""
    found: set[str] = set()
    real = _Builder._package

    def note(self, place, directory):
        found.add(place.import_path)
        return real(self, place, directory)

    monkeypatch.setattr(_Builder, "_package", note)
    return found


@pytest.fixture(autouse=True)
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the files of a test be old."""
    real = stamps.now
    monkeypatch.setattr(stamps, "now", lambda: real() + 10_000_000_000)


def look(root: Path, universe: Universe = UNIVERSE, *, tests: bool = False) -> Graph:
    env = {"GOWORK": "off", "GOMODCACHE": str(root / "mod"), "GOFLAGS": "-mod=readonly"}
    modules = load_modules(root / "m", env, goroot=root / "goroot")
    return load(modules, universe, ["./..."], root / "m", tests=tests)


def told(graph: Graph) -> dict[str, object]:
    """Return all that a graph says of its packages, their files in full."""
    plain = {
        path: (replace(one, files=tuple(one.files)), one.content)
        for path, one in graph.packages.items()
    }
    return {"packages": plain, "edges": graph.edges, "absent": graph.absent}


def test_what_lasts_is_made_once(tree: Path, made: set[str]) -> None:
    first = look(tree)
    assert made == {"example.com/m", "data", *LASTING}
    made.clear()
    again = look(tree)
    assert made == {"example.com/m", "data"}, "patterns look into other folders"
    assert told(again) == told(first)
    shutil.rmtree(tree / "cache")
    assert told(look(tree)) == told(first)


def test_files_are_taken_from_the_record_when_somebody_asks(tree: Path) -> None:
    look(tree)
    package = look(tree).packages["fmt"]
    assert isinstance(package.files, derived.Recorded)
    assert len(package.files) == 2
    (tree / "goroot/src/fmt/f.go").write_text("package other\n")
    assert [one.name for one in package.files[:1]] == ["f.go"]
    assert package.files[0].digest == package.digests["f.go"]
    assert package.sources == {"f.go": 3}


@pytest.mark.parametrize(
    "change",
    [
        {"goroot/src/os/o.go": 'package os\n\nimport _ "embed"\n'},
        {"goroot/src/os/p.go": "package os\n"},
        {"goroot/src/os/o_windows.go": 'package os\n\nimport "c"\n'},
        {"mod/example.com/two@v1.0.0": ""},
    ],
    ids=["content", "new", "size", "module"],
)
def test_whatever_changed_is_made_anew(tree: Path, made: set[str], change: dict[str, str]) -> None:
    look(tree)
    made.clear()
    ((name, text),) = change.items()
    if text:
        write(tree, change)
    else:  # fetched anew, with other content
        shutil.rmtree(tree / name)
        write(tree, {f"{name}/go.mod": "module example.com/two\n", f"{name}/u.go": "package two\n"})
    found = look(tree)
    assert made == {"example.com/m", "data", "os" if text else "example.com/two"}
    shutil.rmtree(tree / "cache")
    assert told(found) == told(look(tree))


def test_a_file_that_went_away(tree: Path) -> None:
    look(tree)
    (tree / "goroot/src/os/o_windows.go").unlink()
    assert list(look(tree).packages["os"].lists["GoFiles"]) == ["o.go"]


def test_other_contexts_have_packages_of_their_own(tree: Path, made: set[str]) -> None:
    look(tree)
    made.clear()
    assert look(tree, NARROW).packages["os"].lists.keys() == {"GoFiles", "IgnoredGoFiles"}
    assert made >= LASTING
    made.clear()
    look(tree, tests=True)
    assert made >= LASTING


def test_files_that_are_young_are_believed_in_no_state(
    tree: Path, made: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    young = (tree / "goroot/src/os/o.go").stat().st_ctime_ns
    monkeypatch.setattr(stamps, "now", lambda: young)
    look(tree)
    made.clear()
    look(tree)
    assert made == {"example.com/m", "data", "bad", "embed", "fmt", "os"}, "modules do not change"


def test_damage_is_only_slower(tree: Path) -> None:
    first = told(look(tree))
    for kept in (tree / "cache/packages").iterdir():
        kept.write_bytes(kept.read_bytes()[:-7] + b"nothing")
    assert told(look(tree)) == first


def test_what_nobody_uses_goes(tree: Path) -> None:
    look(tree)
    kept = list((tree / "cache/packages").iterdir())
    assert len(kept) == 2
    for one in kept:
        os.utime(one, (OLD, OLD))
    (tree / "cache/swept").unlink()
    (tree / "m/n.go").write_text("package m\n")
    look(tree, NARROW)
    assert not any(one.exists() for one in kept)
