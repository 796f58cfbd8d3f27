"""Fuzz what only `inspect` reads: Go's function table, DWARF, PDB files, Mach-O's exports and imports.

They are parsers of `fuzz_parsers.py`, which says how inputs are made. `everything` is what the command
does with a whole file: it may raise nothing at all.
"""

from __future__ import annotations

import json
import struct
import sys
from collections import deque
from pathlib import Path

from crosswind.binary import dwarf, macho, macho_linkedit, pclntab
from crosswind.binary.image import Image, Section
from crosswind.binary.view import View
from crosswind.inspect import inspect_file
from crosswind.inspect.document import document
from crosswind.inspect.parts import NAMES
from crosswind.port import Format
from crosswind.report.inspect.page import page
from crosswind.report.inspect.text import text

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from images import dwarf as dwarf_file
from images import macho as macho_file
from images import pclntab as table_file
from images import pdb

_TEXT = 0x401000
# Where the abbreviations end in the inputs for DWARF.
_ABBREVIATIONS = 64


def tables() -> list[bytes]:
    """Function tables of every layout."""
    functions = [(f"example.com/p{n}.F{'x' * n}", _TEXT + 32 * n, 32) for n in range(40)]
    return [
        table_file.build(version, functions, bits=bits, big_endian=big_endian)
        for version in table_file.MAGICS
        for bits in (32, 64)
        for big_endian in (False, True)
    ]


def read_table(view: View) -> None:
    """Read a function table to its end."""
    section = Section(".rdata", 0x500000, len(view), 0, len(view))
    for big_endian in (False, True):
        image = Image(view, Format.PE32_PLUS, ("amd64",), "", big_endian, 64, (section,), 0)
        table = pclntab.read(image)
        if table is not None:
            deque(table.functions(), maxlen=0)
            table.footprints()
            deque(table.source_files(), maxlen=0)


def units() -> list[bytes]:
    """DWARF of every version: abbreviations, padded, then the units."""
    found = []
    for version in (2, 3, 4, 5):
        for wide in (False, True):
            unit = dwarf_file.unit(version, dwarf_file.BODY, wide=wide)
            found.append(dwarf_file.INLINE.ljust(_ABBREVIATIONS, b"\0") + unit * 3)
    strings = dwarf_file.abbreviations((0x25, 0x0E), (0x03, 0x25), (0x72, 0x17))
    body = struct.pack("<IBI", 4, 1, 8)
    return [*found, strings.ljust(_ABBREVIATIONS, b"\0") + dwarf_file.unit(5, body) * 2]


def read_units(view: View) -> None:
    """Read units; the same bytes stand in for the tables of strings."""
    size = len(view)
    first = min(_ABBREVIATIONS, size)
    parts = {
        ".debug_abbrev": (0, first),
        ".debug_info": (first, size - first),
        ".debug_str": (0, size),
        ".debug_str_offsets": (0, size),
    }
    sections = tuple(Section(name, 0, n, at, n) for name, (at, n) in parts.items())
    image = Image(view, Format.ELF64, (), "", False, 64, sections, 0)
    deque(dwarf.read_units(image), maxlen=0)


def pdbs() -> list[bytes]:
    """PDB files with one stream and with two."""
    return [pdb.build(), pdb.build(dbi_age=7, block=1024)]


def libraries() -> list[bytes]:
    """Mach-O files with link-edit data."""
    fixups = struct.pack("<7I", 0, 0, 28, 36, 2, 1, 0) + struct.pack("<II", 1 | 1 << 9, 2 | 7 << 9)
    fixups += b"\0_open\0_other\0"
    return [macho_file.build(), macho_file.build(fixups=fixups), macho_file.build(goarch="386")]


def read_linkedit(view: View) -> None:
    """Read what the dynamic linker would."""
    image = macho.read(view)
    macho_linkedit.read_exports(image)
    macho_linkedit.read_imports(image)
    macho_linkedit.function_starts(image)
    macho_linkedit.data_in_code(image)


def everything(path: Path) -> None:
    """Do with a file what `crosswind inspect` can: all of it as text, as a document, as a page."""
    inspection = inspect_file(path, NAMES)
    json.dumps(document(inspection), ensure_ascii=False).encode()
    text(inspection, asked=NAMES, limit=20)
    page(inspection)
