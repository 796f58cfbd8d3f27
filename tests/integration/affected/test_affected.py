"""What changes of real repositories touch."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crosswind.errors import CrosswindError

from .conftest import TARGETS, Repository, touched

ALL = list(TARGETS)
EVERYTHING = {"app": ALL, "tool": ALL, "test x": ALL, "test y": ALL}
WINDOWS, LINUX, DARWIN = ["windows/amd64"], ["linux/amd64"], ["darwin/arm64"]
APP = {"app": ALL, "test x": ALL}
MARKS = (("--assume-unchanged",), ("--skip-worktree",), ("--assume-unchanged", "--skip-worktree"))

# What is written (None: removed), and what that touches.
CASES: dict[str, tuple[dict[str, str | None], dict[str, list[str]]]] = {
    "nothing": ({}, {}),
    "documents": ({"README.md": "new\n", "docs/page.md": None, "x/NOTES": "new\n"}, {}),
    "a package": ({"x/x.go": "package x\n\nvar a int\n"}, APP),
    "one system": (
        {"x/x_windows.go": "package x\n\nvar a int\n"},
        {"app": WINDOWS, "test x": WINDOWS},
    ),
    "a new file": ({"x/x_darwin.go": "package x\n"}, {"app": DARWIN, "test x": DARWIN}),
    "a file that is gone": ({"x/x_windows.go": None}, {"app": WINDOWS, "test x": WINDOWS}),
    "a constraint": (
        {"x/x_windows.go": "//go:build amd64\n\npackage x\n"},
        {"app": WINDOWS, "test x": WINDOWS},
    ),
    "a constraint's targets, old and new": (
        {"x/x.go": "//go:build linux\n\npackage x\n"},
        APP,
    ),
    "a file that nothing builds": ({"x/gen.go": "//go:build ignore\n\npackage main\n"}, {}),
    "a broken file": ({"x/x.go": "package\n"}, APP),
    "a NUL byte": ({"x/x_windows.go": "\0"}, {"app": WINDOWS, "test x": WINDOWS}),
    "a test": ({"x/x_test.go": "package x_test\n"}, {"test x": ALL}),
    "a test of another package": ({"x/x_test.go": "package other\n"}, APP),
    "a broken test": ({"x/x_test.go": "//go:build (\n\npackage x\n"}, {"app": ALL}),
    "what a test imports": ({"z/z.go": "package z\n\nvar a int\n"}, {"test y": ALL}),
    "test data": ({"y/testdata/case": "b\n"}, {"test y": ALL}),
    "an embedded file": ({"y/data/a.txt": "b\n"}, {"tool": ALL, "test y": ALL}),
    "an embedded file that is gone": ({"y/data/a.txt": None}, {"tool": ALL, "test y": ALL}),
    "a file beside embedded ones": ({"y/data/readme.md": "b\n"}, {}),
    "a program": ({"cmd/app/main.go": "package main\n\nfunc main() {}\n"}, {"app": ALL}),
    "a profile": ({"cmd/app/default.pgo": "x"}, {"app": ALL}),
    "a comment in go.mod": ({"go.mod": "// new\nmodule example.com/app\n\ngo 1.24\n"}, {}),
    "the go line": ({"go.mod": "module example.com/app\n\ngo 1.23\n"}, EVERYTHING),
    "godebug": (
        {"go.mod": "module example.com/app\n\ngo 1.24\ngodebug default=go1.21\n"},
        EVERYTHING,
    ),
    "a new module that nothing uses": (
        {"go.mod": "module example.com/app\n\ngo 1.24\n\nrequire other.test/m v1.0.0\n"},
        {},
    ),
    "a package that went away": (
        {"x/x.go": None, "x/x_windows.go": None, "x/x_test.go": None},
        {"app": ALL},
    ),
    "a module cut out of this one": (
        {"x/go.mod": "module example.com/app/x\n"},
        {"app": ALL},
    ),
    "a package apart": ({"_old/x.go": "package old\n", "w/w.go": "package w\n"}, {}),
    "a header": ({"include/x.h": "#define X\n"}, {}),
    "a header beside Go alone": ({"x/x.h": "#define X\n"}, {}),
    "a header beside assembly": (
        {"x/x.h": "#define X\n", "x/a_windows.s": "TEXT ·f(SB),4,$0\n\tRET\n"},
        {"app": WINDOWS, "test x": WINDOWS},
    ),
    "a broken header": ({"x/x.h": "//go:build (\n\n#define X\n"}, APP),
    "assembly": (
        {"x/a_amd64.s": "TEXT ·f(SB),4,$0\n\tRET\n"},
        {"app": [*LINUX, *WINDOWS], "test x": [*LINUX, *WINDOWS]},
    ),
    "C without cgo": ({"x/x.c": "int x;\n"}, {"test x": ALL}),
}


@pytest.mark.parametrize("name", CASES)
def test_changes(repository: Repository, name: str) -> None:
    changes, wanted = CASES[name]
    for path in [path for path, text in changes.items() if text is None]:
        (repository.folder / path).unlink()
    repository.write({path: text for path, text in changes.items() if text is not None})
    found = repository.ask()
    assert touched(found) == wanted
    assert set(found.changed) == set(changes)
    # Staged or committed, it is the same.
    if changes:
        repository.commit()
        assert touched(repository.ask("HEAD~1")) == wanted
        assert touched(repository.ask()) == {}


def test_a_renamed_file(repository: Repository) -> None:
    repository.git("mv", "x/x_windows.go", "x/x_darwin.go")
    found = repository.ask()
    assert touched(found)["app"] == [*WINDOWS, *DARWIN]
    reasons = [str(cause) for cause in found.programs[0].causes]
    assert reasons == [
        "x/x_darwin.go: renamed from x/x_windows.go",
        "x/x_windows.go: renamed to x/x_darwin.go",
    ]


def test_a_file_that_git_ignores(repository: Repository) -> None:
    repository.commit({".gitignore": "gen_*.go\n"})
    repository.write({"x/gen_windows.go": "package x\n"})
    found = repository.ask()
    assert touched(found) == {"app": WINDOWS, "test x": WINDOWS}
    assert [finding.code for finding in found.findings] == ["CW5095"]


@pytest.mark.parametrize("marks", MARKS, ids="+".join)
def test_a_file_that_git_takes_for_unchanged(
    repository: Repository, marks: tuple[str, ...]
) -> None:
    strange = 'x/"ü\n_windows.go'
    repository.commit({strange: "package x\n"})
    for path in ("x/x.go", "x/x_windows.go", strange, "y/y.go", "README.md"):
        for mark in marks:
            repository.git("update-index", mark, path)
    assert repository.ask().findings == ()
    repository.write(
        {"x/x_windows.go": "package x // changed\n", "y/y_test.go": "package y_test\n"}
    )
    found = repository.ask()
    assert found.changed == {"x/x_windows.go": "modified", "y/y_test.go": "modified"}
    assert touched(found) == {"app": WINDOWS, "test x": WINDOWS, "test y": ALL}
    [note] = found.findings
    assert (note.code, note.subject) == ("CW5098", "x/x_windows.go")
    repository.write({strange: "package x // changed\n"})
    found = repository.ask()
    assert strange in found.changed
    assert "1 more" in found.findings[0].message


def test_comparing_such_files_adds_none_to_the_repository(repository: Repository) -> None:
    repository.git("config", "core.splitIndex", "true")
    repository.git("config", "core.untrackedCache", "true")
    repository.git("update-index", "--assume-unchanged", "x/x.go")
    repository.write({"x/x.go": "package x // changed\n"})
    inside = repository.folder / ".git"
    before = sorted(inside.rglob("*"))
    assert any(path.name.startswith("sharedindex.") for path in before)
    assert repository.ask().changed == {"x/x.go": "modified"}
    assert sorted(inside.rglob("*")) == before


@pytest.mark.parametrize("marks", MARKS, ids="+".join)
def test_the_hint_about_such_a_file_works_in_any_folder(
    repository: Repository, tmp_path: Path, marks: tuple[str, ...]
) -> None:
    repository.commit({"-x y.go": "package x\n"})
    for mark in marks:
        repository.git("update-index", mark, "--", "-x y.go")
    repository.write({"-x y.go": "package x // changed\n"})
    [note] = repository.ask(below="y").findings
    command, _, _ = note.hint.partition(" lets ")
    subprocess.run(command, shell=True, cwd=tmp_path, check=True)
    assert repository.git("status", "--porcelain") == ' M "-x y.go"\n'


def test_such_a_file_is_compared_as_git_compares_it(repository: Repository) -> None:
    (repository.folder / "x/link").symlink_to("x.go")
    repository.commit({".gitattributes": "*.go text eol=crlf\n", "x/moved.go": "package x\n"})
    tracked = repository.git("ls-files", "-z").split("\0")[:-1]
    repository.git("update-index", "--assume-unchanged", *tracked)
    (repository.folder / "x/x.go").write_bytes(b"package x\r\n")
    assert repository.ask().changed == {}
    (repository.folder / "x/link").unlink()
    (repository.folder / "x/link").symlink_to("y.go")
    (repository.folder / "x/moved.go").rename(repository.folder / "x/new.go")
    found = repository.ask()
    assert found.changed == {"x/link": "modified", "x/moved.go": "deleted", "x/new.go": "added"}
    assert [finding.code for finding in found.findings] == ["CW5098"]


def test_a_file_that_git_takes_for_unchanged_since_another_commit(repository: Repository) -> None:
    repository.commit({"x/x.go": "package x // second\n", "y/y.go": "package y // second\n"})
    repository.git("update-index", "--assume-unchanged", "x/x.go", "y/y.go")
    (repository.folder / "x/x.go").unlink()
    found = repository.ask("HEAD~1")
    assert found.changed == {"x/x.go": "deleted", "y/y.go": "modified"}
    assert [finding.code for finding in found.findings] == ["CW5098"]


def test_what_a_sparse_checkout_leaves_out_did_not_change(repository: Repository) -> None:
    repository.git("sparse-checkout", "set", "--no-cone", "/*", "!/y/")
    assert not (repository.folder / "y").exists()
    found = repository.ask()
    assert (found.changed, found.findings) == ({}, ())
    repository.write({"y/y.go": "package y // here after all\n"})
    assert repository.ask().changed == {"y/y.go": "modified"}


def test_a_project_below_the_top(tmp_path: Path, clean_env: None) -> None:
    made = Repository(tmp_path / "top")
    made.commit(
        {
            "back/go.mod": "module example.com/back\n\ngo 1.24\n\nrequire example.com/lib v0.0.0\n"
            "replace example.com/lib => ../lib\n",
            "back/main.go": 'package main\n\nimport _ "example.com/lib/sub"\n\nfunc main() {}\n',
            "lib/go.mod": "module example.com/lib\n\ngo 1.22\n",
            "lib/sub/a.go": "package sub\n",
            "lib/other/a.go": "package other\n",
        }
    )
    made.write({"lib/other/a.go": "package other\n\nvar a int\n", "front/app.js": "x\n"})
    assert touched(made.ask(below="back")) == {}
    made.write({"lib/sub/a.go": "package sub\n\nvar a int\n"})
    assert touched(made.ask(below="back")) == {"back": ALL}
    made.git("checkout", "-q", ".")
    made.write({"lib/go.mod": "module example.com/lib\n\ngo 1.21\n"})
    assert touched(made.ask(below="back")) == {"back": ALL}


def test_a_folder_outside_of_the_repository(tmp_path: Path, clean_env: None) -> None:
    made = Repository(tmp_path / "app")
    for name, text in {"go.mod": "module lib.test/l\n", "a.go": "package l\n"}.items():
        (tmp_path / "lib").mkdir(exist_ok=True)
        (tmp_path / "lib" / name).write_text(text)
    made.commit(
        {
            "go.mod": "module example.com/app\n\ngo 1.24\n\nrequire lib.test/l v0.0.0\n"
            "replace lib.test/l => ../lib\n",
            "main.go": 'package main\n\nimport _ "lib.test/l"\n\nfunc main() {}\n',
            "other/main.go": "package main\n\nfunc main() {}\n",
        }
    )
    found = made.ask()
    assert touched(found) == {"app": ALL}
    assert [finding.code for finding in found.findings] == ["CW5095"]


def test_a_workspace(tmp_path: Path, clean_env: None) -> None:
    made = Repository(tmp_path / "top")
    made.commit(
        {
            "go.work": "go 1.24\n\nuse ./a\nuse ./b\n",
            "a/go.mod": "module example.com/a\n\ngo 1.24\n",
            "a/cmd/one/main.go": 'package main\n\nimport _ "example.com/b"\n\nfunc main() {}\n',
            "b/go.mod": "module example.com/b\n\ngo 1.24\n",
            "b/b.go": "package b\n",
            "b/cmd/two/main.go": "package main\n\nfunc main() {}\n",
        }
    )
    made.write({"b/b.go": "package b\n\nvar a int\n"})
    assert touched(made.ask()) == {"one": ALL}
    made.git("checkout", "-q", ".")
    made.write({"go.work": "go 1.24\n// said\nuse (\n\t./a\n\t./b\n)\n"})
    assert touched(made.ask()) == {}
    made.write({"go.work": "go 1.25\n\nuse ./a\nuse ./b\n"})
    assert touched(made.ask()) == {"one": ALL, "two": ALL}
    made.git("checkout", "-q", ".")
    made.write({"b/go.mod": "module example.com/b\n\ngo 1.23\n"})
    assert touched(made.ask()) == {"one": ALL, "two": ALL}


def test_a_submodule(tmp_path: Path, repository: Repository) -> None:
    other = Repository(tmp_path / "other")
    other.commit({"sub.go": "package sub\n"})
    file = "protocol.file.allow=always"
    repository.git("-c", file, "submodule", "--quiet", "add", str(other.folder), "sub")
    repository.commit(
        {"cmd/app/main.go": 'package main\n\nimport _ "example.com/app/sub"\n\nfunc main() {}\n'}
    )
    assert touched(repository.ask()) == {}
    repository.write({"sub/sub.go": "package sub\n\nvar a int\n"})
    assert touched(repository.ask()) == {"app": ALL}
    repository.git("update-index", "--assume-unchanged", "sub")
    assert touched(repository.ask()) == {"app": ALL}
    repository.write({"sub/sub.go": "package sub\n"})
    assert touched(repository.ask()) == {}


CONFIG = """programs:
  - main: ./cmd/app
    windows:
      icon: art/app.ico
  - main: ./cmd/tool
    targets: [linux/amd64]
