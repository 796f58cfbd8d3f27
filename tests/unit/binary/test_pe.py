"""The PE reader on files that are built here byte by byte, sound and damaged."""

from __future__ import annotations

import runpy
import struct
from pathlib import Path

import pytest

from crosswind.binary import pe
from crosswind.binary.image import SymbolKind
from crosswind.binary.view import FormatError, View
from crosswind.port import Format
from images import pe as file

FUZZ = runpy.run_path(str(Path(__file__).parents[3] / "prove" / "fuzz_readers.py"))


def read(data: bytes) -> pe.PEImage:
    return pe.read(View.of(data))


def patched(data: bytes, offset: int, layout: str, value: int) -> bytes:
    changed = bytearray(data)
    struct.pack_into(layout, changed, offset, value)
    return bytes(changed)


# Offsets of header fields in the files built here, whose PE signature is at 0x80.
COFF = 0x84
OPTIONAL = COFF + 20
DIRECTORIES = OPTIONAL + 112


@pytest.fixture(scope="module")
def image() -> pe.PEImage:
    return read(file.build())


@pytest.mark.parametrize(
    ("bits", "machine", "format_", "goarchs"),
    [
        (64, 0x8664, Format.PE32_PLUS, ("amd64",)),
        (64, 0xAA64, Format.PE32_PLUS, ("arm64",)),
        (32, 0x14C, Format.PE32, ("386",)),
        (32, 0x1C4, Format.PE32, ("arm",)),
        (64, 0x200, Format.PE32_PLUS, ()),
    ],
)
def test_machine_and_word_size(bits, machine, format_, goarchs):
    image = read(file.build(bits=bits, machine=machine))
    assert (image.format, image.bits, image.goarchs) == (format_, bits, goarchs)
    assert image.machine.endswith(f"({machine:#06x})")
    assert image.entry == file.IMAGE_BASE[bits] + file.TEXT


def test_optional_header_has_every_field(image):
    header = image.headers.optional
    assert (header.os_major, header.os_minor, header.subsystem_major) == (6, 1, 6)
    assert (header.section_alignment, header.file_alignment) == (0x1000, 0x200)
    assert (header.image_size, header.headers_size) == (0x5000, 0x400)
    assert (header.stack_reserve, header.stack_commit) == (0x100000, 0x1000)
    assert (header.heap_reserve, header.heap_commit) == (0x200000, 0x2000)
    assert header.directory_count == len(image.headers.directories) == 16


def test_pe32_has_the_same_fields_in_narrow_form():
    wide, narrow = (read(file.build(bits=bits)).headers.optional for bits in (64, 32))
    assert narrow.image_base == 0x400000
    assert narrow.heap_commit == wide.heap_commit
    assert narrow.dll_characteristics == wide.dll_characteristics


def test_hardening_flags():
    image = read(file.build(dll_characteristics=0x4160))
    assert image.dll_characteristics == ("HIGH_ENTROPY_VA", "DYNAMIC_BASE", "NX_COMPAT", "GUARD_CF")
    assert image.aslr
    assert image.high_entropy_va
    assert image.nx_compat
    assert image.control_flow_guard
    bare = read(file.build(dll_characteristics=0))
    assert not any((bare.aslr, bare.high_entropy_va, bare.nx_compat, bare.control_flow_guard))


def test_stripped_relocations_defeat_aslr():
    image = read(file.build(characteristics=0x0023))
    assert image.relocations_stripped
    assert not image.aslr


@pytest.mark.parametrize(
    ("number", "words", "gui"),
    [(2, "Windows GUI", True), (3, "Windows console", False), (99, "unknown (99)", False)],
)
def test_subsystem(number, words, gui):
    image = read(file.build(subsystem=number))
    assert (image.subsystem, image.is_gui) == (words, gui)


def test_dll():
    assert read(file.build(characteristics=0x2022)).is_dll


def test_sections_have_long_names_and_absolute_addresses(image):
    text, data, debug = image.sections
    assert (text.name, text.address, text.executable) == (".text", 0x140001000, True)
    assert (data.writable, data.size, data.file_size) == (True, 0x1800, 0x1000)
    assert debug.name == ".debug_info"
    assert image.has_dwarf
    assert bytes(image.content(debug).data[:5]) == b"DWARF"


