"""The Mach-O reader on files that are built here byte by byte, sound and damaged."""

from __future__ import annotations

import random
import runpy
import struct
from pathlib import Path

import pytest

from crosswind.binary import macho, macho_tables
from crosswind.binary.image import SymbolKind
from crosswind.binary.macho_commands import Dylib, Extent, Platform
from crosswind.binary.view import FormatError, View
from crosswind.port import Format
from images import macho as file

FUZZ = runpy.run_path(str(Path(__file__).parents[3] / "prove" / "fuzz_readers.py"))
SHAPES = [("amd64", False), ("arm64", True), ("386", False), ("arm", True)]


def read(data: bytes) -> macho.MachOImage:
    return macho.read(View.of(data))


@pytest.fixture(scope="module")
def image() -> macho.MachOImage:
    return read(file.build())


@pytest.mark.parametrize(("goarch", "big_endian"), SHAPES)
def test_word_size_and_byte_order(goarch: str, big_endian: bool) -> None:
    image = read(file.build(goarch=goarch, big_endian=big_endian))
    assert image.goarchs == (goarch,)
    assert image.big_endian is big_endian
    assert image.format is (Format.MACHO64 if image.bits == 64 else Format.MACHO32)
    assert image.entry == file.BASE[image.bits] + file.PAGE
    assert [symbol.name for symbol in image.symbols()][:2] == ["_main.main", "_main.version"]
    assert image.libraries == ("/usr/lib/libSystem.B.dylib",)


def test_header(image: macho.MachOImage) -> None:
    assert image.file_type == "executable"
    assert image.flags == ("NOUNDEFS", "DYLDLINK", "TWOLEVEL", "PIE")
    assert image.is_pie
    assert image.machine == "arm64 (0x100000c)"


@pytest.mark.parametrize("goarch", ["386", "amd64", "arm", "arm64"])
def test_entry_of_a_thread_state(goarch: str) -> None:
    image = read(file.build(goarch=goarch, entry="thread"))
    assert image.entry == file.BASE[image.bits] + file.PAGE


def test_no_entry() -> None:
    assert read(file.build(entry="")).entry == 0


def test_signed_pointers_are_no_go_architecture() -> None:
    image = read(file.build(subtype=0x8000_0002))
    assert image.goarchs == ()
    assert image.machine == "arm64e (0x100000c)"


def test_commands_in_order(image: macho.MachOImage) -> None:
    names = [command.name for command in image.commands]
    assert names == [
        "LC_SEGMENT_64", "LC_SEGMENT_64", "LC_SEGMENT_64", "LC_SEGMENT_64", "LC_BUILD_VERSION",
        "LC_MAIN", "LC_LOAD_DYLIB", "LC_RPATH", "LC_LOAD_DYLINKER", "LC_UUID", "LC_SYMTAB",
        "LC_DYSYMTAB", "LC_DYLD_INFO_ONLY", "LC_SOURCE_VERSION", "LC_ENCRYPTION_INFO_64",
    ]  # fmt: skip
    assert image.commands[0].offset == 32
    for earlier, later in zip(image.commands, image.commands[1:], strict=False):
        assert later.offset == earlier.offset + earlier.size


def test_command_names() -> None:
    assert macho_tables.command_name(0x22) == "LC_DYLD_INFO"
    assert macho_tables.command_name(0x8000_0022) == "LC_DYLD_INFO_ONLY"
    assert macho_tables.command_name(0x7777) == "0x7777"


def test_segments_and_sections(image: macho.MachOImage) -> None:
    assert [segment.name for segment in image.segments] == [
        "__PAGEZERO", "__TEXT", "__DATA", "__LINKEDIT"
    ]  # fmt: skip
    text, info, data, bss = image.sections
    assert (text.name, text.segment, text.executable, text.writable) == (
        "__text", "__TEXT", True, False
    )  # fmt: skip
    assert (info.name, data.writable, data.executable) == ("__go_buildinfo", True, False)
    assert (bss.name, bss.file_size, bss.size) == ("__bss", 0, file.PAGE)
    assert bytes(image.content(text).data[:4]) == b"\xc0\x03\x5f\xd6"


def test_memory_includes_headers_and_link_edit_data(image: macho.MachOImage) -> None:
    assert bytes(image.at(image.segments[1].address, 4).data) == b"\xcf\xfa\xed\xfe"
    edit = image.segment("__LINKEDIT")
    assert edit is not None
    assert len(image.at(edit.address, 1 << 40)) == edit.file_size
    assert len(image.at(0, 16)) == 0


