"""Icon and cursor files, built field by field as "Icons in Win32" describes them."""

from __future__ import annotations

import struct
import zlib


def bitmap(size: int, *, bits: int = 32, pixel: bytes = b"\x10\x20\x30\xff") -> bytes:
    """A bitmap without its file header: one color in 32 or 24 bits, else color 1 of the palette."""
    head = struct.pack("<IiiHHIIiiII", 40, size, size * 2, 1, bits, 0, 0, 0, 0, 0, 0)
    palette = b"" if bits > 8 else b"\0\0\0\0" + pixel[:3] + b"\0" + bytes(4 * ((1 << bits) - 2))
    stride = (size * bits + 31) // 32 * 4
    row = {32: pixel, 24: pixel[:3], 8: b"\1", 4: b"\x11", 1: b"\xff"}[bits] * size
    mask = bytes((size + 31) // 32 * 4)
    return head + palette + row[: (size * bits + 7) // 8].ljust(stride, b"\0") * size + mask * size


def png_image(width: int, height: int | None = None, pixel: bytes = b"\x30\x20\x10\xff") -> bytes:
    """A PNG of one color in RGBA."""
    height = height or width
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    rows = zlib.compress((b"\0" + pixel * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    crc = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)


def ico(*images: bytes, planes: int = 1, bits: int | None = None) -> bytes:
    """An icon of the given images."""
    return _file(1, images, [(planes, _bits(image) if bits is None else bits) for image in images])


def cur(*images: bytes, hotspot: tuple[int, int] = (0, 0)) -> bytes:
    """A cursor of the given images."""
    return _file(2, images, [hotspot] * len(images))


def _bits(image: bytes) -> int:
    return struct.unpack_from("<H", image, 14)[0] if image[:1] == b"(" else 32


def _side(image: bytes) -> int:
    return struct.unpack_from("<i", image, 4)[0] if image[:1] == b"(" else image[19] or 256


def _file(kind: int, images: tuple[bytes, ...], pairs: list[tuple[int, int]]) -> bytes:
    offset = 6 + 16 * len(images)
    entries = []
    for image, pair in zip(images, pairs, strict=True):
        side = _side(image) % 256
        colors = 1 << _bits(image) if kind == 1 and _bits(image) < 8 else 0
        entries.append(struct.pack("<BBBBHHII", side, side, colors, 0, *pair, len(image), offset))
        offset += len(image)
    return struct.pack("<HHH", 0, kind, len(images)) + b"".join([*entries, *images])
