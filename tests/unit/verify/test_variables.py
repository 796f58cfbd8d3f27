"""Injected variables where the integration tests have no program: several, empty, WebAssembly."""

from __future__ import annotations

import struct

import pytest

from crosswind.binary.image import Symbol, SymbolKind
from crosswind.finding import Status
from crosswind.port import Format
from crosswind.verify import Expectation, variables
from crosswind.verify.subject import Subject
from images import flat

TEXT, DATA = 0x1000, 0x2000
VALUES = {"main.version": b"1.2.3", "example.com/x/build.Time": b"now"}


def program(**options: object) -> Subject:
    """Lay out string variables as the linker does."""
    text, data, symbols = b"", b"", []
    for name, value in VALUES.items():
        symbols.append(Symbol(name, DATA + len(data), 16, SymbolKind.DATA))
        data += struct.pack("<QQ", TEXT + len(text), len(value))
        text += value
    parts = ((".rodata", TEXT, text, False), (".data", DATA, data, True))
    image = flat.image(*parts, symbols=options.pop("symbols", tuple(symbols)), **options)
    return Subject("program", image.view, image)


def both(subject: Subject, *wanted: tuple[str, str]) -> tuple[Status, Status]:
    expected = Expectation(variables=wanted)
    return (
        variables.names(subject, expected).status,
        variables.values(subject, expected).status,
    )


@pytest.mark.parametrize(
    ("wanted", "verdicts"),
    [
        ((("main.version", "1.2.3"),), (Status.PASS, Status.PASS)),
        ((("main.version", "1.2.4"),), (Status.PASS, Status.FAIL)),
        ((("main.version", ""),), (Status.PASS, Status.FAIL)),
        ((("main.verzion", "1.2.3"),), (Status.FAIL, Status.SKIP)),
        ((("main.version", "1.2.3"), ("main.none", "x")), (Status.FAIL, Status.PASS)),
        ((("example.com/x/build.Time", "now"), ("main.version", "1.2.3")), (Status.PASS,) * 2),
    ],
)
def test_with_symbols(wanted, verdicts):
    assert both(program(), *wanted) == verdicts


@pytest.mark.parametrize(
    ("value", "status"), [("1.2.3", Status.WARN), ("7.7.7", Status.FAIL), ("", Status.SKIP)]
)
def test_stripped(value, status):
    assert both(program(symbols=()), ("main.version", value)) == (Status.SKIP, status)


def test_webassembly_has_no_symbols_of_data():
    subject = program(format=Format.WASM)
    assert both(subject, ("main.version", "1.2.3")) == (Status.SKIP, Status.WARN)


def test_nothing_was_asked():
    assert variables.names(program(), Expectation()) is None
    assert variables.values(program(), Expectation()) is None
