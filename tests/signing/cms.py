"""CMS signed data made by hand, so that each part of it can be made wrong."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from signing.authority import Identity

SHA = {
    "sha1": "1.3.14.3.2.26",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
}
DATA, SIGNED = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.2"
RSA = "1.2.840.113549.1.1.1"
ECDSA = {
    "sha1": "1.2.840.10045.4.1",
    "sha256": "1.2.840.10045.4.3.2",
    "sha384": "1.2.840.10045.4.3.3",
}


def tlv(tag: int, *content: bytes) -> bytes:
    body = b"".join(content)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body


def seq(*content: bytes) -> bytes:
    return tlv(0x30, *content)


def set_of(*content: bytes) -> bytes:
    return tlv(0x31, *sorted(content))


def octets(content: bytes) -> bytes:
    return tlv(0x04, content)


def integer(value: int) -> bytes:
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    out = bytearray()
    for arc in (first * 40 + second, *rest):
        part = [arc & 0x7F]
        while arc := arc >> 7:
            part.append(0x80 | arc & 0x7F)
        out += bytes(reversed(part))
    return tlv(0x06, bytes(out))


def utc(moment: dt.datetime) -> bytes:
    return tlv(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())


def generalized(moment: dt.datetime) -> bytes:
    return tlv(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode())


def attribute(kind: str, *values: bytes) -> bytes:
    return seq(oid(kind), set_of(*values))


def algorithm(kind: str) -> bytes:
    return seq(oid(kind), b"\x05\x00")


def value(key: Any, message: bytes, digest: str) -> bytes:
    """Sign a message."""
    hash_ = getattr(hashes, digest.upper())()
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), hash_)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key.sign(message, ec.ECDSA(hash_))


def signer_info(
    who: Identity,
    content: bytes,
    kind: str,
    *,
    digest: str = "sha256",
    signed: tuple[bytes, ...] = (),
    unsigned: tuple[bytes, ...] = (),
    plain: bool = False,
    by_key: bool = False,
    key: Any = None,
) -> bytes:
    """Make a SignerInfo over contents octets; `plain` leaves signed attributes out."""
    attributes = set_of(
        attribute("1.2.840.113549.1.9.3", oid(kind)),
        attribute("1.2.840.113549.1.9.4", octets(hashlib.new(digest, content).digest())),
        *signed,
    )
    message = content if plain else attributes
    signature = value(key or who.key, message, digest)
    identity = seq(who.certificate.issuer.public_bytes(), integer(who.certificate.serial_number))
    if by_key:
        identity = tlv(0x80, who.ours.key_identifier)
    kind_of_key = RSA if isinstance(who.key, rsa.RSAPrivateKey) else ECDSA[digest]
    return seq(
        integer(3 if by_key else 1),
        identity,
        algorithm(SHA[digest]),
        b"" if plain else b"\xa0" + attributes[1:],
        algorithm(kind_of_key),
        octets(signature),
        tlv(0xA1, *unsigned) if unsigned else b"",
    )


def signed_data(
    infos: tuple[bytes, ...],
    certificates: tuple[bytes, ...],
    kind: str,
    content: bytes | None = None,
    digest: str = "sha256",
) -> bytes:
    """Make a ContentInfo; `content` is a whole value, None for a detached one."""
    return seq(
        oid(SIGNED),
        tlv(
            0xA0,
            seq(
                integer(1),
                set_of(algorithm(SHA[digest])),
                seq(oid(kind), b"" if content is None else tlv(0xA0, content)),
                tlv(0xA0, *certificates) if certificates else b"",
                set_of(*infos),
            ),
        ),
    )


def timestamp(
    server: Identity, signature: bytes, moment: dt.datetime, *, purpose_of: bytes = b""
) -> bytes:
    """Make a token of RFC 3161 over a signature value."""
    digest = hashlib.sha256(purpose_of or signature).digest()
    info = seq(
        integer(1),
        oid("1.2.3.4"),
        seq(algorithm(SHA["sha256"]), octets(digest)),
        integer(7),
        generalized(moment),
    )
    kind = "1.2.840.113549.1.9.16.1.4"
    return signed_data((signer_info(server, info, kind),), server.chain, kind, octets(info))


def public(key: Any) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
