"""Check one signer of CMS signed data: digest, attributes, signature value (RFC 5652, 5.4 and 5.6)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from crosswind.binary import der, oids
from crosswind.binary.cms import Signer
from crosswind.binary.x509 import Certificate
from crosswind.signature.judgement import Notes
from crosswind.signature.keys import fits


def check(
    signer: Signer, certificates: Iterable[Certificate], content: bytes, kind: str, notes: Notes
) -> Certificate | None:
    """Check a signer; return its certificate.

    Args:
        signer: who signed.
        certificates: among which its own should be.
        content: what is signed.
        kind: OID of that content; empty for countersignatures, which do not name one.
        notes: takes problems.
    """
    if signer.digest not in oids.DIGESTS.values():
        notes.undecided.append(
            f"the signature value, because its digest {signer.digest} is unknown"
        )
        return signer.certificate(certificates)
    if signer.message is not None:
        _check_attributes(signer, content, kind, notes)
    elif kind not in ("", oids.DATA):
        # RFC 5652, 5.3: else signed attributes could be passed off as content.
        notes.problems.append("the signed attributes are missing")
    certificate = signer.certificate(certificates)
    if certificate is None:
        notes.problems.append("the signer's certificate is not in the signature")
        return None
    message = content if signer.message is None else signer.message
    fit = fits(certificate, signer.algorithm, signer.digest, signer.signature, message)
    if fit.holds is None:
        notes.undecided.append(f"the signature value, because {fit.reason}")
    elif not fit.holds:
        notes.problems.append(
            f"the signature does not match the key of {certificate.subject.short}"
        )
    return certificate


def _check_attributes(signer: Signer, content: bytes, kind: str, notes: Notes) -> None:
    digest = hashlib.new(signer.digest, content, usedforsecurity=False).digest()
    if signer.message_digest != digest:
        notes.problems.append("what is signed was changed: its digest is another")
    value = signer.signed_value(oids.CONTENT_TYPE)
    if kind and (value is None or value.tag != der.OID or value.oid() != kind):
        notes.problems.append("the signature is for another type of content")
