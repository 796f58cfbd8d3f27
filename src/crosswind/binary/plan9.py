"""Read Plan 9 a.out executables.

The header is that of Plan 9's a.out(6), big-endian for every machine; Go's `debug/plan9obj` and
`cmd/link/internal/ld` (asmbPlan9) are the other sources.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from crosswind.binary.image import Image, Section, Symbol, SymbolKind
from crosswind.binary.strings import text
from crosswind.binary.view import FormatError, View
from crosswind.frozen import frozen
from crosswind.port import Format

# magic, text, data, bss, syms, entry, spsz, pcsz: sizes in bytes but for the entry's address.
_HEADER = struct.Struct(">4s7I")
_HDR_MAGIC = 0x8000  # a 64-bit entry address follows the header


@frozen
class _Machine:
    """A machine's magic number stands for these; sizes in bytes."""

    goarch: str
    name: str
    bits: int
    big_endian: bool
    load: int
    page: int


# debug/plan9obj/plan9obj.go for the numbers. Text begins one page (of 4 KiB or 2 MiB) into memory,
# data on the next page boundary behind it (cmd/link's plan9 cases of FlagTextAddr and FlagRound).
_MACHINES = {
    b"\x00\x00\x01\xeb": _Machine("386", "Intel 386 (0x1eb)", 32, False, 0x1000, 0x1000),
    b"\x00\x00\x8a\x97": _Machine("amd64", "x86-64 (0x8a97)", 64, False, 0x20_0000, 0x20_0000),
    b"\x00\x00\x06\x47": _Machine("arm", "ARM (0x647)", 32, False, 0x1000, 0x1000),
}

_KINDS = {"t": SymbolKind.CODE, "d": SymbolKind.DATA, "b": SymbolKind.BSS}


@frozen
class Plan9Image(Image):
    """A Plan 9 executable; its sections are named `text`, `data`, `bss`, `syms`, `spsz`, `pcsz`."""

    @property
    def has_symbols(self) -> bool:
        """Whether a symbol table is there."""
        return any(section.name == "syms" and section.file_size for section in self.sections)

    def symbols(self) -> Iterator[Symbol]:
        """Yield text, data and bss symbols in file order; the table keeps no sizes.

        Raises:
            FormatError: the table ends inside a symbol.
        """
        table = next(section for section in self.sections if section.name == "syms")
        view = self.content(table)
        data, width, offset = bytes(view.data), self.bits // 8, 0
        while offset < len(data):
            # a.out(6): the value, a type letter with the high bit set, a name.
            start = offset + width + 1
            end = data.find(b"\0", start)
            if end < 0:
                raise FormatError("symbol table ends inside a symbol", view.base + offset)
            letter = chr(data[start - 1] & 0x7F)
            offset = end + 1
            if letter in "zZ":  # source paths: 16-bit numbers up to a zero, after one zero byte
                offset = _path_end(data, start) or len(data)
            elif letter.lower() in _KINDS:
                address = int.from_bytes(data[start - width - 1 : start - 1], "big")
                yield Symbol(text(data[start:end]), address, 0, _KINDS[letter.lower()])


def read(view: View) -> Plan9Image:
    """Read a Plan 9 executable.

    Raises:
        FormatError: it is none, or is truncated.
    """
    magic, *sizes, entry, stack, lines = view.unpack(_HEADER, 0, "Plan 9 header")
    machine = _MACHINES.get(magic)
    if machine is None:
        raise FormatError("not a Plan 9 executable", view.base)
    header = _HEADER.size
    if int.from_bytes(magic, "big") & _HDR_MAGIC:
        (entry,) = view.unpack(struct.Struct(">Q"), header, "Plan 9 header")
        header += 8
    code, data, bss, symbols = sizes
    end = header + code + data + symbols + stack + lines
    if end > len(view):
        raise FormatError(
            f"truncated: sections end at byte {end}, the file at {len(view)}", view.base + len(view)
        )
    return Plan9Image(
        view=view,
        format=Format.PLAN9,
        goarchs=(machine.goarch,),
        machine=machine.name,
        big_endian=machine.big_endian,
        bits=machine.bits,
        sections=tuple(_sections(machine, header, code, data, bss, (symbols, stack, lines))),
        entry=entry,
    )


def _sections(
    machine: _Machine, header: int, code: int, data: int, bss: int, tables: tuple[int, int, int]
) -> Iterator[Section]:
    """Lay out what the header only gives sizes of."""
    # The header is mapped with the text.
    start = machine.load + header
    yield Section("text", start, code, header, code, executable=True)
    start = -(-(start + code) // machine.page) * machine.page
    yield Section("data", start, data, header + code, data, writable=True)
    yield Section("bss", start + data, bss, 0, 0, writable=True)
    offset = header + code + data
    for name, size in zip(("syms", "spsz", "pcsz"), tables, strict=True):
        yield Section(name, 0, size, offset, size)
        offset += size


def _path_end(data: bytes, start: int) -> int:
    """Return where a path entry ends, 0 if it does not."""
    for offset in range(start + 1, len(data) - 1, 2):
        if data[offset] == 0 and data[offset + 1] == 0:
            return offset + 2
    return 0
