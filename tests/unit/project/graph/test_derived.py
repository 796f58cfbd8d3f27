"""Packages that are kept: as if they had been made anew, and made anew where anything changed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
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
MODULE, TWO = "mod/example.com/two@v1.0.0", "example.com/two"
SUM = "mod/cache/download/example.com/two/@v/v1.0.0.ziphash"
EMBEDS = 'package two\n\nimport "embed"\n\n//go:embed data/*\nvar s embed.FS\n'
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


def look(
    root: Path,
    universe: Universe = UNIVERSE,
    *,
    tests: bool = False,
    patterns: Sequence[str] = ("./...",),
    mode: str = "readonly",
) -> Graph:
    env = {"GOWORK": "off", "GOMODCACHE": str(root / "mod"), "GOFLAGS": f"-mod={mode}"}
    modules = load_modules(root / "m", env, goroot=root / "goroot")
    return load(modules, universe, patterns, root / "m", tests=tests)


def embedded(graph: Graph) -> set[str]:
    return set(graph.packages[TWO].lists["EmbedFiles"])


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
    ("name", "text"),
    [
        ("goroot/src/os/o.go", 'package os\n\nimport _ "embed"\n'),
        ("goroot/src/os/p.go", "package os\n"),
        ("goroot/src/os/o_windows.go", 'package os\n\nimport "c"\n'),
    ],
    ids=["content", "new", "size"],
)
def test_whatever_changed_is_made_anew(tree: Path, made: set[str], name: str, text: str) -> None:
    look(tree)
    made.clear()
    write(tree, {name: text})
    found = look(tree)
    assert made == {"example.com/m", "data", "os"}
    shutil.rmtree(tree / "cache")
    assert told(found) == told(look(tree))


def fetch_anew(root: Path, given: dict[str, str]) -> None:
    """Put another content of the same version into the module cache."""
    shutil.rmtree(root / MODULE)
    write(root, {f"{MODULE}/go.mod": "module example.com/two\n", SUM: "h1:z="})
    write(root, {"m/go.sum": SUMS.replace("two v1.0.0 h1:x=", "two v1.0.0 h1:z=")})
    write(root, {f"{MODULE}/{name}": text for name, text in given.items()})


@pytest.mark.parametrize("between", [UNIVERSE, NARROW], ids=["", "after other contexts"])
def test_a_module_that_was_fetched_anew(tree: Path, between: Universe) -> None:
    write(tree / MODULE, {"t.go": EMBEDS, "data/a.txt": "a"})
    look(tree)
    fetch_anew(tree, {"t.go": EMBEDS, "data/b.txt": "b"})
    look(tree, between)
    assert embedded(look(tree)) == {"data/b.txt"}


def test_a_file_that_could_not_be_read(tree: Path) -> None:
    (tree / MODULE / "z.go").symlink_to("nowhere")
    assert look(tree).packages[TWO].problems
    assert len(look(tree).packages[TWO].files) == 2
    (tree / MODULE / "z.go").unlink()
    write(tree / MODULE, {"z.go": "package two\n"})
    assert not look(tree).packages[TWO].problems


def test_what_a_folder_replaces_may_change(tree: Path) -> None:
    write(tree, {"m/go.mod": f"{TREE['m/go.mod']}\nreplace example.com/two => ../two\n"})
    write(tree, {"two/go.mod": "module example.com/two\n", "two/t.go": EMBEDS})
    assert look(tree).packages[TWO].problems
    write(tree, {"two/data/a.txt": "a"})
    assert embedded(look(tree)) == {"data/a.txt"}


@pytest.mark.parametrize("patterns", [["."], ["./..."]], ids=["one", "all"])
def test_what_is_vendored_may_change(tree: Path, patterns: list[str]) -> None:
    there = tree / "m/vendor/example.com/two"
    write(tree, {"m/vendor/modules.txt": f"# {REQUIRED}\n## explicit\nexample.com/two\n"})
    write(there, {"t.go": EMBEDS, "data/a.txt": "a"})
    look(tree, patterns=["."], mode="vendor")
    write(there, {"u.go": "package two\n", "data/b.txt": "b"})
    found = look(tree, patterns=patterns, mode="vendor")
    assert embedded(found) == {"data/a.txt", "data/b.txt"}
    assert set(found.packages[TWO].sources) == {"t.go", "u.go"}


def test_a_folder_that_was_read_as_part_of_the_tree_around_it(tree: Path) -> None:
    write(tree, {"m/go.mod": f"{TREE['m/go.mod']}\nreplace example.com/two => ./two\n"})
    write(tree, {"m/two/go.mod": "module example.com/two\n", "m/two/t.go": "package two\n"})
    look(tree, patterns=["."])
    write(tree, {"m/two/u.go": "package two\n"})
    assert set(look(tree).packages[TWO].sources) == {"t.go", "u.go"}


def test_after_the_clock_was_set_back(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    look(tree)
    file, now, real = tree / "goroot/src/os/o.go", stamps.now, stamps.of
    seen = file.stat()
    old = real(seen)
    file.write_text("package is\n")
    # It has the stamp of the one before.
    monkeypatch.setattr(stamps, "of", lambda one: old if one.st_ino == seen.st_ino else real(one))
    monkeypatch.setattr(stamps, "now", lambda: now() - 20_000_000_000)
    for universe in (NARROW, UNIVERSE):
        assert "is" in look(tree, universe).packages["os"].names


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
