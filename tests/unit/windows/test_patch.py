"""Resources into finished images: every layout, nothing else changed, and back out again."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.binary import pe
from crosswind.binary.pe import PEImage
from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError
from crosswind.windows import patch as patching
from crosswind.windows import rsrc
from crosswind.windows.resource import Resource, ResourceTree, tree
from images import pe as images
from images import resources

SAMPLE = resources.sample()
LARGE = tree([*SAMPLE, Resource(10, 1, 0, bytes(range(256)) * 40)])
NONE = ResourceTree()
TABLE = 0x80 + 24 + 240  # the section table of a small 64-bit image


def read(data: bytes) -> PEImage:
    return pe.read(View.of(data))


def patch(data: bytes, made: ResourceTree, **options: bool) -> bytes:
    return patching.patch(View.of(data), made, **options)


def check(data: bytes, made: ResourceTree) -> PEImage:
    """What holds for every patched image."""
    image = read(data)
    assert rsrc.read_image(image) == made
    assert patch(data, made) == data
    optional = image.headers.optional
    end = 0x1000
    for part in sorted(image.sections, key=lambda section: section.address):
        assert part.address - optional.image_base == end
        end += -(-part.size // 0x1000) * 0x1000
        assert part.offset % 0x200 == part.file_size % 0x200 == 0
    assert optional.image_size == end
    if image.checksum:
        assert image.checksum == image.compute_checksum()
    return image


@pytest.fixture(params=[(bits, overlay) for bits in (32, 64) for overlay in (b"", b"overlay.")])
def program(request) -> bytes:
    bits, overlay = request.param
    return contiguous(images.build(bits=bits, tables=False, overlay=overlay))


def contiguous(data: bytes) -> bytes:
    """Let sections follow each other in memory, as Windows demands."""
    changed = bytearray(data)
    at = read(data).headers.section_table_offset + 40
    struct.pack_into("<I", changed, at + 8, 0x2000)
    return bytes(changed)


def test_a_section_is_added_and_taken_out(program):
    before = read(program)
    patched = patch(program, SAMPLE)
    image = check(patched, SAMPLE)
    assert image.sections[:-1] == before.sections
    assert bytes(image.overlay.data) == bytes(before.overlay.data)
    assert list(image.symbols()) == list(before.symbols())
    grown = image.headers.optional.initialized_size - before.headers.optional.initialized_size
    assert grown == image.sections[-1].file_size
    assert patch(patched, NONE) == program


@given(st.lists(st.sampled_from([SAMPLE, LARGE, NONE]), max_size=6))
def test_only_the_last_patch_counts(trees):
    data = original = contiguous(images.build(tables=False, overlay=b"overlay"))
    for made in trees:
        data = patch(data, made)
    last = trees[-1] if trees else NONE
    assert data == patch(original, last)


def test_without_symbols_it_is_the_same():
    program = contiguous(images.build(tables=False, symbols=False))
    patched = patch(program, SAMPLE)
    check(patched, SAMPLE)
    assert patch(patched, NONE) == program


def test_a_checksum_is_kept_right_or_nought():
    program = bytearray(contiguous(images.build(tables=False)))
    field = read(bytes(program)).headers.checksum_offset
    assert read(patch(bytes(program), SAMPLE)).checksum == 0
    struct.pack_into("<I", program, field, 1)
    assert check(patch(bytes(program), SAMPLE), SAMPLE).checksum > 1


def test_a_directory_that_shares_a_section_is_left_there():
    program = contiguous(images.build())
    patched = patch(program, SAMPLE)
    image = check(patched, SAMPLE)
    assert image.sections[-1].name == ".rsrc"
    assert image.imports == read(program).imports
    assert bytes(image.content(image.sections[1]).data) == bytes(
        read(program).content(image.sections[1]).data
    )


def middle(size: int) -> bytes:
    """An image whose resources lie between two sections, as most linkers place them."""
    program = bytearray(patch(contiguous(images.build(tables=False, overlay=b"the tail")), LARGE))
    table = read(bytes(program)).headers.section_table_offset
    headers = [bytes(program[table + 40 * i : table + 40 * i + 40]) for i in range(4)]
    moved = bytearray(headers[2])
    # The debug section goes behind .rsrc in memory and in the section table.
    address = struct.unpack_from("<I", headers[2], 12)[0]
    own = bytearray(headers[3])
    struct.pack_into("<II", own, 8, size, address)
    struct.pack_into("<I", moved, 12, address + 0x3000)
    program[table + 80 : table + 160] = own + moved
    layout = rsrc.write(LARGE, address)
    at = struct.unpack_from("<I", own, 20)[0]
    program[at : at + len(layout)] = layout
    directory = read(bytes(program)).headers.checksum_offset - 64 + 112 + 16
    struct.pack_into("<I", program, directory, address)
    struct.pack_into(
        "<I", program, read(bytes(program)).headers.checksum_offset - 8, address + 0x4000
    )
    return bytes(program)


def test_resources_between_sections_are_replaced_in_place():
    program = middle(0x2A00)
    before = check_middle(program, LARGE)
    image = check_middle(patch(program, SAMPLE), SAMPLE)
    assert [part.name for part in image.sections] == [part.name for part in before.sections]
    # The room up to the next section stays taken: Windows wants no gaps.
    assert image.sections[2].size == 0x3000
    assert bytes(image.overlay.data).rstrip(b"\0") == b"the tail"
    assert bytes(image.content(image.sections[3]).data)[:5] == b"DWARF"
    assert [one.address for one in image.symbols()] == [one.address for one in before.symbols()]


def check_middle(data: bytes, made: ResourceTree) -> PEImage:
    image = check(data, made) if made is not LARGE else read(data)
    assert rsrc.read_image(image) == made
    return image


def test_resources_that_outgrow_their_place_move_to_the_end():
    huge = tree([Resource(10, 1, 0, bytes(0x3001))])
    image = check(patch(middle(0x2A00), huge), huge)
    assert [part.name for part in image.sections][2:] == [".free", ".debug_info", ".rsrc"]
    assert (image.sections[2].size, image.sections[2].file_size) == (0x3000, 0)
    assert bytes(image.overlay.data).rstrip(b"\0") == b"the tail"


def test_a_gap_that_is_there_already_is_not_filled():
    """No linker makes one, and Windows would not load it; what lies in it is not ours to cover."""
    program = bytearray(middle(0x2A00))
    table = read(bytes(program)).headers.section_table_offset
    struct.pack_into("<I", program, table + 120 + 12, 0x9000_0000)
    struct.pack_into("<I", program, OPTIONAL + 112 + 8 * 13, 0x8000_0000)
    patched = patch(bytes(program), SAMPLE)
    assert rsrc.read_image(read(patched)) == SAMPLE
    assert patch(patched, SAMPLE) == patched


def test_resources_between_sections_leave_a_placeholder():
    image = read(patch(middle(0x2A00), NONE))
    assert not image.has_resources
    assert [part.name for part in image.sections][2:] == [".free", ".debug_info"]
    assert bytes(image.content(image.sections[3]).data)[:5] == b"DWARF"


def test_a_section_that_symbols_lie_in_stays_as_a_placeholder():
    program = bytearray(patch(contiguous(images.build(tables=False)), SAMPLE))
    image = read(bytes(program))
    struct.pack_into("<h", program, image.headers.coff.symbol_offset + 3 * 18 + 12, 4)
    assert [part.name for part in read(patch(bytes(program), NONE)).sections][3:] == [".free"]


def test_debug_data_that_moves_is_still_found():
    """CodeView behind the resources in the file, with its file offset in the debug directory."""
    program = contiguous(images.build())
    patched = bytearray(patch(program, LARGE))
    image = read(bytes(patched))
    resources_at = image.sections[-1].offset
    entry = image.debug_entries[0]
    directory = image.memory.at(image.directory(6).address, 28).base
    # Put a copy of the record behind the image's resources, as a section of its own.
    record = bytes(patched[entry.offset : entry.offset + entry.size]).ljust(0x200, b"\0")
    end = resources_at + image.sections[-1].file_size
    patched[end:end] = record
    struct.pack_into("<I", patched, directory + 24, end)
    table = image.headers.section_table_offset
    address = image.sections[-1].address - image.headers.optional.image_base + 0x3000
    header = struct.pack(
        "<8sIIIIIIHHI", b".pdb", 0x200, address, 0x200, end, 0, 0, 0, 0, 0x40000040
    )
    patched[table + 160 : table + 200] = header
    struct.pack_into("<H", patched, 0x80 + 6, 5)
    assert read(bytes(patched)).debug_entries[0].path.endswith("hello.pdb")
    smaller = read(patch(bytes(patched), SAMPLE))
    assert smaller.debug_entries[0].offset < end
    assert smaller.debug_entries[0].path.endswith("hello.pdb")


@pytest.mark.parametrize("overlay", [b"", b"overlay."])
def test_a_signature_is_refused_or_removed_cleanly(overlay):
    program = contiguous(images.build(tables=False, overlay=overlay))
    signed = contiguous(images.build(tables=False, overlay=overlay, certificate=b"PKCS"))
    assert patching.is_signed(read(signed))
    with pytest.raises(BuildError) as caught:
        patch(signed, SAMPLE)
    assert caught.value.code == "CW0713"
    stripped = patch(signed, NONE, strip_signature=True)
    unsigned = program if overlay else program[: len(stripped)]
    assert stripped == unsigned
    patched = patch(signed, SAMPLE, strip_signature=True)
    assert not patching.is_signed(check(patched, SAMPLE))
    assert patched == patch(stripped, SAMPLE)


def test_data_behind_a_signature_stays():
    signed = contiguous(images.build(tables=False, certificate=b"PKCS")) + b"behind"
    assert patch(signed, SAMPLE, strip_signature=True).endswith(b"behind")


def changed(offset: int, layout: str, *values: int) -> bytes:
    data = bytearray(contiguous(images.build(tables=False)))
    struct.pack_into(layout, data, offset, *values)
    return bytes(data)


OPTIONAL = 0x80 + 24


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (changed(TABLE + 120, "<I", 1), "CW0712", "something else lies behind its section table"),
        (changed(OPTIONAL + 36, "<I", 0x10), "CW0714", "multiples of 16 bytes in the file"),
        (changed(OPTIONAL + 36, "<I", 0), "CW0714", "multiples of 0 bytes in the file"),
        (changed(OPTIONAL + 32, "<I", 0x200), "CW0714", "multiples of 512 bytes in memory"),
        (changed(OPTIONAL + 108, "<I", 2), "CW0714", "no place for a resource directory"),
        (changed(TABLE + 80 + 12, "<I", 0xFFFF_F000), "CW0704", "do not fit behind the program"),
    ],
)
def test_what_cannot_be_changed_is_refused(data, code, message):
    with pytest.raises(BuildError, match=message) as caught:
        patch(data, SAMPLE)
    assert caught.value.code == code


def crowded(**options: bytes) -> bytes:
    """An image whose headers are full: sections without content up to the first one's bytes."""
    data = bytearray(contiguous(images.build(**options)))
    count = (images.HEADERS - TABLE) // 40
    address = 0x5000
    for index in range(3, count):
        row = (b".bss%d" % index, 0x1000, address, 0, 0, 0, 0, 0, 0, 0xC0000080)
        struct.pack_into("<8sIIIIIIHHI", data, TABLE + 40 * index, *row)
        address += 0x1000
    struct.pack_into("<H", data, 0x80 + 6, count)
    struct.pack_into("<I", data, OPTIONAL + 56, address)
    return bytes(data)


