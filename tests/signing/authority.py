"""A certificate authority whose certificates live as long as the tests."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from crosswind.binary import x509 as ours
from crosswind.binary.view import View

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
DAY = dt.timedelta(days=1)
CODE, STAMPS, WEB = (
    ExtendedKeyUsageOID.CODE_SIGNING,
    ExtendedKeyUsageOID.TIME_STAMPING,
    ExtendedKeyUsageOID.SERVER_AUTH,
)
TEAM = "TEAM123456"


def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@dataclass(frozen=True)
class Identity:
    """A key with its certificate, and the certificates above it."""

    key: Any = field(repr=False)
    certificate: x509.Certificate
    above: tuple[x509.Certificate, ...] = ()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def chain(self) -> tuple[bytes, ...]:
        """All certificates in DER, its own first."""
        above = (one.public_bytes(serialization.Encoding.DER) for one in self.above)
        return (self.der, *above)

    @cached_property
    def ours(self) -> ours.Certificate:
        """The certificate as crosswind reads it."""
        return ours.read(View.of(self.der))

    def write(self, folder: Path, name: str, password: str = "") -> tuple[Path, Path]:
        """Write `name.pem`, the chain, and `name.key`."""
        pem, key = folder / f"{name}.pem", folder / f"{name}.key"
        chain = (self.certificate, *self.above)
        pem.write_bytes(b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain))
        key.write_bytes(
            self.key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, _locked(password)
            )
        )
        return pem, key

    def write_pfx(self, path: Path, password: str) -> Path:
        path.write_bytes(
            pkcs12.serialize_key_and_certificates(
                b"release", self.key, self.certificate, list(self.above), _locked(password)
            )
        )
        return path


def _locked(password: str) -> serialization.KeySerializationEncryption:
    if not password:
        return serialization.NoEncryption()
    return serialization.BestAvailableEncryption(password.encode())


def name(common: str, organization: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "SE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, TEAM),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def issue(
    common: str,
    key: Any,
    issuer: Identity | None = None,
    *,
    authority: bool = False,
    purposes: tuple[x509.ObjectIdentifier, ...] = (),
    days: tuple[float, float] = (-30, 30),
    organization: str = "Example Ltd",
) -> Identity:
    """Issue a certificate, valid from and until so many days from now; without issuer a root."""
    signer = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(common, organization))
        .issuer_name(issuer.certificate.subject if issuer else name(common, organization))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + days[0] * DAY)
        .not_valid_after(NOW + days[1] * DAY)
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
    if purposes:
        # RFC 3161, 2.3: a timestamp server's has one purpose and is critical.
        critical = purposes == (STAMPS,)
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=critical)
    above = (issuer.certificate, *issuer.above) if issuer else ()
    return Identity(key, builder.sign(signer, hashes.SHA256()), above)
