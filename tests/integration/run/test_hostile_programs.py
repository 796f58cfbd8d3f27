"""Programs that mean harm: each ends within bounds, and clearly; none makes an error of Python."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from images.machine_code import BASE, TEXT, Program

# NTSTATUS of exceptions that nobody handled: what the process ends with.
ACCESS_VIOLATION, ILLEGAL, PRIVILEGED = 0xC0000005, 0xC000001D, 0xC0000096
BREAKPOINT, DIVIDED_BY_ZERO, STACK_OVERFLOW = 0x80000003, 0xC0000094, 0xC00000FD
VEX = "c5f1efc2"


def run(folder: Path, program: Program | bytes, *options: str) -> dict[str, Any]:
    """Run a program in the emulator; return the document."""
    path = folder / "hostile.exe"
    path.write_bytes(program if isinstance(program, bytes) else program.build())
    argv = [
        sys.executable,
        "-m",
        "crosswind",
        "run",
        "--json",
        "--with",
        "emulator",
        "--sandbox",
        str(folder),
    ]
    limits = ["--timeout", "20", "--memory", "1G"]
    done = subprocess.run(
        [*argv, *limits, *options, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    assert "Traceback" not in document.get("stderr", "")
    return document


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
        ("fa", PRIVILEGED),
        ("ec", PRIVILEGED),
        ("0f0111", PRIVILEGED),
        ("0f22d8", PRIVILEGED),
        ("0f32", PRIVILEGED),
        ("0f34", PRIVILEGED),
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
    document = run(tmp_path, code(text))
    assert (document["ended"], f"{document['status'] & 0xFFFFFFFF:#x}") == ("exit", f"{status:#x}")


@pytest.mark.parametrize("text", [VEX, f"90 eb00 {VEX}", "66480f3a61c10c", "8fe878c0c107"])
def test_what_the_processor_gets_wrong_is_unsupported(tmp_path: Path, text: str) -> None:
    document = run(tmp_path, code(text))
    assert (document["ended"], document["exit_status"]) == ("unsupported", 126)
    assert "instruction" in document["message"] or "comparison" in document["message"]


def test_unicorn_itself_dies_of_a_program(tmp_path: Path) -> None:
    # PCMPESTRI with lengths of -2^31 lets unicorn read beyond its own memory.
    document = run(tmp_path, code("b800000080 ba00000080 660f3a61c100"))
    assert document["ended"] == "broken"
    assert document["exit_status"] == 125


def test_a_system_call_of_its_own(tmp_path: Path) -> None:
    for text in ("0f05", "cd2e"):
        document = run(tmp_path, code(text))
        assert document["ended"] in ("unsupported", "exit")
        assert document["exit_status"] != 0


def test_a_jump_into_the_middle_of_a_call(tmp_path: Path) -> None:
    for offset in range(1, 16):
        program = Program()
        program.load("GetStdHandle")
        program.emit(f"4883c0{offset:02x} ffd0")
        program.exit(7)
        assert run(tmp_path, program)["ended"] in ("exit", "unsupported")


@pytest.mark.parametrize("address", [1, 0x7FFE_FFFF_FFF0, 1 << 63, (1 << 64) - 1])
def test_wild_pointers(tmp_path: Path, address: int) -> None:
    program = Program()
    program.call("CreateFileW", address, 0x80000000, 0, address, 3, 0, 0)
    program.call("WriteFile", 12, address, 0xFFFFFFFF, address, address)
    program.exit(3)
    document = run(tmp_path, program)
    assert document["ended"] == "exit"
    assert document["status"] & 0xFFFFFFFF in (3, ACCESS_VIOLATION)


def test_a_call_on_a_stack_that_is_not_there(tmp_path: Path) -> None:
    program = Program()
    program.load("CreateFileW")
    program.emit("48c7c4 00100000 ffe0")
    document = run(tmp_path, program)
    assert (document["ended"], document["status"] & 0xFFFFFFFF) == ("exit", ACCESS_VIOLATION)


def test_huge_sizes(tmp_path: Path) -> None:
    program = Program()
    for size in (1 << 40, 1 << 47, 1 << 62, (1 << 64) - 1):
        program.call("VirtualAlloc", 0, size, 0x3000, 4)
        program.emit("4885c0 7401 f4")  # test rax, rax; jz +1; hlt
    program.exit(9)
    assert run(tmp_path, program)["status"] == 9


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
    document = run(tmp_path, loop(*calls), "--timeout", "3", "--memory", "600M")
    assert document["ended"] in ("timeout", "memory", "unsupported")


def test_a_busy_loop(tmp_path: Path) -> None:
    document = run(tmp_path, code("ebfe"), "--timeout", "1")
    assert (document["ended"], document["exit_status"]) == ("timeout", 124)


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
    document = run(tmp_path, program, "--timeout", "30")
    assert document["ended"] in ("output", "timeout")
    assert len(document["stdout"]) <= 65 << 20


def test_an_exception_handler_that_faults(tmp_path: Path) -> None:
    program = Program()
    handler = program.here
    program.emit("eb05 31c0 8b00 c3")  # jmp over; the handler: xor eax, eax; mov eax, [rax]; ret
    program.call("AddVectoredExceptionHandler", 1, handler + 2)
    program.emit("31c0 8b00")
    document = run(tmp_path, program)
    assert document["ended"] == "exit"
    assert document["status"] & 0xFFFFFFFF in (ACCESS_VIOLATION, STACK_OVERFLOW)


def test_endless_recursion(tmp_path: Path) -> None:
    document = run(tmp_path, code("e8fbffffff"))  # call itself
    assert document["ended"] == "exit"
    assert document["status"] & 0xFFFFFFFF in (ACCESS_VIOLATION, STACK_OVERFLOW)


def test_code_that_changes_itself_runs_as_it_stands(tmp_path: Path) -> None:
    program = Program()
    old = program.store(bytes(8))
    program.call("VirtualProtect", BASE + TEXT, 0x1000, 0x40, old)
    # mov byte [the constant], 42; mov ecx, 1: its constant is the next byte but one
    program.emit("c605 01000000 2a b901000000")
    program.emit("eb00")
    program.load("ExitProcess")
    program.emit("ffd0")
    assert run(tmp_path, program)["status"] == 42


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:100],
        lambda data: data[:0x400],
        lambda data: data.replace(b"kernel32.dll", b"kernel99.dll"),
        lambda data: data.replace(b"ExitProcess", b"EatProcesss"),
    ],
    ids=["head", "no sections", "no such library", "no such call"],
)
def test_damaged_programs(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    document = run(tmp_path, damage(code("90").build()))
    assert document["exit_status"] in (125, 126, 127) or document["status"] & 0xC0000000
