"""Device-independent bitmaps as icons hold them: a header, colors, then a mask of one bit.

Sources: Win32, "BITMAPINFOHEADER structure", "Icons in Win32" (MSDN, 1995) for the doubled height
and the order of the two bitmaps, both bottom row first, rows padded to 4 bytes.
"""

from __future__ import annotations

import struct

from crosswind.binary.view import FormatError, View
from crosswind.frozen import frozen

# BITMAPINFOHEADER: biSize, biWidth, biHeight, biPlanes, biBitCount, biCompression, biSizeImage,
# biXPelsPerMeter, biYPelsPerMeter, biClrUsed, biClrImportant.
_HEADER = struct.Struct("<IiiHHIIiiII")
# Later headers start with the same fields: BITMAPV4HEADER is 108 bytes, BITMAPV5HEADER 124.
_HEADER_SIZES = (40, 52, 56, 108, 124)
# wingdi.h: uncompressed, and uncompressed with masks that say the same.
_RGB, _BITFIELDS = 0, 3
_DEPTHS = (1, 4, 8, 16, 24, 32)
# The directory of an icon file counts to 256; no frame is larger than this by far.
_SIDE_MAX = 2048


@frozen
class Header:
    """What the header says: the image's width and height in pixels, bits per pixel, colors.

    Attributes:
        width: of the image.
        height: of the image, which is half of what the header says: the mask is the other half.
        bits: per pixel.
        planes: 1 in every sound bitmap.
        size: bytes of the header.
        colors: entries of the palette.
    """

    width: int
    height: int
    bits: int
    planes: int
    size: int
    colors: int


def header(view: View) -> Header:
    """Read the header of an icon's bitmap.

    Raises:
        FormatError: it is cut off, or no bitmap that an icon can hold.
    """
    size, width, height, planes, bits, compression, _, _, _, used, _ = view.unpack(
        _HEADER, 0, "bitmap header"
    )
    if size not in _HEADER_SIZES:
        raise FormatError(f"neither a PNG nor a bitmap header (size {size})", view.base)
    if bits not in _DEPTHS or compression not in (_RGB, _BITFIELDS):
        raise FormatError(f"a bitmap of {bits} bits, compression {compression}", view.base)
    side = abs(height) // 2
    if not (0 < width <= _SIDE_MAX and 0 < side <= _SIDE_MAX):
        raise FormatError(f"a bitmap of {width} by {side} pixels", view.base)
    whole = 1 << bits if bits <= 8 else 0
    return Header(width, side, bits, planes, size, min(used, 256) or whole)


def _stride(width: int, bits: int) -> int:
    return (width * bits + 31) // 32 * 4


# A pixel belongs to the mask where nothing at all is seen of it. Its color is 0 then: on the old
# drawing paths a color under the mask would be combined with the background by XOR.
_MASKED = bytes(ord("1") if alpha == 0 else ord("0") for alpha in range(256))


def encode(width: int, height: int, rgba: bytes) -> bytes:
    """Write pixels, 4 bytes each from the top left, as bitmap of 32 bits with its mask."""
    colors = bytearray(rgba)
    colors[0::4], colors[2::4] = rgba[2::4], rgba[0::4]
    alpha = rgba[3::4]
    if 0 in alpha:
        clear = bytes(alpha).translate(bytes([0]) + b"\xff" * 255)
        for channel in range(3):
            colors[channel::4] = _both(colors[channel::4], clear)
    stride = _stride(width, 1)
    rows, mask = [], []
    for y in reversed(range(height)):
        rows.append(bytes(colors[y * width * 4 : (y + 1) * width * 4]))
        bits = int(alpha[y * width : (y + 1) * width].translate(_MASKED), 2)
        mask.append((bits << (stride * 8 - width)).to_bytes(stride, "big"))
    size = width * height * 4 + stride * height
    head = _HEADER.pack(40, width, height * 2, 1, 32, _RGB, size, 0, 0, 0, 0)
    return b"".join((head, *rows, *mask))


def _both(one: bytes | bytearray, other: bytes) -> bytes:
    """Combine two strings of bytes by AND."""
    value = int.from_bytes(one, "little") & int.from_bytes(other, "little")
    return value.to_bytes(len(one), "little")


def decode(view: View) -> tuple[int, int, bytes]:
    """Return width, height and the pixels as RGBA, from the top left.

    Raises:
        FormatError: it is cut off, or of a kind that no icon needs (16 bits per pixel).
    """
    head = header(view)
    palette = bytes(view.take(head.size, head.colors * 4, "palette"))
    place = head.size + len(palette)
    stride = _stride(head.width, head.bits)
    rows = [
        bytes(view.take(place + y * stride, stride, "bitmap")) for y in reversed(range(head.height))
    ]
    if head.bits == 32:
        pixels = _swapped(b"".join(rows), 4)
        if any(pixels[3::4]):
            return head.width, head.height, bytes(pixels)
    elif head.bits == 24:
        packed = _swapped(b"".join(row[: head.width * 3] for row in rows), 3)
        pixels = bytearray(head.width * head.height * 4)
        for channel in range(3):
            pixels[channel::4] = packed[channel::3]
    elif head.bits == 16:
        raise FormatError("a bitmap of 16 bits per pixel", view.base)
    else:
        pixels = _looked_up(head, rows, palette)
    place += stride * head.height
    pixels[3::4] = _opacity(view, head, place)
    return head.width, head.height, bytes(pixels)


def _swapped(data: bytes, step: int) -> bytearray:
    """Exchange blue and red."""
    swapped = bytearray(data)
    swapped[0::step], swapped[2::step] = data[2::step], data[0::step]
    return swapped


def _looked_up(head: Header, rows: list[bytes], palette: bytes) -> bytearray:
    indexes = b"".join(_indexes(row, head.bits)[: head.width] for row in rows)
    pixels = bytearray(len(indexes) * 4)
    padded = palette.ljust(1024, b"\0")
    for channel, place in ((0, 2), (1, 1), (2, 0)):
        pixels[channel::4] = indexes.translate(padded[place::4])
    return pixels


def _indexes(row: bytes, bits: int) -> bytes:
    """Spread pixels of 1, 4 or 8 bits over a byte each; the leftmost is in the top bits."""
    if bits == 8:
        return row
    if bits == 4:
        return bytes.fromhex("".join(f"0{digit}" for digit in row.hex()))
    return bytes(row[at >> 3] >> (7 - (at & 7)) & 1 for at in range(len(row) * 8))


def _opacity(view: View, head: Header, place: int) -> bytes:
    """Return a byte of alpha per pixel from the mask; without one all is opaque."""
    stride = _stride(head.width, 1)
    if len(view) < place + stride * head.height:
        return b"\xff" * (head.width * head.height)
    rows = (
        _indexes(bytes(view.take(place + y * stride, stride, "mask")), 1)[: head.width]
        for y in reversed(range(head.height))
    )
    return b"".join(rows).translate(b"\xff\0" + bytes(254))
