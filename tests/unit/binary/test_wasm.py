"""The WebAssembly reader on modules that are built here byte by byte."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from crosswind.binary import wasm
from crosswind.binary.image import Symbol, SymbolKind
from crosswind.binary.view import FormatError, View
from crosswind.binary.wasm import External
from crosswind.port import Format
from images import wasm as file

FUZZ = runpy.run_path(str(Path(__file__).parents[3] / "prove" / "fuzz_readers.py"))


def read(data: bytes) -> wasm.WasmImage:
    return wasm.read(View.of(data))


def test_facts() -> None:
    image = read(file.build())
    assert (image.format, image.goarchs, image.bits) == (Format.WASM, ("wasm",), 32)
    assert [section.name for section in image.sections] == [
        "go:buildid", "type", "import", "export", "code", "data", "producers", "name"
    ]  # fmt: skip
    assert bytes(image.content(image.sections[0]).data) == b"\xff Go build ID"
    assert image.producers == {
        "language": {"Go": "go1.27.3"}, "processed-by": {"Go cmd/compile": "go1.27.3"}
    }  # fmt: skip
    assert len(image.at(0, 16)) == 0


def test_imports_and_exports() -> None:
    image = read(file.build())
    assert image.imports == (
        External("gojs", "run", "function"),
        External("env", "table", "table"),
        External("env", "memory", "memory"),
        External("env", "global", "global"),
        External("env", "tag", "tag"),
    )
    assert image.exports == (External("", "run", "function"), External("", "mem", "memory"))


@pytest.mark.parametrize(
    ("module", "gooses"),
    [("gojs", ("js",)), ("go", ("js",)), ("wasi_snapshot_preview1", ("wasip1",)), ("wasi", ())],
)
def test_goos(module: str, gooses: tuple[str, ...]) -> None:
    assert read(file.build(module=module)).gooses == gooses


def test_symbols_are_functions() -> None:
    image = read(file.build())
    assert image.has_symbols
    assert list(image.symbols()) == [
        Symbol("main.main", 0, 0, SymbolKind.CODE),
        Symbol("runtime.rt0", 300, 0, SymbolKind.CODE),
    ]


def test_stripped() -> None:
    image = read(file.build(names=False))
    assert not image.has_symbols
    assert list(image.symbols()) == []


def test_dwarf_sections_are_custom_ones() -> None:
    assert not read(file.build()).has_dwarf
    assert read(file.build(extra=file.custom(".debug_info", b""))).has_dwarf


def test_unknown_sections_have_a_number() -> None:
    image = read(file.build(extra=file.section(77, b"")))
    assert image.sections[-1].name == "section 77"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\0asm", "header"),
        (b"\0bad\1\0\0\0", "not a WebAssembly module"),
        (file.build(version=0x1000D), "version 0x1000d"),  # a component
        (file.build()[:-1], "truncated: "),
        (b"\0asm\1\0\0\0\1" + b"\xff" * 11, "number without end"),
        (b"\0asm\1\0\0\0" + file.section(2, b"\x7f"), "127 elements in 0 bytes"),
        (b"\0asm\1\0\0\0" + file.section(2, b"\1\1a\1b\x09"), "import of kind 9"),
        (b"\0asm\1\0\0\0" + file.section(7, b"\1\x20a"), "do not fit"),
        (b"\0asm\1\0\0\0" + file.section(0, b"\x20a"), "do not fit"),
    ],
)
def test_damage(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read(data)


def test_exports_of_unknown_kind_are_kept() -> None:
    image = read(b"\0asm\1\0\0\0" + file.section(7, b"\1\1a\x09\0"))
    assert image.exports == (External("", "a", "kind 9"),)


def test_damage_is_a_format_error_and_nothing_else() -> None:
    seeds = [file.build(), file.build(module="wasi_snapshot_preview1", text="path\tx\n")]
    result = FUZZ["campaign"](FUZZ["READERS"]["wasm"], seeds, count=3000, seed=1)
    assert (result.count, result.crashes) == (3000, [])
    assert 0 < result.rejected < 3000
