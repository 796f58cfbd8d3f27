"""Unwinding by tables made by hand; the calls are compared with Wine's in tests/integration/run."""

from __future__ import annotations

import struct
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.run.emulator.memory import AccessViolation
from crosswind.run.emulator.unwinding import Entry, Frame, find, handlers, unwind

BASE, STACK = 0x1400_00000, 0x20_0000
RBX, RSP, RBP = 3, 4, 5
TABLE, INFO, CODE = 0x3000, 0x4000, 0x1000
# push rbp; sub rsp, 32 – of five bytes, as the codes say.
PROLOG, EPILOG = b"\x55\x48\x83\xec\x20", b"\x48\x83\xc4\x20\x5d\xc3"
FUNCTION = PROLOG + b"\x90" * 11 + EPILOG


class Memory:
    """Pieces of memory by their addresses."""

    def __init__(self, **pieces: bytes) -> None:
        self.pieces = {int(at[1:], 16): data for at, data in pieces.items()}

    def readable(self, address: int, size: int) -> bytes:
        for at, data in self.pieces.items():
            if at <= address < at + len(data):
                return data[address - at :][:size]
        return b""

    def read(self, address: int, size: int) -> bytes:
        assert 0 <= address < 1 << 64
        found = self.readable(address, size)
        if len(found) < size:
            raise AccessViolation(address, write=False)
        return found

    def read_u32(self, address: int) -> int:
        return int.from_bytes(self.read(address, 4), "little")

    def read_u64(self, address: int) -> int:
        return int.from_bytes(self.read(address, 8), "little")


def info(*codes: int, flags: int = 0, prolog: int = 5, frame: int = 0, rest: bytes = b"") -> bytes:
    words = b"".join(code.to_bytes(2, "little") for code in codes)
    padding = bytes(2 * (len(codes) & 1))
    return bytes((1 | flags << 3, prolog, len(codes), frame)) + words + padding + rest


# UWOP_ALLOC_SMALL of 32 bytes after five, UWOP_PUSH_NONVOL of RBP after one.
SAVES = (0x3205, 0x5001)


def program(unwinding: bytes, *stack: int, code: bytes = FUNCTION) -> Any:
    return Memory(
        **{
            f"x{BASE + CODE:x}": code,
            f"x{BASE + INFO:x}": unwinding,
            f"x{BASE + TABLE:x}": struct.pack("<III", CODE, CODE + len(code), INFO),
            f"x{STACK:x}": struct.pack(f"<{len(stack)}Q", *stack),
        }
    )


def loaded(entries: int = 1) -> Any:
    directory = SimpleNamespace(address=TABLE, size=12 * entries)
    module = SimpleNamespace(base=BASE, size=0x10000)
    return SimpleNamespace(image=SimpleNamespace(directory=lambda _: directory), module=module)


def frame(offset: int, rsp: int = STACK) -> Frame:
    general = [0] * 16
    general[RSP], general[RBP] = rsp, 0xB
    return Frame(general, BASE + CODE + offset)


def undone(memory: Any, offset: int, rsp: int = STACK) -> Frame:
    entry = find(memory, loaded(), BASE + CODE + offset)
    assert entry
    result = frame(offset, rsp)
    unwind(memory, BASE, entry, result, 1)
    return result


@pytest.mark.parametrize(
    ("offset", "stack", "rbp"),
    [
        (0, (0x77,), 0xB),  # nothing done yet
        (1, (0xAA, 0x77), 0xAA),  # pushed
        (8, (1, 2, 3, 4, 0xAA, 0x77), 0xAA),
        (16, (1, 2, 3, 4, 0xAA, 0x77), 0xAA),  # the epilog begins
        (20, (0xAA, 0x77), 0xAA),  # the frame is gone
        (21, (0x77,), 0xB),
    ],
)
def test_at_each_place_of_a_function(offset: int, stack: tuple[int, ...], rbp: int) -> None:
    result = undone(program(info(*SAVES), *stack), offset)
    assert (result.rip, result.general[RSP]) == (0x77, STACK + 8 * len(stack))
    assert (result.general[RBP], result.handler) == (rbp, 0)
    assert result.establisher == STACK


