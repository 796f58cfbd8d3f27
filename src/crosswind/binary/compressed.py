"""Debug sections that are compressed, of any format.

gABI, "Compression Header" (ELF); before that, and in PE and Mach-O still, `ZLIB` and a 64-bit size
(cmd/link/internal/ld/dwarf.go, compressSyms).
"""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

from crosswind.binary.elf_header import SHF_COMPRESSED, ELFSection
from crosswind.binary.image import Image, Section
from crosswind.binary.view import FormatError, View

# Elf32_Chdr, Elf64_Chdr: type, (reserved,) size, alignment; the types are ELFCOMPRESS_*.
_HEADER = {32: "III", 64: "IIQQ"}
_METHODS = {1: "zlib", 2: "zstd"}
_OLD_MAGIC, _OLD_HEADER_SIZE = b"ZLIB", 12
# More debug data than any Go program has in one section.
_MAX_SIZE = 1 << 27
_MOST_GROWTH, _ALWAYS = 32, 1 << 20


class Compression(NamedTuple):
    """How a section is stored: method, size of its content in bytes, and the stream."""

    method: str
    size: int
    stream: View


def compression(image: Image, section: Section) -> Compression | None:
    """Return how a section is compressed; None if it is not.

    Raises:
        FormatError: its compression header is cut.
    """
    content = image.content(section)
    if isinstance(section, ELFSection) and section.flags & SHF_COMPRESSED:
        header = struct.Struct((">" if image.big_endian else "<") + _HEADER[image.bits])
        method, *_, size, _ = content.unpack(header, 0, f"section {section.name}")
        stream = content.clip(header.size, len(content))
        return Compression(_METHODS.get(method, f"method {method}"), size, stream)
    if bytes(content.clip(0, 4).data) == _OLD_MAGIC and len(content) >= _OLD_HEADER_SIZE:
        size = int.from_bytes(content.take(4, 8), "big")
        return Compression("zlib", size, content.clip(_OLD_HEADER_SIZE, len(content)))
    return None


def most(image: Image) -> int:
    """How much the debug sections of a file may hold in all: real ones shrink to a third or so.

    Several may share one stream, so a limit for each is none for all.
    """
    return _MOST_GROWTH * len(image.view) + _ALWAYS


def inflated(image: Image, section: Section) -> View | None:
    """Return a section's content decompressed; None if it is not, or by another method than zlib.

    Raises:
        FormatError: the compressed data is damaged, or beyond reason.
    """
    packed = compression(image, section)
    if packed is None or packed.method != "zlib":
        return None
    return View.of(_inflate(packed.stream, section))


def content(image: Image, section: Section) -> View:
    """Return a section's content, decompressed if need be.

    Offsets in a decompressed view are relative to the section's content.

    Raises:
        FormatError: the compressed data is damaged, beyond reason, or of a method that Python lacks.
    """
    packed = compression(image, section)
    if packed is None:
        return image.content(section)
    if packed.method != "zlib":
        what = f"section {section.name} is compressed by {packed.method}"
        raise FormatError(what, packed.stream.base)
    return View.of(_inflate(packed.stream, section))


def _inflate(data: View, section: Section) -> bytes:
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(data.data, _MAX_SIZE)
    except zlib.error as error:
        raise FormatError(f"section {section.name}: {error}", section.offset) from None
    if not stream.eof:
        raise FormatError(
            f"section {section.name}: its compressed data is cut, or larger than {_MAX_SIZE} bytes",
            section.offset,
        )
    return content
