"""Libraries that Zig links: a PDB beside a DLL, and a Mach-O library's exports, against LLVM and LIEF."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import lief
import pefile
import pytest

from crosswind.binary import msf
from crosswind.binary.view import View
from crosswind.inspect import inspect_file
from crosswind.inspect.debugdata import Match
from crosswind.toolchain import Zig, zig_environment

WINDOWS = """
__declspec(dllexport) int answer(void) { return 42; }
__declspec(dllexport) int other(void) { return 43; }
int __stdcall DllMain(void *a, unsigned b, void *c) { return 1; }
"""
APPLE = """
__attribute__((visibility("default"))) int answer(void) { return 42; }
__attribute__((weak, visibility("default"))) int maybe(void) { return 1; }
__attribute__((visibility("default"))) int another = 7;
"""


@pytest.fixture(scope="module")
def link(tmp_path_factory, zig: Zig):
    """Link a library of C for a target."""

    def make(source: str, target: str, name: str, *flags: str) -> Path:
        folder = tmp_path_factory.mktemp("zig")
        (folder / "library.c").write_text(source)
        subprocess.run(
            [zig.path, "cc", "-target", target, "-shared", "-nostdlib", *flags, "-o", name, "library.c"],
            cwd=folder, env=zig_environment(os.environ), check=True, capture_output=True,
        )  # fmt: skip
        return folder / name

    return make


@pytest.fixture(scope="module")
def dll(link) -> Path:
    return link(WINDOWS, "x86_64-windows-gnu", "answer.dll", "-g", "-Wl,-e,DllMain")


def test_a_linked_pdb_is_that_of_its_library(dll):
    identity = msf.read_identity(View.of(dll.with_suffix(".pdb").read_bytes()))
    facts = inspect_file(dll, {"debug"}).contents[0].parts["debug"]
    (reference,) = facts.references
    assert (reference.kind, reference.state) == ("PDB", Match.MATCH)
    assert reference.found == f"{identity.guid} age {identity.age}"
    tool = shutil.which("llvm-pdbutil")
    if tool is None:
        pytest.skip("needs llvm")
    said = subprocess.run(
        [tool, "dump", "--summary", str(dll.with_suffix(".pdb"))],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    guid = re.search(r"GUID: \{([0-9A-F-]+)\}", said)[1].lower()
    assert (identity.guid, identity.signature) == (
        guid,
        int(re.search(r"Signature: (\d+)", said)[1]),
    )


def test_a_pdb_of_another_build_is_not(dll, link, tmp_path):
    other = link(
        WINDOWS.replace("43", "44"), "x86_64-windows-gnu", "answer.dll", "-g", "-Wl,-e,DllMain"
    )
    path = tmp_path / "answer.dll"
    shutil.copy(dll, path)
    shutil.copy(other.with_suffix(".pdb"), tmp_path / "answer.pdb")
    (reference,) = inspect_file(path, {"debug"}).contents[0].parts["debug"].references
    assert reference.state is Match.MISMATCH


def test_exports_of_a_dll_are_those_of_pefile(dll):
    facts = inspect_file(dll, {"exports"}).contents[0].parts["exports"]
    theirs = pefile.PE(str(dll)).DIRECTORY_ENTRY_EXPORT
    assert facts.name == "answer.dll" == theirs.name.decode()
    assert [(one.ordinal, one.name, one.address) for one in facts.exports] == [
        (one.ordinal, one.name.decode(), one.address) for one in theirs.symbols
    ]


def test_exports_of_a_mach_o_library_are_those_of_lief(link):
    path = link(APPLE, "aarch64-macos", "libanswer.dylib")
    facts = inspect_file(path).contents[0]
    assert not facts.problems
    ours = {one.name: (one.address, one.weak) for one in facts.parts["exports"].exports}
    theirs = lief.MachO.parse(str(path)).at(0)
    base = theirs.imagebase
    expected = {
        one.name: base + one.export_info.address for one in theirs.symbols if one.has_export_info
    }
    assert {name: address for name, (address, _) in ours.items()} == expected
    assert [name for name, (_, weak) in ours.items() if weak] == ["_maybe"]
    assert {"_answer", "_another"} <= set(ours)
