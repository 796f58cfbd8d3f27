"""X.509 certificates: what they say. Whether to believe them is decided in `crosswind.signature`.

Structures are those of RFC 5280, section 4.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import field
from datetime import datetime
from functools import cached_property

from crosswind.binary import der, oids
from crosswind.binary.der import Element
from crosswind.binary.view import FormatError, View
from crosswind.frozen import frozen

# Context-specific tags of TBSCertificate and AuthorityKeyIdentifier.
_VERSION, _EXTENSIONS, _KEY_IDENTIFIER = 0xA0, 0xA3, 0x80
_ISSUER_ID, _SUBJECT_ID = (0x81, 0xA1), (0x82, 0xA2)
_NULL = bytes([der.NULL, 0])
_MAX_KEY = 1 << 11  # bytes of one public key; RSA of 8192 bits has half as many
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----\s+(.*?)-----END CERTIFICATE-----", re.DOTALL)


@frozen
class Algorithm:
    """An AlgorithmIdentifier: its OID, and its parameters as they are encoded (None if absent)."""

    oid: str
    parameters: Element | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """Its name, such as `RSA with sha256`."""
        return oids.name(self.oid)

    @property
    def digest(self) -> str:
        """The digest it is, or uses, as hashlib names it; empty if that is not known."""
        if self.oid in oids.SIGNATURES:
            return oids.SIGNATURES[self.oid][1]
        return oids.DIGESTS.get(self.oid, "")


@frozen
class Name:
    """A distinguished name: (attribute, value) pairs in order; equal if they are encoded alike."""

    parts: tuple[tuple[str, str], ...] = field(compare=False)
    raw: bytes = field(repr=False)

    def __str__(self) -> str:
        """Spell it as `CN=…, O=…`."""
        return ", ".join(f"{key}={value}" for key, value in self.parts)

    def part(self, key: str) -> str:
        """Return the first value of an attribute, empty if there is none."""
        return next((value for name, value in self.parts if name == key), "")

    @property
    def short(self) -> str:
        """The common name, else the organisation, else all of it."""
        return self.part("CN") or self.part("O") or str(self)


@frozen(slots=False)
class Certificate:
    """A certificate.

    Attributes:
        view: all of it (DER).
        signed: the part that its issuer signed.
        serial: its number, unique with its issuer.
        issuer, subject: names.
        not_before, not_after: when it is valid.
        key: its public key (SubjectPublicKeyInfo, DER).
        key_algorithm: of that key.
        algorithm: of the issuer's signature.
        signature: that signature.
        extensions: value and whether it is critical, by OID.
    """

    view: View = field(repr=False)
    signed: View = field(repr=False)
    serial: int
    issuer: Name
    subject: Name
    not_before: datetime
    not_after: datetime
    key: View = field(repr=False)
    key_algorithm: Algorithm
    algorithm: Algorithm
    signature: bytes = field(repr=False)
    extensions: dict[str, tuple[bytes, bool]] = field(repr=False)

    @property
    def self_issued(self) -> bool:
        """Whether it names itself as its issuer, as roots do."""
        return self.issuer == self.subject

    @cached_property
    def sha256(self) -> str:
        """Fingerprint, in hex."""
        import hashlib

        return hashlib.sha256(self.view.data).hexdigest()

    @cached_property
    def sha1(self) -> str:
        """The fingerprint that Windows shows, in hex."""
        import hashlib

        return hashlib.sha1(self.view.data, usedforsecurity=False).hexdigest()

    @cached_property
    def purposes(self) -> tuple[str, ...] | None:
        """OIDs of what the key may be used for; None if nothing is said, and so everything allowed."""
        value = self._extension(oids.EXTENDED_KEY_USAGE)
        if value is None:
            return None
        return tuple(part.oid() for part in value.children())

    @cached_property
    def is_authority(self) -> bool:
        """Whether it may issue certificates (basicConstraints, cA)."""
        value = self._extension(oids.BASIC_CONSTRAINTS)
        flag = value.fields("basic constraints").optional(der.BOOLEAN) if value else None
        return flag is not None and flag.boolean()

    @cached_property
    def key_identifier(self) -> bytes:
        """What other certificates call its key; empty if it has no name."""
        value = self._extension(oids.SUBJECT_KEY_IDENTIFIER)
        return value.octets("subject key identifier") if value else b""

    @cached_property
    def issuer_key_identifier(self) -> bytes:
        """The name of the key that signed it; empty if that is not said."""
        value = self._extension(oids.AUTHORITY_KEY_IDENTIFIER)
        part = value.fields("authority key").optional(_KEY_IDENTIFIER) if value else None
        return bytes(part.content.data) if part else b""

    @cached_property
    def key_words(self) -> str:
        """Its key in words, such as `RSA 3072` or `ECDSA P-256`."""
        algorithm = self.key_algorithm
        if algorithm.oid == oids.RSA:
            modulus = _key_bits(self.key).fields("RSA key").take(der.INTEGER)
            return f"RSA {modulus.integer().bit_length()}"
        if algorithm.oid == oids.EC_PUBLIC_KEY and algorithm.parameters:
            if algorithm.parameters.tag == der.OID:
                return f"ECDSA {oids.name(algorithm.parameters.oid())}"
            return "ECDSA on a curve of its own"
        return algorithm.name

    def _extension(self, oid: str) -> Element | None:
        value = self.extensions.get(oid)
        return der.read(View.of(value[0])) if value else None


def read(view: View) -> Certificate:
    """Read a certificate.

    Raises:
        FormatError: it is none, or damaged. Properties raise it for damaged extensions.
    """
    return certificate(der.read(view))


def read_all(data: bytes) -> tuple[Certificate, ...]:
    """Read a file of certificates: PEM with any number of them (RFC 7468), or one in DER.

    Raises:
        FormatError: there is none, or one is damaged.
    """
    blocks = _PEM.findall(data)
    if not blocks:
        return (read(View.of(data)),)
    found: list[Certificate] = []
    for block in blocks:
        try:
            found.append(read(View.of(base64.b64decode(block))))
        except ValueError as error:
            raise FormatError("a certificate is not in Base64") from error
    return tuple(found)


def certificate(element: Element) -> Certificate:
    """Read a certificate out of a larger structure; raises like `read`."""
    outer = element.fields("certificate")
    signed = outer.take(der.SEQUENCE)
    outer_algorithm = outer.take()
    signature = outer.take().bits("certificate's signature")
    outer.end()
    inner = signed.fields("certificate")
    inner.optional(_VERSION)
    serial = inner.take().integer("serial number")
    if inner.take().raw.data != outer_algorithm.raw.data:  # RFC 5280, 4.1.1.2
        raise FormatError(
            "certificate: its algorithm is not the one that is signed", element.raw.base
        )
    issuer = name(inner.take())
    validity = inner.take().fields("validity")
    subject = name(inner.take())
    key = inner.take(der.SEQUENCE)
    if len(key.raw) > _MAX_KEY:
        raise FormatError(f"public key of {len(key.raw)} bytes", key.raw.base)
    inner.optional(*_ISSUER_ID)
    inner.optional(*_SUBJECT_ID)
    extensions = inner.optional(_EXTENSIONS)
    inner.end()
    return Certificate(
        view=element.raw,
        signed=signed.raw,
        serial=serial,
        issuer=issuer,
        subject=subject,
        not_before=validity.take().time("valid from"),
        not_after=validity.take().time("valid until"),
        key=key.raw,
        key_algorithm=algorithm(key.fields("public key").take()),
        algorithm=algorithm(outer_algorithm),
        signature=signature,
        extensions=dict(_extensions(extensions)) if extensions else {},
    )


def algorithm(element: Element) -> Algorithm:
    """Read an AlgorithmIdentifier."""
    parts = element.fields("algorithm")
    oid = parts.take(der.OID).oid()
    rest = parts.rest()
    return Algorithm(oid, rest[0] if rest else None)


def digest(element: Element) -> Algorithm:
    """Read the AlgorithmIdentifier of a digest, whose parameters are absent or NULL (RFC 5754, 2)."""
    found = algorithm(element)
    if found.parameters is not None and bytes(found.parameters.raw.data) != _NULL:
        raise FormatError("digest with parameters", element.raw.base)
    return found


def name(element: Element) -> Name:
    """Read a distinguished name: a SEQUENCE of SETs of attributes."""
    element.require(der.SEQUENCE, "name")
    pairs: list[tuple[str, str]] = []
    for group in element.children():
        group.require(der.SET, "name")
        for pair in group.children():
            parts = pair.fields("name")
            pairs.append((oids.name(parts.take(der.OID).oid()), parts.take().text()))
    return Name(tuple(pairs), bytes(element.raw.data))


def _key_bits(view: View) -> Element:
    """Return the key inside a SubjectPublicKeyInfo whose BIT STRING holds DER, as RSA's does."""
    parts = der.read(view).fields("public key")
    parts.take()
    return der.read(View.of(parts.take().bits("public key")))


def _extensions(element: Element) -> Iterable[tuple[str, tuple[bytes, bool]]]:
    for wrapped in element.children():
        wrapped.require(der.SEQUENCE, "extensions")
        for extension in wrapped.children():
            parts = extension.fields("extension")
            oid = parts.take(der.OID).oid()
            critical = parts.optional(der.BOOLEAN)
            value = parts.take().octets("extension")
            yield oid, (value, critical is not None and critical.boolean())