def test_platforms() -> None:
    image = read(file.build(platforms=[file.MACOS, (6, (15, 0, 0), (15, 2, 1))]))
    assert image.platforms == (
        Platform("macOS", "12.0.0", "13.1.0", "LC_BUILD_VERSION"),
        Platform("Mac Catalyst", "15.0.0", "15.2.1", "LC_BUILD_VERSION"),
    )
    assert image.gooses == ("darwin",)


@pytest.mark.parametrize(
    ("number", "name", "gooses"),
    [
        (0x24, "macOS", ("darwin",)),
        (0x25, "iOS", ("ios",)),
        (0x2F, "tvOS", ()),
        (0x30, "watchOS", ()),
    ],
)
def test_old_version_commands(number: int, name: str, gooses: tuple[str, ...]) -> None:
    image = read(file.build(platforms=[], minimum=[(number, (10, 13, 0), (10, 14, 6))]))
    (platform,) = image.platforms
    assert (platform.name, platform.minimum, platform.sdk) == (name, "10.13.0", "10.14.6")
    assert platform.command == macho_tables.command_name(number)
    assert image.gooses == gooses


def test_no_platform_may_be_either() -> None:
    assert read(file.build(platforms=[])).gooses == ("darwin", "ios")


def test_unknown_platform_has_a_number() -> None:
    (platform,) = read(file.build(platforms=[(99, (1, 0, 0), (0, 0, 0))])).platforms
    assert (platform.name, platform.goos) == ("platform 99", "")


def test_libraries() -> None:
    versions = ((1, 0, 0), (0, 0, 0))
    libraries = [
        (0xD, "/usr/local/lib/libself.dylib", *versions),
        (0xC, "/usr/lib/libSystem.B.dylib", (1311, 100, 3), (1, 0, 0)),
        (0x8000_0018, "weak", *versions),
        (0x8000_001F, "reexported", *versions),
        (0x8000_0023, "upward", *versions),
        (0x20, "lazy", *versions),
    ]
    image = read(file.build(file_type=6, libraries=libraries))
    assert image.file_type == "dynamic library"
    assert image.install_name == "/usr/local/lib/libself.dylib"
    assert image.dylibs[0] == Dylib("/usr/lib/libSystem.B.dylib", "load", "1311.100.3", "1.0.0")
    assert [dylib.kind for dylib in image.dylibs] == ["load", "weak", "reexport", "upward", "lazy"]
    assert image.libraries[1:] == ("weak", "reexported", "upward", "lazy")


def test_single_commands(image: macho.MachOImage) -> None:
    assert image.rpaths == ("@executable_path/lib",)
    assert image.loader == "/usr/lib/dyld"
    assert image.uuid == bytes(range(16))
    assert image.source_version == "1.2.3.4.5"
    assert image.dynamic_symbols is not None
    assert (image.dynamic_symbols.local, image.dynamic_symbols.undefined) == (3, 1)
    assert image.dyld_info is not None
    assert image.dyld_info.rebase.size == 8
    assert image.encryption is not None
    assert (image.encryption.extent, image.encryption.method) == (
        Extent(file.PAGE, file.PAGE), 0
    )  # fmt: skip
    assert image.signature is None
    assert image.chained_fixups is None
    assert read(file.build(fixups=bytes(32))).chained_fixups == Extent(3 * file.PAGE, 32)


def test_symbols(image: macho.MachOImage) -> None:
    symbols = {symbol.name: symbol for symbol in image.symbols()}
    assert "/tmp/main.go" not in symbols  # a debugger's entry
    assert {name: symbol.kind for name, symbol in symbols.items()} == {
        "_main.main": SymbolKind.CODE,
        "_main.version": SymbolKind.DATA,
        "_main.empty": SymbolKind.BSS,
        "__mh_execute_header": SymbolKind.ABSOLUTE,
        "_exit": SymbolKind.UNDEFINED,
    }
    assert symbols["_main.main"].address == image.entry


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        (file.SYMBOLS, True),
        (file.SYMBOLS[3:], False),  # what strip leaves: exported and undefined ones
        ((), False),
    ],
)
def test_stripped(kept: tuple[tuple[str, int, int, int], ...], expected: bool) -> None:
    assert read(file.build(symbols=kept)).has_symbols is expected


def test_go_names() -> None:
    assert macho.go_name("_main.main") == "main.main"
    assert macho.go_name("_exit") == "_exit"
    assert macho.go_name("runtime.main") == "runtime.main"


def test_go_does_without_a_symbol_table(image: macho.MachOImage) -> None:
    data = file.build()
    command = next(command for command in image.commands if command.name == "LC_SYMTAB")
    changed = bytearray(data)
    struct.pack_into("<I", changed, command.offset, 0x7777)
    stripped = read(bytes(changed))
    assert not stripped.has_symbols
    assert list(stripped.symbols()) == []


