"""The ELF reader on files that are built here byte by byte, sound and damaged."""

from __future__ import annotations

import runpy
import struct
from pathlib import Path

import pytest

from crosswind.binary import elf
from crosswind.binary.image import SymbolKind
from crosswind.binary.view import FormatError, View
from crosswind.port import Format
from images import elf as file

FUZZ = runpy.run_path(str(Path(__file__).parents[3] / "prove" / "fuzz_readers.py"))
SHAPES = [(64, False), (64, True), (32, False), (32, True)]
GNU_LINUX = ("GNU", 1, struct.pack("<4I", 0, 3, 2, 0))


def read(data: bytes) -> elf.ELFImage:
    return elf.read(View.of(data))


def patched(data: bytes, offset: int, layout: str, value: int) -> bytes:
    changed = bytearray(data)
    struct.pack_into(layout, changed, offset, value)
    return bytes(changed)


@pytest.fixture(scope="module")
def image() -> elf.ELFImage:
    return read(file.build())


@pytest.mark.parametrize(
    ("machine", "bits", "big_endian", "goarchs"),
    [
        (62, 64, False, ("amd64",)),
        (62, 32, False, ()),  # x32
        (3, 32, False, ("386",)),
        (40, 32, False, ("arm",)),
        (40, 32, True, ()),
        (183, 64, False, ("arm64",)),
        (8, 32, True, ("mips",)),
        (8, 32, False, ("mipsle",)),
        (8, 64, True, ("mips64",)),
        (8, 64, False, ("mips64le",)),
        (21, 64, True, ("ppc64",)),
        (21, 64, False, ("ppc64le",)),
        (243, 64, False, ("riscv64",)),
        (22, 64, True, ("s390x",)),
        (258, 64, False, ("loong64",)),
        (43, 64, True, ("sparc64",)),
        (50, 64, False, ()),
    ],
)
def test_machine_word_size_and_byte_order(machine, bits, big_endian, goarchs):
    image = read(file.build(machine=machine, bits=bits, big_endian=big_endian))
    assert image.goarchs == goarchs
    assert (image.bits, image.big_endian) == (bits, big_endian)
    assert image.format is (Format.ELF64 if bits == 64 else Format.ELF32)
    assert image.machine.endswith(f"({machine})")


@pytest.mark.parametrize(("bits", "big_endian"), SHAPES)
@pytest.mark.parametrize("section_headers", [True, False])
@pytest.mark.parametrize("gnu_hash", [True, False])
def test_what_the_loader_reads_needs_no_section_headers(
    bits, big_endian, section_headers, gnu_hash
):
    image = read(
        file.build(
            bits=bits, big_endian=big_endian, section_headers=section_headers, gnu_hash=gnu_hash
        )
    )
    assert image.interpreter == "/lib64/ld-linux-x86-64.so.2"
    assert image.libraries == ("libc.so.6", "libm.so.6")
    assert (image.soname, image.runpath, image.rpath) == ("libself.so", "$ORIGIN/lib", "/opt/lib")
    assert image.go_build_id == "go/build/id"
    (need,) = image.version_needs
    assert need.library == "libc.so.6"
    assert need.versions == ("GLIBC_2.34", "GLIBC_2.4", "GLIBC_PRIVATE")
    assert image.glibc_needed == "2.34"
    assert image.imports == ("puts",)
    assert image.exports == ("answer",)
    answer = list(image.dynamic_symbols())[1]
    assert (answer.name, answer.address, answer.kind) == ("answer", image.entry, SymbolKind.CODE)
    assert image.bind_now
    assert image.relro is elf.Relro.FULL


def test_sections(image):
    text = image.section(".text")
    assert (text.address, text.executable, text.writable) == (image.entry, True, False)
    assert image.section(".dynamic").writable
    assert image.sections[0] is text
    assert bytes(image.content(text).data) == bytes(image.at(image.entry, 64).data) == b"\x90" * 64


def test_segments_stand_in_for_stripped_sections():
    image = read(file.build(section_headers=False))
    (load,) = image.sections
    assert (load.name, load.address, load.executable) == ("LOAD", file.BASE, True)
    assert not image.has_symbols
    assert list(image.symbols()) == []


@pytest.mark.parametrize(("bits", "big_endian"), SHAPES)
def test_symbols(bits, big_endian):
    image = read(file.build(bits=bits, big_endian=big_endian))
    assert image.has_symbols
    assert [(s.name, s.address, s.size, s.kind) for s in image.symbols()] == [
        ("main.go", 0, 0, SymbolKind.OTHER),
        ("main.main", image.entry, 16, SymbolKind.CODE),
        ("outside", 0, 0, SymbolKind.UNDEFINED),
        ("constant", 42, 0, SymbolKind.ABSOLUTE),
    ]


