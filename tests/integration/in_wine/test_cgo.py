"""Programs and libraries with C code, linked by Zig: the PDB on its way to dist, resources, the loader."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crosswind.binary import msf, pe
from crosswind.binary.view import View
from crosswind.inspect import inspect_file
from crosswind.inspect.debugdata import Match
from crosswind.toolchain import Zig, zig_environment
from crosswind.windows import rsrc, version
from wine import Wine

SOURCES = {
    "go.mod": "module example.com/sums\n\ngo 1.24\n",
    "main.go": """\
package main

// static int add(int a, int b) { return a + b; }
import "C"
import "os"

//export Sum
func Sum(a, b C.int) C.int { return C.add(a, b) }

func main() {
	if C.add(40, 2) == 42 {
		os.Stdout.WriteString("added in C")
	}
}
""",
    "crosswind.yaml": "targets: windows/amd64\ncgo: on\nbuildvcs: false\n"
    "windows: {version: {CompanyName: Example, FileVersion: 1.2.3}, manifest: {level: asInvoker}}\n",
}
LOADER = """\
package main

import (
	"fmt"
	"os"
	"syscall"
)

func main() {
	library := syscall.MustLoadDLL(os.Args[1])
	sum, _, _ := library.MustFindProc("Sum").Call(40, 2)
	kernel32 := syscall.MustLoadDLL("kernel32.dll")
	find, size := kernel32.MustFindProc("FindResourceW"), kernel32.MustFindProc("SizeofResource")
	tab, _, _ := find.Call(uintptr(library.Handle), 1, 16)
	bytes, _, _ := size.Call(uintptr(library.Handle), tab)
	fmt.Print(sum, " ", bytes)
}
"""


@pytest.fixture(scope="module")
def sums(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A module that is a program and a library, as asked."""
    folder = tmp_path_factory.mktemp("cgo") / "sums"
    folder.mkdir()
    for name, text in SOURCES.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def env(zig: Zig) -> dict[str, str]:
    """A C compiler for Windows, and Go's defaults."""
    cc = shlex.join([str(zig.path), "cc", "-target", "x86_64-windows-gnu"])
    clean = {"CC": cc, "GOENV": "off", "GOFLAGS": "", "NO_COLOR": "1"}
    return zig_environment(os.environ) | clean


def build(folder: Path, env: dict[str, str], *words: str) -> dict[str, Any]:
    """Build, and return the files of the document by name."""
    done = subprocess.run(
        [sys.executable, "-m", "crosswind", "build", *words, "--json"],
        cwd=folder,
        env=env,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    return {one["name"]: one for one in json.loads(done.stdout)["artifacts"]}


def identity(pdb: Path) -> str:
    found = msf.read_identity(View.of(pdb.read_bytes()))
    return f"{found.guid} age {found.age}"


def belongs(program: Path, pdb: Path) -> bool:
    references = inspect_file(program, {"debug"}).contents[0].parts["debug"].references
    [reference] = [one for one in references if one.kind == "PDB"]
    return (reference.state, reference.found) == (Match.MATCH, identity(pdb))


def test_the_pdb_of_a_program_comes_along(sums: Path, env: dict[str, str], wine: Wine) -> None:
    made = build(sums, env)
    assert {name: one["kind"] for name, one in made.items()} == {
        "sums.exe": "Binary",
        "a.out.pdb": "Debug File",
    }
    program, pdb = (sums / made[name]["path"] for name in ("sums.exe", "a.out.pdb"))
    assert belongs(program, pdb)
    checks = {check["code"]: check for check in made["sums.exe"]["checks"]}
    assert checks["CW1605"]["message"].endswith("of this link")
    assert wine.run(program) == "added in C"

    # Zig links no two programs alike, so there is no key (docs/keys.md): each build links anew.
    assert {one["outcome"] for one in build(sums, env).values()} == {"built"}
    assert belongs(program, pdb)
    pdb.unlink()
    build(sums, env)
    assert belongs(program, pdb)


def test_what_becomes_of_debug_data_is_said_for_both_kinds(
    sums: Path, env: dict[str, str], wine: Wine
) -> None:
    configuration = sums / "crosswind.yaml"
    try:
        configuration.write_text(SOURCES["crosswind.yaml"] + "debug: split\n")
        made = build(sums, env)
        assert sorted(made) == ["a.out.pdb", "sums.exe", "sums.exe.debug"]
        program = sums / made["sums.exe"]["path"]
        assert belongs(program, program.with_name("a.out.pdb"))
        assert not pe.read(View.of(program.read_bytes())).has_dwarf
        assert wine.run(program) == "added in C"

        configuration.write_text(SOURCES["crosswind.yaml"] + "debug: strip\n")
        assert list(build(sums, env)) == ["sums.exe"]
        assert sorted(path.name for path in program.parent.iterdir()) == ["sums.exe"]
    finally:
        configuration.write_text(SOURCES["crosswind.yaml"])


def test_the_dry_run_brings_the_pdb_too(sums: Path, env: dict[str, str]) -> None:
    words = [sys.executable, "-m", "crosswind", "build", "-o", "pasted", "--dry-run"]
    printed = subprocess.run(words, cwd=sums, env=env, capture_output=True, check=True).stdout
    here = Path(sys.executable).parent
    path = f"{here}{os.pathsep}{env['PATH']}"
    subprocess.run(["sh", "-e", "-c", printed], cwd=sums, env=env | {"PATH": path}, check=True)
    folder = sums / "pasted/sums_windows_amd64"
    assert sorted(path.name for path in folder.iterdir()) == ["a.out.pdb", "sums.exe"]
    assert belongs(folder / "sums.exe", folder / "a.out.pdb")


def test_a_library_loads_with_its_resources(
    sums: Path, env: dict[str, str], wine: Wine, tmp_path: Path
) -> None:
    made = build(sums, env, "--buildmode", "c-shared", "-o", "shared")
    assert sorted(made) == ["sums.dll", "sums.h", "sums.pdb"]
    library = sums / made["sums.dll"]["path"]
    assert belongs(library, library.with_suffix(".pdb"))
    found = rsrc.read_image(pe.read(View.of(library.read_bytes())))
    [tab], [manifest] = found.of_type(16), found.of_type(24)
    assert manifest.name == 2
    assert dict(version.read(tab.data).tables[0].strings)["CompanyName"] == "Example"

    (tmp_path / "main.go").write_text(LOADER)
    loader = tmp_path / "loader.exe"
    pure = {"GOOS": "windows", "GOARCH": "amd64", "CGO_ENABLED": "0"}
    words = ["go", "build", "-trimpath", "-o", loader, tmp_path / "main.go"]
    subprocess.run(words, env=env | pure, check=True)
    said = wine.run(loader, f"Z:{library}".replace("/", "\\"))
    assert said == f"42 {len(tab.data)}"