@pytest.mark.parametrize("wide", [False, True])
def test_universal(wide: bool) -> None:
    intel, arm = file.build(goarch="amd64"), file.build(goarch="arm64")
    fat = macho.read_fat(View.of(file.fat(intel, arm, wide=wide)))
    assert [part.goarchs for part in fat.slices] == [("amd64",), ("arm64",)]
    assert [part.size for part in fat.slices] == [len(intel), len(arm)]
    assert all(part.offset % part.align == 0 for part in fat.slices)
    assert bytes(fat.slices[1].view.data) == arm
    image = fat.slices[1].image()
    assert (image.goarchs, image.view.base) == (("arm64",), fat.slices[1].offset)


def test_universal_errors_name_the_place_in_the_whole_file() -> None:
    data = file.fat(file.build(), b"!<arch>\nno Mach-O")
    part = macho.read_fat(View.of(data)).slices[1]
    with pytest.raises(FormatError, match="not a Mach-O file") as error:
        part.image()
    assert error.value.offset == part.offset


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xca\xfe\xba\xbe\0\0\0\0", "without slices"),
        (b"\xca\xfe\xba\xbe\0\0\0\x34", "not a universal"),  # a Java class file
        (b"\xca\xfe\xba\xbe\0\0\0\2", "universal header"),
        (b"\xca\xfe\xba\xbe", "universal header"),
        (file.fat(file.build())[: -file.PAGE], "truncated: slice for arm64"),
    ],
)
def test_damaged_universal(data: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        macho.read_fat(View.of(data))


def test_java_is_not_universal() -> None:
    assert not macho.is_fat(View.of(b"\xca\xfe\xba\xbe\0\0\0\x34"))
    assert macho.is_fat(View.of(file.fat(file.build())))
    assert not macho.is_fat(View.of(b"\xca\xfe\xba"))


@pytest.mark.parametrize("size", [0, 3, 4, 31, 32, 100, 0x1800, 0x3010])
def test_truncated(size: int) -> None:
    with pytest.raises(FormatError):
        read(file.build()[:size])


def test_truncated_says_so() -> None:
    data = file.build()
    with pytest.raises(FormatError, match="truncated: segment __LINKEDIT ends at byte") as error:
        read(data[:-1])
    assert error.value.offset == len(data) - 1


def test_command_of_no_size() -> None:
    changed = bytearray(file.build())
    struct.pack_into("<I", changed, 36, 0)
    with pytest.raises(FormatError, match="load command 0: size 0") as error:
        read(bytes(changed))
    assert error.value.offset == 36


def test_more_sections_than_fit_their_command() -> None:
    changed = bytearray(file.build())
    text = read(bytes(changed)).commands[1]
    struct.pack_into("<I", changed, text.offset + 64, 0xFFFF_FFFF)
    with pytest.raises(FormatError, match="sections"):
        read(bytes(changed))


def test_symbol_names_that_overlap_beyond_reason() -> None:
    names = ["_" + "a" * 60_000] + [f"_{number}" for number in range(40)]
    data = bytearray(file.build(symbols=[(name, 0x0E, 1, 0) for name in names]))
    table = read(bytes(data)).symbol_table
    assert table is not None
    for number in range(table.count):  # every n_strx now means the long name
        struct.pack_into("<I", data, table.offset + 16 * number, 1)
    with pytest.raises(FormatError, match="overlap"):
        list(read(bytes(data)).symbols())


def test_damage_is_a_format_error_and_nothing_else() -> None:
    seeds = [file.build(goarch=goarch, big_endian=big) for goarch, big in SHAPES]
    seeds += [file.build(sign=file.signature), file.build(entry="thread", fixups=bytes(64))]
    result = FUZZ["campaign"](FUZZ["READERS"]["macho"], seeds, count=3000, seed=1)
    assert (result.count, result.crashes) == (3000, [])
    assert 0 < result.rejected < 3000


def test_damaged_universal_is_a_format_error_and_nothing_else() -> None:
    rng = random.Random(1)
    sound = file.fat(file.build(goarch="amd64"), file.build())
    rejected = 0
    for _ in range(3000):
        data = bytearray(sound)
        for _ in range(rng.choice((1, 2, 4))):
            data[rng.randrange(4, 48)] = rng.choice((0, 1, 2, 16, 127, 128, 255))
        try:
            for part in macho.read_fat(View.of(data)).slices:
                part.image()
        except FormatError:
            rejected += 1
    assert 0 < rejected < 3000
