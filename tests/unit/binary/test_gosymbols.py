"""Values of Go string variables, however the format writes a pointer down."""

from __future__ import annotations

import struct

import pytest

from crosswind.binary import elf, gosymbols, macho, pointers, wasm
from crosswind.binary.gosymbols import Absent, Found, Unresolvable, string_variable
from crosswind.binary.image import Symbol, SymbolKind
from crosswind.binary.view import FormatError, View
from crosswind.port import Format
from images import flat
from images import macho as macho_file
from images import wasm as wasm_file

DATA, TEXT = 0x2000, 0x3000
VARIABLE = Symbol("main.version", DATA, 0, SymbolKind.DATA)
COPY = Symbol("main.version.str", TEXT, 0, SymbolKind.DATA)


def program(
    header: bytes, *more: flat.Part, symbols: tuple[Symbol, ...] = (VARIABLE, COPY), **facts: object
) -> flat.Flat:
    """Make a program whose main.version is the header given; its text is 1.2.3."""
    parts = ((".data", DATA, header, True), (".rodata", TEXT, b"1.2.3", False), *more)
    return flat.image(*parts, symbols=symbols, **facts)


@pytest.mark.parametrize(
    ("bits", "big_endian", "layout"),
    [(64, False, "<QQ"), (64, True, ">QQ"), (32, False, "<II"), (32, True, ">II")],
)
def test_word_size_and_byte_order(bits: int, big_endian: bool, layout: str) -> None:
    image = program(
        struct.pack(layout, TEXT, 5),
        format=Format.ELF64 if bits == 64 else Format.ELF32,
        bits=bits,
        big_endian=big_endian,
    )
    assert string_variable(image, "main.version") == Found(b"1.2.3", injected=True)


def test_not_set_by_the_linker() -> None:
    image = program(struct.pack("<QQ", TEXT, 3), symbols=(VARIABLE,))
    assert string_variable(image, "main.version") == Found(b"1.2", injected=False)


@pytest.mark.parametrize("kind", [SymbolKind.BSS, SymbolKind.DATA])
def test_empty(kind: SymbolKind) -> None:
    symbol = Symbol("main.version", DATA, 16, kind)
    image = program(bytes(16), symbols=(symbol,))
    assert string_variable(image, "main.version") == Found(b"", injected=False)


def test_several_in_one_pass() -> None:
    image = program(struct.pack("<QQ", TEXT, 5))
    assert gosymbols.string_variables(image, ["main.version", "main.commit"]) == {
        "main.version": Found(b"1.2.3", injected=True),
        "main.commit": Absent(),
    }


def test_undefined_is_absent() -> None:
    undefined = Symbol("main.version", 0, 0, SymbolKind.UNDEFINED)
    assert string_variable(program(bytes(16), symbols=(undefined,)), "main.version") == Absent()


def test_c_linkers_put_an_underscore_first() -> None:
    symbols = tuple(Symbol("_" + s.name, s.address, 0, s.kind) for s in (VARIABLE, COPY))
    image = program(struct.pack("<QQ", TEXT, 5), symbols=symbols)
    assert string_variable(image, "main.version") == Found(b"1.2.3", injected=True)


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("main.version", "main.version"),
        ("example.com/greet/internal/info.commit", "example.com/greet/internal/info.commit"),
        ("gopkg.in/yaml.v3.Version", "gopkg.in/yaml%2ev3.Version"),
        ('a%b/c"d.x', "a%25b/c%22d.x"),
        ("example.com/\u00fc.x", "example.com/%c3%bc.x"),
    ],
)
def test_symbol_names(name: str, symbol: str) -> None:
    assert gosymbols.symbol_name(name) == symbol


def test_symbol_of_a_path_with_dots_is_found() -> None:
    symbols = (Symbol("gopkg.in/yaml%2ev3.Version", DATA, 16, SymbolKind.DATA),)
    image = program(struct.pack("<QQ", TEXT, 5), symbols=symbols)
    assert string_variable(image, "gopkg.in/yaml.v3.Version") == Found(b"1.2.3", injected=False)


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (program(bytes(16), symbols=()), "the symbol table was stripped"),
        (program(bytes(8)), "it lies outside the file"),
        (program(struct.pack("<QQ", TEXT, 6)), "its text lies outside the file"),
        (program(struct.pack("<QQ", TEXT, 1 << 63)), "its text lies outside the file"),
        (program(struct.pack("<QQ", 0, 5), symbols=(VARIABLE,)), "filled in by the loader"),
        (
            program(bytes(16), symbols=(Symbol("main.version", DATA, 8, SymbolKind.DATA),)),
            "it is too small for a string",
        ),
        (wasm.read(View.of(wasm_file.build())), "WebAssembly has no symbols of variables"),
    ],
)
def test_unresolvable(image: flat.Flat, reason: str) -> None:
    answer = string_variable(image, "main.version")
    assert isinstance(answer, Unresolvable)
    assert reason in answer.reason