def test_full_headers_grow():
    program = crowded(overlay=b"overlay")
    before, image = read(program), check(patch(program, SAMPLE), SAMPLE)
    assert image.headers.optional.headers_size == before.headers.optional.headers_size + 0x200
    assert len(image.sections) == len(before.sections) + 1
    for one, other in zip(before.sections, image.sections, strict=False):
        assert (one.name, one.address, one.size) == (other.name, other.address, other.size)
        assert bytes(before.content(one).data)[8:0x1A8] == bytes(image.content(other).data)[8:0x1A8]
    assert image.debug_entries[0].path.endswith("hello.pdb")
    assert [*image.symbols()] == [*before.symbols()]
    assert bytes(image.overlay.data) == bytes(before.overlay.data)
    assert image.imports == before.imports


def test_headers_grow_up_to_the_first_section_in_memory():
    data = bytearray(crowded())
    struct.pack_into("<I", data, OPTIONAL + 28 - 8, 0x400)
    struct.pack_into("<I", data, TABLE + 12, 0x400)
    with pytest.raises(BuildError, match="no room for another section") as caught:
        patch(bytes(data), SAMPLE)
    assert caught.value.code == "CW0712"


def test_headers_may_be_shorter_than_the_room_before_the_first_section():
    program = changed(OPTIONAL + 60, "<I", 0x200)
    image = read(patch(program, SAMPLE))
    assert rsrc.read_image(image) == SAMPLE
    assert image.headers.optional.headers_size == 0x400


