import struct

import pytest

from crosswind.binary import debuglink, detect
from crosswind.binary.elf import ELFImage
from crosswind.binary.elf_header import SHT_NOBITS
from crosswind.binary.view import View
from crosswind.errors import BuildError
from crosswind.split import split_file, strip_file
from images import elf

SHAPES = [(bits, big_endian) for bits in (32, 64) for big_endian in (False, True)]
# gABI, "ELF Header": e_shoff of a 64-bit file.
SHOFF = slice(40, 48)


def read(data: bytes) -> ELFImage:
    image = detect.read(View.of(data))
    assert isinstance(image, ELFImage)
    return image


@pytest.mark.parametrize(("bits", "big_endian"), SHAPES)
def test_the_link_leads_to_the_debug_file(bits: int, big_endian: bool) -> None:
    made = split_file(elf.build(bits=bits, big_endian=big_endian), "app")
    ((place, debug),) = made.debug.items()
    assert debuglink.read(read(made.shipped)) == (str(place), debuglink.checksum(debug))


@pytest.mark.parametrize(("bits", "big_endian"), SHAPES)
def test_the_debug_file_has_all_headers(bits: int, big_endian: bool) -> None:
    data = elf.build(bits=bits, big_endian=big_endian)
    before, (debug,) = read(data), split_file(data, "app").debug.values()
    after = read(debug)
    assert [part.name for part in after.sections] == [part.name for part in before.sections]
    assert after.notes[0].content.data == before.notes[0].content.data
    for part in after.sections:
        if part.address and part.name != ".note":
            assert part.type == SHT_NOBITS
    assert {part.name for part in after.sections if part.file_size} >= {".symtab", ".strtab"}


def test_segments_of_the_debug_file_stay_inside() -> None:
    (debug,) = split_file(elf.build(), "app").debug.values()
    for part in read(debug).segments:
        assert part.offset + part.file_size <= len(debug) or not part.file_size


def test_sections_keep_their_numbers_for_loaded_tables() -> None:
    """Of a section before the last loaded one an inactive header stays."""
    data = bytearray(elf.build())
    image = read(bytes(data))
    names = [part.name for part in image.section_headers]
    header = image.header
    # .symtab and .strtab go in front: rows 1 and 2 change places with theirs.
    rows = [names.index(".symtab"), names.index(".strtab")]
    for place, row in enumerate(rows, 1):
        one, other = (header.sections_offset + 64 * number for number in (place, row))
        data[one : one + 64], data[other : other + 64] = (
            data[other : other + 64],
            data[one : one + 64],
        )
    struct.pack_into("<I", data, header.sections_offset + 64 + 40, 2)
    after = read(strip_file(bytes(data), "app").shipped)
    assert [part.type for part in after.section_headers[:3]] == [0, 0, 0]
    assert after.section_headers[3].name == names[3]


def test_appended_data_stays_behind() -> None:
    assert strip_file(elf.static() + b"appended", "app").shipped.endswith(b"appended")


def test_debug_data_that_is_loaded_is_refused() -> None:
    data = bytearray(elf.static())
    image = read(bytes(data))
    number = next(n for n, part in enumerate(image.section_headers) if part.name == ".debug_info")
    at = image.header.sections_offset + 64 * number + 8
    data[at] |= 2
    with pytest.raises(BuildError, match="loaded with the program"):
        strip_file(bytes(data), "app")


def test_many_sections_of_the_same_content_are_refused() -> None:
    """Copied one by one, they would fill the memory."""
    data = bytearray(elf.static())
    image = read(bytes(data))
    row = struct.pack("<IIQQQQIIQQ", 0, 1, 0, 0, 0, len(data), 0, 0, 1, 0)
    table = bytes(data[image.header.sections_offset :])[: 64 * len(image.section_headers)]
    data[SHOFF] = len(data).to_bytes(8, "little")
    data += table + row * 50
    struct.pack_into("<H", data, 60, len(image.section_headers) + 50)
    with pytest.raises(BuildError, match="overlap beyond reason"):
        split_file(bytes(data), "app")


def test_without_section_headers_there_is_nothing() -> None:
    with pytest.raises(BuildError) as caught:
        split_file(elf.build(section_headers=False), "app")
    assert caught.value.code == "CW0821"