def rela(address: int, kind: int, addend: int, order: str = "<") -> bytes:
    return struct.pack(order + "QQQ", address, kind, addend)


@pytest.mark.parametrize(
    ("goarch", "kind", "order"),
    [("amd64", 8, "<"), ("arm64", 1027, "<"), ("riscv64", 3, "<"), ("s390x", 12, ">")],
)
def test_relocations_carry_the_value(goarch: str, kind: int, order: str) -> None:
    # The first entry only looks like the one that is wanted, from its second word on.
    table = rela(8, kind, DATA, order) + rela(DATA, kind, TEXT, order)
    image = program(
        struct.pack(order + "QQ", 0, 5),
        (".rela.dyn", 0x4000, table, False),
        goarch=goarch,
        big_endian=order == ">",
    )
    assert string_variable(image, "main.version") == Found(b"1.2.3", injected=True)


def test_other_relocations_leave_the_word() -> None:
    table = rela(DATA, 1 << 32 | 6, 0x9999)
    image = program(struct.pack("<QQ", TEXT, 5), (".rela.dyn", 0x4000, table, False))
    assert string_variable(image, "main.version") == Found(b"1.2.3", injected=True)


def chains(pointer_format: int, *, segment: int = 2) -> bytes:
    """Make chained fixups for one of four segments."""
    header = struct.pack("<7I", 0, 28, 0, 0, 0, 1, 0)
    offsets = [20 if number == segment else 0 for number in range(4)]
    starts = struct.pack("<5I", 4, *offsets)
    return header + starts + struct.pack("<IHHQIHH", 24, 0x1000, pointer_format, 0x2000, 0, 1, 0)


def chained(word: int, fixups: bytes, injected: bool = True) -> macho.MachOImage:
    data = struct.pack("<QQ", word, 5) + b"1.2.3"
    symbols = [("_main.version", 0x0E, 3, 0)]
    if injected:
        symbols.append(("_main.version.str", 0x0E, 3, 16))
    return macho.read(View.of(macho_file.build(data=data, fixups=fixups, symbols=symbols)))


OFFSET = 2 * macho_file.PAGE + 16  # of the text, from the header
ADDRESS = macho_file.BASE[64] + OFFSET
NEXT = 4 << 51


@pytest.mark.parametrize(
    ("word", "fixups"),
    [
        (ADDRESS, b""),  # Go's own linker: the word is the address
        (ADDRESS | NEXT, chains(2)),
        (OFFSET | NEXT, chains(6)),
        (ADDRESS, chains(6, segment=1)),  # no fixups in this segment
    ],
)
@pytest.mark.parametrize("injected", [False, True])
def test_chained_fixups(word: int, fixups: bytes, injected: bool) -> None:
    image = chained(word, fixups, injected)
    assert string_variable(image, "main.version") == Found(b"1.2.3", injected=injected)


def test_fixups_that_go_does_not_use() -> None:
    for word, fixups in ((1 << 63, chains(6)), (ADDRESS, chains(12))):
        answer = string_variable(chained(word, fixups, injected=False), "main.version")
        assert answer == Unresolvable("its pointer is filled in by the loader")
        # The linker's copy of the text says where it is all the same.
        assert string_variable(chained(word, fixups), "main.version") == Found(b"1.2.3", True)


def test_damaged_fixups() -> None:
    with pytest.raises(FormatError, match="chained fixups"):
        string_variable(chained(ADDRESS, b"\xff" * 32), "main.version")


def test_pointers_outside_the_file() -> None:
    image = program(bytes(16))
    assert pointers.resolve(image, 0x9999) is None
    assert pointers.resolve(image, DATA) == 0


def test_a_real_elf_reader() -> None:
    from images import elf as elf_file

    image = elf.read(View.of(elf_file.build()))
    assert string_variable(image, "main.version") == Absent()
