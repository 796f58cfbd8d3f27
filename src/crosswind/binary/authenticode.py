"""Authenticode signatures in PE files: what they say, and the digest that they are over.

Sources are Microsoft's "Windows Authenticode Portable Executable Signature Format" (the names of
sections below are its) and "PE Format". `crosswind.signature.authenticode` judges what is read here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import field
from datetime import datetime

from crosswind.binary import cms, der, oids, timestamp, x509
from crosswind.binary.cms import SignedData, Signer
from crosswind.binary.der import Element
from crosswind.binary.pe import PEImage
from crosswind.binary.timestamp import Timestamp
from crosswind.binary.view import FormatError, View
from crosswind.binary.x509 import Certificate
from crosswind.frozen import frozen

# "PE Format", "The Attribute Certificate Table": WIN_CERT_TYPE_PKCS_SIGNED_DATA and
# WIN_CERT_REVISION_2_0, size of the header.
_PKCS_SIGNED_DATA, _REVISION, _HEADER = 2, 0x200, 8
# "Optional Header Data Directories": the certificate table is entry 4, of 8 bytes each.
_CERTIFICATES, _ENTRY, _DIRECTORIES = 4, 8, {32: 96, 64: 112}
_CHECKSUM = 4
# Signatures begin at multiples of eight bytes; signers fill the file up with zeros, and those count.
_ALIGNMENT = 8
# "SpcSpOpusInfo": context-specific tags of programName and moreInfo, and of the choices inside.
_PROGRAM, _MORE, _URL = 0xA0, 0xA1, 0x80
_UNICODE = 0x80  # SpcString; its other choice, 0x81, is ASCII
_MAX_SIGNATURES = 16


@frozen
class AuthenticodeSignature:
    """One signature of a PE file.

    Attributes:
        index: 0 for the first, in the order that Windows lists them.
        nested: whether it lies inside of the first one (a second digest algorithm).
        digest: the algorithm of the image's digest, as hashlib names it.
        value: that digest, as it was signed.
        page_hashes: whether it holds digests of single pages as well.
        data: all of it; `data.certificates` are the certificates.
        signer: who signed, and how.
        timestamps: on it, in order.
        description, url: what the signer calls the program, and where it tells more.
    """

    index: int
    nested: bool
    digest: str
    value: bytes = field(repr=False)
    page_hashes: bool
    data: SignedData = field(repr=False)
    signer: Signer = field(repr=False)
    timestamps: tuple[Timestamp, ...]
    description: str
    url: str

    @property
    def certificate(self) -> Certificate | None:
        """The signer's certificate, if it is there."""
        return self.signer.certificate(self.data.certificates)

    @property
    def signing_time(self) -> datetime | None:
        """When the signer says that it signed; `timestamps` have witnesses."""
        return self.signer.signing_time


@frozen
class Table:
    """The certificate table around the signatures.

    Attributes:
        offset, size: where it lies in the file.
        signatures: all that are in it, nested ones behind the one they are in.
        others: entries that are no Authenticode signatures.
        unsigned: bytes inside the table that belong to no signature and are not zeros to fill it up,
            those of other entries included: data can be hidden there without breaking the signature
            (CVE-2013-3900).
        behind: bytes of the file behind the table, which no signature may have.
    """

    offset: int
    size: int
    signatures: tuple[AuthenticodeSignature, ...]
    others: int
    unsigned: int
    behind: int


