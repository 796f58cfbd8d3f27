"""What lies before a PE header."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.binary import pe_stub
from crosswind.binary.view import FormatError, View

MESSAGE = b"\x0e\x1f\xba\x0e\0\xb4\x09\xcd\x21\xb8\x01\x4c\xcd!This program cannot run.\r\r\n$"


def rotate(value: int, by: int) -> int:
    by &= 31
    return (value << by | value >> (32 - by)) & 0xFFFFFFFF


def head(tools=(), *, stub=MESSAGE, key=None):
    start = 0x40 + len(stub) + -len(stub) % 16
    end = start + (24 + 8 * len(tools) if tools else 0)
    dos = b"MZ" + struct.pack("<13H", *range(13)) + bytes(32) + struct.pack("<I", end)
    front = dos + stub.ljust(start - 0x40, b"\0")
    if not tools:
        return front
    words = [(product << 16 | build, count) for product, build, count in tools]
    total = len(front) + sum(rotate(b, n) for n, b in enumerate(front) if not 0x3C <= n < 0x40)
    total = (total + sum(rotate(word, count) for word, count in words)) & 0xFFFFFFFF
    key = total if key is None else key
    plain = [0x536E6144, 0, 0, 0, *(part for pair in words for part in pair)]
    return (
        front
        + struct.pack(f"<{len(plain)}I", *(w ^ key for w in plain))
        + b"Rich"
        + struct.pack("<I", key)
    )


def test_dos_header():
    header = pe_stub.read_dos_header(View.of(head()))
    assert header.magic == b"MZ"
    assert (header.bytes_on_last_page, header.pages, header.overlay) == (0, 1, 12)
    assert header.pe_offset == len(head())


def test_the_message_of_the_stub():
    assert pe_stub.stub_text(View.of(head())) == "This program cannot run."


@pytest.mark.parametrize("stub", [b"", b"no dollar sign", b"\xff\xfe$"])
def test_a_stub_without_a_message(stub):
    assert pe_stub.stub_text(View.of(head(stub=stub))) == ""


def test_rich_header():
    found = pe_stub.read_rich(View.of(head([(0x105, 30729, 4), (1, 0, 95)])))
    assert found.valid
    assert [tuple(one) for one in found.tools] == [(0x105, 30729, 4), (1, 0, 95)]


def test_a_wrong_checksum_is_told():
    assert not pe_stub.read_rich(View.of(head([(1, 2, 3)], key=0x12345678))).valid


def test_no_rich_header():
    assert pe_stub.read_rich(View.of(head())) is None


def test_the_mark_alone_is_no_header():
    data = bytearray(head(stub=b"Rich1234".ljust(64, b"\0")))
    assert pe_stub.read_rich(View.of(bytes(data))) is None


def test_a_cut_header():
    with pytest.raises(FormatError):
        pe_stub.read_dos_header(View.of(b"MZ" + bytes(20)))


@given(
    st.lists(
        st.tuples(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF), st.integers(0, 0xFFFFFFFF)),
        min_size=1,
        max_size=8,
    )
)
def test_round_trip(tools):
    found = pe_stub.read_rich(View.of(head(tools)))
    assert [tuple(one) for one in found.tools] == tools
    assert found.valid
