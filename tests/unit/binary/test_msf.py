"""Identities of PDB files, sound and damaged."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.binary import msf
from crosswind.binary.view import FormatError, View
from images.pdb import build


@pytest.mark.parametrize("block", [512, 1024, 4096])
def test_identity(block):
    found = msf.read_identity(View.of(build(block=block)))
    assert found == ("03020100-0504-0706-0809-0a0b0c0d0e0f", 3, 20000404, 77)


def test_the_age_of_the_dbi_stream_counts():
    assert msf.read_identity(View.of(build(dbi_age=9))).age == 9


@given(st.binary(min_size=16, max_size=16), st.integers(0, 0xFFFFFFFF))
def test_round_trip(guid, age):
    found = msf.read_identity(View.of(build(guid, age)))
    first, second, third, *rest = found.guid.split("-")
    spelled = bytes.fromhex(first)[::-1] + bytes.fromhex(second)[::-1] + bytes.fromhex(third)[::-1]
    assert (spelled + bytes.fromhex("".join(rest)), found.age) == (guid, age)


@pytest.mark.parametrize(
    ("offset", "value"),
    [(32, 7), (44, 0xFFFFFFFF), (52, 0xFFFFFF), (48 - 4, 1 << 30)],
)
def test_damage(offset, value):
    data = bytearray(build())
    struct.pack_into("<I", data, offset, value)
    with pytest.raises(FormatError):
        msf.read_identity(View.of(bytes(data)))


def test_another_file():
    with pytest.raises(FormatError, match="not a PDB"):
        msf.read_identity(View.of(b"\x7fELF"))
    assert not msf.is_pdb(View.of(b""))


def test_cut():
    whole = build()
    for size in range(0, len(whole) - 512, 100):
        with pytest.raises(FormatError):
            msf.read_identity(View.of(whole[:size]))
