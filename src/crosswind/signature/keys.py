"""The one place that knows `cryptography`: whether a signature value fits a public key."""

from __future__ import annotations

from typing import Any, NamedTuple

from crosswind.binary import der, oids
from crosswind.binary.der import Element
from crosswind.binary.view import FormatError
from crosswind.binary.x509 import Algorithm, Certificate

NO_CRYPTOGRAPHY = "the extra crosswind[signatures] is not installed"


class Fit(NamedTuple):
    """Whether a value fits; None if that was not checked, for this reason."""

    holds: bool | None
    reason: str = ""


def fits(
    certificate: Certificate, algorithm: Algorithm, digest: str, signature: bytes, message: bytes
) -> Fit:
    """Check a signature value.

    Args:
        certificate: whose key is said to have made it.
        algorithm: of the signature; one that names no digest uses `digest`.
        digest: as hashlib names it.
        signature: the value.
        message: what was signed.
    """
    try:
        from cryptography import exceptions
        from cryptography.hazmat.primitives import hashes, serialization
    except ImportError:
        return Fit(None, NO_CRYPTOGRAPHY)
    hash_name = (algorithm.digest or digest).upper()
    hash_ = getattr(hashes, hash_name, None)
    if hash_name.lower() not in oids.DIGESTS.values() or hash_ is None:
        return Fit(None, f"the digest {digest} is unknown")
    try:
        key = serialization.load_der_public_key(bytes(certificate.key.data))
        rest = _scheme(key, algorithm, hash_())
        if rest is None:
            return Fit(None, f"keys and signatures of {algorithm.name} are not known here")
        key.verify(signature, message, *rest)  # type: ignore[union-attr]
    except exceptions.InvalidSignature:
        return Fit(False)
    except (exceptions.UnsupportedAlgorithm, ValueError, TypeError, FormatError) as error:
        return Fit(None, f"its key or algorithm cannot be used: {error}")
    return Fit(True)


def _scheme(key: Any, algorithm: Algorithm, hash_: Any) -> tuple[Any, ...] | None:
    """Return what else `verify` takes for this sort of key; None if the sorts do not go together."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

    kind = oids.SIGNATURES.get(algorithm.oid, (algorithm.oid, ""))[0]
    if isinstance(key, rsa.RSAPublicKey) and kind == oids.RSA:
        return padding.PKCS1v15(), hash_
    if isinstance(key, rsa.RSAPublicKey) and kind == oids.RSA_PSS:
        pss_hash, salt = _pss(algorithm.parameters)
        return padding.PSS(padding.MGF1(pss_hash), salt), pss_hash
    if isinstance(key, ec.EllipticCurvePublicKey) and kind == oids.EC_PUBLIC_KEY:
        return (ec.ECDSA(hash_),)
    if isinstance(key, ed25519.Ed25519PublicKey) and kind == oids.ED25519:
        return ()
    return None


def _pss(parameters: Element | None) -> tuple[Any, int]:
    """Read RSASSA-PSS-params (RFC 8017, A.2.3); the mask uses the same digest everywhere."""
    from cryptography.hazmat.primitives import hashes

    name, salt = "sha1", 20
    for part in parameters.children() if parameters else ():
        (value,) = part.children()[:1] or (None,)
        if value is None:
            continue
        if part.tag == 0xA0:
            name = oids.DIGESTS.get(value.fields("digest").take(der.OID).oid(), "")
        elif part.tag == 0xA2:
            salt = value.integer("salt")
    if name not in oids.DIGESTS.values() or not 0 <= salt <= 512:
        raise FormatError("unknown parameters of RSA-PSS")
    return getattr(hashes, name.upper())(), salt
