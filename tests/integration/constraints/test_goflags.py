"""Commands that choose files by themselves heed GOFLAGS and other settings as the go command does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from crosswind import toolchain
from crosswind.explain_file import explain_files
from crosswind.system import process
from crosswind.target import Target

TARGET = "linux/amd64"
NOBODY = ("-c", "user.name=nobody", "-c", "user.email=nobody@example.com")
FILES = {
    "go.mod": "module example.com/m\n\ngo 1.25\n",
    "main.go": "package main\n\nfunc main() { println(v) }\n",
    "x.go": "//go:build x\n\npackage main\n\nconst v = 1\n",
    "nx.go": "//go:build !x\n\npackage main\n\nconst v = nowhere\n",
}
COMMANDS = (
    ("list",),
    ("portability",),
    ("explain-file", "x.go"),
    ("affected", "--since", "HEAD"),
)


@pytest.fixture
def module(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    for words in (["init", "-q"], ["add", "-A"], [*NOBODY, "commit", "-qm", "first"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    return tmp_path


def run(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "crosswind", *words]
    env = {**os.environ, "NO_COLOR": "1", "GOENV": "off", "GOFLAGS": "", **env}
    return subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, check=False)


def document(folder: Path, *words: str, **env: str) -> Any:
    return json.loads(run(folder, *words, "-t", TARGET, "--json", **env).stdout)


def listed(folder: Path, *words: str, **env: str) -> list[str]:
    [package] = document(folder, "list", *words, **env)["packages"]
    return list(package["targets"][TARGET]["GoFiles"])


def go_list(folder: Path, *words: str, **env: str) -> list[str]:
    env = {**os.environ, "GOENV": "off", "GOFLAGS": "", "CGO_ENABLED": "0", **env}
    env |= {"GOOS": "linux", "GOARCH": "amd64"}
    argv = ["go", "list", "-json=GoFiles", *words]
    done = subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, check=True)
    return list(json.loads(done.stdout)["GoFiles"])


def test_tags_of_goflags_choose_files(module: Path, tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("GOFLAGS=-tags=x\n")
    for env in ({"GOFLAGS": "-tags=x"}, {"GOENV": str(file)}):
        assert listed(module, **env) == go_list(module, **env) == ["main.go", "x.go"]
        [package] = document(module, "portability", **env)["packages"]
        assert package["works"] == [TARGET]
        [one] = document(module, "explain-file", "x.go", **env)["files"]
        assert one["targets"] == [TARGET]
    # What is kept of one question is none of another.
    assert listed(module) == ["main.go", "nx.go"]
    [package] = document(module, "portability")["packages"]
    assert package["blocked"] == [TARGET]


@pytest.mark.parametrize("tags", ["y", ""])
def test_tags_that_are_given_stand_instead_of_those(module: Path, tags: str) -> None:
    env = {"GOFLAGS": "-tags=x"}
    asked = go_list(module, f"-tags={tags}", **env)
    assert listed(module, "--tags", tags, **env) == asked == ["main.go", "nx.go"]
    [one] = document(module, "explain-file", "x.go", "--tags", tags, **env)["files"]
    assert one["targets"] == []
    [package] = document(module, "portability", "--tags", tags, **env)["packages"]
    assert package["blocked"] == [TARGET]


def test_tags_that_are_given_are_compiled_with(module: Path) -> None:
    for tags, works in (("x", [TARGET]), ("y", []), ("", [])):
        said = document(module, "portability", "--prove", "--tags", tags, GOFLAGS="-tags=x")
        assert said["proved"]["disagreements"] == 0
        assert said["packages"][0]["works"] == works


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize(
    ("setting", "code", "message"),
    [
        ("GOFLAGS=-overlay=o.json", "CW0318", "-overlay=o.json replaces files"),
        ("GOFLAGS=foo", "CW0303", 'parsing $GOFLAGS: non-flag "foo"'),
        ("GOFLAGS=-v -nosuch=1", "CW0303", "parsing $GOFLAGS: unknown flag -nosuch"),
        ("GOFLAGS='-v", "CW0303", "parsing $GOFLAGS: unterminated ' string"),
        ("GOEXPERIMENT=foo", "CW0303", "unknown GOEXPERIMENT foo"),
        ("GOFIPS140=v1.99.0", "CW0303", 'unknown GOFIPS140 version "v1.99.0"'),
    ],
)
def test_settings_that_go_refuses_or_alone_can_follow(
    module: Path, command: tuple[str, ...], setting: str, code: str, message: str
) -> None:
    if command[0] == "explain-file":  # where no file asks for such tags, Go is not asked
        (module / "x.go").write_text("//go:build goexperiment.jsonv2\n\npackage main\n")
    name, _, value = setting.partition("=")
    # Twice, since tags are remembered.
    for _ in range(2):
        done = run(module, *command, "-t", TARGET, **{name: value})
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"error[{code}] {name}: {message}")
        assert f"go env -u {name}" in done.stderr


def test_flags_that_go_took_once_are_not_shown_to_it_again(
    module: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"GOENV": "off", "CROSSWIND_CACHE": str(tmp_path / "cache")}.items():
        monkeypatch.setenv(name, value)
    chosen = toolchain.resolve(toolchain.Request(offline=True))
    started = []
    go = process.run

    def counted(words: Sequence[str | Path], **more: Any) -> process.Completed:
        started.append(words)
        return go(words, **more)

    monkeypatch.setattr(process, "run", counted)
    for flags, asks in (("", False), ("-tags=x", True), ("-tags=x", False), ("-tags=y", False)):
        monkeypatch.setenv("GOFLAGS", flags)
        [one] = explain_files([module / "x.go"], [Target("linux", "amd64")], chosen).files
        assert bool(one.targets) == (flags == "-tags=x")
        assert bool(started) == asks
        started.clear()


def test_other_flags_of_other_commands_do_not_matter(module: Path) -> None:
    env = {"GOFLAGS": "'-ldflags=-s -w' -count=1 -mod=mod -overlay="}
    assert listed(module, **env) == go_list(module, **env) == ["main.go", "nx.go"]


@pytest.mark.parametrize("version", ["v1.0.0", "latest", "off"])
def test_a_fips_module_sets_a_tag(module: Path, version: str) -> None:
    for name in ("fips140v1.0", "!fips140v1.0"):
        (module / f"fips{len(name)}.go").write_text(f"//go:build {name}\n\npackage main\n")
    found = listed(module, GOFIPS140=version)
    assert found == go_list(module, GOFIPS140=version)
    assert ("fips11.go" in found) == (version == "v1.0.0")
