"""The section `.gnu_debuglink`: which file holds a program's debug data.

GDB's manual, "Separate Debug Files": the file's name without folders, a NUL, padding to four bytes,
then the CRC-32 of the whole file in the program's byte order. ELF and PE have it.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

from crosswind.binary.image import Image
from crosswind.binary.strings import text
from crosswind.binary.view import FormatError

SECTION = ".gnu_debuglink"
# What a file system takes for a name.
_MAX_NAME = 255


class DebugLink(NamedTuple):
    """A name and the checksum of what has to be in the file."""

    name: str
    crc: int


def read(image: Image) -> DebugLink | None:
    """Read a program's link; None if it has none.

    Raises:
        FormatError: the section is there, and damaged.
    """
    section = image.section(SECTION)
    if section is None:
        return None
    content = image.content(section)
    name = content.cstring(0, _MAX_NAME + 1)
    if not name or len(name) > _MAX_NAME:
        raise FormatError(f"{SECTION} holds no name", content.base)
    field = content.take(_aligned(len(name) + 1), 4, SECTION)
    return DebugLink(text(name), int.from_bytes(field, "big" if image.big_endian else "little"))


def make(name: str, debug: bytes, *, big_endian: bool) -> bytes:
    """Make the section that leads to a file of this name and content."""
    spelled = name.encode()
    padded = spelled.ljust(_aligned(len(spelled) + 1), b"\0")
    return padded + checksum(debug).to_bytes(4, "big" if big_endian else "little")


def checksum(debug: bytes | memoryview) -> int:
    """Compute what the link has to say of a file; its CRC is that of zlib."""
    return zlib.crc32(debug)


def _aligned(offset: int) -> int:
    return offset + -offset % 4
