"""Unwinding by the tables of 64-bit programs (.pdata and .xdata), and who would be asked about an exception.

Source: "x64 exception handling" in Microsoft's documentation of C++: struct UNWIND_INFO, unwind operation
codes, unwind procedure.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from crosswind.run.emulator.image import Loaded
from crosswind.run.emulator.memory import AccessViolation, Memory

HANDLES_EXCEPTIONS = 1
_CHAINED = 4
_EXCEPTIONS = 3
_FUNCTION = struct.Struct("<III")
# Registers by their numbers in instructions.
_RSP = 4
_PUSH, _ALLOC_LARGE, _ALLOC_SMALL, _SET_FRAME, _SAVE, _SAVE_FAR = range(6)
_SAVE_XMM, _SAVE_XMM_FAR, _MACHINE_FRAME = 8, 9, 10
# What tables of a hostile program could do without end.
_MOST_CHAINED, _MOST_FRAMES = 32, 256
_MASK = (1 << 64) - 1


class Entry(NamedTuple):
    """A RUNTIME_FUNCTION: addresses relative to the image; `place` is its own."""

    place: int
    begin: int
    end: int
    info: int


@dataclass(slots=True)
class Frame:
    """A function's state, from its registers to those of its caller.

    Attributes:
        general: the registers by number; `rip` beside them.
        vectors: XMM registers that the function had saved.
        saved: where each general register was saved.
        establisher: the frame's address, by which handlers know it.
        handler, data: the function's handler, 0 for none, and its data's address.
    """

    general: list[int]
    rip: int
    vectors: dict[int, bytes] = field(default_factory=dict)
    saved: dict[int, int] = field(default_factory=dict)
    establisher: int = 0
    handler: int = 0
    data: int = 0


class _Code(NamedTuple):
    offset: int
    operation: int
    info: int
    value: int


class _Info(NamedTuple):
    flags: int
    prolog: int
    frame_register: int
    frame_offset: int
    codes: list[_Code]
    after: int


def find(memory: Memory, loaded: Loaded, address: int) -> Entry | None:
    """Find the table's entry of the function that an address lies in."""
    module = loaded.module
    if not module.base <= address < module.base + module.size:
        return None
    directory = loaded.image.directory(_EXCEPTIONS)
    offset = address - module.base
    low, high = 0, directory.size // _FUNCTION.size
    while low < high:
        middle = (low + high) // 2
        place = module.base + directory.address + middle * _FUNCTION.size
        entry = Entry(place, *_FUNCTION.unpack(memory.read(place, _FUNCTION.size)))
        if entry.begin <= offset < entry.end:
            return entry
        low, high = (middle + 1, high) if offset >= entry.end else (low, middle)
    return None


def unwind(memory: Memory, base: int, entry: Entry, frame: Frame, kind: int) -> None:
    """Undo what a function did to the registers so far.

    Args:
        memory: of the program.
        base: where its image lies.
        entry: the function's.
        frame: its registers; becomes its caller's.
        kind: UNW_FLAG_EHANDLER or UNW_FLAG_UHANDLER, which handler is wanted.

    Raises:
        AccessViolation: the stack or the tables are not there.
    """
    info = _read(memory, base + entry.info & _MASK)
    offset = frame.rip - base - entry.begin
    in_prolog = offset < info.prolog
    done = [code for code in info.codes if not in_prolog or code.offset <= offset]
    frame.establisher = frame.general[_RSP]
    if info.frame_register and (not in_prolog or any(one.operation == _SET_FRAME for one in done)):
        frame.establisher = frame.general[info.frame_register] - info.frame_offset & _MASK
    if not in_prolog and _leave(memory, base, entry, frame, info):
        return
    returned = _undo(memory, frame, info, done)
    chain = info
    for _ in range(_MOST_CHAINED):
        if not chain.flags & _CHAINED:
            break
        parent = _FUNCTION.unpack(memory.read(chain.after, _FUNCTION.size))
        chain = _read(memory, base + parent[2] & _MASK)
        returned |= _undo(memory, frame, chain, chain.codes)
    if not returned:
        _return(memory, frame)
    if not in_prolog and not info.flags & _CHAINED and info.flags & kind:
        frame.handler = base + memory.read_u32(info.after) & _MASK
        frame.data = info.after + 4


def _read(memory: Memory, place: int) -> _Info:
    head, prolog, count, frame = memory.read(place, 4)
    words = memory.read(place + 4, 2 * count)
    return _Info(
        head >> 3,
        prolog,
        frame & 15,
        (frame >> 4) * 16,
        list(_codes(words)),
        place + 4 + 2 * (count + (count & 1)),
    )


