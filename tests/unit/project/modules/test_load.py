"""Modules as they are found: go.mod, workspaces, vendor folders, and which module a package is in."""

import hashlib
from pathlib import Path

import pytest

from crosswind.errors import UsageError
from crosswind.project.modules.hashes import hashes
from crosswind.project.modules.load import load
from crosswind.project.modules.model import Absent, Found
from crosswind.project.modules.modules import Modules

ENV = {"GOENV": "off"}


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def cached(cache: Path, path: str, version: str, *packages: str, mod: str = "") -> Path:
    """Put a module into a module cache."""
    place = cache / f"{path}@{version}"
    for package in packages or (".",):
        write(place / package / "x.go", "package x\n")
    down = cache / "cache/download" / path / "@v"
    write(down / f"{version}.ziphash", f"h1:{path[0]}=")
    write(down / f"{version}.mod", mod or f"module {path}\n\ngo 1.20\n")
    return place


def sums(*modules: str) -> str:
    lines = (f"{one} h1:{one[0]}=\n{one}/go.mod h1:{one[0]}=\n" for one in modules)
    return "".join(lines)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "app"
    write(
        root / "go.mod",
        "module example.com/app\n\ngo 1.22\n\nrequire (\n\tone.test/a v1.2.0\n"
        "\ttwo.test/b/v2 v2.0.1 // indirect\n\tthree.test/c v0.1.0\n)\n"
        "replace three.test/c => ../c\n",
    )
    write(root / "go.sum", sums("one.test/a v1.2.0", "two.test/b/v2 v2.0.1"))
    write(root / "main.go", "package main\n")
    write(root / "inner/x.go", "package inner\n")
    write(root / "nested/go.mod", "module example.com/app/nested\n")
    write(root / "nested/x.go", "package nested\n")
    write(tmp_path / "c/go.mod", "module three.test/c\n")
    write(tmp_path / "c/sub/x.go", "package sub\n")
    cached(tmp_path / "cache", "one.test/a", "v1.2.0", ".", "sub")
    return root


def test_packages_and_their_modules(project: Path) -> None:
    found = load(project, {**ENV, "GOMODCACHE": str(project.parent / "cache")})
    place = project.parent / "cache/one.test/a@v1.2.0"
    main = found.find("example.com/app/inner")
    assert isinstance(main, Found)
    assert (main.directory, main.main, main.local) == (project / "inner", True, True)
    one = found.find("one.test/a/sub")
    assert isinstance(one, Found)
    assert (one.module, one.version, one.directory) == ("one.test/a", "v1.2.0", place / "sub")
    away = found.find("two.test/b/v2/x")
    assert isinstance(away, Found)
    assert (away.version, away.directory) == ("v2.0.1", None)
    replaced = found.find("three.test/c/sub")
    assert isinstance(replaced, Found)
    assert replaced.directory == project.parent / "c/sub"
    assert replaced.local
    assert found.find("fmt") == Found("fmt", standard=True)


def test_what_no_module_has(project: Path) -> None:
    write(
        project.parent / "cache/cache/download/two.test/b/v2/@v/v2.0.1.mod",
        "module two.test/b/v2\n",
    )
    found = load(project, {**ENV, "GOMODCACHE": str(project.parent / "cache")})
    reasons = {
        "example.com/app/none": "no required module provides package example.com/app/none; to add",
        "example.com/app/nested": "no required module provides package",
        "nowhere.test/x": "no required module provides package nowhere.test/x; to add it: go get",
        "a@b": "should not have @version",
        "./x": "is relative",
        "x.test/a b": "invalid char ' '",
    }
    for path, reason in reasons.items():
        absent = found.find(path)
        assert isinstance(absent, Absent)
        assert reason in absent.reason
        assert not absent.unknown


def test_another_module_than_go_sum_tells_of(project: Path) -> None:
    env = {**ENV, "GOMODCACHE": str(project.parent / "cache")}
    line = "one.test/a v1.2.0 h1:x=\n"
    right = (project / "go.sum").read_text()
    write(project / "go.sum", right + line)  # the right one comes before it
    assert isinstance(load(project, env).find("one.test/a/sub"), Found)
    write(project / "go.sum", line + right)
    absent = load(project, env).find("one.test/a/sub")
    assert isinstance(absent, Absent)
    assert absent.reason.startswith(
        "verifying one.test/a@v1.2.0: checksum mismatch: go.sum has h1:x="
    )