overrides:
  - targets: [darwin/*]
    tags: [mine]
"""


def test_the_configuration(repository: Repository) -> None:
    repository.commit({"crosswind.yaml": CONFIG, "art/app.ico": "x", "art/other.ico": "x"})
    repository.write({"crosswind.yaml": f"# said\n{CONFIG}"})
    assert touched(repository.ask()) == {}
    repository.write({"crosswind.yaml": CONFIG.replace("mine", "yours")})
    assert touched(repository.ask()) == {"app": DARWIN}
    repository.write({"crosswind.yaml": CONFIG.replace("[linux/amd64]", "[linux/amd64, darwin/*]")})
    assert touched(repository.ask()) == {"tool": DARWIN}
    repository.write({"crosswind.yaml": f"toolchain: {_version()}\n{CONFIG}"})
    assert touched(repository.ask()) == {**EVERYTHING, "tool": LINUX}
    repository.git("checkout", "-q", ".")
    repository.write({"art/app.ico": "y", "art/other.ico": "y"})
    found = repository.ask()
    assert touched(found) == {"app": WINDOWS}
    assert found.idle == ("art/other.ico",)
    repository.git("checkout", "-q", ".")
    # A file for a tag that is set on one target only.
    repository.write({"x/mine.go": "//go:build mine\n\npackage x\n"})
    assert touched(repository.ask()) == {"app": DARWIN, "test x": DARWIN}


def test_tags_of_goflags_count_where_the_configuration_sets_none(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    extra = "//go:build extra\n\npackage main\n"
    repository.commit({"cmd/app/extra.go": extra})
    repository.write({"cmd/app/extra.go": f"{extra}// changed\n"})
    assert touched(repository.ask()) == {}
    monkeypatch.setenv("GOFLAGS", "-tags=extra")
    assert touched(repository.ask()) == {"app": [*TARGETS]}
    repository.commit({"crosswind.yaml": "tags: [other]\n", "cmd/app/extra.go": extra})
    repository.write({"cmd/app/extra.go": f"{extra}// changed\n"})
    assert touched(repository.ask()) == {}


def _version() -> str:
    words = ["go", "env", "GOVERSION"]
    done = subprocess.run(words, cwd="/", check=True, capture_output=True, text=True)
    return done.stdout.strip().removeprefix("go")


def test_cgo(repository: Repository) -> None:
    repository.commit({"x/c.go": 'package x\n\n// #include "../include/x.h"\nimport "C"\n'})
    repository.write({"include/x.h": "int x;\n"})
    assert touched(repository.ask()) == {"test x": ALL}
    repository.commit({"crosswind.yaml": "cgo: auto\n"})
    repository.write({"include/x.h": "int y;\n"})
    assert touched(repository.ask())["app"] == ALL


def test_vendored_packages(repository: Repository) -> None:
    repository.commit(
        {
            "go.mod": "module example.com/app\n\ngo 1.24\n\nrequire other.test/m v1.0.0\n",
            "cmd/app/main.go": 'package main\n\nimport _ "other.test/m"\n\nfunc main() {}\n',
            "vendor/modules.txt": "# other.test/m v1.0.0\n## explicit; go 1.20\nother.test/m\n",
            "vendor/other.test/m/m.go": "package m\n",
        }
    )
    repository.write({"vendor/other.test/m/m_windows.go": "package m\n"})
    assert touched(repository.ask()) == {"app": WINDOWS}
    repository.commit()
    for name in ("go.mod", "vendor/modules.txt"):
        text = (repository.folder / name).read_text()
        repository.write({name: text.replace("v1.0.0", "v1.1.0")})
    assert touched(repository.ask()) == {"app": ALL}


def test_a_module_of_the_cache(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mods = {"one.test/m": ("v1.0.0", "v1.1.0"), "two.test/m": ("v1.0.0", "v1.1.0")}
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "cache"))
    for path, versions in mods.items():
        for version in versions:
            place = tmp_path / "cache" / f"{path}@{version}"
            place.mkdir(parents=True)
            (place / "m.go").write_text("package m\n")
            down = tmp_path / "cache/cache/download" / path / "@v"
            down.mkdir(parents=True, exist_ok=True)
            (down / f"{version}.ziphash").write_text(f"h1:{version}=")
            (down / f"{version}.mod").write_text(f"module {path}\n\ngo 1.20\n")
    require = "module example.com/app\n\ngo 1.24\n\nrequire (\n\tone.test/m v1.0.0\n\ttwo.test/m v1.0.0\n)\n"
    sums = "".join(f"{p} {v} h1:{v}=\n{p} {v}/go.mod h1:{v}=\n" for p in mods for v in mods[p])
    repository.commit(
        {
            "go.mod": require,
            "go.sum": sums,
            "x/x.go": 'package x\n\nimport _ "one.test/m"\n',
            "z/z.go": 'package z\n\nimport _ "two.test/m"\n',
        }
    )
    repository.write({"go.mod": require.replace("one.test/m v1.0.0", "one.test/m v1.1.0")})
    assert touched(repository.ask()) == APP
    repository.git("checkout", "-q", ".")
    repository.write(
        {"go.sum": sums.replace("two.test/m v1.0.0 h1:v1.0.0=", "two.test/m v1.0.0 h1:other=")}
    )
    assert touched(repository.ask()) == {"test y": ALL}
    repository.git("checkout", "-q", ".")
    # What is not in the cache may import anything.
    shutil.rmtree(tmp_path / "cache/two.test/m@v1.0.0")
    repository.write({"go.mod": require.replace("one.test/m v1.0.0", "one.test/m v1.1.0")})
    assert touched(repository.ask()) == {**APP, "test y": ALL}
    repository.write({"go.mod": require.replace("go 1.24", "go 1.16"), "z/z.go": "package z\n"})
    repository.commit()
    repository.write(
        {
            "go.mod": require.replace("go 1.24", "go 1.16").replace(
                "two.test/m v1.0.0", "two.test/m v1.1.0"
            )
        }
    )
    assert touched(repository.ask()) == APP


BAD = {
    "no repository": ("HEAD", "CW5090"),
    "no revision": ("nothing", "CW5091"),
    "an option": ("--output=stolen", "CW5091"),
    "an empty name": ("", "CW5091"),
    "a file's name": ("HEAD:README.md", "CW5091"),
    "two revisions": ("HEAD..HEAD", "CW5091"),
    "a line's end": ("HEAD\n", "CW5091"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_revisions(repository: Repository, name: str) -> None:
    revision, code = BAD[name]
    if code == "CW5090":
        shutil.rmtree(repository.folder / ".git")
    with pytest.raises(CrosswindError) as caught:
        repository.ask(revision)
    assert caught.value.code == code
    assert not (repository.folder / "stolen").exists()


@pytest.mark.parametrize(
    ("revision", "hint"),
    [
        ("", "--since is empty"),
        ("0" * 40, "CI says so of a new branch"),
        ("HEAD..HEAD", "give one revision"),
        ("nothing", "git log --oneline"),
    ],
)
def test_what_ci_hands_on_instead_of_a_revision(
    repository: Repository, revision: str, hint: str
) -> None:
    with pytest.raises(CrosswindError) as caught:
        repository.ask(revision)
    assert hint in caught.value.hint
    assert caught.value.subject


def test_a_shallow_clone(repository: Repository, tmp_path: Path) -> None:
    repository.commit({"README.md": "more\n"})
    first = repository.git("rev-parse", "HEAD~1").strip()
    clone = tmp_path / "clone"
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.folder}", str(clone))
    with pytest.raises(CrosswindError) as caught:
        Repository(clone).ask(first)
    assert caught.value.code == "CW5091"
    assert "shallow" in caught.value.hint


def test_a_broken_go_mod(repository: Repository) -> None:
    repository.write({"go.mod": "module\n"})
    with pytest.raises(CrosswindError) as caught:
        repository.ask()
    assert (caught.value.code, caught.value.exit_code) == ("CW0302", 2)
    repository.commit()
    repository.write({"go.mod": "module example.com/app\n\ngo 1.24\n"})
    assert touched(repository.ask()) == EVERYTHING


def test_without_git(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CrosswindError) as caught:
        repository.ask()
    assert (caught.value.code, caught.value.exit_code) == ("CW5092", 3)


def test_strange_names(repository: Repository) -> None:
    names = {
        'x/a "b".go': "package x\n",
        "x/ü\nn.txt": "",
        "x/-o.go": "package x\n",
        "x/\udcff": "",
    }
    repository.write(names)
    found = repository.ask()
    assert touched(found) == APP
    assert set(found.changed) == set(names)


@pytest.mark.skipif(os.name != "posix", reason="named pipes")
def test_a_link_to_a_pipe_is_not_waited_for(repository: Repository, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (repository.folder / "x/y_windows.go").symlink_to(tmp_path / "pipe")
    found = repository.ask()
    assert list(found.changed) == ["x/y_windows.go"]
    assert touched(found)


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "crosswind", "affected", "-t", ",".join(TARGETS), *words]
    env = {**os.environ, "NO_COLOR": "1"}
    return subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_the_command(repository: Repository) -> None:
    repository.write({"x/x_windows.go": "package x\n\nvar a int\n", "README.md": "new\n"})
    done = _run(repository.folder, "--since", "main")
    assert (done.returncode, done.stderr) == (0, "")
    assert "  app  windows/amd64\npackages" in done.stdout
    reason = "because of\n  x/x_windows.go: modified\n    → program app; test example.com/app/x\n"
    assert reason in done.stdout
    assert "nothing is touched by README.md" in done.stdout
    # Where the terminal is narrow lines are wrapped, and workers of pytest have COLUMNS.
    said = " ".join(done.stdout.split())
    assert ", seen for linux/amd64, windows/amd64, darwin/arm64 " in said
    alone = _run(repository.folder, "--since", "main", "-t", "!*", "-t", "windows/amd64")
    assert "  app  windows/amd64\n" in alone.stdout
    everywhere = _run(repository.folder, "--since", "main", "-t", "linux", "-t", "all")
    assert "targets\n" in everywhere.stdout
    document = json.loads(_run(repository.folder, "--since=main", "--json").stdout)
    assert (document["schema"], document["ok"]) == ("crosswind/affected/1", True)
    assert document["targets"] == WINDOWS
    assert document["programs"][0]["reasons"] == [{"path": "x/x_windows.go", "message": "modified"}]
    lists = {
        "targets": "windows/amd64\n",
        "programs": "example.com/app/cmd/app\n",
        "tests": "example.com/app/x\n",
    }
    for what, lines in lists.items():
        assert _run(repository.folder, "--since=main", "--list", what).stdout == lines
    done = _run(repository.folder, "--since=--help")
    assert done.returncode == 2
    assert "CW5091" in done.stderr
    document = json.loads(_run(repository.folder, "--since=gone", "--json").stdout)
    assert (document["ok"], document["findings"][0]["code"]) == (False, "CW5091")


def test_a_change_for_another_system_is_noted_where_nobody_named_targets(
    repository: Repository,
) -> None:
    repository.write({"x/x_plan9.go": "package x\n", "README.md": "new\n"})
    note = repository.ask(targets=()).findings[-1]
    assert (note.code, note.subject) == ("CW5097", "x/x_plan9.go")
    assert note.message.startswith("is for plan9/* alone, and only ")
    assert note.hint.startswith("-t 'plan9/*' looks there")
    assert repository.ask().findings == ()
    repository.write({"crosswind.yaml": "targets: [linux/amd64]\n"})
    assert repository.ask(targets=()).findings == ()


@pytest.mark.parametrize("name", ["a_plan9.s", "a_plan9.c", "a_plan9.h"])
def test_so_is_one_that_is_no_go(repository: Repository, name: str) -> None:
    repository.write({f"x/{name}": "\n"})
    (note,) = repository.ask(targets=()).findings
    assert (note.code, note.subject) == ("CW5097", f"x/{name}")
    assert note.message.startswith("is for plan9/* alone, and only ")


def test_other_changes_without_effect_are_not_noted(repository: Repository) -> None:
    files = {
        "x/testdata/a_plan9.go": "package a\n",
        "x/x_never.go": "//go:build never\n\npackage x\n",
    }
    repository.write(files)
    assert repository.ask(targets=()).findings == ()
