"""Judge the Authenticode signatures of a PE file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from crosswind.binary import authenticode, oids
from crosswind.binary.authenticode import AuthenticodeSignature, Table
from crosswind.binary.pe import PEImage
from crosswind.binary.x509 import Certificate
from crosswind.frozen import frozen
from crosswind.signature import chain, signer, timestamps
from crosswind.signature.judgement import Judgement, Notes
from crosswind.signature.timestamps import JudgedTimestamp

# What no reader of a file can know; the judgement of each signature repeats it.
UNCHECKED = ("Microsoft's root programme", "revocation")


@frozen
class JudgedSignature:
    """A signature, its verdict, and its timestamps with theirs."""

    signature: AuthenticodeSignature
    judgement: Judgement = field(repr=False)
    timestamps: tuple[JudgedTimestamp, ...] = field(repr=False)


@frozen
class Verification:
    """All signatures of a file with their verdicts; `table` tells what lies around them."""

    table: Table
    signatures: tuple[JudgedSignature, ...]


def verify(
    image: PEImage, trusted: tuple[Certificate, ...] = (), now: datetime | None = None
) -> Verification | None:
    """Judge every signature; None if the file has no certificate table.

    A signature is invalid if the image or anything signed was changed, the value does not fit the
    key, a certificate of the chain was not valid at the time of signing (that of the timestamp; now
    without one), or the signer's is not for code signing.

    Args:
        image: the file.
        trusted: root certificates; with none, trust in the root is not judged.
        now: the time to judge unstamped signatures by.

    Raises:
        FormatError: the table or a signature is damaged.
    """
    table = authenticode.read(image)
    if table is None:
        return None
    # Each algorithm once, however many signatures there are.
    names = {one.digest for one in table.signatures} & set(oids.DIGESTS.values())
    digests = {name: authenticode.image_digest(image, name) for name in names}
    judged = []
    for one in table.signatures:
        notes = Notes()
        _check_image(one, digests, table.behind, notes)
        judged.append(_judge(one, trusted, now, notes))
    return Verification(table, tuple(judged))


def _judge(
    signature: AuthenticodeSignature,
    trusted: tuple[Certificate, ...],
    now: datetime | None,
    notes: Notes,
) -> JudgedSignature:
    data = signature.data
    # The content was read before, so it is there.
    content = data.content or b""
    leaf = signer.check(signature.signer, data.certificates, content, data.content_type, notes)
    stamps = timestamps.judge(signature.timestamps, signature.signer.signature, trusted)
    time = timestamps.moment(stamps)
    found: tuple[Certificate, ...] = ()
    if leaf:
        chain.require_purpose(leaf, oids.CODE_SIGNING, notes)
        moment = chain.Moment.of(time, now)
        found = chain.build(leaf, data.certificates, trusted, moment, notes)
    notes.unchecked += UNCHECKED
    if signature.page_hashes:
        notes.unchecked.append("page hashes")
    return JudgedSignature(signature, notes.judgement(found, time), stamps)


def _check_image(
    signature: AuthenticodeSignature, digests: Mapping[str, bytes], behind: int, notes: Notes
) -> None:
    """Compare the digest that was signed with the image's."""
    if signature.digest not in digests:
        notes.undecided.append(f"the content, because its digest {signature.digest} is unknown")
    elif digests[signature.digest] != signature.value:
        notes.problems.append("the content was changed after signing")
    if behind:
        notes.problems.append(f"{behind} bytes follow the signature, and are not covered by it")
