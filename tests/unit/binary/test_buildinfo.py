"""Go build information in images of every layout the linker has used."""

from __future__ import annotations

import random
import struct
from contextlib import suppress

import pytest

from crosswind.binary import buildinfo, macho, plan9, wasm, xcoff
from crosswind.binary.buildinfo import BuildInfo, Module
from crosswind.binary.view import FormatError, View
from crosswind.port import Format
from images import flat, unusual
from images import macho as macho_file
from images import wasm as wasm_file

MAGIC = b"\xff Go buildinf:"
TEXT = """\
path\texample.com/greet/cmd/greet
mod\texample.com/greet\tv1.2.3\th1:main=
dep\texample.com/one\tv0.1.0\th1:one=
dep\texample.com/two\tv0.2.0
=>\t../two\t(devel)\t
dep\texample.com/three\tv0.3.0\th1:three=
build\t-buildmode=exe
build\t-ldflags="-s -w -X \\"main.name=a b\\""
build\t-trimpath=true
build\tCGO_ENABLED=0
build\tDefaultGODEBUG=panicnil=1
build\tvcs.modified=
build\t"odd key"=`raw value`
"""
EXPECTED = BuildInfo(
    "go1.27.3",
    "example.com/greet/cmd/greet",
    Module("example.com/greet", "v1.2.3", "h1:main="),
    (
        Module("example.com/one", "v0.1.0", "h1:one="),
        Module("example.com/two", "v0.2.0", "", Module("../two", "(devel)", "")),
        Module("example.com/three", "v0.3.0", "h1:three="),
    ),
    {
        "-buildmode": "exe",
        "-ldflags": '-s -w -X "main.name=a b"',
        "-trimpath": "true",
        "CGO_ENABLED": "0",
        "DefaultGODEBUG": "panicnil=1",
        "vcs.modified": "",
        "odd key": "raw value",
    },
)


def framed(text: str) -> bytes:
    return wasm_file.START + text.encode() + wasm_file.END if text else b""


def inline(text: str = TEXT, go: bytes = b"go1.27.3", flags: int = 2) -> bytes:
    """Make the blob of Go 1.18 and newer."""
    head = (MAGIC + bytes([8, flags])).ljust(32, b"\0")
    module = framed(text)
    return head + wasm_file.number(len(go)) + go + wasm_file.number(len(module)) + module


def in_section(content: bytes, name: str = ".go.buildinfo") -> flat.Flat:
    return flat.image((name, 0x1000, content, True))


def test_everything() -> None:
    info = buildinfo.read(in_section(inline()))
    assert info == EXPECTED
    assert info is not None
    assert list(info.settings) == list(EXPECTED.settings)


@pytest.mark.parametrize("size", [4, 8])
@pytest.mark.parametrize("big_endian", [False, True])
def test_pointers_before_go_1_18(size: int, big_endian: bool) -> None:
    order = (">" if big_endian else "<") + ("Q" if size == 8 else "I")
    go, module = b"go1.17.13", framed(TEXT)
    strings = 0x3000
    headers = b"".join(
        struct.pack(order, value)
        for value in (strings, len(go), strings + len(go), len(module))
    )  # fmt: skip
    blob = MAGIC + bytes([size, int(big_endian)])
    blob += struct.pack(order, 0x2000) + struct.pack(order, 0x2000 + 2 * size)
    image = flat.image(
        (".go.buildinfo", 0x1000, blob.ljust(32, b"\0"), True),
        (".data", 0x2000, headers, True),
        (".rodata", 0x3000, go + module, False),
        bits=8 * size,
        big_endian=big_endian,
    )
    info = buildinfo.read(image)
    assert info is not None
    assert info.go_version == "go1.17.13"
    assert info.deps == EXPECTED.deps


def test_pointers_to_nowhere() -> None:
    blob = (MAGIC + b"\x08\x00" + struct.pack("<QQ", 0x9999, 0)).ljust(32, b"\0")
    assert buildinfo.read(in_section(blob)) is None
    assert buildinfo.read(in_section(MAGIC + b"\x07\x00" + bytes(16))) is None


def test_without_modules() -> None:
    assert buildinfo.read(in_section(inline(""))) == BuildInfo("go1.27.3")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nothing here".ljust(64),
        MAGIC,
        inline(go=b""),
        inline()[:40],
        MAGIC + b"\x08\x02" + bytes(16) + b"\xff" * 12,  # a length without end
        MAGIC + b"\x08\x02" + bytes(16) + wasm_file.number(1 << 62) + b"go1.27.3",
    ],
)
def test_no_go_program(content: bytes) -> None:
    assert buildinfo.read(in_section(content)) is None


def test_cut_module_text_leaves_the_version() -> None:
    assert buildinfo.read(in_section(inline()[:-1])) == BuildInfo("go1.27.3")


def test_the_named_section_is_the_only_place() -> None:
    image = flat.image(
        (".go.buildinfo", 0x1000, b"nothing", True), (".data", 0x2000, inline(), True)
    )
    assert buildinfo.read(image) is None


