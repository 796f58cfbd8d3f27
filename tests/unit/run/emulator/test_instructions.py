"""Instructions that are not executed."""

from __future__ import annotations

import pytest

from crosswind.run.emulator.instructions import find_refused


@pytest.mark.parametrize(
    ("code", "offset", "name"),
    [
        ("90 c5f1efc2 c3", 1, "an instruction of AVX, BMI or FMA (VEX)"),
        ("c4e270f2c2", 0, "an instruction of AVX, BMI or FMA (VEX)"),
        ("4889c8 62f17c4828c1", 3, "an instruction of AVX-512 (EVEX)"),
        ("8fe878c0c107", 0, "an instruction of XOP"),
        ("b855000000 0f05", 5, "a system call past ntdll"),
        ("90 66480f3a61c10c 0f05", 1, "a comparison of strings with 64-bit lengths"),
        ("90 cd2e", 1, "a system call past ntdll"),
        ("0f34", 0, "a system call past ntdll"),
        ("90 660f3a40c1ff", 1, "a dot product of SSE4.1"),
        ("90 660f3a63c10c", 1, "a search for a string by SSE4.2"),
        ("660f3a61c10d", 0, "a search for a string by SSE4.2"),
        ("90 66480f3a61c10c", 1, "a comparison of strings with 64-bit lengths"),
    ],
)
def test_refused(code: str, offset: int, name: str) -> None:
    found = find_refused(bytes.fromhex(code))
    assert found
    assert (found.offset, found.name) == (offset, name)


@pytest.mark.parametrize(
    "code",
    [
        "4889c5 660f3a61c10c c3",  # mov rbp, rax; pcmpestri as strings.Index has it
        "660f3a63c108",
        "b8 480f3a61",  # a constant that looks like one
        "48b8 c5f1efc2c5f1efc2",
        "8f00 5d",
        "e9 00000f05",  # a jump to a place that looks like SYSCALL
    ],
)
def test_executed(code: str) -> None:
    assert find_refused(bytes.fromhex(code)) is None
