"""Instructions that unicorn would execute wrongly, and that must therefore never be executed.

unicorn 2.1 takes VEX-encoded instructions for those of SSE with the same opcode, and XOP's for POP: the result
is wrong and nothing says so. So the code of each block is looked at before it first runs. What else is wrong was
found by comparing every instruction of SSE to SSE4.2 with a real processor
(`prove/prove_processor.py`; decision 18 has the list).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from crosswind.binary import x86

# SSE4.1's dot products DPPS and DPPD, which unicorn adds up in another order; SSE4.2's comparisons of strings:
# PCMPESTRM, PCMPESTRI, PCMPISTRM and PCMPISTRI.
_COMPARISON = re.compile(rb"\x0f\x3a[\x40\x41\x60-\x63]")
# Their constant's bits 3:2 (SDM volume 2, 4.1.3): "equal ordered" looks for one string in the other, and should find
# one that begins at the end and goes on beyond, which unicorn misses.
_AGGREGATION, _EQUAL_ORDERED = 0x0C, 0x0C
# internal/bytealg/index_amd64.s looks for bytes so, and takes one that goes on beyond for none.
_OF_GO = (0x61, 0x0C)
# SYSCALL, SYSENTER and INT 2E end their block. Numbers of system calls differ in every Windows, so programs
# leave them to ntdll, and so do we.
_SYSTEM_CALLS = (b"\x0f\x05", b"\x0f\x34", b"\xcd\x2e")
# By the byte that introduces it; the rest may be cut off where unicorn saw another instruction.
_NAMES = {
    0xC4: "an instruction of AVX, BMI or FMA (VEX)",
    0xC5: "an instruction of AVX, BMI or FMA (VEX)",
    0x62: "an instruction of AVX-512 (EVEX)",
    0x8F: "an instruction of XOP",
}


class Refused(NamedTuple):
    """An instruction that is not executed.

    Attributes:
        offset: of its first byte.
        name: what it is.
        code: its bytes, or what there is of them.
    """

    offset: int
    name: str
    code: bytes


def find_refused(code: bytes) -> Refused | None:
    """Look for the first such instruction in straight code: a block without jumps into it."""
    offset = x86.beyond_legacy(code)
    if offset is not None:
        found = x86.decode(code, offset)
        length = found.length if found else x86.MAX_LENGTH
        name = next(_NAMES[byte] for byte in code[offset:] if byte in _NAMES)
        return Refused(offset, name, code[offset : offset + length])
    # A walk costs much more than these two looks, which nearly all blocks end with.
    if not code.endswith(_SYSTEM_CALLS) and _COMPARISON.search(code) is None:
        return None
    for offset, found in x86.walk(code):
        whole = code[offset : offset + found.length]
        name = "a system call past ntdll" if whole in _SYSTEM_CALLS else _wrong(found, whole)
        if name:
            return Refused(offset, name, whole)
    return None


def _wrong(found: x86.Instruction, whole: bytes) -> str:
    """Say what unicorn gets wrong in an instruction; empty if nothing."""
    if found.map == 3 and found.opcode in (0x40, 0x41):
        return "a dot product of SSE4.1"
    if found.map == 3 and 0x60 <= found.opcode <= 0x63:
        return _wrong_comparison(found, whole[-1])
    return ""


def _wrong_comparison(found: x86.Instruction, constant: int) -> str:
    """Say what unicorn gets wrong in a comparison of strings; empty if nothing."""
    if found.wide and found.opcode < 0x62:
        return "a comparison of strings with 64-bit lengths"
    ordered = constant & _AGGREGATION == _EQUAL_ORDERED
    if ordered and (found.opcode, constant) != _OF_GO:
        return "a search for a string by SSE4.2"
    return ""