def test_without_a_section_of_its_own_writable_data_is_searched() -> None:
    image = flat.image(
        (".text", 0x1000, inline(go=b"go0"), False), (".data", 0x2000, bytes(48) + inline(), True)
    )
    assert buildinfo.read(image) == EXPECTED


def test_the_mark_must_be_aligned_in_memory() -> None:
    mark = MAGIC + b"\x08\x02" + bytes(16)
    data = b"12345678" + mark + bytes(8) + inline()
    assert buildinfo.read(in_section(data, ".data")) == EXPECTED
    moved = flat.image((".data", 0x1008, b"12345678" + inline(), True))
    assert buildinfo.read(moved) == EXPECTED


def test_a_mark_beyond_a_megabyte() -> None:
    assert buildinfo.read(in_section(bytes((1 << 20) - 16) + inline(), ".data")) == EXPECTED


def test_overlapping_sections_are_not_searched_for_ever() -> None:
    image = flat.image((".data", 0x1000, bytes(1 << 16), True))
    many = type(image)(**{
        **{name: getattr(image, name) for name in image.__dataclass_fields__},
        "sections": image.sections * 100_000,
    })  # fmt: skip
    assert buildinfo.read(many) is None


def test_macho() -> None:
    assert buildinfo.read(macho.read(View.of(macho_file.build(buildinfo=inline())))) == EXPECTED


@pytest.mark.parametrize(("goarch", "odd"), [("386", 8), ("amd64", 0), ("arm", 8)])
def test_plan9_where_the_file_is_not_aligned(goarch: str, odd: int) -> None:
    image = plan9.read(View.of(unusual.plan9(goarch, data=inline())))
    assert image.sections[1].offset % 16 == odd
    assert buildinfo.read(image) == EXPECTED


def test_xcoff() -> None:
    data = inline(flags=3)
    assert buildinfo.read(xcoff.read(View.of(unusual.xcoff(data=data)))) == EXPECTED


def test_wasm() -> None:
    assert buildinfo.read(wasm.read(View.of(wasm_file.build(text=TEXT)))) == EXPECTED


def test_wasm_without_modules_or_producers() -> None:
    assert buildinfo.read(wasm.read(View.of(wasm_file.build()))) == BuildInfo("go1.27.3")
    assert buildinfo.read(wasm.read(View.of(wasm_file.build(go="", text=TEXT)))) is None
    assert buildinfo.read(wasm.read(View.of(b"\0asm\1\0\0\0"))) is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("mod\ta", "1 columns instead of 2 or 3"),
        ("dep\ta\tb\tc\td", "4 columns instead of 2 or 3"),
        ("=>\ta\tb\tc", "replacement without a module before it"),
        ("mod\ta\tb\n=>\ta\tb", "2 columns instead of 3"),
        ("mod\ta\tb\n=>\ta\tb\tc\n=>\ta\tb\tc", "replacement without a module"),
        ("build\t", "no key before '='"),
        ("build\t=value", "no key"),
        ("build\tkey", "no key"),
        ("build\ta b=c", "no key"),
        ('build\t"key', "no quoted string"),
        ('build\t"key"', "no '=' behind the quoted key"),
        ('build\t"key":', "no '='"),
        ("build\tkey=a b", "must be quoted"),
        ('build\tkey="a', "not a quoted string"),
        ('build\tkey="a"b', "not a quoted string"),
    ],
)
def test_what_go_refuses_too(line: str, message: str) -> None:
    image = in_section(inline(f"path\tx\n{line}\n"))
    with pytest.raises(FormatError, match="Go build information: ") as error:
        buildinfo.read(image)
    assert message in error.value.message
    assert error.value.offset == image.sections[0].offset


def test_unknown_lines_and_a_last_one_without_an_end_are_ignored() -> None:
    info = buildinfo.read(in_section(inline("path\tx\nnews\tfrom\tthe future\nplain\n\n")))
    assert info == BuildInfo("go1.27.3", "x")


def test_replaced_main_module() -> None:
    info = buildinfo.read(in_section(inline("mod\ta\tv1\n=>\tb\tv2\th1:b=\n")))
    assert info is not None
    assert info.main == Module("a", "v1", "", Module("b", "v2", "h1:b="))


def test_damage_is_a_format_error_and_nothing_else() -> None:
    rng = random.Random(1)
    for _ in range(3000):
        data = bytearray(inline())
        for _ in range(rng.choice((1, 2, 4))):
            data[rng.randrange(14, len(data))] = rng.choice((0, 9, 10, 34, 61, 92, 96, 128, 255))
        with suppress(FormatError):
            buildinfo.read(in_section(bytes(data[: rng.randrange(len(data) + 1)])))
            buildinfo.read(in_section(bytes(data)))


def test_format_of_flat_images_does_not_matter() -> None:
    image = flat.image((".data", 0, inline(), True), format=Format.PE32_PLUS)
    assert buildinfo.read(image) == EXPECTED
