"""The CMS signature beside a Mach-O file's code directory: who signed, and which hashes.

The names of attributes are those of Apple's Security framework, libsecurity_smime and
libsecurity_codesigning (`lib/signer.cpp`); `crosswind.signature.apple` judges what is read here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from crosswind.binary import cms, der, oids, plist, timestamp, x509
from crosswind.binary.cms import SignedData, Signer
from crosswind.binary.codesign import SLOT_CMS, CodeSignature
from crosswind.binary.timestamp import Timestamp
from crosswind.binary.view import FormatError
from crosswind.binary.x509 import Certificate
from crosswind.frozen import frozen

# cs_blobs.h: CSMAGIC_BLOBWRAPPER.
_BLOB_WRAPPER = 0xFADE0B01
_BLOB_HEADER = 8
# A code directory for each of a few hash types.
_MAX_DIRECTORIES = 8


@frozen
class CertificateSignature:
    """A signature with a certificate.

    Attributes:
        data: all of it; `data.certificates` are the certificates.
        signer: who signed, and how. What is signed is the first code directory.
        timestamps: on it, in order.
        cdhashes: of all code directories, cut to 20 bytes, as older systems read them; None if they
            are not listed.
        digests: of all code directories, whole, with the name of each algorithm.
    """

    data: SignedData = field(repr=False)
    signer: Signer = field(repr=False)
    timestamps: tuple[Timestamp, ...]
    cdhashes: tuple[bytes, ...] | None = field(repr=False)
    digests: tuple[tuple[str, bytes], ...] = field(repr=False)

    @property
    def certificate(self) -> Certificate | None:
        """The signer's certificate, if it is there."""
        return self.signer.certificate(self.data.certificates)

    @property
    def team(self) -> str:
        """Apple's team identifier in the certificate; empty if there is none."""
        certificate = self.certificate
        return certificate.subject.part("OU") if certificate else ""


def read(signature: CodeSignature) -> CertificateSignature | None:
    """Read the CMS signature; None if there is none, or an empty one, as ad-hoc signatures have.

    Raises:
        FormatError: it is damaged.
    """
    blob = next((one for one in signature.blobs if one.slot == SLOT_CMS), None)
    if blob is None or len(blob.view) <= _BLOB_HEADER:
        return None
    if blob.magic != _BLOB_WRAPPER:
        raise FormatError(f"CMS signature: magic {blob.magic:#x}", blob.view.base)
    data = cms.read(blob.view.sub(_BLOB_HEADER, len(blob.view) - _BLOB_HEADER))
    signer = data.signers[0]
    return CertificateSignature(
        data=data,
        signer=signer,
        timestamps=timestamp.read(data, signer),
        cdhashes=_cdhashes(signer),
        digests=tuple(_digests(signer)),
    )


def _cdhashes(signer: Signer) -> tuple[bytes, ...] | None:
    """Read the property list `{"cdhashes": [data, …]}`."""
    value = signer.signed_value(oids.APPLE_HASH_AGILITY)
    if value is None:
        return None
    found = plist.read(value.octets("code directory hashes"), "code directory hashes")
    hashes = found.get("cdhashes") if isinstance(found, dict) else None
    if not isinstance(hashes, list) or len(hashes) > _MAX_DIRECTORIES:
        raise FormatError("code directory hashes: no list of them", value.raw.base)
    if not all(isinstance(one, bytes) for one in hashes):
        raise FormatError("code directory hashes: no digests", value.raw.base)
    return tuple(hashes)


def _digests(signer: Signer) -> Iterator[tuple[str, bytes]]:
    """Read the SET of digests with their algorithms; it has as many values as there are directories."""
    for attribute in signer.signed:
        if attribute.oid == oids.APPLE_HASH_AGILITY_V2:
            for value in attribute.values[:_MAX_DIRECTORIES]:
                parts = value.fields("code directory hash")
                algorithm = x509.Algorithm(parts.take(der.OID).oid())
                yield algorithm.digest or algorithm.oid, parts.take().octets("code directory hash")
