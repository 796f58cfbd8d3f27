"""Objects and `.res` files: other tools read ours as we do, and we read theirs as they do."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from crosswind.binary.view import View
from crosswind.resource.sources import Context, load
from crosswind.windows import coff, folder, res
from crosswind.windows.resource import ResourceTree, ResourceType, tree
from images.resources import sample
from integration.resource.conftest import run

pytestmark = pytest.mark.skipif(
    not (shutil.which("llvm-cvtres") and shutil.which("x86_64-w64-mingw32-windres")),
    reason="needs the Debian packages llvm and binutils-mingw-w64-x86-64",
)
MACHINES = {"386": "x86", "amd64": "x64", "arm": "arm", "arm64": "arm64"}
SCRIPT = """\
7 ICON "app.ico"
HELLO RCDATA { "hello", 0x1234 }
1 24 "app.manifest"
STRINGTABLE { 1 "one" 17 "seventeen" }
LANGUAGE 7, 1
myType "MY DATA" { "xyz" }
"""
MANIFEST = '<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0"/>'


def picture(size: int) -> bytes:
    """An icon's bitmap: header, pixels, mask."""
    header = struct.pack("<IiiHHIIiiII", 40, size, 2 * size, 1, 32, 0, 0, 0, 0, 0, 0)
    return header + bytes([size]) * (4 * size * size) + bytes(size * 4)


def icon() -> bytes:
    pictures = [picture(16), picture(32)]
    offset = 6 + 2 * 16
    rows = b""
    for size, data in zip((16, 32), pictures, strict=True):
        rows += struct.pack("<BBBBHHII", size, size, 0, 0, 1, 32, len(data), offset)
        offset += len(data)
    return struct.pack("<HHH", 0, 1, 2) + rows + b"".join(pictures)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("sources")
    (made / "app.rc").write_text(SCRIPT)
    (made / "app.manifest").write_text(MANIFEST)
    (made / "app.ico").write_bytes(icon())
    return made


def windres(sources: Path, *words: str) -> None:
    run("x86_64-w64-mingw32-windres", "--preprocessor=cat", *words, cwd=sources)


@pytest.fixture(scope="module")
def compiled(sources: Path) -> ResourceTree:
    """What windres makes of the script."""
    windres(sources, "app.rc", "-O", "res", "-o", "app.res")
    return load([sources / "app.res"], Context())


def test_windres_res_files_hold_what_the_script_says(compiled):
    assert {(one.type, one.name, one.language) for one in compiled} == {
        ("MY DATA", "MYTYPE", 1031),
        (3, 1, 1033),
        (3, 2, 1033),
        (6, 1, 1033),
        (6, 2, 1033),
        (10, "HELLO", 1033),
        (14, 7, 1033),
        (24, 1, 1033),
    }
    by_type = {one.type: one.data for one in compiled}
    assert by_type[24] == MANIFEST.encode()
    assert by_type[10] == b"hello\x34\x12"


def test_windres_objects_hold_the_same(compiled, sources):
    windres(sources, "app.rc", "-O", "coff", "-o", "app.o")
    assert load([sources / "app.o"], Context("amd64")) == compiled


def test_windres_reads_our_res_files_and_objects(compiled, sources):
    (sources / "ours.res").write_bytes(res.write(compiled))
    windres(sources, "-J", "res", "ours.res", "-O", "coff", "-o", "from_res.o")
    assert load([sources / "from_res.o"], Context("amd64")) == compiled
    (sources / "ours.o").write_bytes(coff.write(compiled, "amd64"))
    windres(sources, "-J", "coff", "ours.o", "-O", "res", "-o", "from_coff.res")
    # windres drops the languages of what it reads from objects, its own included.
    neutral = tree(replace(one, language=0) for one in compiled)
    assert load([sources / "from_coff.res"], Context()) == neutral


@pytest.mark.parametrize("goarch", MACHINES)
def test_cvtres_makes_the_same_objects_of_our_res_files(compiled, sources, goarch):
    """LLVM's cvtres writes two sections, as Microsoft's does."""
    (sources / "ours.res").write_bytes(res.write(compiled))
    argv = ("llvm-cvtres", f"/MACHINE:{MACHINES[goarch]}", "/OUT:split.obj", "ours.res")
    run(*argv, cwd=sources)
    found = coff.read(View.of((sources / "split.obj").read_bytes()))
    assert found == coff.Object(goarch, compiled, ours=False)


@pytest.mark.parametrize("goarch", MACHINES)
def test_llvm_and_pe_tools_read_our_objects(goarch, tmp_path):
    (tmp_path / "ours.o").write_bytes(coff.write(sample(), goarch))
    argv = ("llvm-readobj", "--coff-resources", "--relocations", "--symbols", "ours.o")
    shown = run(*argv, cwd=tmp_path)
    assert f"Total Number of Resources: {len(sample())}" in shown
    relocation = "DIR32NB" if goarch == "386" else "ADDR32NB"
    assert shown.count(relocation) == len(sample())
    assert "AuxFileRecord" in shown
    assert "crosswind" in shown


@pytest.mark.network
def test_objects_of_the_peers_are_read(
    peer: Callable[[str], Path], sources: Path, tmp_path: Path
) -> None:
    for name in ("app.ico", "app.manifest"):
        shutil.copy(sources / name, tmp_path)
    version = {
        "FixedFileInfo": {"FileVersion": {"Major": 1, "Minor": 2, "Patch": 3, "Build": 4}},
        "IconPath": "app.ico",
        "ManifestPath": "app.manifest",
    }
    (tmp_path / "versioninfo.json").write_text(json.dumps(version))
    run(peer("rsrc"), "-manifest", "app.manifest", "-ico", "app.ico", "-arch", "amd64",
        "-o", "rsrc.syso", cwd=tmp_path)  # fmt: skip
    run(peer("goversioninfo"), "-64", "-arm", "-o", "info.syso", cwd=tmp_path)
    run(peer("go-winres"), "simply", "--icon", "app.ico", "--manifest", "cli", "--arch", "386",
        "--out", "winres", cwd=tmp_path)  # fmt: skip
    pictures = {picture(16), picture(32)}
    for name, goarch in {
        "rsrc.syso": "amd64",
        "info.syso": "arm64",
        "winres_windows_386.syso": "386",
    }.items():
        found = load([tmp_path / name], Context(goarch))
        assert {one.data for one in found.of_type(ResourceType.ICON)} == pictures
        assert len(found.of_type(ResourceType.MANIFEST)) == 1
        files = folder.dump(found)
        assert folder.load(files[folder.INDEX], files.__getitem__) == found
        assert coff.read(View.of(coff.write(found, goarch))).resources == tree(found)
