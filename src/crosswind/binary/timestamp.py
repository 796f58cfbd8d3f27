"""Timestamps on signatures: who vouches for when they were made.

New ones are tokens of RFC 3161, signed data of its own; old ones (PKCS #9, 5.6) are countersignatures
whose certificates lie in the signature they belong to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from datetime import datetime

from crosswind.binary import cms, der, oids, x509
from crosswind.binary.cms import SignedData, Signer
from crosswind.binary.der import Element
from crosswind.binary.view import FormatError
from crosswind.binary.x509 import Certificate
from crosswind.frozen import frozen

# Attributes that hold a token: Microsoft's, and the one of RFC 3161, which Apple uses.
_TOKENS = (oids.MS_TIMESTAMP, oids.TIMESTAMP_ATTRIBUTE)
_MAX_TIMESTAMPS = 4


@frozen
class Timestamp:
    """One timestamp.

    Attributes:
        time: when the server saw the signature.
        kind: `RFC 3161` or `countersignature`.
        digest: name and value of the digest of the signature that it covers; a countersignature has
            none of its own, its message digest is the one.
        signer: the server's signature.
        content: what that signature covers; None where it is the signature itself.
        content_type: OID of that content; empty for countersignatures.
        certificates: in which the server's is.
    """

    time: datetime
    kind: str
    digest: tuple[str, bytes] | None = field(repr=False)
    signer: Signer = field(repr=False)
    content: bytes | None = field(repr=False)
    content_type: str = field(repr=False)
    certificates: tuple[Certificate, ...] = field(repr=False)

    @property
    def certificate(self) -> Certificate | None:
        """The server's certificate, if it is there."""
        return self.signer.certificate(self.certificates)


def read(data: SignedData, signer: Signer) -> tuple[Timestamp, ...]:
    """Read the timestamps on a signature.

    Raises:
        FormatError: one is damaged, or there are more than anybody needs.
    """
    found = tuple(_timestamps(data, signer))
    if len(found) > _MAX_TIMESTAMPS:
        raise FormatError(f"{len(found)} timestamps on one signature")
    return found


def _timestamps(data: SignedData, signer: Signer) -> Iterator[Timestamp]:
    for oid in _TOKENS:
        for value in signer.unsigned_values(oid):
            yield _token(value)
    for value in signer.unsigned_values(oids.COUNTERSIGNATURE):
        yield _countersignature(value, data.certificates)


def _token(element: Element) -> Timestamp:
    """Read a TimeStampToken (RFC 3161, 2.4.2)."""
    data = cms.signed_data(element)
    if data.content_type != oids.TST_INFO or data.element is None or data.content is None:
        raise FormatError("timestamp without its content", element.raw.base)
    # The octets are DER once more.
    info = der.nested(data.element).fields("timestamp")
    info.take(der.INTEGER)  # version
    info.take(der.OID)  # policy
    imprint = info.take().fields("timestamp's digest")
    digest, value = x509.digest(imprint.take()), imprint.take().octets("timestamp's digest")
    info.take(der.INTEGER)  # serial number
    return Timestamp(
        time=info.take().time("timestamp"),
        kind="RFC 3161",
        digest=(digest.digest or digest.oid, value),
        signer=data.signers[0],
        content=data.content,
        content_type=data.content_type,
        certificates=data.certificates,
    )


def _countersignature(element: Element, certificates: tuple[Certificate, ...]) -> Timestamp:
    signer = cms.signer(element)
    time = signer.signing_time
    if time is None:
        raise FormatError("countersignature without a time", element.raw.base)
    return Timestamp(time, "countersignature", None, signer, None, "", certificates)