def test_go_work_sum_counts_before_the_sums_of_modules(project: Path) -> None:
    env = {**ENV, "GOMODCACHE": str(project.parent / "cache")}
    write(project.parent / "go.work", "go 1.22\n\nuse ./app\n")
    cached(project.parent / "cache", "two.test/b/v2", "v2.0.1")
    right = (project / "go.sum").read_text()
    write(project / "go.sum", f"{right}one.test/a v1.2.0 h1:x=\n")
    absent = load(project, env).find("one.test/a/sub")
    assert isinstance(absent, Absent)
    assert "go.sum has h1:x=" in absent.reason
    write(project.parent / "go.work.sum", right)
    assert isinstance(load(project, env).find("one.test/a/sub"), Found)
    write(project.parent / "go.work.sum", "one.test/a v1.2.0 h1:x=\n")
    absent = load(project, env).find("one.test/a/sub")
    assert isinstance(absent, Absent)
    assert "go.work.sum has h1:x=" in absent.reason


def test_without_the_cache_it_may_be_anywhere(project: Path) -> None:
    absent = load(project, ENV).find("nowhere.test/x")
    assert isinstance(absent, Absent)
    assert absent.unknown


def test_no_module(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load(tmp_path, {**ENV, "GOWORK": "off"})
    assert caught.value.code == "CW0301"


def test_what_keys_need(project: Path) -> None:
    found = load(project, ENV)
    assert hashes(found, ["example.com/app/inner", "fmt"]) == {
        "go line": "1.22",
        "go.mod of three.test/c, in ../c": found_digest(project.parent / "c/go.mod"),
    }
    everything = hashes(found)
    assert everything["module one.test/a@v1.2.0"] == "h1:o="
    assert everything["go.mod of module one.test/a@v1.2.0"] == "h1:o="
    assert everything["module three.test/c@v0.1.0"] == "in ../c"
    assert "go.sum" not in everything
    write(project / "go.mod", (project / "go.mod").read_text().replace("go 1.22", "go 1.16"))
    assert hashes(load(project, ENV))["go.sum"] == found_digest(project / "go.sum")


def found_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


REFUSED = {
    "CW0302": ({"go.mod": "module a.b/c\ntool a@b\n"}, {}),
    "CW5020": ({"go.mod": "module a.b/c\n"}, {"GO111MODULE": "off"}),
    "CW5020 ": ({"go.mod": "module a.b/c\n"}, {"GOFLAGS": "-mod=nonsense"}),
    "CW5020  ": ({"go.mod": "module a.b/c\n"}, {"GOWORK": "relative"}),
    "CW5021": ({"go.work": "go 1.24\nuse ./none\n"}, {}),
    "CW5022": ({"go.mod": "module a.b/c\nreplace a.b/d => ./x\nreplace a.b/d => ./y\n"}, {}),
    "CW5023": (
        {"go.mod": "module a.b/c\ngo 1.24\nrequire a.b/d v1.0.0\n", "vendor/modules.txt": ""},
        {},
    ),
    "CW5024": ({"go.mod": "module a.b/c\ngo 1.24\nrequire a.b/d v1\n"}, {}),
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_refused(tmp_path: Path, code: str) -> None:
    files, env = REFUSED[code]
    for name, text in files.items():
        write(tmp_path / name, text)
    with pytest.raises(UsageError) as caught:
        load(tmp_path, {**ENV, **env})
    assert caught.value.code == code.strip()


HOSTILE = {
    "a NUL in a workspace": ("go.work", 'go 1.24\nuse "./a\\x00b"\n'),
    "a NUL in a replacement": ("go.mod", 'module a.b/c\n\ngo 1.24\nrequire x.y/z v1.0.0\nreplace x.y/z => "./a\\x00b"\n'),
    "bytes in a replacement": ("go.mod", "module a.b/c\n\ngo 1.24\nrequire x.y/z v1.0.0\nreplace x.y/z => ./\udcff\n"),
    "a long name": ("go.work", f"go 1.24\nuse ./{'a' * 5000}\n"),
    "bytes that are no text": ("go.work", "go 1.24\nuse ./\udcff\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names(tmp_path: Path, name: str) -> None:
    file, text = HOSTILE[name]
    (tmp_path / file).write_bytes(text.encode("utf-8", "surrogateescape"))
    found = attempt(tmp_path)
    if isinstance(found, UsageError):
        assert found.code in ("CW0302", "CW5021")
    else:
        assert isinstance(found.find("x.y/z"), Absent)
        assert all(f"{key}{value}".encode() for key, value in hashes(found).items())


def attempt(folder: Path) -> Modules | UsageError:
    try:
        return load(folder, ENV)
    except UsageError as error:
        return error


def test_links_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "go.mod").symlink_to(tmp_path / "go.mod")
    with pytest.raises(UsageError) as caught:
        load(tmp_path, {**ENV, "GOWORK": "off"})
    assert caught.value.code in ("CW0301", "CW0302")
