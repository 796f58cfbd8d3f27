"""CONTEXT and EXCEPTION_RECORD (winnt.h): a thread's registers as programs read and change them."""

from __future__ import annotations

import struct

from crosswind.run.emulator import engine
from crosswind.run.emulator.cpu import GENERAL, Cpu

SIZE = 1232
RECORD_SIZE = 0x98
# ContextFlags: CONTEXT_AMD64 with the parts that are there.
_CONTROL, _INTEGER, _SEGMENTS, _FLOATING_POINT = 1, 2, 4, 8
FULL = 0x10000F
_FLAGS, _MXCSR, _SELECTORS, _EFLAGS, _GENERAL = 0x30, 0x34, 0x38, 0x44, 0x78
_FLOATS, _VECTORS = 0x100, 0x1A0
# The selectors of 64-bit programs: CS, DS, ES, FS, GS, SS.
_SELECTOR_VALUES = struct.pack("<6H", 0x33, 0x2B, 0x2B, 0x53, 0x2B, 0x2B)
# Which of the registers belong to CONTEXT_CONTROL: RSP and RIP, by their places in `GENERAL`.
_RSP, _RIP = GENERAL.index(engine.RSP), GENERAL.index(engine.RIP)
GENERAL_OFFSET, RSP_OFFSET, RIP_OFFSET, VECTORS_OFFSET = _GENERAL, 0x98, 0xF8, _VECTORS
_MXCSR_MASK = 0xFFFF
# What programs may change of EFLAGS: CF, PF, AF, ZF, SF, TF, DF, OF, AC and ID.
_CHANGEABLE = 0x240DD5
_ALWAYS = 0x202


def capture(cpu: Cpu, flags: int = FULL, rip: int | None = None) -> bytes:
    """Return the registers as a CONTEXT.

    Args:
        cpu: the processor.
        flags: ContextFlags, what of it is valid.
        rip: what to give as RIP instead.
    """
    data = bytearray(SIZE)
    general = list(cpu.read_general())
    if rip is not None:
        general[_RIP] = rip
    mxcsr = cpu.read(engine.MXCSR) & 0xFFFFFFFF
    struct.pack_into("<II", data, _FLAGS, flags, mxcsr)
    data[_SELECTORS : _SELECTORS + 12] = _SELECTOR_VALUES
    struct.pack_into("<I", data, _EFLAGS, cpu.read(engine.EFLAGS) & 0xFFFFFFFF)
    struct.pack_into("<17Q", data, _GENERAL, *general)
    # XMM_SAVE_AREA32: control and status word, then MXCSR with its mask.
    struct.pack_into("<HH", data, _FLOATS, cpu.read(engine.FPCW) & 0xFFFF, 0)
    struct.pack_into("<II", data, _FLOATS + 0x18, mxcsr, _MXCSR_MASK)
    data[_VECTORS : _VECTORS + 256] = cpu.read_vectors()
    return bytes(data)


def apply(cpu: Cpu, data: bytes) -> int:
    """Set the registers that a CONTEXT's flags name; returns RIP."""
    flags, mxcsr = struct.unpack_from("<II", data, _FLAGS)
    wanted = struct.unpack_from("<17Q", data, _GENERAL)
    general = list(cpu.read_general())
    for index, value in enumerate(wanted):
        part = _CONTROL if index in (_RSP, _RIP) else _INTEGER
        if flags & part:
            general[index] = value
    cpu.write_general(general)
    if flags & _CONTROL:
        (eflags,) = struct.unpack_from("<I", data, _EFLAGS)
        cpu.write(engine.EFLAGS, eflags & _CHANGEABLE | _ALWAYS)
    if flags & _FLOATING_POINT:
        cpu.write(engine.MXCSR, mxcsr & _MXCSR_MASK)
        cpu.write_vectors(data[_VECTORS : _VECTORS + 256])
    return general[_RIP]


def record(code: int, address: int, parameters: tuple[int, ...], flags: int = 0) -> bytes:
    """Return an EXCEPTION_RECORD; at most 15 parameters."""
    kept = parameters[:15]
    head = struct.pack("<IIQQII", code, flags, 0, address, len(kept), 0)
    return (head + struct.pack(f"<{len(kept)}Q", *kept)).ljust(RECORD_SIZE, b"\0")


# The bytes of a CONTEXT that each flag stands for.
_PARTS = {
    _CONTROL: ((0x38, 2), (0x42, 6), (0x98, 8), (0xF8, 8)),
    _INTEGER: ((0x78, 0x20), (0xA0, 0x58)),
    _SEGMENTS: ((0x3A, 8),),
    _FLOATING_POINT: ((0x34, 4), (0x100, 512)),
}


def merged(before: bytes, data: bytes, flags: int) -> bytes:
    """Return a CONTEXT with the parts of `data` that the flags name, and all else as it was."""
    result = bytearray(before)
    for flag, spans in _PARTS.items():
        if flags & flag:
            for start, size in spans:
                result[start : start + size] = data[start : start + size]
    return bytes(result)
