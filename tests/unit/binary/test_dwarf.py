"""Compile units of DWARF, of versions 2 to 5, sound and damaged."""

from __future__ import annotations

import struct
import zlib

import pytest

from crosswind.binary import dwarf
from crosswind.binary.image import Image, Section
from crosswind.binary.view import FormatError, View
from crosswind.port import Format
from images.dwarf import BASE, BODY, INLINE, NAME, PRODUCER, abbreviations, image, unit


@pytest.mark.parametrize("version", [2, 3, 4, 5])
@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
def test_every_version(version, wide, order):
    info = unit(version, BODY, order=order, wide=wide)
    made = image({".debug_abbrev": INLINE, ".debug_info": info + info}, big_endian=order == ">")
    found = list(dwarf.read_units(made))
    assert found == 2 * [(version, "compile", "Go cmd/compile go1.27.3; regabi", "Go", "main")]


def test_strings_in_tables_of_their_own():
    abbrev = abbreviations((PRODUCER, 0x0E), (NAME, 0x1F))
    info = unit(5, struct.pack("<II", 4, 2))
    made = image({
        ".debug_abbrev": abbrev, ".debug_info": info, ".debug_str": b"abc\0clang 17\0",
        ".debug_line_str": b"x\0main.c\0",
    })  # fmt: skip
    found = next(iter(dwarf.read_units(made)))
    assert (found.producer, found.name) == ("clang 17", "main.c")


def test_strings_by_index():
    abbrev = abbreviations((PRODUCER, 0x25), (BASE, 0x17))
    info = unit(5, b"\1" + struct.pack("<I", 8))
    offsets = struct.pack("<IHHII", 12, 5, 0, 0, 3)
    made = image({
        ".debug_abbrev": abbrev, ".debug_info": info, ".debug_str": b"no\0rustc\0",
        ".debug_str_offsets": offsets,
    })  # fmt: skip
    assert next(iter(dwarf.read_units(made))).producer == "rustc"


@pytest.mark.parametrize("name", [".zdebug_", "__zdebug_"])
def test_compressed_sections(name):
    def packed(content: bytes) -> bytes:
        return b"ZLIB" + struct.pack(">Q", len(content)) + zlib.compress(content)

    made = image({f"{name}abbrev": packed(INLINE), f"{name}info": packed(unit(4, BODY))})
    assert next(iter(dwarf.read_units(made))).name == "main"
    (_, other) = dwarf.debug_sections(made)
    assert (other.compression, other.size) == ("zlib", len(unit(4, BODY)))


def test_padding_behind_a_section_of_a_pe_file():
    info = unit(4, BODY)
    data = INLINE.ljust(64, b"\0") + info.ljust(512, b"\0")
    sections = (
        Section(".debug_abbrev", 0, len(INLINE), 0, 64),
        Section(".debug_info", 0, len(info), 64, 512),
    )
    made = Image(View.of(data), Format.PE32_PLUS, (), "", False, 64, sections, 0)
    assert len(list(dwarf.read_units(made))) == 1


def test_a_program_without_dwarf():
    made = image({".text": b"code"})
    assert list(dwarf.read_units(made)) == []
    assert dwarf.debug_sections(made) == ()


@pytest.mark.parametrize(
    ("abbrev", "info", "reason"),
    [
        (INLINE, unit(4, BODY)[:-9], "do not fit"),
        (INLINE, unit(9, BODY), "DWARF version 9"),
        (INLINE, struct.pack("<I", 1 << 30), "do not fit"),
        (b"\0", unit(4, BODY), "no abbreviation"),
        (abbreviations((NAME, 0x7E)), unit(4, BODY), "form 0x7e"),
        (b"\1\x11\0" + b"\3\x08" * 400, unit(4, BODY), "does not end"),
        (b"\xff" * 40, unit(4, BODY), "without end"),
    ],
)
def test_damage(abbrev, info, reason):
    made = image({".debug_abbrev": abbrev, ".debug_info": info})
    with pytest.raises(FormatError, match=reason):
        list(dwarf.read_units(made))


def test_units_of_no_length_end():
    # Each takes four bytes and has no version: the first one is damage.
    made = image({".debug_abbrev": INLINE, ".debug_info": bytes(400)})
    with pytest.raises(FormatError):
        list(dwarf.read_units(made))


def test_abbreviations_beyond_reason(monkeypatch):
    monkeypatch.setattr(dwarf, "_MAX_TOTAL", 5)
    made = image(
        {
            ".debug_abbrev": INLINE * 3,
            ".debug_info": unit(4, BODY) + unit(4, BODY, table=len(INLINE)),
        }
    )
    with pytest.raises(FormatError, match="beyond reason"):
        list(dwarf.read_units(made))