@pytest.mark.parametrize(
    ("data", "linkage", "kind", "pie"),
    [
        (file.static(), "static", "executable", False),
        (file.static(file_type=3, flags_1=0x0800_0000), "static-pie",
         "position-independent executable", True),
        (file.build(), "dynamic", "position-independent executable", True),
        (file.build(file_type=2, flags_1=0), "dynamic", "executable", False),
        (file.build(interpreter="", flags_1=0), "dynamic", "shared library", False),
        (file.static(file_type=3), "dynamic", "shared library", False),
    ],
    ids=["static", "static PIE", "dynamic PIE", "dynamic", "library", "library alone"],
)  # fmt: skip
def test_linkage(data, linkage, kind, pie):
    image = read(data)
    assert (image.linkage, image.kind, image.is_pie) == (linkage, kind, pie)


def test_stack_and_relro():
    assert read(file.build()).stack_executable is False
    assert read(file.build(stack_flags=7)).stack_executable is True
    # The second last program header but one is PT_GNU_STACK; hide it.
    data = file.build()
    offset = data.index(struct.pack("<I", 0x6474E551), 64)
    assert read(patched(data, offset, "<I", 0)).stack_executable is None


def test_compressed_debug_sections(image):
    assert image.compressed_debug == (".debug_info",)
    assert image.has_dwarf


@pytest.mark.parametrize(
    ("fields", "goos"),
    [
        ({"notes": (("NetBSD", 1, b"\0\x27\xb9\x29"),)}, ("netbsd",)),
        ({"notes": (("OpenBSD", 1, bytes(4)),)}, ("openbsd",)),
        ({"notes": (("FreeBSD", 1, bytes(4)),)}, ("freebsd",)),
        ({"notes": (("Android", 1, bytes(4)),)}, ("android",)),
        ({"notes": (GNU_LINUX,)}, ("linux",)),
        ({"os_abi": 9}, ("freebsd",)),
        ({"os_abi": 3}, ("linux",)),
        ({}, ("linux", "dragonfly")),
        ({"machine": 183}, ("linux",)),
    ],
)
def test_operating_system_of_static_programs(fields, goos):
    assert read(file.static(**fields)).goos_candidates == goos


@pytest.mark.parametrize(
    ("interpreter", "goos"),
    [
        ("/lib64/ld-linux-x86-64.so.2", ("linux",)),
        ("/lib/ld-musl-x86_64.so.1", ("linux",)),
        ("/system/bin/linker64", ("android",)),
        ("/lib/amd64/ld.so.1", ("solaris", "illumos")),
        ("/lib/ld.so.1", ("solaris", "illumos")),
        ("/libexec/ld-elf.so.1", ("freebsd",)),
        ("/usr/libexec/ld-elf.so.2", ("dragonfly",)),
        ("/usr/libexec/ld.so", ("openbsd",)),
        ("/libexec/ld.elf_so", ("netbsd",)),
        ("/my/own/ld.so", ("linux", "android", "dragonfly", "solaris", "illumos")),
    ],
)
def test_operating_system_by_interpreter(interpreter, goos):
    assert read(file.build(interpreter=interpreter, needed=())).goos_candidates == goos


def test_operating_system_of_a_library_by_its_c_library():
    library = {"interpreter": "", "flags_1": 0, "notes": ()}
    assert read(file.build(**library)).goos_candidates == ("linux",)
    assert read(file.build(needed=("libc.so.7",), **library)).goos_candidates == ("freebsd",)


@pytest.mark.parametrize(
    ("fields", "words", "float_abi"),
    [
        ({"machine": 40, "bits": 32, "flags": 0x5000400}, ("EABI5",), "hard"),
        ({"machine": 40, "bits": 32, "flags": 0x5000200}, ("EABI5",), "soft"),
        ({"machine": 40, "bits": 32, "flags": 0x5000002}, ("EABI5",), ""),
        ({"machine": 8, "bits": 32, "flags": 0x50001004}, ("MIPS32", "o32", "CPIC"), "soft"),
        ({"machine": 8, "flags": 0x20000004}, ("MIPS III", "CPIC"), "soft"),
        ({"machine": 243, "flags": 0x5}, ("RVC",), "double"),
        ({"machine": 21, "flags": 2}, ("ELFv2",), ""),
        ({"machine": 258, "flags": 0x43}, ("object ABI v1",), "double"),
        ({"machine": 62}, (), ""),
    ],
)
def test_machine_flags_in_words(fields, words, float_abi):
    image = read(file.build(**fields))
    assert (image.abi_flags, image.float_abi) == (words, float_abi)


