"""What holds for every format, and what is refused; real programs are in tests/integration/split."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

import pytest

from crosswind.binary import detect
from crosswind.binary.image import Image
from crosswind.binary.view import View
from crosswind.darwin import adhoc
from crosswind.errors import BuildError, CrosswindError, UsageError
from crosswind.split import command, split_file, strip_file
from images import debugged, elf, macho, pe, wasm

FORMATS = pytest.mark.parametrize("build", [elf.static, debugged.pe, debugged.macho])


def read(data: bytes) -> Image:
    image = detect.read(View.of(data))
    assert isinstance(image, Image)
    return image


def error(data: bytes, name: str = "app", debug_name: str = "") -> CrosswindError:
    with pytest.raises(CrosswindError) as caught:
        split_file(data, name, debug_name)
    return caught.value


@FORMATS
def test_nothing_is_left_and_nothing_else_changes(build: Callable[[], bytes]) -> None:
    before = read(build())
    for made in (split_file(build(), "app"), strip_file(build(), "app")):
        after = read(made.shipped)
        assert not after.has_dwarf
        assert not after.has_symbols
        assert after.entry == before.entry
        for part in after.sections:
            known = before.section(part.name)
            if known is not None and known.address:
                assert part.address == known.address
                assert bytes(after.content(part).data) == bytes(before.content(known).data)


def defined(image: Image) -> list[tuple[str, int]]:
    return [(one.name, one.address) for one in image.symbols() if one.kind != "undefined"]


@FORMATS
def test_symbols_are_in_the_debug_file(build: Callable[[], bytes]) -> None:
    before, made = read(build()), split_file(build(), "app")
    assert made.notes == ()
    *_, debug = made.debug.values()
    assert defined(read(debug)) == defined(before) != []


@FORMATS
def test_what_is_split_cannot_be_split_again(build: Callable[[], bytes]) -> None:
    shipped = split_file(build(), "app").shipped
    assert error(shipped).code == "CW0821"
    again = strip_file(shipped, "app")
    assert (again.shipped, again.debug) == (shipped, {})
    assert again.notes == ("there was nothing to remove",)


@FORMATS
@pytest.mark.parametrize("cut", [4, 60, 200])
def test_a_truncated_file_is_refused(build: Callable[[], bytes], cut: int) -> None:
    found = error(build()[:cut])
    assert isinstance(found, BuildError)
    assert (found.code, found.subject) == ("CW0820", "app")


def test_the_debug_file_may_have_another_name() -> None:
    made = split_file(elf.static(), "app", "other.dbg")
    assert set(made.debug) == {PurePosixPath("other.dbg")}
    assert b"other.dbg\0" in made.shipped


@pytest.mark.parametrize("data", [b"", b"MZ", b"\x7fELF", b"#!/bin/sh\n"])
def test_what_is_no_program_is_said(data: bytes) -> None:
    assert error(data).code == "CW0820"


def test_other_formats_are_refused() -> None:
    for data in (wasm.build(), elf.build(file_type=1), macho.build(file_type=1)):
        assert error(data).code == "CW0822"
        with pytest.raises(BuildError, match="cannot be split"):
            strip_file(data, "app")
    assert error(macho.fat(debugged.macho())).code == "CW0822"


def test_what_is_signed_with_a_certificate_is_refused() -> None:
    signed = pe.build(certificate=b"PKCS")
    assert error(signed).code == "CW0823"
    shipped = split_file(signed, "app", strip_signature=True).shipped
    assert not read(shipped).certificates
    assert b"PKCS" not in shipped


def test_an_ad_hoc_signature_is_made_anew() -> None:
    from crosswind.binary import codesign

    signed = adhoc.sign(debugged.macho(), adhoc.AdHoc(identifier="org.example.app"))
    image = read(split_file(signed, "app").shipped)
    found = codesign.read(image)
    assert found is not None
    assert found.directories[0].identifier == "org.example.app"
    assert codesign.verify(image) == []


def test_a_mac_program_needs_a_uuid() -> None:
    assert error(debugged.macho(uuid=False)).code == "CW0825"
    assert strip_file(debugged.macho(uuid=False), "app").debug == {}


@pytest.mark.parametrize("name", ["", "a/b", "a\\b", "a\0b", "ä" * 128])
def test_a_name_is_a_name(name: str) -> None:
    for found in (error(elf.static(), name), error(elf.static(), "app", name or "/")):
        assert isinstance(found, UsageError)
        assert found.code == "CW0824"


def test_symbols_alone_are_split_and_that_is_said() -> None:
    made = split_file(debugged.pe(debug=()), "app.exe")
    assert made.notes == ("there was no DWARF: the debug file holds symbols only",)
    assert [one.name for one in read(made.debug[PurePosixPath("app.exe.debug")]).symbols()] == [
        "main.x",
        "main.f",
    ]


def test_a_pdb_file_is_told() -> None:
    assert split_file(pe.build(), "app").notes == (r"it names a PDB file, too: C:\build\hello.pdb",)


def test_the_words_of_a_dry_run() -> None:
    assert command("dist/app", strip=False) == ("crosswind", "split", "dist/app")
    assert command("dist/app", strip=True) == ("crosswind", "split", "--strip", "dist/app")


@pytest.mark.parametrize("build", [elf.static, debugged.pe])
def test_a_program_that_was_split_already(build: Callable[[], bytes]) -> None:
    again = error(split_file(build(), "app").shipped)
    assert again.code == "CW0821"
    assert again.message == "there is nothing to split: its debug data is in app.debug already"
