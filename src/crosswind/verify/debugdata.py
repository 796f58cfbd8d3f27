"""The sections of debug data that hold names of files, decompressed if they are compressed."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from crosswind.binary.elf_header import SHF_COMPRESSED, ELFSection
from crosswind.binary.image import Image, Section
from crosswind.binary.view import FormatError, View

# DWARF 5, section 7.1 and following: where paths and command lines stand.
_NAMES = ("debug_line", "debug_line_str", "debug_str", "debug_info")
# gABI, "Compression Header": Elf32_Chdr, Elf64_Chdr; ch_type 1 is ELFCOMPRESS_ZLIB.
_HEADER = {32: "III", 64: "IIQQ"}
_ZLIB = 1
# Before the gABI had compression, and in PE and Mach-O: "ZLIB", then the size as 64 bits.
_OLD_MAGIC, _OLD_HEADER_SIZE = b"ZLIB", 12
# More debug data than any Go program has in one section.
_MAX_SIZE = 1 << 27


def inflated(image: Image) -> Iterator[tuple[str, View]]:
    """Yield name and content of each compressed section; others can be read where they are.

    Raises:
        FormatError: the compressed data is damaged.
    """
    for section in image.sections:
        plain = section.name.lstrip("._").removeprefix("z")
        if plain in _NAMES and (data := _compressed(image, section)) is not None:
            yield section.name, View.of(_inflate(data, section))


def _compressed(image: Image, section: Section) -> memoryview | None:
    """Return the zlib stream; None if there is none, or it is compressed by another method."""
    content = image.content(section)
    if isinstance(section, ELFSection) and section.flags & SHF_COMPRESSED:
        header = struct.Struct((">" if image.big_endian else "<") + _HEADER[image.bits])
        method = content.unpack(header, 0, f"section {section.name}")[0]
        return content.data[header.size :] if method == _ZLIB else None
    if bytes(content.clip(0, 4).data) == _OLD_MAGIC:
        return content.data[_OLD_HEADER_SIZE:]
    return None


def _inflate(data: memoryview, section: Section) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, _MAX_SIZE)
    except zlib.error as error:
        raise FormatError(f"section {section.name}: {error}", section.offset) from None
