"""Where crosswind decides as Go does without asking it, Go is asked here."""

import json
import os
import re
import subprocess
from itertools import product
from pathlib import Path

import pytest

from crosswind.errors import UsageError
from crosswind.port import Port
from crosswind.toolchain import Settings, Toolchain, bundled, ports, system, version
from crosswind.toolchain.choice import choose
from crosswind.toolchain.settings import Setting
from integration.toolchain.conftest import clean_env

GO_VERSIONS = """package main

import (
	"bufio"
	"fmt"
	"go/version"
	"os"
)

func main() {
	var all []string
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		all = append(all, in.Text())
	}
	for _, one := range all {
		fmt.Print(version.IsValid("go"+one), " ", version.Lang("go"+one))
		for _, other := range all {
			fmt.Print(" ", version.Compare("go"+one, "go"+other))
		}
		fmt.Println()
	}
}
"""
NUMBERS = [
    "1", "1.0", "1.5", "1.5rc1", "1.5.0", "1.20", "1.20.0", "1.21", "1.21rc1", "1.21rc2",
    "1.21beta10", "1.21alpha", "1.21.0", "1.21.10", "1.21.9", "1.27.3", "2", "2.0", "10.1", "1.x",
    "01.2", "1.02", "1.2.3rc1", "1.2.3.4", "1.", "1..1", "rc1", "1.21rc01", "1.21RC1",
]  # fmt: skip


