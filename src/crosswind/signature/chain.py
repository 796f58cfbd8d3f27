"""From a signer's certificate up: who issued it, whether it was valid, where it ends.

RFC 5280, section 6, as far as it matters for code: signatures, names, validity, authority. Name
constraints, policies and revocation are not looked at, and the judgement says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from crosswind.binary import oids
from crosswind.binary.x509 import Certificate
from crosswind.signature.judgement import Notes
from crosswind.signature.keys import fits


class Moment(NamedTuple):
    """When certificates must be valid, and whether a timestamp says so."""

    time: datetime
    stamped: bool

    @classmethod
    def of(cls, stamp: datetime | None, now: datetime | None) -> Moment:
        """Take a timestamp's time, else `now`, else the clock's."""
        return cls(stamp or now or datetime.now(UTC), stamped=stamp is not None)


# Real chains have three or four; cross-signing makes loops. Two or three authorities bear one name
# when a key was renewed; a file with hundreds of them would cost a public-key operation for each.
_MAX_LENGTH, _MAX_NAMESAKES = 8, 4


def build(
    leaf: Certificate,
    among: Iterable[Certificate],
    trusted: tuple[Certificate, ...],
    moment: Moment,
    notes: Notes,
) -> tuple[Certificate, ...]:
    """Climb from a certificate to a trusted one, or as far as it goes; note what is wrong.

    Args:
        leaf: the signer's.
        among: certificates that came with the signature.
        trusted: roots; if there are none, the end of the chain is not judged.
        moment: when all of them must be valid.
        notes: takes problems, and what was not checked.
    """
    known = (*trusted, *among)
    chain = [leaf]
    _require_valid(leaf, moment, notes)
    while len(chain) < _MAX_LENGTH and not chain[-1].self_issued and not _is_in(trusted, chain[-1]):
        issuer = _issuer(chain[-1], known, notes)
        if issuer is None or _is_in(chain, issuer):
            break
        chain.append(issuer)
        _require_valid(issuer, moment, notes)
    _end(chain, trusted, notes)
    return tuple(chain)


def _is_in(many: Iterable[Certificate], one: Certificate) -> bool:
    """Whether a certificate is among some, wherever they were read from."""
    return any(one.view.data == other.view.data for other in many)


def require_purpose(leaf: Certificate, purpose: str, notes: Notes) -> None:
    """Note it if a certificate is for other purposes (RFC 5280, 4.2.1.12)."""
    purposes = leaf.purposes
    if purposes is not None and not {purpose, oids.ANY_PURPOSE} & set(purposes):
        found = ", ".join(oids.name(one) for one in purposes) or "nothing"
        notes.problems.append(
            f"the certificate of {leaf.subject.short} is for {found}, not for {oids.name(purpose)}"
        )


def _issuer(
    certificate: Certificate, known: tuple[Certificate, ...], notes: Notes
) -> Certificate | None:
    """Find who signed a certificate; note it if none of those with the issuer's name did."""
    named = [one for one in known if one.subject == certificate.issuer]
    wanted = certificate.issuer_key_identifier
    # Two authorities may bear one name; their keys' identifiers tell them apart.
    fitting = [one for one in named if not wanted or one.key_identifier in (wanted, b"")]
    for one in fitting[:_MAX_NAMESAKES]:
        fit = fits(
            one, certificate.algorithm, "", certificate.signature, bytes(certificate.signed.data)
        )
        if fit.holds is None:
            notes.undecided.append(f"the signature of {one.subject.short}, because {fit.reason}")
        if fit.holds is not False:
            if not one.is_authority:
                notes.problems.append(f"{one.subject.short} may not issue certificates")
            return one
    if fitting:
        notes.problems.append(
            f"the certificate of {certificate.subject.short} was not signed by {certificate.issuer.short}"
        )
    return None


def _require_valid(certificate: Certificate, moment: Moment, notes: Notes) -> None:
    name = f"the certificate of {certificate.subject.short}"
    if moment.time > certificate.not_after:
        why = (
            "before the time of signing"
            if moment.stamped
            else "and no timestamp says what was before"
        )
        notes.problems.append(f"{name} expired on {certificate.not_after:%Y-%m-%d}, {why}")
    if moment.time < certificate.not_before:
        why = "after the time of signing" if moment.stamped else "in the future"
        notes.problems.append(f"{name} begins on {certificate.not_before:%Y-%m-%d}, {why}")


def _end(chain: list[Certificate], trusted: tuple[Certificate, ...], notes: Notes) -> None:
    """Judge where the chain ended."""
    top = chain[-1]
    if _is_in(trusted, top):
        return
    if trusted:
        notes.problems.append(f"the chain ends at {top.subject.short}, which is not trusted")
        return
    if top.self_issued:
        notes.unchecked.append(f"trust in the root {top.subject.short}")
    else:
        notes.unchecked.append(
            f"the issuer {top.issuer.short}, whose certificate is not in the file"
        )
