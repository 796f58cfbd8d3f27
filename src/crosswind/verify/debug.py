"""CW16xx: symbols and debug data are there or stripped, as asked."""

from __future__ import annotations

from crosswind.port import Format
from crosswind.verify.expectation import Expectation
from crosswind.verify.subject import Subject
from crosswind.verify.verdict import Verdict, failed, passed

# cmd/link writes no DWARF for these (dwarf.go, dwarfEnabled).
_WITHOUT_DWARF = (Format.PLAN9, Format.WASM)


def symbols(subject: Subject, expected: Expectation) -> Verdict:
    """CW1601: the symbol table is there unless `-s` took it away."""
    found = subject.image.has_symbols
    words = "present" if found else "stripped"
    if expected.strip_symbols is None or found is not expected.strip_symbols:
        return passed(words)
    if found:
        return failed("the symbol table is present", "link with -ldflags=-s")
    return failed("the symbol table is stripped", "leave -s out of -ldflags")


def dwarf(subject: Subject, expected: Expectation) -> Verdict | None:
    """CW1602: DWARF debug data is there unless `-w` or `-s` took it away."""
    if subject.image.format in _WITHOUT_DWARF:
        return None
    found = subject.image.has_dwarf
    if expected.strip_dwarf is not None and found is expected.strip_dwarf:
        if found:
            return failed("DWARF debug data is present", "link with -ldflags=-w")
        return failed("DWARF debug data is stripped", "leave -s and -w out of -ldflags")
    return passed(_describe(subject) if found else "stripped")


def _describe(subject: Subject) -> str:
    sections = [section for section in subject.image.sections if _is_debug(section.name)]
    size = sum(section.file_size for section in sections)
    compressed = any(_is_compressed(subject, section.name) for section in sections)
    return f"present, {size} bytes{', compressed' if compressed else ''}"


def _is_debug(name: str) -> bool:
    return name.lstrip("._").startswith(("debug_", "zdebug_", "dw"))


def _is_compressed(subject: Subject, name: str) -> bool:
    if subject.elf:
        return name in subject.elf.compressed_debug
    return name.lstrip("._").startswith("zdebug_")
