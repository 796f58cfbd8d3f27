"""Who called, from a stack made by hand."""

from __future__ import annotations

import struct
from typing import Any

from crosswind.binary.golines import Frame
from crosswind.binary.view import FormatError
from crosswind.run.emulator.callers import MAX_FRAMES, NOWHERE, Callers, Origin, blame

STACK = 0x1000


class Lines:
    """Knows a function for each hundred of addresses."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def frame_size(self, pc: int) -> int:
        """Those of assembly keep none."""
        return 0 if self.frames(pc)[0].function.endswith("·asm") else 16

    def frames(self, pc: int) -> list[Frame]:
        if pc // 100 >= len(self.names):
            raise FormatError("damaged")
        return [Frame(name, "f.go", pc) for name in self.names[pc // 100].split("<")]


def callers(lines: Lines, returns: list[int], module: str = "") -> tuple[Callers, int, int]:
    """A stack on which each function returns to the next; the first address lies at STACK."""
    memory = struct.pack("<Q", returns[0])
    for index, back in enumerate(returns[1:]):
        memory += struct.pack("<QQ", STACK + 8 + 16 * (index + 1), back)
    memory += bytes(16)

    def read(address: int, size: int) -> bytes:
        return memory[address - STACK :][:size] if address >= STACK else b""

    made: Any = lines
    return Callers(made, 0, read, module), STACK, STACK + 8


def test_plumbing_is_left_out() -> None:
    lines = Lines(
        "runtime.asmstdcall",
        "runtime.cgocall",
        "syscall.CreateFile",
        "os.Open",
        "main.load",
        "main.main",
    )
    made, stack, frame = callers(lines, [1, 101, 201, 301, 401, 501])
    origin = made.of_call(stack, frame)
    assert origin.caller
    assert origin.user
    assert (origin.caller.function, origin.user.function) == ("os.Open", "main.load")
    # A return address stands behind the call.
    assert origin.user.line == 400


def test_an_inlined_function_is_a_caller() -> None:
    made, stack, frame = callers(Lines("syscall.Open", "main.inner<main.outer"), [1, 101])
    origin = made.of_call(stack, frame)
    assert origin.user
    assert origin.user.function == "main.inner"


def test_the_runtime_by_itself() -> None:
    made, stack, frame = callers(
        Lines("runtime.stdcall", "runtime.sysAlloc", "runtime.gcStart"), [1, 101, 201]
    )
    origin = made.of_call(stack, frame)
    assert origin.user is None
    assert origin.caller
    assert origin.caller.function == "runtime.sysAlloc"


def test_modules_whose_path_looks_like_the_standard_library() -> None:
    lines = Lines("syscall.Open", "tool/files.Read", "tool.main")
    for module, user in (("", None), ("tool", "tool/files.Read")):
        made, stack, frame = callers(lines, [1, 101, 201], module)
        origin = made.of_call(stack, frame)
        assert (origin.user and origin.user.function) == user


def test_x_sys_is_plumbing() -> None:
    lines = Lines("golang.org/x/sys/windows.CreateFile", "example.com/a.Open")
    made, stack, frame = callers(lines, [1, 101])
    origin = made.of_call(stack, frame)
    assert origin.user
    assert origin.user.function == "example.com/a.Open"
    assert origin.caller == origin.user


def test_an_exception_in_a_function_without_a_frame() -> None:
    lines = Lines("internal/bytealg.Index·asm", "main.find", "main.main")
    made, stack, frame = callers(lines, [101, 201])
    assert made.of_fault(1, stack, frame).user == Frame("main.find", "f.go", 100)
    # One with a frame has its own place in the chain.
    made, _, frame = callers(lines, [0, 201])
    assert made.of_fault(101, 0, frame).user == Frame("main.find", "f.go", 101)
    assert made.of_fault(5_000_000, 0, 0) == NOWHERE


def test_damage_tells_nothing() -> None:
    made, stack, frame = callers(Lines("main.main"), [5_000_000])
    assert made.of_call(stack, frame) == NOWHERE
    assert made.of_call(0, 0) == NOWHERE
    assert made.stack(1, 0) == [Frame("main.main", "f.go", 1)]


def test_a_stack_without_end_is_left() -> None:
    made, stack, frame = callers(Lines("os.Open"), [1] * (MAX_FRAMES * 4))
    assert len(made.stack(1, frame)) == MAX_FRAMES
    origin = made.of_call(stack, frame)
    assert origin.caller
    assert origin.caller.function == "os.Open"


def test_a_program_that_is_not_gos() -> None:
    assert Callers(None, 0, lambda _at, size: bytes(size)).of_call(0, 0) == NOWHERE


def test_blame_names_the_users_function_first() -> None:
    opened, load = Frame("os.Open", "os/file.go", 9), Frame("main.load", r"C:\\src\\main.go", 12)
    assert blame(Origin(opened, load)) == "called from main.load at main.go:12"
    assert blame(Origin(opened, None)) == "called from os.Open at file.go:9"
    assert blame(NOWHERE) == ""
