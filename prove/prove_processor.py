"""Compare the emulated processor with this one, instruction by instruction.

    python prove/prove_processor.py --inputs 400

Every opcode of x86-64-v2, AES and PCLMULQDQ that works on registers is run on the same random inputs by unicorn
and, in a child process, by the processor of this machine. Only on x86-64.
"""

from __future__ import annotations

import argparse
import ctypes
import faulthandler
import math
import mmap
import os
import platform
import random
import struct
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from report import Proof
from unicorn import x86_const
from unicorn.unicorn_py3.unicorn import UcError

from crosswind.binary import x86, x86_features
from crosswind.run.emulator import machine
from crosswind.run.emulator.instructions import find_refused

CLAIM = """Each opcode of the maps `0F`, `0F 38` and `0F 3A`, with each prefix and with and without REX.W, whose feature
belongs to x86-64-v2 or is AES or PCLMULQDQ, works on registers with the same inputs on both processors: random
bits, and floating-point numbers of all kinds. Compared are three vector registers, three general ones and the flags
that are defined. "refused" are those that end the program as unsupported; "absent" those that this processor, too,
refuses. Not compared, because the SDM leaves them open or they depend on the system: the approximations RCP and
RSQRT, LAR and LSL, BSF and BSR of 0, SHLD and SHRD beyond the operand, what a failing CMPXCHG leaves in the upper half of a
register, and which of two NaNs is handed on."""

FEATURES = {"x86-64", "SSE3", "SSSE3", "SSE4.1", "SSE4.2", "POPCNT", "AES", "PCLMULQDQ"}
# The system's own, jumps, and what changes more than registers.
_SKIPPED = {
    1: frozenset(
        {0x00, 0x01, 0x02, 0x03, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0B, 0x0D, 0x0E, 0x0F, 0x18, 0x1A, 0x1B, 0x1E}
        | {*range(0x20, 0x28), *range(0x30, 0x38), 0x77, *range(0x80, 0x90), 0xA0, 0xA1, 0xA2, 0xA8, 0xA9, 0xAA}
        | {0xAE, 0xB2, 0xB4, 0xB5, 0xB9, 0xC7, 0xFF, 0x52, 0x53}
    ),
    2: frozenset(range(0x80, 0x8C)),
    3: frozenset(),
}  # fmt: skip
_ESCAPES = {1: "0f", 2: "0f38", 3: "0f3a"}
_CARRY, _PARITY, _ADJUST, _ZERO, _SIGN, _OVERFLOW = 1, 4, 0x10, 0x40, 0x80, 0x800
_ALL_FLAGS = _CARRY | _PARITY | _ADJUST | _ZERO | _SIGN | _OVERFLOW
# SHLD and SHRD by a constant and by CL.
_DOUBLE_SHIFTS = (0xA4, 0xA5, 0xAC, 0xAD)
# Undefined after IMUL; after BSF and BSR; after BT and the like; and AF after shifts.
_UNDEFINED = {
    0xAF: _ALL_FLAGS & ~(_CARRY | _OVERFLOW),
    **dict.fromkeys((0xBC, 0xBD), _ALL_FLAGS & ~_ZERO),
    **dict.fromkeys((0xA3, 0xAB, 0xB3, 0xBA, 0xBB), _ALL_FLAGS & ~(_CARRY | _ZERO)),
    **dict.fromkeys(_DOUBLE_SHIFTS, _ALL_FLAGS),
}
# State: xmm0 to xmm2, rax, rcx, rdx, flags; rdi points to it.
_STATE = struct.Struct("<48sQQQQ")
_VECTORS = 48
_LOAD = bytes.fromhex("f30f6f07 f30f6f4f10 f30f6f5720 488b4730 488b4f38 488b5740 ff7748 9d")
_STORE = bytes.fromhex("9c 8f4748 f30f7f07 f30f7f4f10 f30f7f5720 48894730 48894f38 48895740 c3")
_SPECIAL = (
    *(0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, math.inf, -math.inf, math.nan, 5e-324, 1e-310, 1e-45, 1e-40),
    *(2.0**31, -(2.0**31), 2.0**63, -(2.0**63), 3.4e38, 1e308),
)  # fmt: skip
_CODE, _AT, _STACK = 0x10000, 0x11000, 0x12800


