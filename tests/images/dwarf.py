"""Images with DWARF sections made by hand, from the DWARF standard."""

from __future__ import annotations

import struct

from crosswind.binary.image import Image, Section
from crosswind.binary.view import View
from crosswind.port import Format

COMPILE_UNIT = 0x11
PRODUCER, LANGUAGE, NAME, BASE = 0x25, 0x13, 0x03, 0x72


def image(sections: dict[str, bytes], *, big_endian=False, size=None):
    data, found = b"", []
    for name, content in sections.items():
        found.append(Section(name, 0, size or len(content), len(data), len(content)))
        data += content
    return Image(View.of(data), Format.ELF64, (), "", big_endian, 64, tuple(found), 0)


def abbreviations(*attributes: tuple[int, int], tag=COMPILE_UNIT) -> bytes:
    body = b"".join(bytes([attribute, form]) for attribute, form in attributes)
    return b"\1" + bytes([tag, 0]) + body + b"\0\0\0"


def unit(version: int, body: bytes, *, order="<", wide=False, table=0) -> bytes:
    word = "Q" if wide else "I"
    head = struct.pack(order + "H", version)
    if version >= 5:
        head += struct.pack(order + "BB" + word, 1, 8, table)
    else:
        head += struct.pack(order + word + "B", table, 8)
    rest = head + b"\1" + body
    start = (
        struct.pack(order + "IQ", 0xFFFFFFFF, len(rest))
        if wide
        else struct.pack(order + "I", len(rest))
    )
    return start + rest


INLINE = abbreviations((PRODUCER, 0x08), (LANGUAGE, 0x0B), (NAME, 0x08))
BODY = b"Go cmd/compile go1.27.3; regabi\0\x16main\0"
