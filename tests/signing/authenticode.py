"""Authenticode signatures made by hand, over a digest computed the way of the specification."""

from __future__ import annotations

import hashlib
import struct
from typing import Any

from signing import cms
from signing.authority import Identity

INDIRECT, IMAGE = "1.3.6.1.4.1.311.2.1.4", "1.3.6.1.4.1.311.2.1.15"
OPUS, NESTED = "1.3.6.1.4.1.311.2.1.12", "1.3.6.1.4.1.311.2.4.1"
STAMP, COUNTER = "1.3.6.1.4.1.311.3.3.1", "1.2.840.113549.1.9.6"


def digest(data: bytes, name: str = "sha256") -> bytes:
    """Hash an image section by section, as "Calculating the PE Image Hash" has it."""
    (pe,) = struct.unpack_from("<I", data, 0x3C)
    count, optional_size = struct.unpack_from("<HxxxxxxxxxxxxH", data, pe + 6)
    optional = pe + 24
    plus = struct.unpack_from("<H", data, optional)[0] == 0x20B
    headers_size = struct.unpack_from("<I", data, optional + 60)[0]
    entry = optional + (112 if plus else 96) + 4 * 8
    table, size = struct.unpack_from("<II", data, entry)
    made = hashlib.new(name)
    made.update(data[: optional + 64])
    made.update(data[optional + 68 : entry])
    made.update(data[entry + 8 : headers_size])
    hashed = headers_size
    rows = [
        struct.unpack_from("<II", data, optional + optional_size + 40 * index + 16)
        for index in range(count)
    ]
    for length, offset in sorted(rows, key=lambda row: row[1]):
        if length:
            made.update(data[offset : offset + length])
            hashed += length
    end = table or len(data)
    made.update(data[hashed:end])
    if not table:
        made.update(bytes(-len(data) % 8))
    del size
    return made.digest()


def indirect(value: bytes, name: str = "sha256") -> bytes:
    """Make SpcIndirectDataContent."""
    return cms.seq(
        cms.seq(
            cms.oid(IMAGE), cms.seq(b"\x03\x01\x00", cms.tlv(0xA0, cms.tlv(0xA2, b"\x80\x00")))
        ),
        cms.seq(cms.algorithm(cms.SHA[name]), cms.octets(value)),
    )


def opus(name: str, url: str) -> bytes:
    program = cms.tlv(0xA0, cms.tlv(0x80, name.encode("utf-16-be")))
    return cms.attribute(OPUS, cms.seq(program, cms.tlv(0xA1, cms.tlv(0x80, url.encode()))))


def contents(value: bytes) -> bytes:
    """The contents octets of a value: what PKCS #7 signs."""
    skip = 2 + (value[1] & 0x7F if value[1] & 0x80 else 0)
    return value[skip:]


def signature(
    image: bytes, who: Identity, *, name: str = "sha256", value: bytes = b"", **options: Any
) -> bytes:
    """Sign an image that has no certificate table yet."""
    content = indirect(value or digest(image, name), name)
    info = cms.signer_info(who, contents(content), INDIRECT, digest=name, **options)
    return cms.signed_data((info,), who.chain, INDIRECT, content, name)


def attach(image: bytes, data: bytes, *, kind: int = 2, tail: bytes = b"") -> bytes:
    """Append a certificate table with one entry."""
    image += bytes(-len(image) % 8)
    entry = struct.pack("<IHH", 8 + len(data) + len(tail), 0x200, kind) + data + tail
    entry += bytes(-len(entry) % 8)
    (pe,) = struct.unpack_from("<I", image, 0x3C)
    plus = struct.unpack_from("<H", image, pe + 24)[0] == 0x20B
    at = pe + 24 + (112 if plus else 96) + 4 * 8
    table = struct.pack("<II", len(image), len(entry))
    return image[:at] + table + image[at + 8 :] + entry
