"""The instructions of the Intel SDM's own examples and corners, and what each needs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.binary import x86, x86_features
from crosswind.binary.x86 import Encoding

# Bytes, the mnemonic for the reader, encoding, feature.
KNOWN = [
    ("90", "nop", Encoding.LEGACY, "x86-64"),
    ("48b8 1122334455667788", "mov rax, imm64", Encoding.LEGACY, "x86-64"),
    ("66b8 1122", "mov ax, imm16", Encoding.LEGACY, "x86-64"),
    ("a0 1122334455667788", "mov al, [moffs64]", Encoding.LEGACY, "x86-64"),
    ("67a0 11223344", "mov al, [moffs32]", Encoding.LEGACY, "x86-64"),
    ("f6c1 01", "test cl, 1", Encoding.LEGACY, "x86-64"),
    ("f6d9", "neg cl", Encoding.LEGACY, "x86-64"),
    ("66f7c1 0100", "test cx, 1", Encoding.LEGACY, "x86-64"),
    ("c8 1000 01", "enter 16, 1", Encoding.LEGACY, "x86-64"),
    ("48488b0425 11223344", "two REX: mov rax, [disp32]", Encoding.LEGACY, "x86-64"),
    ("48668b00", "REX before a prefix does not count: mov ax, [rax]", Encoding.LEGACY, "x86-64"),
    ("0f1f8400 00000000", "nop [rax+rax+0]", Encoding.LEGACY, "x86-64"),
    ("0f20c0", "mov rax, cr0", Encoding.LEGACY, "x86-64"),
    ("0f2004", "mov rsp, cr0: ModRM is a register whatever it says", Encoding.LEGACY, "x86-64"),
    ("f30fb8c1", "popcnt eax, ecx", Encoding.LEGACY, "POPCNT"),
    ("f30fbcc1", "tzcnt eax, ecx", Encoding.LEGACY, "BMI1"),
    ("0fbcc1", "bsf eax, ecx", Encoding.LEGACY, "x86-64"),
    ("480fc709", "cmpxchg16b [rcx]", Encoding.LEGACY, "CMPXCHG16B"),
    ("0fc7f0", "rdrand eax", Encoding.LEGACY, "RDRAND"),
    ("660f3800c1", "pshufb xmm0, xmm1", Encoding.LEGACY, "SSSE3"),
    ("660f3a0bc109", "roundsd xmm0, xmm1, 9", Encoding.LEGACY, "SSE4.1"),
    ("f20f38f1c1", "crc32 eax, ecx", Encoding.LEGACY, "SSE4.2"),
    ("0f38f001", "movbe eax, [rcx]", Encoding.LEGACY, "MOVBE"),
    ("660f3a44c100", "pclmulqdq xmm0, xmm1, 0", Encoding.LEGACY, "PCLMULQDQ"),
    ("660f78c1 01 02", "extrq xmm1, 1, 2", Encoding.LEGACY, "SSE4a"),
    ("c5f877", "vzeroupper", Encoding.VEX, "AVX"),
    ("c5f1efc2", "vpxor xmm0, xmm1, xmm2", Encoding.VEX, "AVX"),
    ("c5f5efc2", "vpxor ymm0, ymm1, ymm2", Encoding.VEX, "AVX2"),
    ("c4e270f2c2", "andn eax, ecx, edx", Encoding.VEX, "BMI1"),
    ("c4e37bf0c107", "rorx eax, ecx, 7", Encoding.VEX, "BMI2"),
    ("c4e2f1b8c2", "vfmadd231pd xmm0, xmm1, xmm2", Encoding.VEX, "FMA"),
    ("62f17c4828c1", "vmovaps zmm0, zmm1", Encoding.EVEX, "AVX512"),
    ("8fe878c0c107", "vprotb xmm0, xmm1, 7", Encoding.XOP, "XOP"),
    ("8f00", "pop [rax]: no XOP", Encoding.LEGACY, "x86-64"),
]


@pytest.mark.parametrize(("text", "name", "encoding", "feature"), KNOWN)
def test_known_instructions(text: str, name: str, encoding: Encoding, feature: str) -> None:
    code = bytes.fromhex(text)
    found = x86.decode(code + b"\xcc" * 8)
    assert found is not None, name
    assert found.length == len(code), name
    assert found.encoding is encoding
    assert x86_features.feature(found) == feature


@pytest.mark.parametrize(
    "text",
    ["06", "62", "9a00000000", "c4", "0f04", "48", "0f", "b8112233", "66" * 16, "66" * 14 + "8b00"],
)
def test_what_is_no_instruction(text: str) -> None:
    assert x86.decode(bytes.fromhex(text)) is None


def test_levels_are_those_of_the_psabi() -> None:
    levels = {
        text: x86_features.level(found)
        for text in ("90", "f30fb8c1", "c5f1efc2", "62f17c4828c1", "660f38dcc1")
        if (found := x86.decode(bytes.fromhex(text)))
    }
    assert list(levels.values()) == [1, 2, 3, 4, None]


def test_walk_stops_where_code_does() -> None:
    code = bytes.fromhex("90 4889c8 c3 06 90")
    assert [at for at, _ in x86.walk(code)] == [0, 1, 4]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("4889c8 c3", None),
        ("4889c8 c5f1efc2", 3),
        ("b8 c5f1efc2 90", None),  # the bytes are a constant
        ("90 8f00", None),
        ("90 62f17c", 1),  # cut off: it counts
        ("90 62f97c", None),  # bound, which 64-bit mode does not have
        ("90 66c5f1efc2", 1),  # illegal, but a decoder may not see that
    ],
)
def test_beyond_legacy(text: str, where: int | None) -> None:
    assert x86.beyond_legacy(bytes.fromhex(text)) == where


@given(st.binary(max_size=40))
def test_any_bytes_are_decoded_within_bounds(code: bytes) -> None:
    for at, found in x86.walk(code):
        assert 1 <= found.length <= x86.MAX_LENGTH
        assert at + found.length <= len(code)
        assert x86_features.feature(found)
