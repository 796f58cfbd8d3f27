"""Functions and packages against `go tool nm`; stripped programs against unstripped ones."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from crosswind.binary import detect, pclntab
from crosswind.binary.view import View
from crosswind.inspect import inspect_file

STRIP = "-ldflags=-s -w"

TARGETS = ("linux/amd64", "windows/amd64", "darwin/arm64", "linux/mips", "windows/386")
# Functions start at multiples of 16 or 32 bytes (cmd/link/internal/*/l.go, funcAlign), of 64 at most
# where the assembly asks for it.
PADDING = 64


def functions(path: Path):
    table = pclntab.read(detect.read(View.of(path.read_bytes())))
    return {one.name: (one.address, one.size) for one in table.functions()}


def nm(path: Path) -> dict[int, tuple[set[str], int]]:
    """Symbols of code by address: their names, and the size of the largest."""
    done = subprocess.run(
        ["go", "tool", "nm", "-size", "-sort", "size", str(path)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    found: dict[int, tuple[set[str], int]] = {}
    for line in done.stdout.splitlines():
        address, size, kind, *name = line.split(maxsplit=3)
        if kind in "Tt":
            names, largest = found.setdefault(int(address, 16), (set(), 0))
            names.add(plain(name[0]))
            found[int(address, 16)] = names, max(largest, int(size))
    return found


def plain(name: str) -> str:
    """A symbol's name without what linkers add: the mark of assembly, an underscore on 386."""
    return name.removesuffix(".abi0").lstrip("_").replace("·", ".")


@pytest.mark.parametrize("target", TARGETS)
def test_functions_are_those_of_go_tool_nm(seed, target):
    path = seed(target)
    ours, theirs = functions(path), nm(path)
    assert len(ours) > 500
    for name, (address, size) in ours.items():
        if name.startswith("go:"):  # marks of the linker, which have no code of their own
            continue
        names, their_size = theirs[address]
        assert plain(name) in names
        # nm's size ends with the last instruction, or with the next symbol: ours holds the padding.
        assert 0 <= size - their_size < PADDING or not their_size, name


@pytest.mark.parametrize("target", TARGETS)
def test_stripping_changes_nothing(seed, target):
    whole, stripped = functions(seed(target)), functions(seed(target, STRIP))
    assert whole == stripped


def test_position_independent_programs_too(seed):
    path = seed("linux/amd64", "-buildmode=pie")
    ours, theirs = functions(path), nm(path)
    assert "main.main" in theirs[ours["main.main"][0]][0]


@pytest.mark.parametrize("target", ["linux/amd64", "windows/amd64", "darwin/arm64"])
def test_packages_add_up(seed, target):
    inspection = inspect_file(seed(target, STRIP), {"packages", "size"})
    facts = inspection.contents[0].parts["packages"]
    by_path = {one.path: one for one in facts.packages}
    assert by_path["main"].origin == "main"
    shape = by_path["example.com/seed/internal/shape"]
    assert (shape.origin, shape.module) == ("main", "example.com/seed")
    assert by_path["runtime"].origin == "std"
    assert sum(one.size for one in facts.packages) == facts.attributed <= facts.code
    assert sum(one.size for one in facts.modules) == facts.attributed
    # All but file names, the table of units and alignment belongs to functions.
    tables = sum(one.table for one in facts.packages)
    assert 0.8 * facts.table_size < tables < facts.table_size
    assert sum(one.table for one in facts.modules) == tables
    layout = inspection.contents[0].parts["size"]
    assert sum(one.size for one in layout.ranges) == layout.size == inspection.size


def test_build_information_is_that_of_go_version(seed):
    path = seed("windows/amd64")
    done = subprocess.run(
        ["go", "version", "-m", str(path)], check=True, capture_output=True, text=True
    )
    facts = inspect_file(path, {"build"}).contents[0].parts["build"]
    theirs = dict(
        line.split("\t")[2].partition("=")[::2]
        for line in done.stdout.splitlines()
        if line.startswith("\tbuild\t")
    )
    assert facts.settings == theirs
    identity = subprocess.run(
        ["go", "tool", "buildid", str(path)], check=True, capture_output=True, text=True
    )
    assert facts.build_id == identity.stdout.strip()
