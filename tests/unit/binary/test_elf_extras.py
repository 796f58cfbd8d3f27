"""Relocations, versions and marks of ELF files, sound and damaged."""

from __future__ import annotations

import struct

import pytest

from crosswind.binary import elf, elf_marks, elf_words
from crosswind.binary.elf_notes import Note
from crosswind.binary.elf_relocations import read_relocations
from crosswind.binary.view import FormatError, View
from images import elf as file


def read(**fields):
    return elf.read(View.of(file.build(**fields)))


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("big_endian", [False, True])
def test_versions_of_symbols(bits, big_endian):
    image = read(bits=bits, big_endian=big_endian)
    found = {one.name: one for one in image.versioned_symbols()}
    assert (found["puts"].defined, found["puts"].type, found["puts"].binding) == (
        False, "function", "global",
    )  # fmt: skip
    assert found["answer"].defined
    assert found["answer"].address == file.BASE + image.section(".text").offset


def test_a_file_without_section_headers_has_them_too():
    image = read(section_headers=False)
    assert {"puts", "answer"} <= {one.name for one in image.versioned_symbols()}


def test_no_dynamic_section_no_symbols():
    image = elf.read(View.of(file.static()))
    assert list(image.versioned_symbols()) == []
    assert image.relocations == ()
    assert image.defined_versions == ()


def relocated(kind: int, content: bytes, **fields):
    """Put a table of relocations into a made file, as a section of a given type."""
    image = read(**fields)
    builder = file._Builder(fields.get("bits", 64), fields.get("big_endian", False))
    builder.add(".rela.dyn", content, kind=kind, flags=2)
    table, count, names = builder.section_table()
    header = image.header
    data = bytearray(builder.body)
    front = bytearray(View.of(file.build(**fields)).take(0, header.header_size))
    word = "Q" if header.bits == 64 else "I"
    offset = 40 if header.bits == 64 else 32
    struct.pack_into(header.order + word, front, offset, table)
    counts = 56 if header.bits == 64 else 44
    struct.pack_into(
        header.order + "HHHHH"[:1] + "H", front, counts, 0, 64 if header.bits == 64 else 40
    )
    struct.pack_into(header.order + "HH", front, counts + 4, count, names)
    data[: len(front)] = front
    return elf.read(View.of(bytes(data)))


def test_relocations_with_addends():
    rows = [(1, 8, 0), (2, 8, 0), (3, 5 << 32 | 7, 0), (4, 99, 0)]
    image = relocated(4, b"".join(struct.pack("<QQQ", *row) for row in rows))
    (table,) = image.relocations
    assert table.types == {"RELATIVE": 2, "JUMP_SLOT": 1, "type 99": 1}
    assert table.total == 4


def test_packed_relocations():
    # An address, then a bitmap of three more behind it.
    image = relocated(19, struct.pack("<QQ", 0x1000, 0b1011_0000 | 1))
    assert image.relocations[0].types == {"RELATIVE": 4}


def test_relocations_of_32_bits():
    content = struct.pack("<II", 0x1000, 7 << 8 | 8) + struct.pack("<II", 4, 8)
    image = relocated(9, content, bits=32, machine=3)
    assert image.relocations[0].types == {"RELATIVE": 2}


def note(owner: str, kind: int, content: bytes) -> Note:
    return Note(owner, kind, View.of(content))


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (note("GNU", 3, b"\xab\xcd"), ("build id", "abcd")),
        (note("GNU", 1, struct.pack("<4I", 0, 3, 2, 0)), ("ABI tag", "Linux 3.2.0")),
        (note("Go", 4, b"a/b/c"), ("Go build id", "a/b/c")),
        (note("FreeBSD", 1, struct.pack("<I", 1302001)), ("type 1", "1302001")),
        (
            note("GNU", 5, struct.pack("<III4xIII4x", 0xC0000002, 4, 3, 0xC0008002, 4, 5)),
            ("properties", "x86 feature: IBT SHSTK, x86 ISA needed: x86-64-baseline x86-64-v3"),
        ),
        (note("GNU", 5, struct.pack("<II", 0xC0000002, 4000)), ("properties", "")),
    ],
)
def test_notes_in_words(found, words):
    header = elf.read(View.of(file.static())).header
    assert elf_marks.describe(header, found) == words


def test_branch_protection_of_arm64():
    header = elf.read(View.of(file.static(machine=183))).header
    content = View.of(struct.pack("<III4x", 0xC0000000, 4, 3))
    assert list(elf_marks.properties(header, content)) == ["AArch64 feature: BTI PAC"]


def test_alternate_link():
    content = View.of(b"shared.debug\0" + bytes(range(20)))
    assert elf_marks.alternate_link(content) == ("shared.debug", bytes(range(20)).hex())
    assert elf_marks.alternate_link(View.of(b"\0")) is None


def test_unknown_bits_stay_a_number():
    assert elf_words.names(elf_words.DYNAMIC_FLAGS, 0x8008) == ("BIND_NOW", "0x8000")


def test_relocation_tables_that_overlap():
    image = read()
    whole = next(s for s in image.section_headers if s.name == ".text")
    sections = tuple(
        type(whole)(f".rela{n}", 0, len(image.view), 0, len(image.view), type=4) for n in range(2)
    )
    with pytest.raises(FormatError, match="overlap"):
        list(read_relocations(image.header, image.view, image.memory, sections, None))