def test_versions_compare_as_in_go(tmp_path: Path) -> None:
    (tmp_path / "main.go").write_text(GO_VERSIONS)
    done = subprocess.run(
        ["go", "run", "main.go"],
        cwd=tmp_path,
        env=clean_env(GOTOOLCHAIN="local", GOWORK="off"),
        input="\n".join(NUMBERS),
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [line.split(" ") for line in done.stdout.splitlines()]
    assert len(rows) == len(NUMBERS)
    for one, (valid, language, *compared) in zip(NUMBERS, rows, strict=True):
        assert version.is_valid(one) is (valid == "true"), one
        if valid == "true" and "." in one:
            assert f"go{version.language(one)}" == language or version.parse(one).minor == 0
        mine = version.parse(one)
        ours = [(mine > other) - (mine < other) for other in map(version.parse, NUMBERS)]
        assert ours == list(map(int, compared)), one


def go_chooses(directory: Path, setting: str, go: str, toolchain: str) -> str:
    """Let the go command choose; it may not download, so it names what it wanted."""
    lines = ["module example.com/choice", f"go {go}" if go else "",
             f"toolchain {toolchain}" if toolchain else ""]  # fmt: skip
    (directory / "go.mod").write_text("\n".join(lines) + "\n")
    env = clean_env(
        GOTOOLCHAIN=setting, GOPROXY="off", GOMODCACHE=str(directory / "empty"), GOWORK="off"
    )
    done = subprocess.run(
        ["go", "version"], cwd=directory, env=env, capture_output=True, text=True, check=False
    )
    for pattern in (
        r"^go version (go\S+)",
        r"download (go\S+?)(?: for|:)",
        r'cannot find "(go\S+)" in PATH',
        r"go: (invalid) ",
    ):
        if found := re.search(pattern, done.stdout + done.stderr, re.MULTILINE):
            return found[1]
    pytest.fail(f"{setting} {go} {toolchain}: {done.stdout}{done.stderr}")


def test_toolchains_are_chosen_as_by_go(tmp_path: Path, local: Toolchain) -> None:
    settings = ["auto", "local", "path", "local+path", "go1.98.1", "go1.98.1+auto", "go1.21.0+auto",
                "go1.98.1+path", "latest", "go1.98+", "1.27.3", "go1.98.1+x"]  # fmt: skip
    go_lines = ["", "1.20", local.version, "1.98", "1.98rc1", "1.99.1"]
    toolchain_lines = ["", "default", "go1.21.0", "go1.98.2", "go1.99.2-custom"]
    for setting, go, toolchain in product(settings, go_lines, toolchain_lines):
        expected = go_chooses(tmp_path, setting, go, toolchain)
        try:
            chosen = choose(Setting(setting, ""), local.name, go, toolchain).name
        except UsageError:
            chosen = "invalid"
        assert chosen == expected, (setting, go, toolchain)


def test_settings_are_those_of_go(tmp_path: Path, local: Toolchain) -> None:
    names = ["GOTOOLCHAIN", "GOPROXY", "GOSUMDB", "GOMODCACHE", "GOFLAGS", "GOPRIVATE"]
    user = tmp_path / "env"
    user.write_text("GOPROXY=one\nGOFLAGS=-modcacherw\n# GOPRIVATE=x\nGOMODCACHE=/a\n")
    env = {**clean_env(GOENV=str(user), GOMODCACHE="/b"), "GOTOOLCHAIN": ""}
    done = subprocess.run(
        ["go", "env", "-json", *names], env=env, capture_output=True, text=True, check=True
    )
    settings = Settings.read(env, local.goroot)
    assert {name: settings.get(name).value for name in names} == json.loads(done.stdout)
    assert settings.module_cache == Path("/b")


@pytest.mark.parametrize("which", ["user", "gopath", "home"])
def test_the_module_cache_is_where_go_has_it(which: str, tmp_path: Path) -> None:
    env = clean_env(HOME=str(tmp_path), USERPROFILE=str(tmp_path), XDG_CONFIG_HOME="")
    if which == "gopath":
        env["GOPATH"] = os.pathsep.join([str(tmp_path / "a"), str(tmp_path / "b")])
    elif which == "user":
        del env["GOENV"]
        told = subprocess.run(["go", "env", "GOENV"], env=env, capture_output=True, check=True)
        user = Path(told.stdout.decode().strip())
        user.parent.mkdir(parents=True, exist_ok=True)
        user.write_text(f"GOPATH={tmp_path / 'c'}\n")
    told = subprocess.run(["go", "env", "GOMODCACHE"], env=env, capture_output=True, check=True)
    assert str(Settings.read(env).module_cache) == told.stdout.decode().strip()


def listed_by(chosen: Toolchain) -> set[Port]:
    done = subprocess.run(
        [chosen.go, "tool", "dist", "list", "-json", "-broken"],
        env=clean_env(GOTOOLCHAIN="local"),
        capture_output=True,
        check=True,
    )
    return {
        Port(row["GOOS"], row["GOARCH"], row["CgoSupported"], row["FirstClass"],
             row.get("Broken", False))
        for row in json.loads(done.stdout)
    }  # fmt: skip


def test_ports_are_those_of_the_local_go(local: Toolchain) -> None:
    assert set(ports(local)) == listed_by(local)


@pytest.mark.network
def test_ports_of_another_go_and_the_table(fetched: Toolchain, local: Toolchain) -> None:
    assert set(ports(fetched)) == listed_by(fetched)
    table = {chosen.version: chosen for chosen in (local, fetched)}[bundled.VERSION]
    assert set(bundled.PORTS) == listed_by(table)


def test_ports_without_sources_are_asked_for(local: Toolchain, tmp_path: Path) -> None:
    """A GOROOT of links to the real one, but for the file that is read otherwise."""
    goroot = tmp_path / "go"
    platform = goroot / "src" / "internal" / "platform"
    platform.mkdir(parents=True)
    for place in (goroot, goroot / "src", goroot / "src" / "internal"):
        for entry in (local.goroot / place.relative_to(goroot)).iterdir():
            if not (place / entry.name).exists():
                (place / entry.name).symlink_to(entry)
    bare = Toolchain(local.version, goroot, local.source, local.host)
    assert ports(bare) == ports(local)


@pytest.mark.skipif(os.name != "posix", reason="a shell script")
def test_a_wrapper_script_leads_to_the_real_go(local: Toolchain, tmp_path: Path) -> None:
    for name in ("go", "go1.99.7"):
        script = tmp_path / name
        script.write_text(f'#!/bin/sh\nexec "{local.go}" "$@"\n')
        script.chmod(0o755)
    env = clean_env(PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert system.find(env) == local
    assert system.named("go1.99.7", env) == local
