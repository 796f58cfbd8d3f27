"""Fuzz what moves debug data out of programs: damage is refused, and what comes out can be read.

They are parsers of `fuzz_parsers.py`, which says how inputs are made.
"""

from __future__ import annotations

import sys
from pathlib import Path

from crosswind.binary import debuglink, detect
from crosswind.binary.image import Image
from crosswind.binary.macho import MachOImage
from crosswind.binary.view import FormatError, View
from crosswind.darwin import adhoc
from crosswind.split import split_file, strip_file

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from images import debugged, elf, pe

# Files are made of what was in the input; compressed debug data is made 1,000 times as large at most.
_MOST_GROWTH = 1 << 24


def elves() -> list[bytes]:
    """ELF programs of both word sizes and byte orders, one of them linked against libraries."""
    shapes = [(bits, big_endian) for bits in (32, 64) for big_endian in (False, True)]
    return [elf.build(), *(elf.static(bits=bits, big_endian=big) for bits, big in shapes)]


def pes() -> list[bytes]:
    """PE programs: debug data amid the rest and at the end, appended data, a debug directory."""
    return [
        debugged.pe(),
        debugged.pe(symbols=False, overlay=b"overlay", codeview=True, checksum=1),
        pe.build(overlay=b"overlay"),
        pe.build(bits=32, machine=0x14C),
    ]


def machos() -> list[bytes]:
    """Mach-O programs with and without DWARF and signature."""
    return [
        debugged.macho(),
        debugged.macho(bits=32),
        adhoc.sign(debugged.macho()),
        debugged.macho(debug=()),
    ]


def divide(view: View) -> None:
    """Split and strip; the program has no debug data then, and the debug file can be read."""
    data = bytes(view.data)
    made = split_file(data, "app", strip_signature=True)
    image = _read(made.shipped)
    _check(not image.has_dwarf and not image.has_symbols, "debug data is still there")
    *_, debug = made.debug.values()
    _check(sum(map(len, made.debug.values())) < _MOST_GROWTH, "the debug file is far too large")
    _read(debug)
    if not isinstance(image, MachOImage):
        _check(debuglink.read(image) == ("app.debug", debuglink.checksum(debug)), "another link")
    stripped = strip_file(data, "app", strip_signature=True).shipped
    _check(strip_file(stripped, "app").shipped == stripped, "a second time gives other bytes")


def _read(data: bytes) -> Image:
    try:
        image = detect.read(View.of(data))
    except FormatError as error:
        raise AssertionError(f"what was made cannot be read: {error}") from error
    if not isinstance(image, Image):
        raise TypeError("another format came out")
    return image


def _check(holds: bool, message: str) -> None:
    if not holds:
        raise AssertionError(message)
