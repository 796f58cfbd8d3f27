"""Which feature of x86-64 processors an instruction needs, and at which level it is to be had.

Features by opcode: Intel SDM, volume 2, the "CPUID Feature Flag" column of each instruction; AMD's manual,
volumes 3 and 4, for XOP, FMA4, TBM and SSE4a. Levels: x86-64 psABI, section 3.1.1 ("Processor
Architecture"), which Go's GOAMD64 follows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from crosswind.binary.x86 import Encoding, Instruction

BASELINE = "x86-64"

# psABI, table 3.1. Features that no level has, such as AES, are absent.
LEVELS = {
    BASELINE: 1,
    **dict.fromkeys(("CMPXCHG16B", "LAHF-SAHF", "POPCNT", "SSE3", "SSSE3", "SSE4.1", "SSE4.2"), 2),
    **dict.fromkeys(("AVX", "AVX2", "BMI1", "BMI2", "F16C", "FMA", "LZCNT", "MOVBE", "XSAVE"), 3),
    "AVX512": 4,
}


def feature(found: Instruction) -> str:
    """Name the feature that an instruction needs; `x86-64` for what every such processor has."""
    if found.encoding is Encoding.EVEX:
        return "AVX512"
    if found.encoding is Encoding.XOP:
        return "XOP"
    if found.encoding is Encoding.VEX:
        return _vex(found)
    return _LEGACY.get((found.map, found.opcode), _baseline)(found)


def level(found: Instruction) -> int | None:
    """Return the psABI level (GOAMD64) that has the instruction; None if it is in none of them."""
    return LEVELS.get(feature(found))


_Rule = Callable[[Instruction], str]


def _baseline(_: Instruction) -> str:
    return BASELINE


def _always(name: str) -> _Rule:
    return lambda _: name


def _prefixed(**names: str) -> _Rule:
    """Choose by the selecting prefix: `none`, `p66`, `pf2`, `pf3`."""
    keys = {"none": 0, "p66": 0x66, "pf2": 0xF2, "pf3": 0xF3}
    table = {keys[key]: name for key, name in names.items()}
    return lambda found: table.get(found.prefix, BASELINE)


def _group(
    register: int, name: str, *, memory: bool | None = None, prefix: int | None = None
) -> _Rule:
    """One instruction of a group: the `reg` field of ModRM, memory or not, and the prefix decide."""

    def rule(found: Instruction) -> str:
        fits = found.register == register
        fits &= memory is None or found.in_memory is memory
        fits &= prefix is None or found.prefix == prefix
        return name if fits else BASELINE

    return rule


def _first(*rules: _Rule) -> _Rule:
    """Return what the first rule says that says something."""

    def rule(found: Instruction) -> str:
        named = (each(found) for each in rules)
        return next((name for name in named if name != BASELINE), BASELINE)

    return rule


def _modrm(name: str, *values: int) -> _Rule:
    return lambda found: name if found.modrm in values else BASELINE


def _group_9(found: Instruction) -> str:
    """SDM A.4.2, group 9 (0F C7)."""
    if found.in_memory:
        names = {1: "CMPXCHG16B" if found.wide else BASELINE, 3: "XSAVES", 4: "XSAVEC", 5: "XSAVES"}
    else:
        names = {6: "RDRAND", 7: "RDPID" if found.prefix == 0xF3 else "RDSEED"}
    return names.get(found.register, BASELINE)


def _group_15(found: Instruction) -> str:
    """SDM A.4.2, group 15 (0F AE)."""
    if found.in_memory:
        if found.prefix == 0x66:
            return {6: "CLWB", 7: "CLFLUSHOPT"}.get(found.register, BASELINE)
        return {4: "XSAVE", 5: "XSAVE", 6: "XSAVEOPT"}.get(found.register, BASELINE)
    if found.prefix == 0xF3:
        return "FSGSBASE" if found.register < 4 else "CET"
    return "WAITPKG" if found.register == 6 and found.prefix else BASELINE


def _spread(name: _Rule | str, table: int, text: str) -> dict[tuple[int, int], _Rule]:
    """Give a rule to opcodes of a map, from a list such as `00-0B 1C`."""
    rule = _always(name) if isinstance(name, str) else name
    opcodes: dict[tuple[int, int], _Rule] = {}
    for part in text.split():
        first, _, last = part.partition("-")
        for opcode in range(int(first, 16), int(last or first, 16) + 1):
            opcodes[table, opcode] = rule
    return opcodes


_LEGACY: dict[tuple[int, int], _Rule] = {
    (0, 0x9E): _always("LAHF-SAHF"),
    (0, 0x9F): _always("LAHF-SAHF"),
    # FISTTP of SSE3: DB /1, DD /1 and DF /1 in memory.
    **_spread(_group(1, "SSE3", memory=True), 0, "DB DD DF"),
    **_spread(_modrm("RTM", 0xF8), 0, "C6 C7"),
    (1, 0x01): _first(
        _modrm("XSAVE", 0xD0, 0xD1),
        _modrm("RDTSCP", 0xF9),
        _modrm("RTM", 0xD5, 0xD6),
        _modrm("MONITOR", 0xC8, 0xC9),
    ),
    (1, 0x0D): _always("PREFETCHW"),
    (1, 0x0E): _always("3DNow!"),
    (1, 0x0F): _always("3DNow!"),
    (1, 0x12): _prefixed(pf2="SSE3", pf3="SSE3"),
    (1, 0x16): _prefixed(pf3="SSE3"),
    (1, 0x2B): _prefixed(pf2="SSE4a", pf3="SSE4a"),
    **_spread(_prefixed(p66="SSE4a", pf2="SSE4a"), 1, "78 79"),
    **_spread(_prefixed(p66="SSE3", pf2="SSE3"), 1, "7C 7D D0"),
    (1, 0xF0): _prefixed(pf2="SSE3"),
    (1, 0xAE): _group_15,
    (1, 0xB8): _prefixed(pf3="POPCNT"),
    (1, 0xBC): _prefixed(pf3="BMI1"),
    (1, 0xBD): _prefixed(pf3="LZCNT"),
    (1, 0xC7): _group_9,
    **_spread("SSSE3", 2, "00-0B 1C-1E"),
    **_spread("SSE4.1", 2, "10 14 15 17 20-25 28-2B 30-35 38-41"),
    (2, 0x37): _always("SSE4.2"),
    **_spread("SHA", 2, "C8-CD"),
    (2, 0xCF): _always("GFNI"),
    **_spread("AES", 2, "DB-DF"),
    **_spread(_prefixed(none="MOVBE", p66="MOVBE", pf2="SSE4.2"), 2, "F0 F1"),
    (2, 0xF5): _always("CET"),
    (2, 0xF6): _prefixed(none="CET", p66="ADX", pf3="ADX"),
    **_spread("MOVDIR", 2, "F8 F9"),
    **_spread("SSE4.1", 3, "08-0E 14-17 20-22 40-42"),
    (3, 0x0F): _always("SSSE3"),
    (3, 0x44): _always("PCLMULQDQ"),
    **_spread("SSE4.2", 3, "60-63"),
    (3, 0xCC): _always("SHA"),
    **_spread("GFNI", 3, "CE CF"),
    (3, 0xDF): _always("AES"),
}


class _Wide(NamedTuple):
    """A feature for 128 bits and one for 256."""

    narrow: str
    wide: str


def _vex(found: Instruction) -> str:
    """Name the feature of a VEX instruction; what is in no table is AVX."""
    named = _VEX.get((found.map, found.opcode), "AVX")
    if isinstance(named, _Wide):
        named = named.wide if found.vector else named.narrow
    if (found.map, found.opcode) == (2, 0xF7):
        # BEXTR without a prefix; SHLX, SARX and SHRX with one.
        return "BMI2" if found.prefix else "BMI1"
    # VBROADCASTSS and VBROADCASTSD take a register only from AVX2 on.
    if found.map == 2 and found.opcode in (0x18, 0x19) and not found.in_memory:
        return "AVX2"
    # Integer operations of map 1 have the prefix 66; of the rest 256 bits are AVX.
    if found.map == 1 and found.vector and (found.prefix == 0x66) and _is_integer(found.opcode):
        return "AVX2"
    return named


def _is_integer(opcode: int) -> bool:
    """Whether an opcode of map 1 with prefix 66 works on integers (SDM table A-3: P… names)."""
    if 0x60 <= opcode <= 0x6D or 0x70 <= opcode <= 0x76:
        return True
    # D6, E6 and E7 move or convert, and 6E, 6F, 7E, 7F move.
    return 0xD1 <= opcode <= 0xFE and opcode not in (0xD6, 0xE6, 0xE7)


def _vex_table() -> dict[tuple[int, int], str | _Wide]:
    """Gather opcodes by feature: by map, then as lists of ranges."""
    table: dict[tuple[int, int], str | _Wide] = {}
    rows: tuple[tuple[str | _Wide, int, str], ...] = (
        ("AVX512", 1, "41-4B 90-93 98 99"),  # operations on mask registers
        (_Wide("AVX", "AVX2"), 2, "00-0B 1C-1E 20-25 28-2B 30-35 37-41"),
        ("F16C", 2, "13"),
        ("AVX2", 2, "16 36 45-47 58-5A 78 79 8C 8E 90-93"),
        ("AVX-VNNI", 2, "50-53"),
        ("AVX-IFMA", 2, "B4 B5"),
        ("AVX-NE-CONVERT", 2, "72 B0 B1"),
        ("AMX", 2, "49 4B 5C 5E 6C"),
        ("FMA", 2, "96-9F A6-AF B6-BF"),
        ("GFNI", 2, "CF"),
        (_Wide("AES", "VAES"), 2, "DB-DF"),
        ("BMI1", 2, "F2 F3"),
        ("BMI2", 2, "F5 F6"),
        ("AVX2", 3, "00-02 38 39 46"),
        (_Wide("AVX", "AVX2"), 3, "0E 0F 42 4C"),
        ("F16C", 3, "1D"),
        ("AVX512", 3, "30-33"),
        (_Wide("PCLMULQDQ", "VPCLMULQDQ"), 3, "44"),
        ("XOP", 3, "48 49"),
        ("FMA4", 3, "5C-5F 68-6F 78-7F"),
        ("GFNI", 3, "CE CF"),
        ("AES", 3, "DF"),
        ("BMI2", 3, "F0"),
    )
    for name, number, text in rows:
        table.update(dict.fromkeys(_spread("", number, text), name))
    return table


_VEX = _vex_table()
