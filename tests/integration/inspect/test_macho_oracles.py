"""Mach-O facts against LIEF and llvm-readobj, on programs of Go."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import lief
import pytest

from crosswind.binary import detect, macho_describe, macho_linkedit
from crosswind.binary.view import View
from crosswind.inspect import inspect_file


@pytest.fixture(params=["darwin/arm64", "darwin/amd64"])
def path(request, seed) -> Path:
    return seed(request.param)


def test_every_load_command_is_that_of_lief(path):
    ours = macho_describe.describe(detect.read(View.of(path.read_bytes())))
    theirs = lief.MachO.parse(str(path)).at(0)
    names = [str(one.command).rsplit(".", 1)[-1] for one in theirs.commands]
    assert [name.removeprefix("LC_") for name, _ in ours] == names
    by_name = dict(ours)
    assert by_name["LC_UUID"]["uuid"].replace("-", "").lower() == bytes(theirs.uuid.uuid).hex()
    version = theirs.build_version
    assert by_name["LC_BUILD_VERSION"]["minimum"] == ".".join(map(str, version.minos))
    if theirs.has_main_command:  # Go starts amd64 programs by LC_UNIXTHREAD
        assert by_name["LC_MAIN"]["entry_offset"] == theirs.main_command.entrypoint
    assert not any("damaged" in fields for _, fields in ours)


def test_bound_symbols_are_those_of_lief(path):
    ours = macho_linkedit.read_imports(detect.read(View.of(path.read_bytes())))
    theirs = lief.MachO.parse(str(path)).at(0)
    expected = {
        (binding.symbol.name, binding.library.name)
        for binding in theirs.bindings
        if binding.has_symbol and binding.has_library
    }
    assert {(one.name, one.library) for one in ours} == expected


def test_load_commands_are_counted_as_by_llvm(path):
    readobj = shutil.which("llvm-readobj")
    if readobj is None:
        pytest.skip("needs llvm")
    text = subprocess.run(
        [readobj, "--macho-segment", "--needed-libs", str(path)],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    facts = inspect_file(path, {"segments", "loader"}).contents[0].parts
    assert text.count("Segment {") == len(facts["segments"].segments)
    for library in facts["loader"].libraries:
        assert library.name in text
