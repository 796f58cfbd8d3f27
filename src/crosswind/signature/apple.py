"""Judge the certificate signature of a Mach-O file; the hashes of its pages are `codesign.verify`'s."""

from __future__ import annotations

import hashlib
from dataclasses import field
from datetime import datetime

from crosswind.binary import codesign, codesign_cms, oids
from crosswind.binary.codesign import SLOT_CODE_DIRECTORY, CodeSignature
from crosswind.binary.codesign_cms import CertificateSignature
from crosswind.binary.macho import MachOImage
from crosswind.binary.view import FormatError
from crosswind.binary.x509 import Certificate
from crosswind.frozen import frozen
from crosswind.signature import chain, signer, timestamps
from crosswind.signature.judgement import Judgement, Notes
from crosswind.signature.timestamps import JudgedTimestamp

# What only Apple's services and roots can tell.
UNCHECKED = ("revocation", "notarization")


@frozen
class JudgedCode:
    """A certificate signature, its verdict, and its timestamps with theirs."""

    signature: CertificateSignature
    judgement: Judgement = field(repr=False)
    timestamps: tuple[JudgedTimestamp, ...] = field(repr=False)


def verify(
    image: MachOImage, trusted: tuple[Certificate, ...] = (), now: datetime | None = None
) -> JudgedCode | None:
    """Judge a certificate signature; None if the file has none (unsigned, or ad hoc).

    It is invalid if it is not over the file's code directories, the value does not fit the key, a
    certificate of the chain was not valid at the time of signing, the signer's is not for code
    signing, or the code directory names another team.

    Args:
        image: the file.
        trusted: root certificates; with none, trust in the root is not judged.
        now: the time to judge unstamped signatures by.

    Raises:
        FormatError: the signature is damaged.
    """
    code = codesign.read(image)
    found = codesign_cms.read(code) if code else None
    if code is None or found is None:
        return None
    notes = Notes()
    content = bytes(_primary(code))
    leaf = signer.check(found.signer, found.data.certificates, content, oids.DATA, notes)
    _check_directories(code, found, notes)
    stamps = timestamps.judge(found.timestamps, found.signer.signature, trusted)
    time = timestamps.moment(stamps)
    climbed: tuple[Certificate, ...] = ()
    if leaf:
        chain.require_purpose(leaf, oids.CODE_SIGNING, notes)
        moment = chain.Moment.of(time, now)
        climbed = chain.build(leaf, found.data.certificates, trusted, moment, notes)
    notes.unchecked += UNCHECKED
    return JudgedCode(found, notes.judgement(climbed, time), stamps)


def _primary(code: CodeSignature) -> memoryview:
    for blob in code.blobs:
        if blob.slot == SLOT_CODE_DIRECTORY:
            return blob.view.data
    raise FormatError("code signature: no primary code directory", code.offset)


def _check_directories(code: CodeSignature, found: CertificateSignature, notes: Notes) -> None:
    """Compare the lists of code directories inside the signature with those that are there."""
    there = {directory.cdhash for directory in code.directories}
    if found.cdhashes is not None and set(found.cdhashes) != there:
        notes.problems.append(
            "a code directory was changed after signing: the list of their hashes"
        )
    blobs = [blob.view.data for blob in code.blobs if blob.name.endswith("code directory")]
    for name, digest in found.digests:
        if name not in oids.DIGESTS.values():
            notes.undecided.append(f"a code directory's digest, because {name} is unknown")
        elif all(_hash(name, blob) != digest for blob in blobs):
            notes.problems.append("a code directory was changed after signing: its digest")
    teams = {directory.team for directory in code.directories if directory.team}
    if found.team and teams - {found.team}:
        other = min(teams - {found.team})
        notes.problems.append(f"the code names the team {other}, the certificate {found.team}")


def _hash(name: str, data: memoryview) -> bytes:
    return hashlib.new(name, data, usedforsecurity=False).digest()