@pytest.mark.parametrize(
    ("short", "long"), [(b"//AAAAAE", ".debug_info"), (b"//!", "//!"), (b"/99999", "/99999")]
)
def test_spellings_of_long_section_names(short, long):
    data = file.build()
    offset = read(data).headers.section_table_offset + 2 * 40
    changed = data[:offset] + short.ljust(8, b"\0") + data[offset + 8 :]
    assert read(changed).sections[2].name == long


def test_imports(image):
    kernel, numbers = image.imports
    assert image.libraries == ("KERNEL32.dll", "numbers.dll")
    assert [function.name for function in kernel.functions] == ["ExitProcess", "WriteFile"]
    assert kernel.functions[0].hint == 7
    assert [(function.name, function.ordinal) for function in numbers.functions] == [("", 115)]


def test_imports_of_pe32():
    image = read(file.build(bits=32))
    assert [len(library.functions) for library in image.imports] == [2, 1]
    assert image.imports[1].functions[0].ordinal == 115


def test_delay_imports(image):
    (library,) = image.delay_imports
    assert (library.name, library.functions[0].name) == ("user32.dll", "MessageBoxW")


def test_exports(image):
    named, forwarded, by_ordinal = image.exports
    assert (named.name, named.ordinal, named.address) == ("add", 10, file.TEXT)
    assert (forwarded.name, forwarded.address) == ("gone", 0)
    assert forwarded.forwarder == "NTDLL.RtlExit"
    assert (by_ordinal.name, by_ordinal.ordinal, by_ordinal.address) == ("", 12, file.TEXT + 4)


def test_debug_directory_names_the_pdb(image):
    codeview, repro = image.debug_entries
    assert codeview.path == r"C:\build\hello.pdb"
    assert codeview.guid == "03020100-0504-0706-0809-0a0b0c0d0e0f"
    assert (codeview.age, codeview.timestamp, repro.kind) == (3, 77, "repro")


def test_certificates_and_overlay():
    image = read(file.build(certificate=b"PKCS", overlay=b"installer data"))
    (certificate,) = image.certificates
    assert (certificate.size, certificate.type) == (12, 2)
    assert bytes(image.view.take(certificate.offset + 8, 4)) == b"PKCS"
    assert bytes(image.overlay.data).rstrip(b"\0") == b"installer data"
    assert not bytes(read(file.build()).overlay.data).strip(b"\0")


def test_directories_that_are_only_looked_for(image):
    assert image.has_resources
    assert image.has_relocations
    assert image.has_tls
    assert image.has_load_config
    assert not image.is_dotnet
    bare = read(file.build(tables=False))
    assert not any((bare.has_resources, bare.has_relocations, bare.has_tls, bare.has_load_config))
    assert bare.imports == bare.delay_imports == bare.exports == bare.debug_entries == ()
    assert bare.certificates == ()


def test_symbols(image):
    base = 0x140000000
    assert [(symbol.name, symbol.address, symbol.kind) for symbol in image.symbols()] == [
        (".file", 0, SymbolKind.OTHER),
        ("main.longer_than_eight", base + file.TEXT + 4, SymbolKind.CODE),
        ("main.x", base + file.DATA + 8, SymbolKind.DATA),
        ("main.bss", base + file.DATA + 0x1100, SymbolKind.BSS),
        ("outside", 0, SymbolKind.UNDEFINED),
        ("absolute", 42, SymbolKind.ABSOLUTE),
    ]


def test_without_symbols():
    image = read(file.build(symbols=False))
    assert not image.has_symbols
    assert list(image.symbols()) == []


def test_memory_is_read_by_virtual_address(image):
    assert bytes(image.at(image.entry, 1).data) == b"\xc3"
    assert bytes(image.at(0x140000000, 2).data) == b"MZ"
    assert len(image.at(0x140000000 + file.DATA + 0xFFF, 64)) == 1
    assert len(image.at(0x1000, 4)) == len(image.at(0x140000000 + file.DATA + 0x1400, 4)) == 0


