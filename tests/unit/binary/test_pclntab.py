"""Go's table of functions in every layout, sound and damaged."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosswind.binary import pclntab
from crosswind.binary.image import Image, Section
from crosswind.binary.view import FormatError, View
from crosswind.port import Format
from images import pclntab as file

TEXT = 0x401000
FUNCTIONS = [
    ("runtime.main", TEXT, 0x40),
    ("main.main", TEXT + 0x40, 0x25),
    ("example.com/x.Map[go.shape.int]", TEXT + 0x65, 0x7B),
]


def image(
    table: bytes, *, name: str = ".gopclntab", big_endian: bool = False, bits: int = 64, pad=0
):
    content = bytes(pad) + table
    sections = (
        Section(".text", TEXT, 0x1000, 0, 0, executable=True),
        Section(name, 0x500000, len(content), 0, len(content)),
    )
    return Image(View.of(content), Format.ELF64, ("amd64",), "", big_endian, bits, sections, 0)


@pytest.mark.parametrize("version", file.MAGICS)
@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("big_endian", [False, True])
def test_every_layout(version, bits, big_endian):
    table = file.build(version, FUNCTIONS, bits=bits, big_endian=big_endian)
    found = pclntab.read(image(table, big_endian=big_endian, bits=bits))
    assert (found.version, found.pointer_size, found.count) == (version, bits // 8, 3)
    assert [tuple(one) for one in found.functions()] == FUNCTIONS
    assert list(found.source_files()) == ([] if version == "1.2" else ["main.go"])


@pytest.mark.parametrize("version", ["1.18", "1.20"])
def test_the_end_is_that_of_the_last_record(version):
    table = file.build(version, FUNCTIONS)
    assert pclntab.read(image(table + bytes(100))).end == len(table)


@pytest.mark.parametrize("version", ["1.18", "1.20"])
@pytest.mark.parametrize("big_endian", [False, True])
def test_footprints_add_up(version, big_endian):
    table = file.build(version, FUNCTIONS, big_endian=big_endian)
    found = pclntab.read(image(table, big_endian=big_endian))
    fixed = {"1.18": 40, "1.20": 44}[version]
    assert found.footprints() == [8 + fixed + len(name) + 1 for name, _, _ in FUNCTIONS]
    # What is left: the header, the file's name, and the address behind the last function.
    assert len(table) - sum(found.footprints()) == 8 + 8 * 8 + len("main.go") + 1 + 4


@pytest.mark.parametrize("version", ["1.2", "1.16"])
def test_footprints_of_old_layouts_are_not_known(version):
    assert pclntab.read(image(file.build(version, FUNCTIONS))).footprints() is None


def test_tables_of_counters_count_for_the_first_that_has_them():
    table = bytearray(file.build("1.20", FUNCTIONS))
    found = pclntab.read(image(bytes(table)))
    records = found.functab + (2 * 3 + 1) * 4
    # Twelve bytes of tables between names and functions: pctab moves forward.
    pctab = found.functab - 12
    table[8 + 6 * 8 : 8 + 7 * 8] = struct.pack("<Q", pctab)
    for index, (first, second) in enumerate([(1, 4), (4, 9), (0, 0)]):
        at = records + index * 48
        table[at + 16 : at + 24] = struct.pack("<II", first, second)
    plain = [8 + 44 + len(name) + 1 for name, _, _ in FUNCTIONS]
    sizes = pclntab.read(image(bytes(table))).footprints()
    assert [one - other for one, other in zip(sizes, plain, strict=True)] == [3 + 5, 3, 0]


def test_records_that_claim_too_much():
    table = bytearray(file.build("1.20", FUNCTIONS))
    found = pclntab.read(image(bytes(table)))
    records = found.functab + (2 * 3 + 1) * 4
    table[records + 28 : records + 32] = struct.pack("<I", 0x7FFFFFFF)
    with pytest.raises(FormatError, match="beyond reason"):
        pclntab.read(image(bytes(table))).footprints()


def test_found_without_a_section_of_its_own():
    found = pclntab.read(image(file.build("1.20", FUNCTIONS), name=".rdata", pad=0x123))
    assert found.offset == 0x123
    assert [one.name for one in found.functions()] == [name for name, _, _ in FUNCTIONS]


def test_what_only_looks_like_a_header_is_passed_over():
    decoy = struct.pack("<IBBBB", 0xFFFFFFF1, 0, 0, 1, 8) + bytes(64)
    content = decoy + file.build("1.20", FUNCTIONS)
    assert pclntab.read(image(content, name=".rdata")).offset == len(decoy)


def test_a_start_of_text_that_the_header_leaves_out_is_that_of_the_section():
    table = bytearray(file.build("1.20", FUNCTIONS))
    table[24:32] = bytes(8)
    found = pclntab.read(image(bytes(table)))
    assert [one.address for one in found.functions()] == [address for _, address, _ in FUNCTIONS]


def test_or_what_the_module_data_says():
    table = bytearray(file.build("1.20", FUNCTIONS))
    table[24:32] = bytes(8)
    text = TEXT + 0x80
    words = [0] * 24
    words[0], words[20], words[22] = 0x500000, text, text
    module = struct.pack("<24Q", *words)
    content = bytes(table) + module
    sections = (
        Section(".text", TEXT, 0x1000, 0, 0x1000, executable=True),
        Section(".gopclntab", 0x500000, len(table), 0, len(table)),
        Section(".go.module", 0x600000, len(module), len(table), len(module)),
    )
    whole = Image(
        View.of(content.ljust(0x1000, b"\0")), Format.ELF64, (), "", False, 64, sections, 0
    )
    assert next(pclntab.read(whole).functions()).address == text


def test_none_in_a_program_of_another_language():
    assert pclntab.read(image(b"\x7fnothing here" * 50, name=".rodata")) is None


def test_none_in_a_file_of_debug_data():
    section = Section(".gopclntab", 0x500000, 4096, 0, 0)
    made = Image(View.of(b""), Format.ELF64, ("amd64",), "", False, 64, (section,), 0)
    assert pclntab.read(made) is None


def test_a_section_without_a_table_is_damage():
    with pytest.raises(FormatError, match="no table of functions"):
        pclntab.read(image(bytes(200)))


def test_addresses_that_descend_are_damage():
    table = file.build(
        "1.20", [("a.a", TEXT + 0x10, 0x10), ("b.b", TEXT, 0x10), ("c.c", TEXT + 0x20, 1)]
    )
    with pytest.raises(FormatError):
        list(pclntab.read(image(table)).functions())


def test_more_functions_than_the_file_has_room_for():
    table = bytearray(file.build("1.20", FUNCTIONS))
    table[8:16] = struct.pack("<Q", 1 << 40)
    with pytest.raises(FormatError):
        pclntab.read(image(bytes(table)))


def test_names_that_share_one_long_text_are_refused():
    # A hundred thousand functions whose names are tails of one text would cost gigabytes.
    many = [("x" * 40_000, TEXT + n, 1) for n in range(3)]
    table = bytearray(file.build("1.18", many))
    record = table.rfind(struct.pack("<II", 2, 80_002))
    assert record > 0
    rows = [value for n in range(4000) for value in (n, len(table))]
    start = 8 + 8 * 8
    body = b"x" * 40_000 + b"\0"
    functab = start + len(body)
    records = functab + (2 * 4000 + 1) * 4
    rows = [value for n in range(4000) for value in (n, records - functab)]
    head = struct.pack(
        "<IBBBB8Q", 0xFFFFFFF0, 0, 0, 1, 8, 4000, 1, TEXT, start, start, start, functab, functab
    )
    content = head + body + struct.pack(f"<{len(rows) + 1}I", *rows, 4000) + bytes(64)
    with pytest.raises(FormatError, match="overlap beyond reason"):
        list(pclntab.read(image(content)).functions())


@given(
    names=st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40),
        min_size=1,
        max_size=20,
    ),
    version=st.sampled_from(sorted(file.MAGICS)),
    bits=st.sampled_from([32, 64]),
)
@settings(max_examples=40, deadline=None)
def test_round_trip(names, version, bits):
    functions = [(name, TEXT + 16 * n, 16) for n, name in enumerate(names)]
    found = pclntab.read(image(file.build(version, functions, bits=bits), bits=bits))
    assert [tuple(one) for one in found.functions()] == functions