def read(image: PEImage) -> Table | None:
    """Read all signatures; None if there is no certificate table.

    Raises:
        FormatError: the table does not fit the file, or a signature in it is damaged.
    """
    entries = image.certificates
    directory = image.directory(_CERTIFICATES)
    if not directory.address:
        return None
    if directory.address < image.headers.headers_end:
        raise FormatError("the certificate table overlaps the headers", directory.address)
    found: list[AuthenticodeSignature] = []
    unsigned = others = 0
    for entry in entries:
        if (entry.type, entry.revision) != (_PKCS_SIGNED_DATA, _REVISION):
            others += 1
            unsigned += entry.size - _HEADER
            continue
        where = image.view.sub(entry.offset - image.view.base + _HEADER, entry.size - _HEADER)
        data = cms.read(where)
        found += _signatures(data, len(found))
        unsigned += _unsigned(where, data)
    end = directory.address + directory.size
    used = sum(-(-entry.size // _ALIGNMENT) * _ALIGNMENT for entry in entries)
    return Table(
        offset=directory.address,
        size=directory.size,
        signatures=tuple(found),
        others=others,
        unsigned=unsigned + max(directory.size - used, 0),
        behind=len(image.view) - end,
    )


def image_digest(image: PEImage, name: str) -> bytes:
    """Compute the digest of a PE file ("Calculating the PE Image Hash").

    Left out are the checksum, the certificate table's entry in the header, and the table itself. A
    file without signatures gives the digest that a signer would sign.

    Args:
        image: the file.
        name: the algorithm, as hashlib names it.

    Raises:
        FormatError: the algorithm is unknown, or the header has no entry for the table.
    """
    if name not in oids.DIGESTS.values():
        raise FormatError(f"unknown digest {name}")
    digest = hashlib.new(name, usedforsecurity=False)
    for part in _covered(image):
        digest.update(part)
    return digest.digest()


def _covered(image: PEImage) -> Iterator[memoryview | bytes]:
    headers = image.headers
    if len(headers.directories) <= _CERTIFICATES:
        raise FormatError("the header has no entry for certificates", headers.checksum_offset)
    # CheckSum lies 64 bytes into the optional header ("Optional Header Windows-Specific Fields").
    entry = headers.checksum_offset - 64 + _DIRECTORIES[image.bits] + _CERTIFICATES * _ENTRY
    view, table = image.view, headers.directories[_CERTIFICATES].address
    end = table or len(view)
    yield view.take(0, headers.checksum_offset)
    start = headers.checksum_offset + _CHECKSUM
    yield view.take(start, entry - start)
    start = entry + _ENTRY
    yield view.take(start, end - start, "what is signed")
    if not table:
        yield bytes(-end % _ALIGNMENT)


def _signatures(data: SignedData, index: int) -> Iterator[AuthenticodeSignature]:
    """Yield a signature, then those nested in it, and in those."""
    waiting, count = [(data, False)], 0
    while waiting:
        current, nested = waiting.pop(0)
        if count == _MAX_SIGNATURES:
            raise FormatError(f"more than {_MAX_SIGNATURES} nested signatures")
        yield _signature(current, index + count, nested=nested)
        count += 1
        inner = current.signers[0].unsigned_values(oids.MS_NESTED_SIGNATURE)
        waiting += [(cms.signed_data(value), True) for value in inner[:_MAX_SIGNATURES]]


def _signature(data: SignedData, index: int, *, nested: bool) -> AuthenticodeSignature:
    if data.content_type != oids.SPC_INDIRECT_DATA or data.element is None:
        raise FormatError(f"not an Authenticode signature but {oids.name(data.content_type)}")
    # "SpcIndirectDataContent": what is signed, and its digest.
    content = data.element.fields("Authenticode digest")
    kind = content.take()
    info = content.take().fields("Authenticode digest")
    algorithm, value = x509.digest(info.take()), info.take().octets("image digest")
    signer = data.signers[0]
    description, url = _opus(signer)
    return AuthenticodeSignature(
        index=index,
        nested=nested,
        digest=algorithm.digest or algorithm.oid,
        value=value,
        page_hashes=_has_page_hashes(kind),
        data=data,
        signer=signer,
        timestamps=timestamp.read(data, signer),
        description=description,
        url=url,
    )


def _has_page_hashes(element: Element) -> bool:
    """Whether SpcPeImageData holds them: their OIDs stand in no other place there."""
    parts = element.fields("image")
    if parts.take(der.OID).oid() != oids.SPC_PE_IMAGE_DATA:
        raise FormatError("the signature is not that of a PE file", element.raw.base)
    raw = bytes(element.raw.data)
    # The contents octets of both OIDs differ in the last one only.
    return any(
        b"\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x02\x03" + end in raw for end in (b"\1", b"\2")
    )


def _opus(signer: Signer) -> tuple[str, str]:
    """Read "SpcSpOpusInfo": the program's name, and a URL."""
    element = signer.signed_value(oids.SPC_SP_OPUS_INFO)
    if element is None:
        return "", ""
    parts = element.fields("program name and URL")
    program, more = parts.optional(_PROGRAM), parts.optional(_MORE)
    name = url = ""
    for part in program.children() if program else ():
        encoding = "utf-16-be" if part.tag == _UNICODE else "latin-1"
        name = bytes(part.content.data).decode(encoding, "replace")
    for part in more.children() if more else ():
        if part.tag == _URL:
            url = bytes(part.content.data).decode("latin-1")
    return name, url


def _unsigned(where: View, data: SignedData) -> int:
    """Count bytes behind a signature in its entry, unless they are the zeros that fill it up."""
    rest = bytes(where.data[data.size :])
    return len(rest) if len(rest) >= _ALIGNMENT or any(rest) else 0
