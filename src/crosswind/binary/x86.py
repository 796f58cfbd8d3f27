"""Lengths and encodings of x86-64 instructions: enough to walk code and to tell what it needs.

Operands are not decoded. The tables are those of the Intel SDM, volume 2, appendix A ("Opcode Map"):
A.3 for the maps, chapter 2 for prefixes, REX, ModRM, SIB, VEX and EVEX; AMD's manual, volume 3,
section 1.9 ("XOP") and appendix A for XOP and SSE4a. 64-bit mode only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import NamedTuple

# SDM 2.3.11: a longer instruction raises #GP.
MAX_LENGTH = 15


class Encoding(Enum):
    """How the opcode is introduced."""

    LEGACY = "legacy"
    VEX = "VEX"
    EVEX = "EVEX"
    XOP = "XOP"


class Instruction(NamedTuple):
    """One instruction; `map` and `opcode` say which.

    Attributes:
        length: in bytes, prefixes included.
        encoding: legacy, VEX, EVEX or XOP.
        map: 0 one byte, 1 `0F`, 2 `0F 38`, 3 `0F 3A`; EVEX has 5 and 6, XOP 8 to 10.
        opcode: the byte in that map.
        modrm: that byte; -1 if there is none.
        prefix: the one that selects: 0, 0x66, 0xF2 or 0xF3, as the SDM's `pp`.
        wide: REX.W, or W of the other encodings.
        vector: L of VEX and XOP (1: 256 bits), L'L of EVEX.
    """

    length: int
    encoding: Encoding
    map: int
    opcode: int
    modrm: int
    prefix: int
    wide: bool
    vector: int

    @property
    def register(self) -> int:
        """The `reg` field of ModRM, which is a part of many opcodes; 0 without one."""
        return (self.modrm >> 3) & 7 if self.modrm >= 0 else 0

    @property
    def in_memory(self) -> bool:
        """Whether ModRM names an operand in memory."""
        return 0 <= self.modrm < 0xC0


# What follows an opcode, as bits: ModRM, then bytes of immediate data.
_NONE, _MODRM, _IMM8, _IMMZ, _IMM16, _REL32, _INVALID, _SPECIAL = 0, 1, 2, 4, 8, 16, 32, 64
# Of four bytes with and without an operand-size prefix (`Jz` in 64-bit mode, SDM A.2.5 "f64"): REL32.


def _table(default: int, **ranges: str) -> bytes:
    """Fill a map of 256 opcodes from lists such as `00-03 08-0B`."""
    kinds = {
        "none": _NONE,
        "modrm": _MODRM,
        "imm8": _IMM8,
        "immz": _IMMZ,
        "imm16": _IMM16,
        "imm24": _IMM16 | _IMM8,
        "rel32": _REL32,
        "modrm_imm8": _MODRM | _IMM8,
        "modrm_immz": _MODRM | _IMMZ,
        "invalid": _INVALID,
        "special": _SPECIAL,
        "modrm_special": _MODRM | _SPECIAL,
    }
    table = bytearray([default]) * 256
    for kind, text in ranges.items():
        for part in text.split():
            first, _, last = part.partition("-")
            for opcode in range(int(first, 16), int(last or first, 16) + 1):
                table[opcode] = kinds[kind]
    return bytes(table)


# SDM A.3, table A-2. Special: A0-A3 hold an address, B8-BF a constant of the operand's size, F6 and
# F7 have one in two of their eight instructions. Prefixes, REX and the escapes are taken before.
_ONE_BYTE = _table(
    _NONE,
    modrm="00-03 08-0B 10-13 18-1B 20-23 28-2B 30-33 38-3B 63 84-8F D0-D3 D8-DF FE FF",
    imm8="04 0C 14 1C 24 2C 34 3C 6A 70-7F A8 B0-B7 CD E0-E7 EB",
    immz="05 0D 15 1D 25 2D 35 3D 68 A9",
    imm16="C2 CA",
    imm24="C8",
    rel32="E8 E9",
    modrm_imm8="6B 80 83 C0 C1 C6",
    modrm_immz="69 81 C7",
    invalid="06 07 0E 16 17 1E 1F 27 2F 37 3F 60-62 82 9A C4 C5 CE D4-D6 EA",
    special="A0-A3 B8-BF",
    modrm_special="F6 F7",
)
# SDM A.3, table A-3. Special: 20-23 move control and debug registers, and take ModRM for a
# register whatever it says; 78 has two bytes of constants as EXTRQ and INSERTQ of SSE4a.
_TWO_BYTES = _table(
    _MODRM,
    none="05-09 0B 0E 30-35 37 77 A0-A2 A8-AA C8-CF",
    rel32="80-8F",
    modrm_imm8="0F 70-73 A4 AC BA C2 C4-C6",
    modrm_special="20-23 78",
    invalid="04 0A 0C 24-27 36 39 3B-3F 7A 7B A6 A7",
)
_ALL_MODRM = bytes([_MODRM]) * 256
_ALL_IMM8 = bytes([_MODRM | _IMM8]) * 256
_LEGACY_MAPS = (_ONE_BYTE, _TWO_BYTES, _ALL_MODRM, _ALL_IMM8)
# VEX and EVEX: the same opcodes, but no instruction without ModRM except VZEROUPPER (77).
_VECTOR_MAPS = {
    1: _table(_MODRM, modrm_imm8="70-73 C2 C4-C6", none="77"),
    2: _ALL_MODRM,
    3: _ALL_IMM8,
}
# AVX512-FP16, SDM 2.7.
_EVEX_MAPS = {
    1: _table(_MODRM, modrm_imm8="70-73 C2 C4-C6"),
    2: _ALL_MODRM,
    3: _ALL_IMM8,
    5: _ALL_MODRM,
    6: _ALL_MODRM,
}
_XOP_MAPS = {8: _ALL_IMM8, 9: _ALL_MODRM, 10: bytes([_MODRM | _REL32]) * 256}
_PP = (0, 0x66, 0xF3, 0xF2)
_PREFIXES = frozenset(b"\x26\x2e\x36\x3e\x64\x65\x66\x67\xf0\xf2\xf3")


def _any_of(fits: Callable[[int], bool]) -> bytes:
    """Return a class of a regular expression: the bytes that fit."""
    return b"[" + b"".join(b"\\x%02x" % byte for byte in range(256) if fits(byte)) + b"]"


# How an instruction of another encoding than the legacy one begins, reserved bits as they must be: SDM
# figure 2-9 (VEX) and table 2-30 (EVEX), AMD volume 3, section 1.9.
_INTRODUCING = re.compile(
    rb"\xc5|\xc4"
    + _any_of(lambda byte: byte & 0x1F in _VECTOR_MAPS)
    + rb"|\x62"
    + _any_of(lambda byte: not byte & 8 and byte & 7 in _EVEX_MAPS)
    + _any_of(lambda byte: bool(byte & 4))
    + rb"|\x8f"
    + _any_of(lambda byte: byte & 0x1F in _XOP_MAPS),
    re.DOTALL,
)


def decode(code: bytes, at: int = 0) -> Instruction | None:
    """Decode one instruction; None if these bytes are none, or end before it does."""
    try:
        found = _decode(code, at)
    except IndexError:
        return None
    if found is None or found.length > MAX_LENGTH or at + found.length > len(code):
        return None
    return found


def walk(code: bytes, at: int = 0) -> Iterator[tuple[int, Instruction]]:
    """Yield the instructions of straight code with their offsets, until bytes that are none."""
    while (found := decode(code, at)) is not None:
        yield at, found
        at += found.length


def beyond_legacy(code: bytes) -> int | None:
    """Return the offset of the first VEX, EVEX or XOP instruction in straight code, if any.

    Bytes that are no instruction count as one where they begin like one, since a decoder that knows
    more may take them.
    """
    if _INTRODUCING.search(code) is None:
        return None
    at = 0
    while (found := decode(code, at)) is not None:
        if found.encoding is not Encoding.LEGACY:
            return at
        at += found.length
    return at if _INTRODUCING.match(code, _after_prefixes(code, at)) else None


def _after_prefixes(code: bytes, at: int) -> int:
    """Return where prefixes, REX among them, end."""
    while at < len(code) and (code[at] in _PREFIXES or 0x40 <= code[at] <= 0x4F):
        at += 1
    return at


class _Prefixes(NamedTuple):
    """What stands before an opcode, and where that is.

    Attributes:
        at: offset of the opcode.
        select: the prefix that selects an instruction: 0, 0x66, 0xF2 or 0xF3.
        narrow: operands have 16 bits (66).
        short: addresses have 32 bits (67).
        wide: operands have 64 bits (REX.W).
    """

    at: int
    select: int
    narrow: bool
    short: bool
    wide: bool


def _prefixes(code: bytes, start: int) -> _Prefixes:
    """Read prefixes; IndexError where the bytes end or the longest instruction would."""
    at, select, narrow, short, rex = start, 0, False, False, 0
    byte = code[at]
    while byte in _PREFIXES or 0x40 <= byte <= 0x4F:
        # SDM 2.2.1: REX counts only as the last byte before the opcode.
        rex = 0 if byte in _PREFIXES else byte
        if byte == 0x66:
            narrow = True
            select = select or byte
        elif byte in (0xF2, 0xF3):
            select = byte
        elif byte == 0x67:
            short = True
        at += 1
        if at - start >= MAX_LENGTH:
            raise IndexError
        byte = code[at]
    return _Prefixes(at, select, narrow, short, bool(rex & 8))


def _decode(code: bytes, start: int) -> Instruction | None:
    """Read an instruction; IndexError where the bytes end."""
    before = _prefixes(code, start)
    at = before.at
    byte = code[at]
    if byte in (0xC4, 0xC5, 0x62) or (byte == 0x8F and code[at + 1] & 0x1F >= 8):
        return _extended(code, start, at)
    table = 0
    if byte == 0x0F:
        at += 1
        byte, table = code[at], 1
        if byte in (0x38, 0x3A):
            table = 2 if byte == 0x38 else 3
            at += 1
            byte = code[at]
    kind = _LEGACY_MAPS[table][byte]
    if kind == _INVALID:
        return None
    at += 1
    modrm = -1
    if kind & _MODRM:
        modrm = code[at]
        fixed = table == 1 and 0x20 <= byte <= 0x23
        at += 1 if fixed else _operand(code, at)
    at += _constants(kind, 2 if before.narrow and not before.wide else 4)
    if kind & _SPECIAL:
        at += _special(table, byte, (modrm >> 3) & 7, before)
    select, wide = before.select, before.wide
    return Instruction(at - start, Encoding.LEGACY, table, byte, modrm, select, wide, 0)


def _constants(kind: int, size: int) -> int:
    """Return the bytes of immediate data; `size` is that of a full operand."""
    return (
        (kind & _IMM8 and 1)
        + (kind & _IMMZ and size)
        + (kind & _IMM16 and 2)
        + (kind & _REL32 and 4)
    )


def _special(table: int, opcode: int, register: int, before: _Prefixes) -> int:
    """Return the bytes of immediate data where they depend on more than the opcode."""
    operand = 2 if before.narrow and not before.wide else 4
    if table == 1:
        return 2 if opcode == 0x78 and before.select in (0x66, 0xF2) else 0
    if opcode in (0xF6, 0xF7):
        # SDM A.4.2, group 3: TEST is /0 and /1.
        return 0 if register > 1 else 1 if opcode == 0xF6 else operand
    if opcode <= 0xA3:
        return 4 if before.short else 8
    return 8 if before.wide else operand


def _operand(code: bytes, at: int) -> int:
    """Return the bytes of ModRM, SIB and displacement (SDM 2.1.5, tables 2-2 and 2-3)."""
    modrm = code[at]
    mode, base = modrm >> 6, modrm & 7
    if mode == 3:
        return 1
    size = 1
    if base == 4:
        size = 2
        base = code[at + 1] & 7
    if mode == 1:
        return size + 1
    return size + 4 if mode == 2 or base == 5 else size


def _extended(code: bytes, start: int, at: int) -> Instruction | None:
    """Read a VEX, EVEX or XOP instruction from its first byte on (SDM 2.3.5 and 2.7)."""
    first = code[at]
    if first == 0xC5:
        encoding, maps, table, tail = Encoding.VEX, _VECTOR_MAPS, 1, code[at + 1]
        wide, vector = False, (tail >> 2) & 1
        at += 2
    elif first == 0x62:
        encoding, maps, table, tail = Encoding.EVEX, _EVEX_MAPS, code[at + 1] & 7, code[at + 2]
        wide, vector = bool(tail & 0x80), (code[at + 3] >> 5) & 3
        at += 4
    else:
        encoding, maps = (
            (Encoding.XOP, _XOP_MAPS) if first == 0x8F else (Encoding.VEX, _VECTOR_MAPS)
        )
        table, tail = code[at + 1] & 0x1F, code[at + 2]
        wide, vector = bool(tail & 0x80), (tail >> 2) & 1
        at += 3
    if table not in maps:
        return None
    opcode = code[at]
    kind = maps[table][opcode]
    at += 1
    modrm = -1
    if kind & _MODRM:
        modrm = code[at]
        at += _operand(code, at)
    at += _constants(kind, 4)
    prefix = _PP[tail & 3]
    return Instruction(at - start, encoding, table, opcode, modrm, prefix, wide, vector)
