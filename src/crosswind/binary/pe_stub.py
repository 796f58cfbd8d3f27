"""What lies before a PE header: the MS-DOS header and stub, and Microsoft's hidden "Rich" header."""

from __future__ import annotations

import struct
from typing import NamedTuple

from crosswind.binary.view import View

# winnt.h, IMAGE_DOS_HEADER.
_DOS = struct.Struct("<2s13H8x2H20xI")
_DOS_SIZE = 0x40
# Microsoft's linker leaves this header undocumented; Daniel Pistelli described it in 2004: "DanS",
# three zeros, then (build, product) and count for each tool, all XORed with the key behind "Rich".
_RICH, _DANS = b"Rich", 0x536E6144
_MAX_TOOLS = 1 << 8


class DosHeader(NamedTuple):
    """The fields of IMAGE_DOS_HEADER that are not reserved."""

    magic: bytes
    bytes_on_last_page: int
    pages: int
    relocations: int
    header_paragraphs: int
    min_paragraphs: int
    max_paragraphs: int
    initial_ss: int
    initial_sp: int
    checksum: int
    initial_ip: int
    initial_cs: int
    relocation_table: int
    overlay: int
    oem_id: int
    oem_info: int
    pe_offset: int


class RichTool(NamedTuple):
    """A tool of Microsoft's that made objects: product number, its build, number of objects."""

    product: int
    build: int
    objects: int


class RichHeader(NamedTuple):
    """Which tools made the objects; `valid` tells whether the key is the checksum that it should be."""

    offset: int
    key: int
    valid: bool
    tools: tuple[RichTool, ...]


def read_dos_header(view: View) -> DosHeader:
    """Read the MS-DOS header; raises FormatError if it does not fit the file."""
    return DosHeader(*view.unpack(_DOS, 0, "MS-DOS header"))


def stub_text(view: View) -> str:
    """Return the message of the MS-DOS stub, such as `This program cannot be run in DOS mode.`."""
    end = read_dos_header(view).pe_offset
    stub = bytes(view.clip(_DOS_SIZE, min(end, 1 << 12) - _DOS_SIZE).data)
    # Int 21h, function 9 prints up to a dollar sign.
    words = stub.partition(b"$")[0].rstrip(b"\r\n")
    printable = len(words)
    while printable and 0x20 <= words[printable - 1] < 0x7F:
        printable -= 1
    message = words[printable:].decode("ascii") if b"$" in stub else ""
    # The code ends with `int 21h`, whose second byte is an exclamation mark.
    return message[1:] if words[printable - 1 : printable + 1] == b"\xcd!" else message


def read_rich(view: View) -> RichHeader | None:
    """Read the "Rich" header; None where there is none (no linker but Microsoft's writes it)."""
    end = read_dos_header(view).pe_offset
    head = bytes(view.clip(0, min(end, 1 << 14)).data)
    at = head.rfind(_RICH)
    if at < _DOS_SIZE or at + 8 > len(head):
        return None
    key = int.from_bytes(head[at + 4 : at + 8], "little")
    start = head.rfind(struct.pack("<I", _DANS ^ key), 0, at)
    if start < 0 or (at - start) % 8 or (at - start) // 8 - 2 > _MAX_TOOLS:
        return None
    words = [word ^ key for (word,) in struct.iter_unpack("<I", head[start + 16 : at])]
    pairs = list(zip(words[::2], words[1::2], strict=True))
    tools = tuple(RichTool(word >> 16, word & 0xFFFF, count) for word, count in pairs)
    return RichHeader(start, key, key == _checksum(head[:start], pairs), tools)


def _checksum(head: bytes, pairs: list[tuple[int, int]]) -> int:
    """Sum up the bytes before (without e_lfanew) and the entries, each rotated by its place."""
    total = len(head)
    for place, byte in enumerate(head):
        if not 0x3C <= place < 0x40:
            total += _rotate(byte, place)
    return (total + sum(_rotate(word, count) for word, count in pairs)) & 0xFFFF_FFFF


def _rotate(value: int, by: int) -> int:
    by &= 31
    return (value << by | value >> (32 - by)) & 0xFFFF_FFFF