def test_a_handler_is_that_of_the_body_alone() -> None:
    memory = program(
        info(*SAVES, flags=1, rest=struct.pack("<IQ", 0x5000, 9)), 1, 2, 3, 4, 0xAA, 0x77
    )
    assert undone(memory, 8).handler == BASE + 0x5000
    assert undone(memory, 8).data == BASE + INFO + 12
    assert undone(memory, 0).handler == 0
    assert undone(memory, 16).handler == 0


def test_a_frame_register_and_saved_registers() -> None:
    # UWOP_SAVE_NONVOL of RBX at 8; UWOP_SET_FPREG; UWOP_ALLOC_LARGE of 0x20.
    codes = (0x3405, 1, 0x0304, 0x0102, 4)
    memory = program(info(*codes, frame=RBP | 0x10), 1, 0xBB, 3, 4, 0x77)
    entry = find(memory, loaded(), BASE + CODE + 8)
    assert entry
    result = frame(8, rsp=0)
    result.general[RBP] = STACK + 16
    unwind(memory, BASE, entry, result, 1)
    assert (result.establisher, result.general[RBX], result.saved) == (STACK, 0xBB, {3: STACK + 8})
    assert (result.rip, result.general[RSP]) == (0x77, STACK + 40)


def test_a_part_of_a_function_goes_on_with_the_whole() -> None:
    parent = struct.pack("<III", CODE, CODE + 22, INFO + 0x40)
    memory = program(info(prolog=0, flags=4, rest=parent), 1, 2, 3, 4, 0xAA, 0x77)
    memory.pieces[BASE + INFO] = memory.pieces[BASE + INFO].ljust(0x40) + info(*SAVES)
    assert (undone(memory, 8).rip, undone(memory, 8).general[RBP]) == (0x77, 0xAA)


def test_handlers_are_found_through_functions_without_tables() -> None:
    told = info(*SAVES, flags=1, rest=struct.pack("<I", 0x5000))
    memory = program(told, BASE + CODE + 8, 1, 2, 3, 4, 0xAA, 0)
    begin = Frame(frame(0).general, BASE + 0x8000)
    assert list(handlers(memory, loaded(), begin)) == [BASE + 0x5000]
    assert list(handlers(memory, loaded(0), Frame(frame(0).general, BASE + 0x8000))) == []


def test_tables_without_end_or_sense() -> None:
    entry = Entry(0, CODE, CODE + 22, INFO)
    itself = struct.pack("<III", CODE, CODE + 22, INFO)
    memory = program(info(prolog=0, flags=4, rest=itself), 1, 2, 3, 4, 0xAA, 0x77)
    unwind(memory, BASE, entry, frame(8), 1)
    with pytest.raises(AccessViolation):
        unwind(memory, BASE, Entry(0, CODE, CODE + 22, 0x9000), frame(8), 1)
    with pytest.raises(AccessViolation):
        unwind(program(info(0x0105)), BASE, entry, frame(8), 1)


@given(
    st.binary(min_size=4, max_size=40),
    st.binary(max_size=64),
    st.binary(max_size=24),
    st.lists(st.sampled_from([0, 1, STACK, BASE + CODE, (1 << 64) - 1]), min_size=16, max_size=16),
    st.integers(-4, 70),
)
def test_any_table_ends(
    told: bytes, stack: bytes, code: bytes, general: list[int], offset: int
) -> None:
    memory = program(told, code=code)
    memory.pieces[STACK] = stack
    registers = [(number + STACK * (number % 3)) % (1 << 64) for number in general]
    result = Frame(registers, BASE + CODE + offset)
    try:
        unwind(memory, BASE, Entry(0, CODE, CODE + len(code), INFO), result, 3)
    except AccessViolation:
        return
    assert all(0 <= number < 1 << 64 for number in (*result.general, result.rip, result.handler))
