"""The XCOFF reader on files that are built here byte by byte."""

from __future__ import annotations

import runpy
import struct
from pathlib import Path

import pytest

from crosswind.binary import xcoff
from crosswind.binary.image import SymbolKind
from crosswind.binary.view import FormatError, View
from crosswind.port import Format
from images import unusual as file

FUZZ = runpy.run_path(str(Path(__file__).parents[3] / "prove" / "fuzz_readers.py"))


def read(data: bytes) -> xcoff.XCOFFImage:
    return xcoff.read(View.of(data))


def test_facts() -> None:
    image = read(file.xcoff())
    assert (image.format, image.goarchs, image.big_endian) == (Format.XCOFF64, ("ppc64",), True)
    assert image.entry == 0x2_0000_0000
    assert not image.shared
    assert read(file.xcoff(shared=True)).shared
    assert image.libraries == ("libc.a(shr_64.o)", "libz.so")
    assert image.has_dwarf


def test_sections() -> None:
    image = read(file.xcoff())
    text, data, bss, dwarf, loader = image.sections
    assert (text.name, text.executable, text.writable) == (".text", True, False)
    assert (data.name, data.executable, data.writable) == (".data", False, True)
    assert (bss.name, bss.size, bss.file_size) == (".bss", 0x100, 0)
    assert bytes(image.content(dwarf).data) == b"DWARF"
    assert loader.name == ".loader"
    assert bytes(image.at(data.address + 4, 4).data) == b"data"


def test_symbols() -> None:
    image = read(file.xcoff())
    assert image.has_symbols
    assert [(s.name, s.address, s.size, s.kind) for s in image.symbols()] == [
        ("main.main", 0x1_0000_0000, 0, SymbolKind.CODE),
        ("main.text", 0x1_0000_0020, 8, SymbolKind.DATA),
        ("main.version", 0x2_0000_0000, 16, SymbolKind.DATA),
        ("main.empty", 0x2_0000_1000, 16, SymbolKind.BSS),
        ("malloc", 0, 0, SymbolKind.UNDEFINED),
        ("constant", 7, 0, SymbolKind.ABSOLUTE),
    ]


def test_stripped() -> None:
    image = read(file.xcoff(symbols=False))
    assert not image.has_symbols
    assert list(image.symbols()) == []


def test_without_an_auxiliary_header_there_is_no_entry() -> None:
    header = struct.pack(">HHIQHHI", 0x1F7, 0, 0, 0, 0, 0, 0)
    assert read(header).entry == 0


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x01\xdf" + bytes(40), "32-bit XCOFF"),
        (b"\x01\xf8" + bytes(40), "not an XCOFF file"),
        (b"\x01\xf7", "XCOFF header"),
        (file.xcoff()[:300], "section headers"),
        (file.xcoff(symbols=False)[:-1], "truncated: section .loader ends at byte"),
    ],
)
def test_damage(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read(data)


def test_cut_symbol_table() -> None:
    with pytest.raises(FormatError, match="string table"):
        list(read(file.xcoff()[:-1]).symbols())


def test_damage_is_a_format_error_and_nothing_else() -> None:
    seeds = [file.xcoff(), file.xcoff(symbols=False)]
    result = FUZZ["campaign"](FUZZ["READERS"]["xcoff"], seeds, count=3000, seed=1)
    assert (result.count, result.crashes) == (3000, [])
    assert 0 < result.rejected < 3000