def _codes(words: bytes) -> Iterator[_Code]:
    at = 0

    def following(size: int) -> int:
        nonlocal at
        value = int.from_bytes(words[at : at + size], "little")
        at += size
        return value

    while at + 2 <= len(words):
        offset, operation, info = words[at], words[at + 1] & 15, words[at + 1] >> 4
        at += 2
        value = 0
        if operation == _ALLOC_SMALL:
            value = 8 * info + 8
        elif operation == _ALLOC_LARGE:
            value = following(4) if info else 8 * following(2)
        elif operation == _SAVE:
            value = 8 * following(2)
        elif operation == _SAVE_XMM:
            value = 16 * following(2)
        elif operation in (_SAVE_FAR, _SAVE_XMM_FAR):
            value = following(4)
        yield _Code(offset, operation, info, value)


def _undo(memory: Memory, frame: Frame, info: _Info, codes: list[_Code]) -> bool:
    """Undo operations, the last one first; whether the processor's own frame told where to return."""
    general, base = frame.general, frame.establisher
    for code in codes:
        stack = general[_RSP]
        if code.operation == _PUSH:
            _load(memory, frame, code.info, stack)
            general[_RSP] = stack + 8 & _MASK
        elif code.operation in (_ALLOC_LARGE, _ALLOC_SMALL):
            general[_RSP] = stack + code.value & _MASK
        elif code.operation == _SET_FRAME:
            general[_RSP] = general[info.frame_register] - info.frame_offset & _MASK
        elif code.operation in (_SAVE, _SAVE_FAR):
            _load(memory, frame, code.info, base + code.value & _MASK)
        elif code.operation in (_SAVE_XMM, _SAVE_XMM_FAR):
            frame.vectors[code.info] = memory.read(base + code.value & _MASK, 16)
        elif code.operation == _MACHINE_FRAME:
            place = stack + 8 * code.info
            frame.rip = memory.read_u64(place & _MASK)
            general[_RSP] = memory.read_u64(place + 24 & _MASK)
            return True
    return False


def _load(memory: Memory, frame: Frame, register: int, place: int) -> None:
    frame.general[register] = memory.read_u64(place)
    frame.saved[register] = place


def _return(memory: Memory, frame: Frame) -> None:
    frame.rip = memory.read_u64(frame.general[_RSP])
    frame.general[_RSP] = frame.general[_RSP] + 8 & _MASK


def _leave(memory: Memory, base: int, entry: Entry, frame: Frame, info: _Info) -> bool:
    """Carry out what is left of an epilog, if the function is in one ("Epilog code")."""
    code = memory.readable(frame.rip, 64).ljust(64, b"\0")
    stack, at = frame.general[_RSP], 0
    if code[:3] == b"\x48\x83\xc4":
        stack, at = stack + int.from_bytes(code[3:4], "little", signed=True), 4
    elif code[:3] == b"\x48\x81\xc4":
        stack, at = stack + int.from_bytes(code[3:7], "little", signed=True), 7
    elif info.frame_register and code[:1] in (b"\x48", b"\x49") and code[1:2] == b"\x8d":
        mode, register = code[2] >> 6, code[2] & 7 | (code[0] & 1) << 3
        if code[2] >> 3 & 7 != _RSP or mode not in (1, 2) or register != info.frame_register:
            return False
        at = 4 if mode == 1 else 7
        stack = frame.general[register] + int.from_bytes(code[3:at], "little", signed=True)
    popped = []
    while True:
        wide = code[at : at + 1] == b"\x41"
        one = code[at + wide] if at + wide < len(code) else 0
        if one & 0xF8 != 0x58:
            break
        popped.append(one & 7 | wide << 3)
        at += 1 + wide
    if not _ends(code[at:], frame.rip - base + at, entry):
        return False
    for register in popped:
        _load(memory, frame, register, stack & _MASK)
        stack += 8
    frame.general[_RSP] = stack & _MASK
    _return(memory, frame)
    return True


def _ends(code: bytes, offset: int, entry: Entry) -> bool:
    """Whether an instruction returns, or jumps to another function."""
    if code[:1] in (b"\xc3", b"\xc2") or code[:2] in (b"\xf3\xc3", b"\xff\x25"):
        return True
    size = {b"\xeb": 1, b"\xe9": 4}.get(code[:1])
    if size is None:
        return code[:3] == b"\x48\xff\x25"
    target = offset + 1 + size + int.from_bytes(code[1 : 1 + size], "little", signed=True)
    return not entry.begin < target < entry.end


def handlers(memory: Memory, loaded: Loaded, frame: Frame) -> Iterator[int]:
    """Yield the handlers that Windows would ask about an exception in a frame, innermost first."""
    module = loaded.module
    try:
        for _ in range(_MOST_FRAMES):
            entry = find(memory, loaded, frame.rip)
            if entry is None:
                _return(memory, frame)  # a function that keeps nothing on the stack
            else:
                frame.handler = 0
                unwind(memory, module.base, entry, frame, HANDLES_EXCEPTIONS)
                if frame.handler:
                    yield frame.handler
            if not frame.rip:
                return
    except AccessViolation:
        return
