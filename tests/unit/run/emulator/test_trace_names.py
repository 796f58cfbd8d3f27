"""Flags by name."""

from __future__ import annotations

import pytest

from crosswind.run.emulator.trace_names import spell


@pytest.mark.parametrize(
    ("call", "argument", "value", "text"),
    [
        ("CreateFileW", 1, 0xC0000000, "GENERIC_READ|GENERIC_WRITE"),
        ("CreateFileW", 1, 0x120089, "FILE_GENERIC_READ"),
        ("CreateFileW", 1, 0x80000000 | 1 << 23, "GENERIC_READ|0x800000"),
        ("CreateFileW", 2, 0, "0"),
        ("CreateFileW", 4, 3, "OPEN_EXISTING"),
        ("CreateFileW", 4, 9, None),
        ("CreateFileW", 0, 1, None),
        ("GetStdHandle", 0, (1 << 64) - 11, "STD_OUTPUT_HANDLE"),
        ("WaitForSingleObject", -1, 258, "WAIT_TIMEOUT"),
        ("Unheard", 0, 1, None),
    ],
)
def test_spelled(call: str, argument: int, value: int, text: str | None) -> None:
    assert spell(call, argument, value) == text