def test_windows_loads_no_more_than_96_sections(monkeypatch):
    monkeypatch.setattr(patching, "_MAX_SECTIONS", 3)
    with pytest.raises(BuildError, match="3 sections at most"):
        patch(contiguous(images.build()), SAMPLE)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (images.build(symbols=False)[:-0x100], "truncated"),
        (changed(OPTIONAL + 112 + 32, "<II", 0x400, 0x200), "lies inside the image"),
        (changed(0x80 + 4 + 12, "<I", 5000), "symbol table reaches beyond the file"),
        (changed(OPTIONAL + 16, "<I", 0x9000), "leads behind all sections"),
    ],
)
def test_damaged_images_are_refused(data, message):
    with pytest.raises(FormatError, match=message):
        patch(data, SAMPLE, strip_signature=True)


def test_no_resources_into_a_program_without_changes_nothing(program):
    assert patch(program, NONE) == program


def test_sizes_in_the_header_do_not_overflow():
    full = patch(changed(OPTIONAL + 8, "<I", 0xFFFF_FFFF), SAMPLE)
    assert read(full).headers.optional.initialized_size == 0xFFFF_FFFF


def test_resources_come_out_as_they_are_in_memory():
    """Content is found through the addresses of the new section, not by luck."""
    made = tree([replace(one, data=bytes([n]) * 9) for n, one in enumerate(SAMPLE)])
    check(patch(contiguous(images.build(tables=False)), made), made)
