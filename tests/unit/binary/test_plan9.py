"""The Plan 9 reader on files that are built here byte by byte."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from crosswind.binary import plan9
from crosswind.binary.image import SymbolKind
from crosswind.binary.view import FormatError, View
from crosswind.port import Format
from images import unusual as file

FUZZ = runpy.run_path(str(Path(__file__).parents[3] / "prove" / "fuzz_readers.py"))


def read(data: bytes) -> plan9.Plan9Image:
    return plan9.read(View.of(data))


@pytest.mark.parametrize(
    ("goarch", "bits", "text", "data"),
    [
        ("amd64", 64, 0x20_0028, 0x40_0000),
        ("386", 32, 0x1020, 0x2000),
        ("arm", 32, 0x1020, 0x2000),
    ],
)
def test_facts(goarch: str, bits: int, text: int, data: int) -> None:
    image = read(file.plan9(goarch))
    assert (image.format, image.goarchs, image.bits) == (Format.PLAN9, (goarch,), bits)
    assert image.entry == 0x20_0028
    assert [section.name for section in image.sections] == [
        "text", "data", "bss", "syms", "spsz", "pcsz"
    ]  # fmt: skip
    code, values, bss = image.sections[:3]
    assert (code.address, code.executable, code.writable) == (text, True, False)
    assert (values.address, values.executable, values.writable) == (data, False, True)
    assert (bss.address, bss.file_size) == (data + values.size, 0)
    assert bytes(image.at(data, 4).data) == b"data"
    assert bytes(image.content(image.sections[-1]).data) == b"pcsz"


@pytest.mark.parametrize("goarch", ["amd64", "386"])
def test_symbols(goarch: str) -> None:
    image = read(file.plan9(goarch))
    assert image.has_symbols
    assert [(symbol.name, symbol.address, symbol.kind) for symbol in image.symbols()] == [
        ("main.main", 0x200028, SymbolKind.CODE),
        ("main.version", 0x400000, SymbolKind.DATA),
        ("main.empty", 0x400040, SymbolKind.BSS),
        ("main.last", 0x200030, SymbolKind.CODE),
    ]


def test_stripped() -> None:
    image = read(file.plan9(symbols=b""))
    assert not image.has_symbols
    assert list(image.symbols()) == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\0\0\x8a\x97", "Plan 9 header"),
        (bytes(32), "not a Plan 9 executable"),
        (file.plan9()[:36], "Plan 9 header"),
        (file.plan9()[:-1], "truncated: sections end at byte"),
    ],
)
def test_damage(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read(data)


@pytest.mark.parametrize("table", [bytes(8) + b"\xd4main", b"\0", bytes(8) + b"\xfa"])
def test_cut_symbol_table(table: bytes) -> None:
    with pytest.raises(FormatError, match="ends inside a symbol"):
        list(read(file.plan9(symbols=table)).symbols())


def test_path_without_an_end() -> None:
    table = bytes(8) + b"\xfa\0\0\1\0\2"
    assert list(read(file.plan9(symbols=table)).symbols()) == []


def test_damage_is_a_format_error_and_nothing_else() -> None:
    seeds = [file.plan9("amd64"), file.plan9("386"), file.plan9("arm")]
    result = FUZZ["campaign"](FUZZ["READERS"]["plan9"], seeds, count=3000, seed=1)
    assert (result.count, result.crashes) == (3000, [])
    assert 0 < result.rejected < 3000
