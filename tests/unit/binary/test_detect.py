"""Which reader takes a file, and what is said of a file that none takes."""

from __future__ import annotations

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.binary import detect, macho
from crosswind.binary.image import Image
from crosswind.binary.view import FormatError, View
from crosswind.port import Format
from images import elf, pe, unusual, wasm
from images import macho as macho_file


def read(data: bytes) -> object:
    return detect.read(View.of(data))


@pytest.mark.parametrize(
    ("data", "format_"),
    [
        (elf.build(), Format.ELF64),
        (elf.build(bits=32), Format.ELF32),
        (pe.build(), Format.PE32_PLUS),
        (pe.build(bits=32), Format.PE32),
        (macho_file.build(), Format.MACHO64),
        (macho_file.build(goarch="386", big_endian=True), Format.MACHO32),
        (wasm.build(), Format.WASM),
        (unusual.xcoff(), Format.XCOFF64),
        (unusual.plan9("386"), Format.PLAN9),
        (unusual.plan9("amd64"), Format.PLAN9),
        (unusual.plan9("arm"), Format.PLAN9),
    ],
)
def test_formats(data: bytes, format_: Format) -> None:
    image = read(data)
    assert isinstance(image, Image)
    assert image.format is format_


@pytest.mark.parametrize("wide", [False, True])
def test_universal(wide: bool) -> None:
    data = macho_file.fat(macho_file.build(goarch="amd64"), macho_file.build(), wide=wide)
    fat = read(data)
    assert isinstance(fat, macho.FatFile)
    assert [part.image().goarchs for part in fat.slices] == [("amd64",), ("arm64",)]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"MZ"[:1], "the file has only 1 bytes"),
        (b"#!/bin/sh\necho\n", "it is a script"),
        (b"plain text\n", "it is text"),
        ("Gr\u00fc\u00dfe\n".encode() * 200, "it is text"),  # the sample may end inside a letter
        (b"\xff\xfeh\0i\0", "it is UTF-16 text"),
        (b"!<arch>\n__.PKGDEF       0           0     0     644     2         `\n", "a Go package"),
        (b"!<arch>\ngo.o/           0           0     0     644     2         `\n", "c-archive"),
        (b"!<arch>\ndebian-binary   0           0     0     644     4         `\n", "a Debian"),
        (b"go object linux amd64 go1.27.3\n", "it is a Go object file"),
        (b"PK\x03\x04" + bytes(26), "it is a zip archive"),
        (b"\x1f\x8b\x08" + bytes(20), "it is gzip data"),
        (b"%PDF-1.7\n", "it is a PDF document"),
        (b"\xca\xfe\xba\xbe\0\0\0\x41" + bytes(20), "it is a Java class file"),
        (bytes(64), "it is filled with zeros"),
        (
            struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, 0, 0),
            "perhaps a COFF object file for x86-64",
        ),
        (b"\x01\x02\x03\x04" * 10, "it is unknown data that begins with 01 02 03 04"),
        (b"caf\xe9 au lait, s'il vous plait", "unknown data"),  # Latin-1 is not guessed at
    ],
)
def test_what_is_no_executable(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match="not an executable: ") as error:
        read(data)
    assert message in error.value.message


WHOLE = [elf.build(), pe.build(), macho_file.build(), wasm.build(), unusual.plan9()]


@pytest.mark.parametrize("data", [*WHOLE, unusual.xcoff()])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_cut_files(data: bytes, share: float) -> None:
    with pytest.raises(FormatError) as error:
        read(data[: max(int(len(data) * share), 4)])
    assert "not an executable" not in error.value.message


@pytest.mark.parametrize("data", [macho_file.build(), wasm.build(), unusual.plan9(), pe.build()])
def test_cut_files_are_called_truncated(data: bytes) -> None:
    with pytest.raises(FormatError, match="truncated: "):
        read(data[: int(len(data) * 0.7)])


def test_a_slice_keeps_its_place_in_the_file() -> None:
    view = View.of(b"padding." + b"no executable").sub(8, 13)
    with pytest.raises(FormatError) as error:
        detect.read(view)
    assert error.value.offset == 8


@given(st.sampled_from(sorted(detect._READERS)) | st.just(b""), st.binary(max_size=200))
def test_nothing_but_format_errors(head: bytes, rest: bytes) -> None:
    with contextlib.suppress(FormatError):
        read(head + rest)