@dataclass(frozen=True)
class Case:
    """An instruction without its constants."""

    opcode: bytes
    constants: int
    found: x86.Instruction

    def code(self, dice: random.Random) -> bytes:
        """Return it with random constants."""
        data = bytearray(dice.randrange(256) for _ in range(self.constants))
        if (self.found.map, self.found.opcode) == (1, 0xC2):
            # unicorn refuses a comparison above 7, of which a processor takes three bits.
            data[-1] &= 7
        if data and self.found.map == 1 and self.found.opcode in _DOUBLE_SHIFTS:
            data[-1] &= 15
        return self.opcode + bytes(data)


def cases() -> Iterator[Case]:
    """Yield every instruction that is to be compared."""
    for table, escape in _ESCAPES.items():
        for opcode in range(256):
            if opcode in _SKIPPED[table]:
                continue
            # Groups: the instruction is in ModRM, too.
            groups = table == 1 and opcode in (0x71, 0x72, 0x73, 0xBA)
            for modrm in range(0xC1, 0x100, 8) if groups else (0xC1,):
                for start in ("", "66", "f3", "f2", "48", "6648", "f348", "f248"):
                    code = bytes.fromhex(f"{start}{escape}{opcode:02x}{modrm:02x}")
                    found = x86.decode(code + bytes(8))
                    if found and found.modrm >= 0 and x86_features.feature(found) in FEATURES:
                        yield Case(code, found.length - len(code), found)


def inputs(dice: random.Random, count: int) -> list[bytes]:
    """Return states to begin with."""
    return [_input(dice) for _ in range(count)]


