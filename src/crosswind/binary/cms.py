"""CMS signed data (PKCS #7), as Authenticode, Apple's signatures and timestamps use it.

Structures are those of RFC 5652, section 5. Nothing is verified here: `crosswind.signature` does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from datetime import datetime

from crosswind.binary import der, oids, x509
from crosswind.binary.der import Element
from crosswind.binary.view import FormatError, View
from crosswind.binary.x509 import Algorithm, Certificate, Name
from crosswind.frozen import frozen

# Context-specific tags: explicit content, certificates, revocation lists; attributes, key identifier.
_EXPLICIT, _CERTIFICATES, _CRLS = 0xA0, 0xA0, 0xA1
_SIGNED, _UNSIGNED, _SUBJECT_KEY = 0xA0, 0xA1, 0x80
_MAX_CERTIFICATES, _MAX_SIGNERS = 64, 8


@frozen
class Attribute:
    """An attribute of a signer."""

    oid: str
    values: tuple[Element, ...] = field(repr=False)

    @property
    def name(self) -> str:
        """Its name; its OID if it has none here."""
        return oids.name(self.oid)


@frozen
class Signer:
    """Who signed, and how.

    Attributes:
        issuer, serial: which certificate; None and 0 where `key_identifier` says it.
        key_identifier: the certificate's subject key identifier, or empty.
        digest: the digest algorithm, as hashlib names it; its OID if that does not know it.
        algorithm: of the signature.
        signature: its value.
        signed: attributes that the signature covers; empty if it covers the content itself.
        unsigned: attributes added afterwards: timestamps, nested signatures.
        message: what is signed if there are signed attributes, else None.
    """

    issuer: Name | None
    serial: int
    key_identifier: bytes = field(repr=False)
    digest: str
    algorithm: Algorithm
    signature: bytes = field(repr=False)
    signed: tuple[Attribute, ...]
    unsigned: tuple[Attribute, ...]
    message: bytes | None = field(repr=False)

    def signed_value(self, oid: str) -> Element | None:
        """Return the value of a signed attribute; None if it is not there."""
        return _only_value(self.signed, oid)

    def unsigned_values(self, oid: str) -> tuple[Element, ...]:
        """Return all values of an unsigned attribute."""
        return tuple(value for one in self.unsigned if one.oid == oid for value in one.values)

    @property
    def message_digest(self) -> bytes | None:
        """The digest of the content that was signed; None if there are no signed attributes."""
        value = self.signed_value(oids.MESSAGE_DIGEST)
        return value.octets("message digest") if value else None

    @property
    def signing_time(self) -> datetime | None:
        """When the signer says that it signed, which nobody vouches for."""
        value = self.signed_value(oids.SIGNING_TIME)
        return value.time("signing time") if value else None

    def certificate(self, among: Iterable[Certificate]) -> Certificate | None:
        """Return the signer's certificate if it is there."""
        for one in among:
            if self.issuer is None:
                if self.key_identifier and one.key_identifier == self.key_identifier:
                    return one
            elif (one.issuer, one.serial) == (self.issuer, self.serial):
                return one
        return None


@frozen
class SignedData:
    """Signed data.

    Attributes:
        size: bytes of its encoding.
        content_type: OID of what is signed.
        content: the octets that are signed; None if they are elsewhere (detached).
        element: the value inside of which `content` is, to read it; None if detached.
        certificates: all that are in it, in order.
        signers: mostly one.
    """

    size: int
    content_type: str
    content: bytes | None = field(repr=False)
    element: Element | None = field(repr=False)
    certificates: tuple[Certificate, ...] = field(repr=False)
    signers: tuple[Signer, ...]


def read(view: View) -> SignedData:
    """Read signed data at the start of a view; bytes behind it are left alone.

    Raises:
        FormatError: it is something else, or damaged.
    """
    return signed_data(der.read(view))


