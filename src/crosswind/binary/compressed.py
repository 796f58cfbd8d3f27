"""Debug sections that are compressed, of any format."""

from __future__ import annotations

import struct
import zlib

from crosswind.binary.elf_header import SHF_COMPRESSED, ELFSection
from crosswind.binary.image import Image, Section
from crosswind.binary.view import FormatError, View

# gABI, "Compression Header": Elf32_Chdr, Elf64_Chdr; ch_type 1 is ELFCOMPRESS_ZLIB.
_HEADER = {32: "III", 64: "IIQQ"}
_ZLIB = 1
# Before the gABI had compression, and in PE and Mach-O: "ZLIB", then the size as 64 bits.
_OLD_MAGIC, _OLD_HEADER_SIZE = b"ZLIB", 12
# More debug data than any Go program has in one section.
_MAX_SIZE = 1 << 27


def inflated(image: Image, section: Section) -> View | None:
    """Return a section's content decompressed; None if it is not, or by another method than zlib.

    Raises:
        FormatError: the compressed data is damaged, or beyond reason.
    """
    data = _stream(image, section)
    return None if data is None else View.of(_inflate(data, section))


def _stream(image: Image, section: Section) -> memoryview | None:
    content = image.content(section)
    if isinstance(section, ELFSection) and section.flags & SHF_COMPRESSED:
        header = struct.Struct((">" if image.big_endian else "<") + _HEADER[image.bits])
        method = content.unpack(header, 0, f"section {section.name}")[0]
        return content.data[header.size :] if method == _ZLIB else None
    if bytes(content.clip(0, 4).data) == _OLD_MAGIC:
        return content.data[_OLD_HEADER_SIZE:]
    return None


def _inflate(data: memoryview, section: Section) -> bytes:
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(data, _MAX_SIZE)
    except zlib.error as error:
        raise FormatError(f"section {section.name}: {error}", section.offset) from None
    if not stream.eof:
        raise FormatError(
            f"section {section.name}: its compressed data is cut, or larger than {_MAX_SIZE} bytes",
            section.offset,
        )
    return content
