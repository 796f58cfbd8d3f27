import struct

import pytest

from crosswind.binary import debuglink, detect
from crosswind.binary.pe import PEImage
from crosswind.binary.view import View
from crosswind.errors import BuildError
from crosswind.split import split_file, strip_file
from crosswind.split.pe import long_name
from images import debugged, pe

# Two megabytes in two kilobytes.
ZEROS = debugged.compressed(bytes(1 << 21))


def read(data: bytes) -> PEImage:
    image = detect.read(View.of(data))
    assert isinstance(image, PEImage)
    return image


def split(data: bytes) -> tuple[PEImage, PEImage]:
    made = split_file(data, "app.exe")
    ((place, debug),) = made.debug.items()
    shipped = read(made.shipped)
    assert debuglink.read(shipped) == (str(place), debuglink.checksum(debug))
    return shipped, read(debug)


def spans(image: PEImage) -> list[tuple[int, int]]:
    """Where each section begins and ends in memory, in whole pages."""
    return [
        (part.address, part.address + -(-part.size // 0x1000) * 0x1000) for part in image.sections
    ]


def test_no_gap_is_left_in_memory() -> None:
    shipped, _ = split(debugged.pe())
    found = spans(shipped)
    assert [end for _, end in found[:-1]] == [start for start, _ in found[1:]]
    assert shipped.headers.optional.image_size == found[-1][1] - debugged.BASE
    assert [part.name for part in shipped.sections] == [
        ".text", ".rdata", ".reloc", debuglink.SECTION,
    ]  # fmt: skip


def test_debug_sections_are_decompressed_and_named_so() -> None:
    _, debug = split(debugged.pe())
    info, lines = debug.section(".debug_info"), debug.section(".debug_line")
    assert info is not None
    assert lines is not None
    assert bytes(debug.content(info).data)[: info.size] == debugged.DWARF
    assert bytes(debug.content(lines).data)[: lines.size] == b"lines"
    ends = spans(debug)
    assert all(
        one[1] <= other[0] for one, other in zip(sorted(ends), sorted(ends)[1:], strict=False)
    )


def test_the_debug_file_holds_no_code_and_no_directories() -> None:
    _, debug = split(debugged.pe())
    assert all(not part.file_size for part in debug.sections if part.executable)
    assert not any(entry.size for entry in debug.headers.directories)


def test_stripped_it_has_no_symbol_table_at_all() -> None:
    image = read(strip_file(debugged.pe(), "app.exe").shipped)
    assert image.headers.coff.symbol_offset == image.headers.coff.symbol_count == 0
    assert "DEBUG_STRIPPED" in image.characteristics


def test_the_debug_directory_follows_its_data() -> None:
    before = read(debugged.pe(codeview=True))
    after = read(strip_file(debugged.pe(codeview=True), "app.exe").shipped)
    (one,), (other,) = before.debug_entries, after.debug_entries
    assert bytes(after.view.take(other.offset, 4)) == b"REPR"
    assert bytes(before.view.take(one.offset, 4)) == b"REPR"


def test_a_checksum_is_computed_anew_and_none_is_made() -> None:
    assert read(strip_file(debugged.pe(), "app.exe").shipped).checksum == 0
    image = read(strip_file(debugged.pe(checksum=1), "app.exe").shipped)
    assert image.checksum == image.compute_checksum() != 1


def test_appended_data_stays_behind() -> None:
    made = split_file(debugged.pe(symbols=False, overlay=b"appended"), "app.exe")
    assert made.shipped.endswith(b"appended")
    assert bytes(read(made.shipped).overlay.data) == b"appended"


def test_other_long_names_stay() -> None:
    kept = (b".quite_long", b"content")
    shipped, debug = split(debugged.pe(debug=(kept, (b".debug_info", b"x"))))
    for image in (shipped, debug):
        assert image.section(".quite_long") is not None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (debugged.pe(alignments=(0x1000, 0x300)), "aligned to 0x300"),
        (debugged.pe(alignments=(0x1000, 0x20000)), "aligned to 0x20000"),
        (debugged.pe(alignments=(0x200, 0x200)), "may not move"),
        (debugged.pe(debug=(), headers_size=0x200), "no room for one more section header"),
        (
            debugged.pe(debug=((b".zdebug_info", debugged.compressed(b"x" * 99)[:-2]),)),
            "incorrect data",
        ),
        (debugged.pe(debug=((b".zdebug_info", b"ZLIB" + bytes(20)),)), "unknown compression"),
        (debugged.pe(debug=((b".zdebug_info", ZEROS),)), "compressed beyond reason"),
    ],
)
def test_what_cannot_be_moved_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(BuildError, match=message) as caught:
        split_file(data, "app.exe")
    assert caught.value.code == "CW0820"


def test_what_windows_looks_at_is_not_taken_away() -> None:
    data = bytearray(debugged.pe())
    image = read(bytes(data))
    debug = image.section(".debug_line")
    assert debug is not None
    # The import directory of a PE32+ file, 8 bytes behind the first directory.
    at = image.headers.checksum_offset - 64 + 112 + 8
    struct.pack_into("<II", data, at, debug.address - debugged.BASE, 4)
    with pytest.raises(BuildError, match="data directory 1 lies in debug data"):
        strip_file(bytes(data), "app.exe")


def test_a_gap_before_all_sections_cannot_be_closed() -> None:
    data = bytearray(pe.build())
    image = read(bytes(data))
    # The last section, of debug data, goes before the first one in memory.
    at = image.headers.section_table_offset + 2 * 40 + 12
    struct.pack_into("<I", data, at, 0)
    with pytest.raises(BuildError, match="debug data comes first"):
        strip_file(bytes(data), "app.exe")


def test_offsets_of_names_beyond_seven_digits() -> None:
    """As LLVM writes them: sixty-four digits, most significant first."""
    assert long_name(4) == b"/4"
    assert long_name(9_999_999) == b"/9999999"
    assert long_name(10_000_000) == b"//AAmJaA"


def test_names_of_symbols_that_were_cut_off_are_missed() -> None:
    whole = pe.build()
    at = whole.rindex(b"main.longer_than_eight")
    with pytest.raises(BuildError, match="symbol table reaches beyond the file"):
        split_file(whole[: at + 5], "app.exe")