def _input(dice: random.Random) -> bytes:
    # Not the most negative length of 32 bits: a comparison of strings with that ends unicorn, and so the
    # emulator's process, by a signal.
    words = [dice.randbytes(8), bytes(8), b"\xff" * 8, struct.pack("<Q", dice.randrange(1, 64))]
    registers = [int.from_bytes(dice.choice(words), "little") for _ in range(3)]
    vectors = b"".join(_number(dice) for _ in range(_VECTORS // 8))
    return _STATE.pack(vectors, *registers, 0x202 | dice.choice((0, _CARRY, _ALL_FLAGS)))


def _number(dice: random.Random) -> bytes:
    """Return eight bytes: anything, one double, or two singles."""
    kind = dice.randrange(6)
    if kind == 0:
        return dice.randbytes(8)
    if kind == 1:
        return struct.pack("<d", dice.choice(_SPECIAL))
    if kind == 2:
        small = [value for value in _SPECIAL if not 3.4e38 < abs(value) < math.inf]
        return struct.pack("<ff", dice.choice(small), dice.choice(small))
    if kind == 3:
        return struct.pack("<d", dice.uniform(-1e6, 1e6))
    if kind == 4:
        return struct.pack("<ff", dice.uniform(-1e6, 1e6), dice.gauss(0, 1))
    return struct.pack("<q", dice.choice((0, -1, 1, 1 << 62, -(1 << 63), 255, 0x80, 0x7F)))


def natively(code: bytes, states: Sequence[bytes]) -> list[bytes] | None:
    """Run on this machine's processor; None if it refuses the instruction."""
    results = mmap.mmap(-1, len(states) * _STATE.size)
    child = os.fork()
    if child == 0:
        faulthandler.disable()  # pytest's would tell of each refused instruction at length
        memory = mmap.mmap(
            -1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
        )
        memory.write(_LOAD + code + _STORE)
        address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        function = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(address)
        for state in states:
            buffer = ctypes.create_string_buffer(state, _STATE.size)
            function(ctypes.addressof(buffer))
            results.write(buffer.raw)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status:
        return None
    return [results[at : at + _STATE.size] for at in range(0, len(results), _STATE.size)]


@cache
def _machine() -> machine.Uc:
    uc = machine.make()
    uc.mem_map(_CODE, 0x3000)
    return uc


def emulated(code: bytes, states: Sequence[bytes]) -> list[bytes] | None:
    """Run on the emulated processor; None if it refuses the instruction."""
    if find_refused(code):
        return None
    uc = _machine()
    whole = _LOAD + code + _STORE
    uc.mem_write(_CODE, whole)
    uc.ctl_remove_cache(_CODE, _CODE + 0x100)
    results = []
    for state in states:
        uc.mem_write(_AT, state)
        uc.reg_write(x86_const.UC_X86_REG_RDI, _AT)
        uc.reg_write(x86_const.UC_X86_REG_RSP, _STACK)
        try:
            uc.emu_start(_CODE, _CODE + len(whole) - 1)
        except UcError:
            _machine.cache_clear()
            return None
        results.append(bytes(uc.mem_read(_AT, _STATE.size)))
    return results


def difference(case: Case, state: bytes, ours: bytes, theirs: bytes) -> str:
    """Say how two results differ where they may not; empty if they do not."""
    table, opcode = case.found.map, case.found.opcode
    count = _STATE.unpack(state)[2]
    if table == 1 and opcode in (0xBC, 0xBD) and not count & _mask(case):
        return ""
    if table == 1 and opcode in _DOUBLE_SHIFTS and _mask(case) == 0xFFFF and count & 31 > 15:
        return ""
    vectors, *registers, flags = _STATE.unpack(ours)
    vectors2, *registers2, flags2 = _STATE.unpack(theirs)
    if _without_nans(vectors, vectors2) != vectors2:
        return f"vectors {vectors.hex()} for {vectors2.hex()}"
    if table == 1 and opcode == 0xB1:
        registers, registers2 = (
            [value & 0xFFFFFFFF for value in one] for one in (registers, registers2)
        )
    if registers != registers2:
        return f"registers {registers} for {registers2}"
    compared = _ALL_FLAGS & ~(_UNDEFINED.get(opcode, 0) if table == 1 else 0)
    return f"flags {flags:#x} for {flags2:#x}" if (flags ^ flags2) & compared else ""


def _mask(case: Case) -> int:
    if case.found.wide:
        return (1 << 64) - 1
    return 0xFFFF if case.opcode[0] == 0x66 else 0xFFFFFFFF


def _without_nans(ours: bytes, theirs: bytes) -> bytes:
    """Take the other's NaN where both have one."""
    result = bytearray(ours)
    for layout in ("<f", "<d"):
        size = struct.calcsize(layout)
        for at in range(0, len(ours), size):
            both = (*struct.unpack_from(layout, ours, at), *struct.unpack_from(layout, theirs, at))
            if all(map(math.isnan, both)):
                result[at : at + size] = theirs[at : at + size]
    return bytes(result)


def compare(case: Case, dice: random.Random, count: int) -> str:
    """Compare one instruction: `same`, `absent`, `refused`, or the first difference."""
    code = case.code(dice)
    states = inputs(dice, count)
    theirs = natively(code, states)
    if theirs is None:
        return "absent"
    ours = emulated(code, states)
    if ours is None:
        return "refused"
    for state, one, other in zip(states, ours, theirs, strict=True):
        found = difference(case, state, one, other)
        if found:
            return f"{code.hex()} on {state.hex()}: {found}"
    return "same"


def main() -> int:
    """Compare all and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=400, help="for each instruction")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    proof = Proof(
        "processor",
        "The emulated processor",
        CLAIM,
        ("feature", "same", "refused", "absent", "differ"),
    )
    if platform.machine() != "x86_64":
        print("there is no processor here to compare with")
        return 0
    dice = random.Random(options.seed)
    counts: dict[str, Counter[str]] = {}
    for case in cases():
        verdict = compare(case, dice, options.inputs)
        counted = counts.setdefault(x86_features.feature(case.found), Counter())
        if verdict in ("same", "refused", "absent"):
            counted[verdict] += 1
        else:
            counted["differ"] += 1
            proof.fail(verdict)
    for feature, counted in counts.items():
        proof.row(feature, *(counted[name] for name in ("same", "refused", "absent", "differ")))
    total = sum(counted["same"] for counted in counts.values())
    return proof.finish(f"{total} instructions give the same results as this machine's processor.")


if __name__ == "__main__":
    sys.exit(main())