def test_build_ids():
    image = read(file.build(notes=(("Go", 4, b"a/b"), ("GNU", 3, b"\x01\xfe"))))
    assert (image.go_build_id, image.build_id) == ("a/b", "01fe")
    assert read(file.static()).build_id == read(file.static()).go_build_id == ""


def test_notes_stop_where_one_is_cut():
    image = read(file.build(notes=(("Go", 4, b"a/b"),)))
    (note,) = image.notes
    changed = patched(bytes(image.view.data), note.content.base - 12, "<I", 0x7FFFFFFF)
    assert read(changed).notes == ()


E_SHOFF, E_PHENTSIZE, E_SHENTSIZE, E_SHNUM, E_SHSTRNDX = 40, 54, 58, 60, 62


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x7fELF",
        b"MZ" + bytes(100),
        patched(file.build(), 4, "B", 3),
        patched(file.build(), 5, "B", 0),
        patched(file.build(), E_PHENTSIZE, "<H", 1),
        patched(file.build(), E_SHENTSIZE, "<H", 0),
        patched(file.build(), E_SHNUM, "<H", 0xFFFF),
        patched(file.build(), E_SHOFF, "<Q", 1 << 62),
        patched(file.build(), E_SHSTRNDX, "<H", 0xFE00),
        file.build()[:-1],
    ],
    ids=["empty", "magic only", "PE", "class", "byte order", "phentsize", "shentsize", "shnum",
         "shoff", "shstrndx", "cut"],
)  # fmt: skip
def test_damaged_headers_are_format_errors(data):
    with pytest.raises(FormatError):
        read(data)


def test_a_cut_file_says_so():
    data = file.static(section_headers=False)
    assert not read(data).truncated
    assert read(data[:-1]).truncated


def test_counts_moved_into_section_0():
    """Beyond 65279 sections, gABI moves e_shnum and e_shstrndx into the first section header."""
    data = bytearray(file.build())
    (table,) = struct.unpack_from("<Q", data, E_SHOFF)
    count, names = struct.unpack_from("<HH", data, E_SHNUM)
    struct.pack_into("<HH", data, E_SHNUM, 0, 0xFFFF)
    struct.pack_into("<Q", data, table + 32, count)
    struct.pack_into("<I", data, table + 40, names)
    assert [s.name for s in read(bytes(data)).sections] == [
        s.name for s in read(file.build()).sections
    ]


def test_a_section_count_of_two_to_the_63_is_a_format_error():
    data = bytearray(file.build())
    (table,) = struct.unpack_from("<Q", data, E_SHOFF)
    struct.pack_into("<H", data, E_SHNUM, 0)
    struct.pack_into("<Q", data, table + 32, 1 << 63)
    with pytest.raises(FormatError, match="more than"):
        read(bytes(data))


def test_symbol_table_outside_the_file_is_a_format_error():
    data = file.build()
    image = read(data)
    index = next(i for i, s in enumerate(image.section_headers) if s.name == ".symtab")
    field = image.header.sections_offset + 64 * index + 32
    with pytest.raises(FormatError, match="symbol table"):
        list(read(patched(data, field, "<Q", 1 << 40)).symbols())


def test_section_names_that_share_a_long_text_end_soon():
    """Ten thousand sections, each named by the same 60 kilobytes."""
    count, name = 10000, b"x" * 60000
    row = struct.pack("<IIQQQQIIQQ", 0, 3, 0, 0, 64, len(name) + 1, 0, 0, 0, 0)
    data = bytearray(file.build()[:64]) + name + b"\0"
    struct.pack_into("<Q", data, 32, 0)
    struct.pack_into("<Q", data, E_SHOFF, len(data))
    struct.pack_into("<HHHHHH", data, 52, 64, 56, 0, 64, count, 1)
    with pytest.raises(FormatError, match="overlap"):
        read(bytes(data + row * count))


def test_fuzzed_inputs_raise_nothing_but_format_errors():
    seeds = [file.build(bits=bits, big_endian=big) for bits, big in SHAPES]
    seeds += [file.build(section_headers=False), file.build(section_headers=False, gnu_hash=False)]
    result = FUZZ["campaign"](FUZZ["READERS"]["elf"], seeds, count=2000, seed=1)
    assert (result.count, result.crashes) == (2000, [])
    assert 0 < result.rejected < 2000