def test_checksum_ignores_its_own_field():
    data = file.build()
    right = read(data).compute_checksum()
    field = read(data).headers.checksum_offset
    marked = read(patched(data, field, "<I", right))
    assert marked.checksum == marked.compute_checksum() == right


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 9000, b"\xff" * 4097, bytes(100), b"\x01", b""]
)
def test_checksum_is_the_one_s_complement_sum(data):
    total = 0
    for (word,) in struct.iter_unpack("<H", data + bytes(len(data) % 2)):
        total += word
        total = (total & 0xFFFF) + (total >> 16)
    assert pe.checksum(View.of(data), len(data)) == total + len(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ",
        b"\x7fELF" + bytes(100),
        b"MZ".ljust(0x3C, b"\0") + b"\xff\xff\xff\x7f",
        b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x40) + b"NE\0\0",
        patched(file.build(), OPTIONAL, "<H", 0x107),
        patched(file.build(), COFF + 16, "<H", 40),
        patched(file.build(), COFF + 2, "<H", 0xFFFF),
        file.build()[:0x1FF],
    ],
    ids=["empty", "stub only", "ELF", "far header", "NE", "ROM", "short header", "sections", "cut"],
)
def test_damaged_headers_are_format_errors(data):
    with pytest.raises(FormatError):
        read(data)


def test_a_cut_file_says_so():
    data = file.build(symbols=False)
    assert not read(data).truncated
    assert read(data[:-600]).truncated
    assert len(read(data[:-600]).content(read(data).sections[2])) == 0


def test_a_directory_count_beyond_the_header_is_cut():
    image = read(patched(file.build(), DIRECTORIES - 4, "<I", 0xFFFFFFFF))
    assert len(image.headers.directories) == 16


@pytest.mark.parametrize(
    ("index", "question"),
    [
        (0, "exports"),
        (1, "imports"),
        (4, "certificates"),
        (6, "debug_entries"),
        (13, "delay_imports"),
    ],
)
def test_tables_outside_the_file_are_format_errors(index, question):
    data = patched(file.build(), DIRECTORIES + 8 * index, "<I", 0x7FFF0000)
    with pytest.raises(FormatError):
        getattr(read(patched(data, DIRECTORIES + 8 * index + 4, "<I", 64)), question)


def test_symbols_outside_the_file_are_a_format_error():
    image = read(patched(file.build(), COFF + 12, "<I", 0xFFFFFFFF))
    with pytest.raises(FormatError, match="COFF symbol table"):
        list(image.symbols())


def test_what_is_no_import_table_is_told_at_its_first_entry():
    """ "PE Format", import lookup table: bits 62-31 of a name's entry are zero in PE32+."""
    code = b"\x0f\x0b" * 4
    data = bytearray(file.build())
    directory = struct.unpack_from("<I", data, DIRECTORIES + 8)[0]
    rows = file.HEADERS + file.FILE_ALIGNMENT + directory - file.DATA
    struct.pack_into("<I", data, rows, file.TEXT)
    data[file.HEADERS : file.HEADERS + len(code)] = code
    with pytest.raises(FormatError, match="neither a name's address nor an ordinal"):
        _ = read(bytes(data)).imports


def test_import_tables_that_overlap_end_soon():
    """Many libraries share one table of many functions: small in the file, huge when followed."""
    thunks = struct.pack("<Q", 1 << 63 | 1) * 2000 + bytes(8)
    address = 0x8000
    rows = struct.pack("<5I", address, 0, 0, file.TEXT, address) * 2000 + bytes(20)
    data = bytearray(file.build())
    start = len(data)
    data += thunks + rows
    section = read(bytes(data)).headers.section_table_offset + 40
    struct.pack_into("<IIII", data, section + 8, 0x100000, address, len(data) - start, start)
    struct.pack_into("<II", data, DIRECTORIES + 8, address + len(thunks), len(rows))
    with pytest.raises(FormatError, match="imported functions"):
        _ = read(bytes(data)).imports


def test_symbols_that_share_a_long_name_end_soon():
    """A thousand symbols, each named by the same 60 kilobytes."""
    count, name = 1000, b"x" * 60000
    rows = struct.pack("<IIIhHBB", 0, 4, 0, 1, 0, 2, 0) * count
    data = bytearray(file.build())
    struct.pack_into("<II", data, COFF + 8, len(data), count)
    data += rows + struct.pack("<I", 5 + len(name)) + name + b"\0"
    with pytest.raises(FormatError, match="overlap"):
        list(read(bytes(data)).symbols())


def test_fuzzed_inputs_raise_nothing_but_format_errors():
    seeds = [file.build(certificate=b"PKCS", overlay=b"data"), file.build(bits=32, machine=0x14C)]
    result = FUZZ["campaign"](FUZZ["READERS"]["pe"], seeds, count=2000, seed=1)
    assert (result.count, result.crashes) == (2000, [])
    assert 0 < result.rejected < 2000
