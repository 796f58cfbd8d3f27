"""As much of PNG as icons need: size and depth of a given one, and one way to write them.

"PNG" below is the W3C's "Portable Network Graphics (PNG) Specification, Third Edition".
"""

from __future__ import annotations

import struct
import zlib

from crosswind.binary.view import FormatError, View
from crosswind.frozen import frozen
from crosswind.windows import deflate

# PNG 5.2, "PNG signature".
SIGNATURE = b"\x89PNG\r\n\x1a\n"
# PNG 5.3, "Chunk layout": length and type. PNG 11.2.1, "IHDR": the first chunk, 13 bytes.
_CHUNK = struct.Struct(">I4s")
_IHDR = struct.Struct(">IIBBBBB")
_LENGTH_MAX = 0x7FFFFFFF
# PNG 6.1, "Color types and values", table 8: channels and the depths allowed.
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_RGBA = 6


@frozen
class Header:
    """What the IHDR chunk says: width and height in pixels, bits per pixel."""

    width: int
    height: int
    bits: int


def is_png(data: bytes | memoryview) -> bool:
    """Whether data starts as a PNG does."""
    return bytes(data[: len(SIGNATURE)]) == SIGNATURE


def header(view: View) -> Header:
    """Read IHDR without decoding anything.

    Raises:
        FormatError: it is missing, cut off, or impossible.
    """
    if not is_png(view.data):
        raise FormatError("no PNG signature", view.base)
    length, kind = view.unpack(_CHUNK, len(SIGNATURE), "PNG chunk")
    if kind != b"IHDR" or length != _IHDR.size:
        raise FormatError("a PNG without IHDR", view.base + len(SIGNATURE))
    place = len(SIGNATURE) + _CHUNK.size
    width, height, depth, color, *_ = view.unpack(_IHDR, place, "IHDR")
    if not (0 < width <= _LENGTH_MAX and 0 < height <= _LENGTH_MAX):
        raise FormatError(f"a PNG of {width} by {height} pixels", view.base + place)
    if depth not in _DEPTHS.get(color, ()):
        raise FormatError(f"a PNG of color type {color}, depth {depth}", view.base + place)
    return Header(width, height, depth * _CHANNELS[color])


def encode(width: int, height: int, rgba: bytes) -> bytes:
    """Write pixels, 4 bytes each from the top left, as PNG of 8-bit RGBA.

    Equal pixels give equal bytes on every host: nothing here is left to the zlib at hand.
    """
    head = _IHDR.pack(width, height, 8, _RGBA, 0, 0, 0)
    body = deflate.zlib_stream(_filtered(width * 4, rgba))
    return SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return _CHUNK.pack(len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))


# |byte| of a difference modulo 256: the smaller the sum, the better a row will compress
# (PNG 12.7, "Filter selection").
_WEIGHT = bytes(min(value, 256 - value) for value in range(256))


def _filtered(stride: int, pixels: bytes) -> bytes:
    """Put the cheapest of the filters None, Sub, Up and Average before each row (PNG 9.2)."""
    rows = []
    above = bytes(stride)
    for start in range(0, len(pixels), stride):
        row = pixels[start : start + stride]
        left = bytes(4) + row[:-4]
        choices = (
            b"\0" + row,
            b"\1" + _minus(row, left),
            b"\2" + _minus(row, above),
            b"\3" + _minus(row, _mean(left, above)),
        )
        rows.append(min(choices, key=lambda choice: sum(choice.translate(_WEIGHT))))
        above = row
    return b"".join(rows)


def _minus(one: bytes, other: bytes) -> bytes:
    """Subtract byte by byte, modulo 256, all bytes of a row at once.

    Each byte's top bit is set in the minuend and cleared in the subtrahend, so that no byte
    borrows from its neighbor, and put right afterwards.
    """
    size = len(one)
    tops = int.from_bytes(b"\x80" * size, "little")
    a, b = int.from_bytes(one, "little"), int.from_bytes(other, "little")
    difference = ((a | tops) - (b & ~tops)) ^ ((a ^ ~b) & tops)
    return difference.to_bytes(size, "little")


def _mean(one: bytes, other: bytes) -> bytes:
    """Return the mean of each two bytes, rounded down: what both have, and half of the rest."""
    size = len(one)
    low = int.from_bytes(b"\x7f" * size, "little")
    a, b = int.from_bytes(one, "little"), int.from_bytes(other, "little")
    return ((a & b) + ((a ^ b) >> 1 & low)).to_bytes(size, "little")
