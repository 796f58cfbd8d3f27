"""What Windows' own functions find of the resources that were put in; here they are Wine's."""

from __future__ import annotations

import hashlib
import json
import os
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from crosswind.binary import pe
from crosswind.binary.view import View
from crosswind.resource.sources import Context, load
from crosswind.toolchain import Zig, zig_environment
from crosswind.windows import coff, icon, manifest, rsrc, strings, version
from crosswind.windows.patch import patch
from crosswind.windows.resource import Resource, ResourceTree, ResourceType, tree
from wine import Wine

GREEK = 0x0408
VERSION = version.from_settings("1.2.3.4", {"FileDescription": "Grüße aus Ἑλλάς"})


def picture(side: int) -> icon.Frame:
    """A square of one color, as a bitmap of 32 bits with its mask."""
    head = (
        (40).to_bytes(4, "little") + side.to_bytes(4, "little") + (2 * side).to_bytes(4, "little")
    )
    head += b"\1\0\x20\0" + bytes(24)
    mask = bytes(side * ((side + 31) // 32 * 4))
    return icon.Frame(head + b"\x30\x60\x90\xff" * side * side + mask, side, side, 0, 1, 32)


RESOURCES = tree(
    [
        *icon.resources(icon.Icon((picture(32), picture(16))), 7, 0x0409),
        version.resource(VERSION),
        manifest.resource(manifest.write()),
        *strings.write({1: "one", 40: "κόσμε"}, 0x0409),
        Resource(ResourceType.RCDATA, "DATA", 0, b"raw \0 data"),
        Resource(ResourceType.RCDATA, "DATA", GREEK, b"other"),
        Resource("PNG", 3, 0, b""),
    ]
)


def put(program: Path, resources: ResourceTree, folder: Path) -> Path:
    patched = folder / program.name
    patched.write_bytes(patch(View.of(program.read_bytes()), resources))
    return patched


def asked(wine: Wine, program: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(wine.run(program, "7", "40", "FileDescription"))
    return found


def test_a_program_without_resources_runs_and_finds_none(wine: Wine, probe: Path) -> None:
    assert asked(wine, probe) == {"icon": False, "resources": None, "string": "", "version": None}


@pytest.fixture(scope="module")
def answer(wine: Wine, probe: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return asked(wine, put(probe, RESOURCES, tmp_path_factory.mktemp("patched")))


def test_every_resource_is_found_with_its_bytes(answer: dict[str, Any]) -> None:
    found = {
        (one["Type"], one["Name"], one["Language"], one["Size"], one["SHA256"])
        for one in answer["resources"]
    }
    assert found == {
        (
            str(one.type),
            str(one.name),
            one.language,
            len(one.data),
            hashlib.sha256(one.data).hexdigest(),
        )
        for one in RESOURCES
    }


def test_the_version_tab_the_string_and_the_icon(answer: dict[str, Any]) -> None:
    assert answer["version"] == {
        "file": "1.2.3.4",
        "product": "1.2.3.4",
        "FileDescription": "Grüße aus Ἑλλάς",
    }
    assert answer["string"] == "κόσμε"
    assert answer["icon"] is True


def test_other_resources_in_place_of_the_first(wine: Wine, probe: Path, tmp_path: Path) -> None:
    once = put(probe, RESOURCES, tmp_path)
    fewer = tree(one for one in RESOURCES if one.type != ResourceType.RCDATA)
    twice = tmp_path / "twice.exe"
    twice.write_bytes(patch(View.of(once.read_bytes()), fewer))
    answer = asked(wine, twice)
    assert len(answer["resources"]) == len(fewer)
    assert answer["icon"] is True


SCRIPT = """// A script as Go programs have it.
#pragma code_page(65001)
#include <windows.h>
#define NUMBERS 4,3,2,1
#define TEXT(x) #x
7 ICON "app.ico"
CREATEPROCESS_MANIFEST_RESOURCE_ID RT_MANIFEST "app.manifest"
data RCDATA { "raw", 1, L"wide" }
STRINGTABLE { 40 "Grüße 世界" }
VS_VERSION_INFO VERSIONINFO
FILEVERSION NUMBERS
PRODUCTVERSION 5,6
BEGIN
  BLOCK "StringFileInfo"
  BEGIN
    BLOCK "040904b0" BEGIN VALUE "FileDescription", TEXT(from a script) " ✓" END
  END
  BLOCK "VarFileInfo" BEGIN VALUE "Translation", 0x409, 1200 END
END
"""


def test_what_a_script_says_is_found(wine: Wine, probe: Path, tmp_path: Path) -> None:
    for name in ("app.ico", "app.manifest"):
        (tmp_path / name).write_bytes((ROOT / "tests/golden/rc/files" / name).read_bytes())
    (tmp_path / "app.rc").write_text(SCRIPT, "utf-8")
    resources = load([tmp_path / "app.rc"], Context())
    answer = asked(wine, put(probe, resources, tmp_path))
    assert answer["icon"] is True
    assert answer["string"] == "Grüße 世界"
    assert answer["version"] == {
        "file": "4.3.2.1",
        "product": "5.6.0.0",
        "FileDescription": "from a script ✓",
    }
    assert {one["Name"] for one in answer["resources"] if one["Type"] == "10"} == {"DATA"}
    assert len(answer["resources"]) == len(resources)


def crowded(program: bytes) -> bytes:
    """Fill the headers up with sections that hold nothing, as C linkers' many sections do."""
    data = bytearray(program)
    headers = pe.read(View.of(program)).headers
    address, count = headers.optional.image_size, headers.coff.section_count
    room = (headers.optional.headers_size - headers.headers_end) // 40
    for index in range(room):
        row = (b".bss%d" % index, 0x1000, address, 0, 0, 0, 0, 0, 0, 0xC000_0080)
        struct.pack_into("<8sIIIIIIHHI", data, headers.headers_end + 40 * index, *row)
        address += 0x1000
    optional = headers.checksum_offset - 64
    struct.pack_into("<H", data, optional - 18, count + room)
    struct.pack_into("<I", data, optional + 56, address)
    return bytes(data)


def test_a_program_whose_headers_had_to_grow(wine: Wine, probe: Path, tmp_path: Path) -> None:
    full = tmp_path / "full.exe"
    full.write_bytes(crowded(probe.read_bytes()))
    (tmp_path / "out").mkdir()
    patched = put(full, RESOURCES, tmp_path / "out")
    assert patched.stat().st_size > full.stat().st_size + 0x200
    answer = asked(wine, patched)
    assert len(answer["resources"]) == len(RESOURCES)
    assert answer["icon"] is True


def test_resources_that_outgrow_their_place(wine: Wine, probe: Path, tmp_path: Path) -> None:
    """Between two sections: the old one becomes a placeholder, the new one comes last."""
    once = put(probe, RESOURCES, tmp_path)
    followed = bytearray(once.read_bytes())
    headers = pe.read(View.of(once.read_bytes())).headers
    row = (b".last", 0x1000, headers.optional.image_size, 0, 0, 0, 0, 0, 0, 0xC000_0080)
    struct.pack_into("<8sIIIIIIHHI", followed, headers.headers_end, *row)
    optional = headers.checksum_offset - 64
    struct.pack_into("<H", followed, optional - 18, headers.coff.section_count + 1)
    struct.pack_into("<I", followed, optional + 56, headers.optional.image_size + 0x1000)
    once.write_bytes(followed)
    large = tree([*RESOURCES, Resource(ResourceType.RCDATA, 9, 0, bytes(100_000))])
    (tmp_path / "out").mkdir()
    patched = put(once, large, tmp_path / "out")
    names = [section.name for section in pe.read(View.of(patched.read_bytes())).sections]
    assert names[-3:] == [".free", ".last", ".rsrc"]
    assert len(asked(wine, patched)["resources"]) == len(large)


LIBRARY = "__declspec(dllexport) int add(int a, int b) { return a + b; }\n"
LOADER = """package main

import (
	"os"
	"syscall"
)

func main() {
	sum, _, _ := syscall.MustLoadDLL(os.Args[1]).MustFindProc("add").Call(40, 2)
	if sum == 42 {
		os.Stdout.WriteString("found and called")
	}
}
"""


def test_a_library_of_llvms_linker_is_loaded(wine: Wine, zig: Zig, tmp_path: Path) -> None:
    """As cgo's libraries are: exports, and .reloc behind .rsrc."""
    (tmp_path / "add.c").write_text(LIBRARY)
    (tmp_path / "main.go").write_text(LOADER)
    rsrc_object, library = tmp_path / "rsrc.o", tmp_path / "add.dll"
    rsrc_object.write_bytes(coff.write(RESOURCES, "amd64"))
    compile_ = (zig.path, "cc", "-target", "x86_64-windows-gnu", "-shared", "-nostdlib", "-s")
    entry = ("-Wl,--no-entry", "-fno-sanitize=undefined")
    subprocess.run(
        [*compile_, *entry, tmp_path / "add.c", rsrc_object, "-o", library],
        env=zig_environment(os.environ),
        check=True,
        capture_output=True,
    )
    loader = tmp_path / "loader.exe"
    env = {"GOOS": "windows", "GOARCH": "amd64", "CGO_ENABLED": "0", "GOFLAGS": "", "GOENV": "off"}
    subprocess.run(
        ["go", "build", "-trimpath", "-o", loader, tmp_path / "main.go"],
        env=os.environ | env,
        check=True,
    )
    data = library.read_bytes()
    assert rsrc.read_image(pe.read(View.of(data))) == RESOURCES
    large = tree([*RESOURCES, Resource(ResourceType.RCDATA, 9, 0, bytes(100_000))])
    for resources in (RESOURCES, large):
        library.write_bytes(patch(View.of(data), resources))
        assert "found and called" in wine.run(loader, f"Z:{library}".replace("/", "\\"))