def signed_data(element: Element) -> SignedData:
    """Read signed data out of a larger structure; raises like `read`."""
    outer = element.fields("signed data")
    kind = outer.take(der.OID).oid()
    if kind != oids.SIGNED_DATA:
        raise FormatError(f"not signed data but {oids.name(kind)}", element.raw.base)
    (inner,) = _exactly(outer.take(_EXPLICIT), 1)
    outer.end()
    parts = inner.fields("signed data")
    parts.take(der.INTEGER)  # version
    digests = [x509.digest(one) for one in parts.take(der.SET).children()]
    content_type, content = _content(parts.take())
    certificates = parts.optional(_CERTIFICATES)
    parts.optional(_CRLS)
    signers = parts.take(der.SET).children()
    parts.end()
    if not 0 < len(signers) <= _MAX_SIGNERS:
        raise FormatError(f"{len(signers)} signers", element.raw.base)
    found = tuple(signer(one) for one in signers)
    names = {one.digest or one.oid for one in digests}
    if not names.issuperset(one.digest for one in found):
        # RFC 5652, 5.1, lets readers refuse this; osslsigncode does.
        raise FormatError("a signer's digest algorithm is not in the list", element.raw.base)
    return SignedData(
        size=len(element.raw),
        content_type=content_type,
        content=_octets(content) if content else None,
        element=content,
        certificates=_certificates(certificates) if certificates else (),
        signers=found,
    )


def signer(element: Element) -> Signer:
    """Read a SignerInfo; a countersignature is one by itself."""
    parts = element.fields("signer")
    parts.take(der.INTEGER)  # version
    issuer, serial, key_identifier = _identity(parts.take(der.SEQUENCE, _SUBJECT_KEY))
    digest = x509.digest(parts.take())
    signed = parts.optional(_SIGNED)
    algorithm = x509.algorithm(parts.take())
    signature = parts.take().octets("signature value")
    unsigned = parts.optional(_UNSIGNED)
    parts.end()
    return Signer(
        issuer=issuer,
        serial=serial,
        key_identifier=key_identifier,
        digest=digest.digest or digest.oid,
        algorithm=algorithm,
        signature=signature,
        signed=tuple(_attributes(signed)) if signed else (),
        unsigned=tuple(_attributes(unsigned)) if unsigned else (),
        message=_message(signed) if signed else None,
    )


def _content(element: Element) -> tuple[str, Element | None]:
    """Read EncapsulatedContentInfo: the type, and the value inside of the explicit tag."""
    parts = element.fields("content")
    kind = parts.take(der.OID).oid()
    wrapped = parts.optional(_EXPLICIT)
    parts.end()
    return kind, _exactly(wrapped, 1)[0] if wrapped else None


def _octets(element: Element) -> bytes:
    """Return what a digest is computed over.

    CMS has an OCTET STRING there, PKCS #7 any value; tag and length are left out in both (RFC 5652,
    5.4; 5.2.1).
    """
    if element.tag & ~0x20 == der.OCTET_STRING:
        return element.octets("content")
    return bytes(element.content.data)


def _exactly(element: Element, count: int) -> tuple[Element, ...]:
    children = element.children()
    if len(children) != count:
        raise FormatError(f"{len(children)} values in place of {count}", element.raw.base)
    return children


def _certificates(element: Element) -> tuple[Certificate, ...]:
    """Read the certificates; other sorts (attribute certificates) are left out."""
    found = [one for one in element.children() if one.tag == der.SEQUENCE]
    if len(found) > _MAX_CERTIFICATES:
        raise FormatError(f"{len(found)} certificates", element.raw.base)
    return tuple(x509.certificate(one) for one in found)


def _identity(element: Element) -> tuple[Name | None, int, bytes]:
    if element.tag == _SUBJECT_KEY:
        return None, 0, bytes(element.content.data)
    parts = element.fields("signer's certificate")
    return x509.name(parts.take()), parts.take().integer("serial number"), b""


def _attributes(element: Element) -> Iterable[Attribute]:
    for one in element.children():
        parts = one.fields("attribute")
        found = Attribute(parts.take(der.OID).oid(), parts.take(der.SET).children())
        parts.end()
        yield found


def _message(element: Element) -> bytes:
    """Return signed attributes as they are signed: as a SET, in DER (RFC 5652, 5.4)."""
    if not element.definite:
        raise FormatError("signed attributes are not in DER", element.raw.base)
    return bytes([der.SET]) + bytes(element.raw.data[1:])


def _only_value(attributes: tuple[Attribute, ...], oid: str) -> Element | None:
    """Return an attribute's value; raises FormatError if there are several (RFC 5652, 11)."""
    values = [value for one in attributes if one.oid == oid for value in one.values]
    if len(values) > 1:
        raise FormatError(f"{oids.name(oid)}: more than once", values[1].raw.base)
    return values[0] if values else None
