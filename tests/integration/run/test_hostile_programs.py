"""Programs that mean harm: each ends within bounds, and clearly; none makes an error of Python."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from crosswind.errors import BuildError
from crosswind.run import launch
from crosswind.run.runner import Job, Result, Watch
from crosswind.system import host
from crosswind.system.process import Limits
from crosswind.target import Target
from images.machine_code import BASE, TEXT, Program

# NTSTATUS of exceptions that nobody handled: what the process ends with.
ACCESS_VIOLATION, ILLEGAL, PRIVILEGED = 0xC0000005, 0xC000001D, 0xC0000096
BREAKPOINT, DIVIDED_BY_ZERO, STACK_OVERFLOW = 0x80000003, 0xC0000094, 0xC00000FD
VEX = "c5f1efc2"


def run(
    folder: Path, program: Program | bytes, *, seconds: float = 20, memory: int = 1 << 30
) -> Result:
    """Run a program in the emulator."""
    path = folder / "hostile.exe"
    path.write_bytes(program if isinstance(program, bytes) else program.build())
    here = Target(host.goos(), host.goarch())
    started = launch.prepare(path, here, os.environ, "emulator", watched=True)
    limits = Limits(seconds, memory, output=1 << 22)
    job = Job(path, cwd=folder, limits=limits, watch=Watch(sandbox=folder))
    result = started.run(job)
    assert b"Traceback" not in result.stderr
    return result


def code(text: str) -> Program:
    """A program of a few instructions, which then ends with status 1."""
    program = Program()
    program.emit(text)
    program.exit(1)
    return program


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("f4", PRIVILEGED),
        ("ec", PRIVILEGED),
        ("0f0111", PRIVILEGED),
        ("0f22d8", PRIVILEGED),
        ("0f0b", ILLEGAL),
        ("0f01d0", ILLEGAL),  # xgetbv
        ("cc", BREAKPOINT),
        ("31c9 f7f1", DIVIDED_BY_ZERO),
        ("31c0 8b00", ACCESS_VIOLATION),  # mov eax, [0]
        ("31c0 ffe0", ACCESS_VIOLATION),  # jmp 0
        ("48c7c4 10000000 50", ACCESS_VIOLATION),  # a stack at 16
        ("48b8 00000000ffff0080 8900", ACCESS_VIOLATION),  # no such address
        ("488d05f9ffffff c600cc", ACCESS_VIOLATION),  # writes into its own code
    ],
)
def test_faults_end_the_program_with_their_status(tmp_path: Path, text: str, status: int) -> None:
    result = run(tmp_path, code(text))
    assert (result.ended, f"{result.status & 0xFFFFFFFF:#x}") == ("exit", f"{status:#x}")


@pytest.mark.parametrize("text", [VEX, f"90 eb00 {VEX}", "66480f3a61c10c", "8fe878c0c107"])
def test_what_the_processor_gets_wrong_is_unsupported(tmp_path: Path, text: str) -> None:
    result = run(tmp_path, code(text))
    assert (result.ended, result.exit_status) == ("unsupported", 126)
    assert "instruction" in result.message or "comparison" in result.message


def test_unicorn_itself_dies_of_a_program(tmp_path: Path) -> None:
    # PCMPESTRI with lengths of -2^31 lets unicorn read beyond its own memory.
    result = run(tmp_path, code("b800000080 ba00000080 660f3a61c100"))
    assert result.ended == "broken"
    assert result.exit_status == 125


def test_a_system_call_of_its_own(tmp_path: Path) -> None:
    for text in ("0f05", "0f34", "cd2e"):
        result = run(tmp_path, code(text))
        assert (result.ended, result.exit_status) == ("unsupported", 126)
        assert "a system call past ntdll" in result.message


def test_a_jump_into_the_middle_of_a_call(tmp_path: Path) -> None:
    for offset in (1, 2, 8, 15):
        program = Program()
        program.load("GetStdHandle")
        program.emit(f"4883c0{offset:02x} ffd0")
        program.exit(7)
        assert run(tmp_path, program).ended in ("exit", "unsupported")


@pytest.mark.parametrize("address", [1, 0x7FFE_FFFF_FFF0, 1 << 63, (1 << 64) - 1])
def test_wild_pointers(tmp_path: Path, address: int) -> None:
    program = Program()
    program.call("CreateFileW", address, 0x80000000, 0, address, 3, 0, 0)
    program.call("WriteFile", 12, address, 0xFFFFFFFF, address, address)
    program.exit(3)
    result = run(tmp_path, program)
    assert result.ended == "exit"
    assert result.status & 0xFFFFFFFF in (3, ACCESS_VIOLATION)


def test_a_call_on_a_stack_that_is_not_there(tmp_path: Path) -> None:
    program = Program()
    program.load("CreateFileW")
    program.emit("48c7c4 00100000 ffe0")
    result = run(tmp_path, program)
    assert (result.ended, result.status & 0xFFFFFFFF) == ("exit", ACCESS_VIOLATION)


def test_huge_sizes(tmp_path: Path) -> None:
    program = Program()
    for size in (1 << 40, 1 << 47, 1 << 62, (1 << 64) - 1):
        program.call("VirtualAlloc", 0, size, 0x3000, 4)
        program.emit("4885c0 7401 f4")  # test rax, rax; jz +1; hlt
    program.exit(9)
    assert run(tmp_path, program).status == 9


def loop(*calls: tuple[str, tuple[int, ...]]) -> Program:
    """Call for ever."""
    program = Program()
    start = program.here
    for name, arguments in calls:
        program.call(name, *arguments)
    program.emit(b"\xe9" + struct.pack("<i", start - program.here - 5))
    return program


@pytest.mark.parametrize(
    "calls",
    [
        (("VirtualAlloc", (0, 1 << 24, 0x3000, 4)),),
        (("CreateEventW", (0, 0, 0, 0)),),
        (("CreateThread", (0, 0, BASE + TEXT, 0, 4, 0)),),
        (("HeapAlloc", (0x10000, 0, 4096)),),
        (("SetLastError", (1,)),),
        (("Sleep", (10**9,)),),
    ],
    ids=["memory", "events", "threads", "heap", "calls", "sleeps"],
)
def test_endless(tmp_path: Path, calls: tuple[tuple[str, tuple[int, ...]], ...]) -> None:
    result = run(tmp_path, loop(*calls), seconds=0.9, memory=400 << 20)
    assert result.ended in ("timeout", "memory", "unsupported")


def test_a_busy_loop(tmp_path: Path) -> None:
    result = run(tmp_path, code("ebfe"), seconds=0.7)
    assert (result.ended, result.exit_status) == ("timeout", 124)


def test_endless_output(tmp_path: Path) -> None:
    program = Program()
    text = program.store(b"x" * 4096)
    count = program.store(bytes(8))
    program.call("GetStdHandle", -11)
    program.emit("4889c3")  # mov rbx, rax
    start = program.here
    program.emit("4889d9")  # mov rcx, rbx
    for opcode, value in ((b"\x48\xba", text), (b"\x49\xb8", 4096), (b"\x49\xb9", count)):
        program.emit(opcode + struct.pack("<Q", value))
    program.emit("48c744242000000000")
    program.load("WriteFile")
    program.emit("ffd0")
    program.emit(b"\xe9" + struct.pack("<i", start - program.here - 5))
    result = run(tmp_path, program)
    assert result.ended in ("output", "timeout")
    assert len(result.stdout) <= 5 << 20


def test_an_exception_handler_that_faults(tmp_path: Path) -> None:
    program = Program()
    handler = program.here
    program.emit("eb05 31c0 8b00 c3")  # jmp over; the handler: xor eax, eax; mov eax, [rax]; ret
    program.call("AddVectoredExceptionHandler", 1, handler + 2)
    program.emit("31c0 8b00")
    result = run(tmp_path, program)
    assert result.ended == "exit"
    assert result.status & 0xFFFFFFFF in (ACCESS_VIOLATION, STACK_OVERFLOW)


def test_endless_recursion(tmp_path: Path) -> None:
    result = run(tmp_path, code("e8fbffffff"))  # call itself
    assert result.ended == "exit"
    assert result.status & 0xFFFFFFFF in (ACCESS_VIOLATION, STACK_OVERFLOW)


def test_code_that_changes_itself_runs_as_it_stands(tmp_path: Path) -> None:
    program = Program()
    old = program.store(bytes(8))
    program.call("VirtualProtect", BASE + TEXT, 0x1000, 0x40, old)
    # mov byte [the constant], 42; mov ecx, 1: its constant is the next byte but one
    program.emit("c605 01000000 2a b901000000")
    program.emit("eb00")
    program.load("ExitProcess")
    program.emit("ffd0")
    assert run(tmp_path, program).status == 42


@pytest.mark.parametrize(
    ("old", "new", "how"),
    [
        (b"kernel32.dll", b"kernel99.dll", "unsupported"),
        (b"ExitProcess", b"EatProcesss", "unsupported"),
        (b"PE\0\0", b"PE\0\1", ""),
        (b".text", b"\xff\xff\xff\xff\xff", "exit"),
    ],
)
def test_damaged_programs(tmp_path: Path, old: bytes, new: bytes, how: str) -> None:
    data = code("90").build()
    try:
        assert run(tmp_path, data.replace(old, new)).ended == how
    except BuildError as error:
        assert (error.code, how) == ("CW4002", "")  # noqa: PT017 - one of the rows


@pytest.mark.parametrize("size", [0, 2, 0x80, 0x180, 0x400, 0x500])
def test_cut_programs(tmp_path: Path, size: int) -> None:
    try:
        result = run(tmp_path, code("90").build()[:size])
        assert result.ended in ("broken", "unsupported")
    except BuildError as error:
        assert error.code == "CW4002"  # noqa: PT017 - it may be found before the start


def test_a_stack_larger_than_all_memory_is_refused(tmp_path: Path):
    result = run(tmp_path, code("90").build(stack_reserve=1 << 40))
    assert (result.ended, result.status) == ("broken", 125)
    assert "no process can be made of it" in result.message
