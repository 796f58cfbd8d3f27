"""Inspecting files that are built here byte by byte, sound and damaged."""

from __future__ import annotations

import json
import struct

import pytest

from crosswind.errors import UsageError
from crosswind.inspect import inspect_file
from crosswind.inspect.document import document
from crosswind.inspect.parts import NAMES
from images import elf, macho, pclntab, pe, unusual, wasm


def inspected(tmp_path, data: bytes, parts=None):
    path = tmp_path / "program"
    path.write_bytes(data)
    return inspect_file(path, parts)


MADE = {
    "pe": lambda: pe.build(certificate=b"PKCS", overlay=b"data"),
    "pe32": lambda: pe.build(bits=32, machine=0x14C),
    "elf": elf.build,
    "elf32": lambda: elf.build(bits=32, big_endian=True),
    "no sections": lambda: elf.build(section_headers=False),
    "macho": lambda: macho.build(fixups=bytes(64)),
    "wasm": lambda: wasm.build(text="path\texample.com/hello\n"),
    "xcoff": unusual.xcoff,
    "plan9": lambda: unusual.plan9("amd64"),
}


@pytest.mark.parametrize("made", MADE)
def test_every_byte_is_attributed_once(tmp_path, made):
    data = MADE[made]()
    facts = inspected(tmp_path, data).contents[0].parts["size"]
    position = 0
    for part in facts.ranges:
        assert part.offset == position
        assert part.size > 0
        position += part.size
    assert position == facts.size == len(data) == sum(kind.size for kind in facts.kinds)


@pytest.mark.parametrize("made", MADE)
def test_every_document_is_json(tmp_path, made):
    inspection = inspected(tmp_path, MADE[made]())
    held = json.loads(json.dumps(document(inspection)))
    assert held["format"] == inspection.format
    assert set(held["images"][0]["parts"]) <= set(NAMES)
    assert held["images"][0]["parts"]["summary"]["bits"] in (32, 64)


def test_only_what_was_asked_for_is_read(tmp_path):
    contents = inspected(tmp_path, pe.build(), {"imports"}).contents[0]
    assert list(contents.parts) == ["imports"]


def test_a_damaged_part_hides_no_other(tmp_path):
    data = bytearray(pe.build())
    # The export directory's table of addresses moves out of the file.
    optional = 0x84 + 20
    (exports,) = struct.unpack_from("<I", data, optional + 112)
    at = exports - pe.DATA + pe.HEADERS + pe.FILE_ALIGNMENT
    struct.pack_into("<I", data, at + 28, 0x7000_0000)
    inspection = inspected(tmp_path, bytes(data))
    contents = inspection.contents[0]
    assert [problem.part for problem in contents.problems] == ["exports"]
    assert {"imports", "sections", "loader"} <= set(contents.parts)
    (finding,) = inspection.findings
    assert finding.code == "CW0902"
    assert finding.subject.startswith(f"{inspection.path}:0x")


def test_what_is_no_program_says_what_it_seems_to_be(tmp_path):
    inspection = inspected(tmp_path, b"#!/bin/sh\n")
    assert inspection.format == ""
    assert "a script" in inspection.findings[0].message


def test_a_cut_file_is_shown_as_far_as_it_goes(tmp_path):
    whole = pe.build(symbols=False)
    inspection = inspected(tmp_path, whole[:-0x100])
    assert "truncated" in inspection.findings[0].message
    assert "sections" in inspection.contents[0].parts


def test_a_missing_file(tmp_path):
    with pytest.raises(UsageError, match="cannot read it") as raised:
        inspect_file(tmp_path / "nothing")
    assert raised.value.code == "CW0901"


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(UsageError, match="not a file"):
        inspect_file(tmp_path)


def test_an_empty_file(tmp_path):
    assert "empty" in inspected(tmp_path, b"").findings[0].message


def test_slices_of_a_universal_file_are_told_apart(tmp_path):
    inspection = inspected(tmp_path, macho.fat(macho.build(), macho.build(goarch="amd64")))
    assert inspection.format == "universal Mach-O"
    assert [one.name for one in inspection.contents] == ["arm64 (0x100000c)", "x86-64 (0x1000007)"]


def test_a_go_function_table_inside_another_section_is_found(tmp_path):
    table = pclntab.build("1.20", [("main.main", 0x401000, 0x40)])
    data = bytearray(pe.build())
    at = pe.HEADERS + pe.FILE_ALIGNMENT + 0x900
    data[at : at + len(table)] = table
    contents = inspected(tmp_path, bytes(data)).contents[0]
    assert contents.parts["functions"].functions[0].name == "main.main"
    kinds = {kind.kind: kind.size for kind in contents.parts["size"].kinds}
    assert kinds["Go function table"] == len(table)
