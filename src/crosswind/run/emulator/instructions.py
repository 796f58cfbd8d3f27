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

# PCMPESTRI and PCMPESTRM with REX.W compare lengths of 64 bits, which unicorn cuts.
_WRONG = re.compile(rb"[\x48-\x4f]\x0f\x3a[\x60\x61]")
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
    if _WRONG.search(code) is None:
        return None
    for offset, found in x86.walk(code):
        if found.map == 3 and found.opcode in (0x60, 0x61) and found.wide:
            name = "a comparison of strings with 64-bit lengths"
            return Refused(offset, name, code[offset : offset + found.length])
    return None
