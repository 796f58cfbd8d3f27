"""`crosswind list` as users run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "crosswind", "list", *words]
    env = {**os.environ, "NO_COLOR": "1", "GOENV": "off", "GOFLAGS": ""}
    return subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def module(tmp_path: Path) -> Path:
    files = {
        "go.mod": "module example.com/m\n\ngo 1.26\n",
        "cmd/app/main.go": 'package main\n\nimport "example.com/m/lib"\n\nfunc main() { lib.F() }\n',
        "lib/lib.go": "package lib\n\nfunc F() {}\n",
        "lib/lib_windows.go": 'package lib\n\nimport _ "golang.org/x/sys/windows"\n',
        "lib/lib_test.go": 'package lib\n\nimport _ "testing/quick"\n',
        "only/only_plan9.go": "package only\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_plain_text(module: Path) -> None:
    done = run(module, "-t", "linux/amd64,windows/amd64,windows/arm64")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "example.com/m/cmd/app  3 of 3 targets",
        "  1 file in all of them",
        "example.com/m/lib  3 of 3 targets",
        "  2 files in all of them",
        "  windows/*: lib_windows.go",
    ]


def test_all_files_are_named_for_one_target_and_if_asked_for(module: Path) -> None:
    one = run(module, "./lib", "./only", "-t", "linux/amd64")
    assert one.stdout.splitlines() == [
        "example.com/m/lib  linux/amd64",
        "  lib.go lib_test.go",
        "example.com/m/only  no files for linux/amd64",
    ]
    more = run(module, "./lib", "-v", "-t", "linux/amd64,windows/amd64")
    assert "  all: lib.go lib_test.go" in more.stdout.splitlines()


def test_lines_fit_the_terminal(module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(9):
        (module / f"lib/further{number}_windows.go").write_text("package lib\n")
    monkeypatch.setenv("COLUMNS", "60")
    lines = run(module, "./lib").stdout.splitlines()
    assert lines[2].startswith("  windows/*: further0_windows.go")
    assert lines[3].startswith("      further")
    assert all(len(line) <= 60 for line in lines)


def test_problems_are_told_from_the_package_on(module: Path) -> None:
    done = run(module, "./cmd/app", "-t", "android/arm")
    assert done.stdout.splitlines()[-1] == (
        "  all: programs need cgo here: a linker of C makes them"
    )
    (module / "lib/lib.go").write_text('package lib\n\nimport "example.com/nowhere"\n')
    done = run(module, "./lib", "-t", "linux/amd64")
    assert str(module) not in done.stdout


def test_patterns_that_match_nothing(module: Path) -> None:
    (module / "empty").mkdir()
    for pattern in ("./empty/...", "example.com/elsewhere/..."):
        for command in ("list", "portability"):
            argv = [sys.executable, "-m", "crosswind", command, pattern]
            done = subprocess.run(argv, cwd=module, capture_output=True, text=True, check=False)
            assert (done.returncode, done.stdout) == (0, "")
            assert done.stderr.startswith(f"warning[CW5033] {pattern}: matches no packages")
    (module / "empty/a.go").write_text("//go:build ignore\n\npackage a\n")
    assert run(module, "./empty/...").stderr.startswith("warning[CW5033] ./empty/...: matches no")
    missing = run(module, "./nothing/...")
    assert missing.returncode == 2
    assert "CW5030" in missing.stderr


def test_the_document(module: Path) -> None:
    done = run(module, "./lib", "-t", "linux/amd64,windows/amd64", "--json")
    document = json.loads(done.stdout)
    assert document["ok"] is True
    [package] = document["packages"]
    assert (package["ImportPath"], package["Name"]) == ("example.com/m/lib", "lib")
    assert package["Dir"] == str(module / "lib")
    assert package["targets"] == {
        "linux/amd64": {
            "GoFiles": ["lib.go"],
            "IgnoredGoFiles": ["lib_windows.go"],
            "TestGoFiles": ["lib_test.go"],
            "TestImports": ["testing/quick"],
            "Match": ["./lib"],
        },
        "windows/amd64": {
            "GoFiles": ["lib.go", "lib_windows.go"],
            "Imports": ["golang.org/x/sys/windows"],
            "TestGoFiles": ["lib_test.go"],
            "TestImports": ["testing/quick"],
            "Match": ["./lib"],
            "Incomplete": True,
        },
    }
    assert package["Root"] == str(module)
    assert package["Module"] == {"Path": "example.com/m", "Main": True, "Dir": str(module)}


@pytest.mark.parametrize("words", [[], ["--test"]], ids=["", "test"])
@pytest.mark.parametrize("target", ["linux/amd64", "windows/arm64", "ios/arm64"])
def test_all_that_is_needed_is_what_go_list_finds(
    module: Path, words: list[str], target: str
) -> None:
    (module / "lib/lib_windows.go").write_text('package lib\n\nimport _ "net/http"\n')
    # Without cgo there are no programs for iOS: go does not look at what one imports there.
    (module / "tool").mkdir()
    (module / "tool/main.go").write_text(
        'package main\n\nimport _ "encoding/xml"\n\nfunc main() {}\n'
    )
    done = run(module, "./...", "--deps", "-t", target, "--json", *words)
    found = {one["ImportPath"] for one in json.loads(done.stdout)["packages"]}
    goos, _, goarch = target.partition("/")
    env = {**os.environ, "GOENV": "off", "GOFLAGS": "", "GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": "0"}  # fmt: skip
    asked = ["go", "list", "-e", "-deps", "-f", "{{.ImportPath}}", *["-test"] * len(words), "./..."]
    said = subprocess.run(asked, cwd=module, env=env, capture_output=True, text=True, check=True)
    # With -test there are further copies of packages, and programs that run the tests.
    plain = {path for path in said.stdout.splitlines() if " " not in path}
    plain -= {path for path in plain if path.endswith(".test")}
    if words:
        # What those programs themselves import is nobody's import here.
        assert found <= plain
        assert "testing/quick" in found
    else:
        assert found == plain


def test_packages_of_go_itself_need_no_module(tmp_path: Path) -> None:
    done = run(tmp_path, "unicode/...", "-t", "js/wasm", "--json")
    paths = [one["ImportPath"] for one in json.loads(done.stdout)["packages"]]
    assert paths == ["unicode", "unicode/utf16", "unicode/utf8"]


@pytest.mark.parametrize("name", ["go.mod", "go.work"])
def test_a_go_that_is_too_old_and_must_not_hand_over(
    module: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOTOOLCHAIN", "local")
    text = {"go.mod": "module example.com/m\n\ngo 1.99\n", "go.work": "go 1.99\n\nuse .\n"}[name]
    (module / name).write_text(text)
    go = subprocess.run(["go", "list", "."], cwd=module, capture_output=True, check=False)
    assert go.returncode, "go refuses it, too"
    done = run(module, "-t", "linux/amd64", "--json")
    assert done.returncode == 3
    [finding] = json.loads(done.stdout)["findings"]
    assert (finding["code"], finding["severity"]) == ("CW0405", "error")


def test_what_is_not_there(module: Path) -> None:
    for words, code in ((["./nothing"], "CW5030"), (["example.com/nowhere"], "CW5030")):
        done = run(module, *words, "--json")
        assert done.returncode == 2
        assert json.loads(done.stdout)["findings"][0]["code"] == code
