"""Small files of the specification's every table; real programs are in tests/integration/split."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from crosswind.binary import debuglink, detect
from crosswind.binary.elf import ELFImage
from crosswind.binary.view import View
from crosswind.errors import BuildError, CrosswindError, UsageError
from crosswind.split import command, split_file, strip_file
from images import elf, pe, wasm


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("big_endian", [False, True])
def test_an_elf_keeps_what_is_loaded(bits: int, big_endian: bool) -> None:
    data = elf.static(bits=bits, big_endian=big_endian)
    before, made = detect.read(View.of(data)), split_file(data, "app")
    after = detect.read(View.of(made.shipped))
    assert isinstance(before, ELFImage)
    assert isinstance(after, ELFImage)
    assert (after.segments, after.entry) == (before.segments, before.entry)
    assert not after.has_symbols
    assert not after.has_dwarf
    debug = made.debug[PurePosixPath("app.debug")]
    assert debuglink.read(after) == ("app.debug", debuglink.checksum(debug))
    kept = detect.read(View.of(debug))
    assert list(kept.symbols()) == list(before.symbols())
    assert [part.name for part in kept.sections] == [part.name for part in before.sections]


def test_strip_leaves_no_link_and_no_file() -> None:
    made = strip_file(elf.static(), "app")
    assert made.debug == {}
    assert detect.read(View.of(made.shipped)).section(debuglink.SECTION) is None


def error(data: bytes, name: str = "app") -> CrosswindError:
    with pytest.raises(CrosswindError) as caught:
        split_file(data, name)
    return caught.value


def test_what_is_split_cannot_be_split_again() -> None:
    assert error(split_file(elf.static(), "app").shipped).code == "CW0821"


@pytest.mark.parametrize("data", [b"", b"MZ", b"\x7fELF", b"#!/bin/sh\n", elf.static()[:100]])
def test_what_is_no_program_is_said(data: bytes) -> None:
    found = error(data)
    assert isinstance(found, BuildError)
    assert (found.code, found.subject) == ("CW0820", "app")


def test_other_formats_are_refused() -> None:
    assert error(wasm.build()).code in ("CW0821", "CW0822")
    assert error(elf.build(file_type=1)).code == "CW0822"


@pytest.mark.parametrize("name", ["", "a/b", "a\\b", "a\0b", "a" * 256])
def test_a_name_is_a_name(name: str) -> None:
    found = error(elf.static(), name)
    assert isinstance(found, UsageError)
    assert found.code == "CW0824"


def test_the_words_of_a_dry_run() -> None:
    assert command("dist/app", strip=False) == ("crosswind", "split", "dist/app")
    assert command("dist/app", strip=True) == ("crosswind", "split", "--strip", "dist/app")


def test_a_pe_keeps_its_addresses() -> None:
    data = pe.build()
    before = detect.read(View.of(data))
    made = split_file(data, "app.exe")
    after = detect.read(View.of(made.shipped))
    assert not after.has_symbols
    assert not after.has_dwarf
    sections = {part.name: part.address for part in after.sections}
    assert sections.items() <= {part.name: part.address for part in before.sections}.items() | {
        (debuglink.SECTION, sections[debuglink.SECTION])
    }
