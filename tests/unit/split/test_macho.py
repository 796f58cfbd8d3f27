import plistlib
import struct
from pathlib import PurePosixPath

import pytest

from crosswind.binary import detect
from crosswind.binary.macho import MachOImage
from crosswind.binary.view import View
from crosswind.errors import BuildError
from crosswind.split import split_file, strip_file
from images import debugged

BITS = pytest.mark.parametrize("bits", [32, 64])
DWARF = PurePosixPath("app.dSYM/Contents/Resources/DWARF/app")


# Four megabytes in four kilobytes.
ZEROS = debugged.compressed(bytes(1 << 22))


def read(data: bytes) -> MachOImage:
    image = detect.read(View.of(data))
    assert isinstance(image, MachOImage)
    return image


def command(data: bytes, number: int) -> tuple[int, ...]:
    """The fields of a load command as 32-bit words."""
    image = read(data)
    one = next(each for each in image.commands if each.number == number)
    return struct.unpack_from(f"<{one.size // 4}I", data, one.offset)


@BITS
def test_local_symbols_go_and_the_rest_is_counted_anew(bits: int) -> None:
    shipped = split_file(debugged.macho(bits=bits), "app").shipped
    assert [one.name for one in read(shipped).symbols()] == ["_shown", "_exit"]
    assert command(shipped, 0xB)[2:8] == (0, 0, 0, 1, 1, 1)


@BITS
def test_indirect_symbols_follow(bits: int) -> None:
    """Of _exit, _main.f, none, _shown: the local one is none now."""
    shipped = split_file(debugged.macho(bits=bits), "app").shipped
    at, count = command(shipped, 0xB)[14:16]
    assert struct.unpack_from(f"<{count}I", shipped, at) == (1, 0x8000_0000, 0x8000_0000, 0)


@BITS
def test_other_parts_of_linkedit_move_along(bits: int) -> None:
    data = debugged.macho(bits=bits)
    shipped = split_file(data, "app").shipped
    old, new = command(data, 0x26)[2:4], command(shipped, 0x26)[2:4]
    assert old[1] == new[1]
    assert old[0] > new[0]
    assert data[old[0] : sum(old)] == shipped[new[0] : sum(new)]


@BITS
def test_the_last_segment_ends_the_file(bits: int) -> None:
    shipped = strip_file(debugged.macho(bits=bits), "app").shipped
    last = read(shipped).segments[-1]
    assert last.name == "__LINKEDIT"
    assert last.offset + last.file_size == len(shipped)
    assert last.offset % 0x1000 == 0
    assert read(debugged.macho(bits=bits)).segments[-1].address == last.address


@BITS
def test_the_bundle(bits: int) -> None:
    made = split_file(debugged.macho(bits=bits), "app")
    assert set(made.debug) == {PurePosixPath("app.dSYM/Contents/Info.plist"), DWARF}
    information = plistlib.loads(made.debug[PurePosixPath("app.dSYM/Contents/Info.plist")])
    assert information["CFBundlePackageType"] == "dSYM"
    companion = read(made.debug[DWARF])
    assert companion.file_type == "debug symbols"
    assert companion.uuid == read(made.shipped).uuid == bytes(range(16))
    found = {
        part.name: bytes(companion.content(part).data)
        for part in companion.sections
        if part.segment == "__DWARF"
    }
    # The names have 16 bytes; with the mark of compression the second was cut.
    assert found == {
        "__debug_info": debugged.DWARF,
        "__debug_line_str": b"lines",
        "__debug_gdb_scri": b"script",
    }


def test_a_name_with_odd_letters_is_spelled_for_xml() -> None:
    made = split_file(debugged.macho(), "a&b<c>")
    text = made.debug[PurePosixPath("a&b<c>.dSYM/Contents/Info.plist")]
    assert plistlib.loads(text)["CFBundleIdentifier"] == "com.apple.xcode.dsym.a&b<c>"


def changed(number: int, word: int, value: int, data: bytes = b"") -> bytes:
    """A program with one word of a load command replaced."""
    data = bytearray(data or debugged.macho())
    one = next(each for each in read(bytes(data)).commands if each.number == number)
    struct.pack_into("<I", data, one.offset + 4 * word, value)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (debugged.macho(tail=b"x"), "__LINKEDIT is not the end"),
        (debugged.macho(debug=((b"__zdebug_info", ZEROS),)), "compressed beyond reason"),
        (changed(0x32, 0, 0x2, changed(0x32, 3, 0)), "two symbol tables"),
        (changed(0xB, 5, 0), "symbols are in no group"),
        (changed(0xB, 4, 0), "groups of symbols overlap"),
        (changed(0x32, 0, 0x31), "may place anything"),
        (changed(0x32, 0, 0x7F), "load command 0x7f may place anything"),
        (changed(0xB, 9, 1), "old libraries"),
        (changed(0x26, 2, 1 << 30), "do not fit the file"),
        (changed(0x2, 3, 1 << 28), "do not fit the file"),
    ],
)
def test_what_cannot_be_moved_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(BuildError, match=message) as caught:
        split_file(data, "app")
    assert caught.value.code == "CW0820"
