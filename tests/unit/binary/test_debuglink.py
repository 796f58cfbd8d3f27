import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.binary import debuglink
from crosswind.binary.image import Image, Section
from crosswind.binary.view import FormatError, View
from crosswind.port import Format


def image(content: bytes, *, big_endian: bool = False) -> Image:
    section = Section(debuglink.SECTION, 0, len(content), 0, len(content))
    return Image(View.of(content), Format.ELF64, ("amd64",), "", big_endian, 64, (section,), 0)


@given(st.text(min_size=1, max_size=60), st.binary(), st.booleans())
def test_what_is_made_is_read(name: str, debug: bytes, big_endian: bool) -> None:
    name = name.replace("\0", "0").encode("utf-8", "replace").decode()
    made = debuglink.make(name, debug, big_endian=big_endian)
    found = debuglink.read(image(made, big_endian=big_endian))
    assert found == (name, debuglink.checksum(debug))


def test_the_layout_is_gdbs() -> None:
    """GDB's manual, "Separate Debug Files": name, NUL, padding to four bytes, CRC-32."""
    made = debuglink.make("a.debug", b"123456789", big_endian=False)
    # The check value of this CRC is that of every table of CRCs.
    assert made == b"a.debug\0" + struct.pack("<I", 0xCBF43926)
    assert zlib.crc32(b"123456789") == 0xCBF43926
    assert debuglink.make("app.debug", b"", big_endian=True) == b"app.debug\0\0\0" + bytes(4)


def test_without_the_section_there_is_none() -> None:
    empty = Image(
        View.of(b""), Format.ELF64, (), "", big_endian=False, bits=64, sections=(), entry=0
    )
    assert debuglink.read(empty) is None


@pytest.mark.parametrize(
    "content", [b"", b"\0\0\0\0abcd", b"app.debug", b"app.debug\0\0\0abc", b"x" * 300 + b"\0" * 8]
)
def test_a_damaged_link(content: bytes) -> None:
    with pytest.raises(FormatError):
        debuglink.read(image(content))


def test_what_fills_the_last_block_does_not_count() -> None:
    made = debuglink.make("app.debug", b"x", big_endian=False)
    assert debuglink.read(image(made + bytes(500))) == debuglink.read(image(made))
