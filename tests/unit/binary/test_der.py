"""DER values: the rules of X.690 one by one, and what breaks them."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.binary import der
from crosswind.binary.view import FormatError, View
from signing import cms


def read(data: bytes) -> der.Element:
    return der.read(View.of(data))


@given(st.integers(-(1 << 200), 1 << 200))
def test_integers(number):
    assert read(cms.integer(number)).integer() == number


@given(st.lists(st.integers(0, 1 << 40), min_size=1, max_size=8), st.integers(0, 2))
def test_object_identifiers(arcs, first):
    dotted = ".".join(map(str, [first, 5, *arcs]))
    assert read(cms.oid(dotted)).oid() == dotted


@given(st.binary(max_size=70_000))
def test_lengths(content):
    found = read(cms.octets(content) + b"behind")
    assert found.octets() == content
    assert len(found.raw) == len(cms.octets(content))


@given(st.binary(max_size=300))
def test_garbage(data):
    """Whatever the bytes are, all there is to ask is answered or refused."""

    def walk(element: der.Element) -> None:
        for ask in (element.integer, element.oid, element.octets, element.bits, element.time):
            with suppress(FormatError):
                ask()
        element.text()
        if element.tag & 0x20:
            for child in element.children():
                walk(child)

    with suppress(FormatError):
        walk(read(data))


def test_indefinite_lengths():
    # SEQUENCE { OCTET STRING in two pieces, INTEGER 5 }, both with indefinite length.
    data = bytes.fromhex("3080 2480 0402 6162 0401 63 0000 0201 05 0000".replace(" ", ""))
    found = read(data)
    assert not found.definite
    text, number = found.children()
    assert (text.octets(), number.integer()) == (b"abc", 5)
    assert len(found.raw) == len(data)


@pytest.mark.parametrize(
    ("encoded", "moment"),
    [
        (b"\x17\x0d261125155827Z", datetime(2026, 11, 25, 15, 58, 27, tzinfo=UTC)),
        (b"\x17\x0b2611251558Z", datetime(2026, 11, 25, 15, 58, tzinfo=UTC)),
        (b"\x17\x0d500101000000Z", datetime(1950, 1, 1, tzinfo=UTC)),
        (b"\x17\x0d491231235959Z", datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (b"\x17\x11261125165827+0100", datetime(2026, 11, 25, 15, 58, 27, tzinfo=UTC)),
        (b"\x18\x0f20261125155827Z", datetime(2026, 11, 25, 15, 58, 27, tzinfo=UTC)),
        (
            b"\x18\x1320261125155827.250Z",
            datetime(2026, 11, 25, 15, 58, 27, 250_000, tzinfo=UTC),
        ),
    ],
)
def test_times(encoded, moment):
    assert read(encoded).time() == moment


@pytest.mark.parametrize(
    "text",
    [b"261325155827Z", b"99", b"", b"2611251558\xb2\xb3Z", b"26112515582 Z", b"261125155827.xZ"],
)
def test_no_times(text):
    with pytest.raises(FormatError, match="is none"):
        read(bytes([0x17, len(text)]) + text).time()


@pytest.mark.parametrize(
    ("tag", "raw", "text"),
    [
        (0x0C, "Söhne".encode(), "Söhne"),
        (0x13, b"Plain", "Plain"),
        (0x14, b"S\xf6hne", "Söhne"),
        (0x1E, "Söhne".encode("utf-16-be"), "Söhne"),
        (0x1C, "Söhne".encode("utf-32-be"), "Söhne"),
        (0x0C, b"\xff", "\ufffd"),
    ],
)
def test_texts(tag, raw, text):
    assert read(bytes([tag, len(raw)]) + raw).text() == text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "do not fit"),
        (b"\x30", "do not fit"),
        (b"\x30\x05\x02", "do not fit"),
        (b"\x1f\x81\x01\x00", "tag of several octets"),
        (b"\x30\x85\x00\x00\x00\x00\x01", "length of 5 octets"),
        (b"\x30\x80\x02\x01\x01", "do not fit"),
        (b"\x04\x80\x00\x00", "indefinite length of a primitive value"),
    ],
)
def test_damage(data, said):
    with pytest.raises(FormatError, match=said):
        read(data)


@pytest.mark.parametrize(
    ("data", "ask"),
    [
        (b"\x02\x00", "integer"),
        (b"\x06\x00", "oid"),
        (b"\x06\x01\x80", "oid"),
        (b"\x06\x03\x2a\x80\x01", "oid"),
        (b"\x06\x41" + b"\x01" * 65, "oid"),
        (b"\x03\x00", "bits"),
        (b"\x03\x02\x04\x00", "bits"),
        (b"\x05\x00", "children"),
        (b"\x05\x00", "octets"),
    ],
)
def test_damaged_values(data, ask):
    with pytest.raises(FormatError):
        getattr(read(data), ask)()


def test_depth_has_a_limit():
    data = b"\x02\x01\x00"
    for _ in range(100):
        data = cms.seq(data)
    with pytest.raises(FormatError, match="nested too deeply"):
        element = read(data)
        while True:
            (element,) = element.children()
    with pytest.raises(FormatError, match="nested too deeply"):
        read(b"\x30\x80" * 5000)


def test_number_of_values_has_a_limit():
    with pytest.raises(FormatError, match="more than"):
        read(cms.seq(b"\x05\x00" * 70_000)).children()
