"""Signatures: what a file carries, and whether its hashes hold."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from crosswind.frozen import frozen
from crosswind.inspect.model import Subject

if TYPE_CHECKING:
    from crosswind.binary import x509
    from crosswind.binary.codesign import Problem
    from crosswind.binary.macho import MachOImage
    from crosswind.binary.pe import PEImage
    from crosswind.binary.pe_tables import Certificate
    from crosswind.signature.judgement import Judgement
    from crosswind.signature.timestamps import JudgedTimestamp


@frozen
class CertificateFacts:
    """A certificate of a signer's chain; `serial` in hexadecimal, times in UTC."""

    subject: str
    issuer: str
    serial: str
    not_before: str
    not_after: str
    key: str
    sha256: str


@frozen
class TimestampFacts:
    """A timestamp: when, by whom, and whether it holds."""

    time: str
    kind: str
    by: str
    state: str
    problems: tuple[str, ...]


@frozen
class SignerFacts:
    """A signature with a certificate, and what is to be said about it.

    Attributes:
        digest: the algorithm that the content was digested with.
        by: the signer's name.
        time: when it was signed, if somebody vouches for that.
        description, url: what the signer calls the program.
        nested: whether it lies inside another signature.
        state: valid, invalid, undecided.
        problems: why it is invalid.
        undecided: what matters and was not checked.
        unchecked: what nobody checks without more help.
        chain: certificates, the signer's first.
        timestamps: on it.
    """

    digest: str
    by: str
    time: str
    description: str
    url: str
    nested: bool
    state: str
    problems: tuple[str, ...]
    undecided: tuple[str, ...]
    unchecked: tuple[str, ...]
    chain: tuple[CertificateFacts, ...]
    timestamps: tuple[TimestampFacts, ...]


@frozen
class Authenticode:
    """The signatures of a PE file.

    Attributes:
        entries: of the certificate table.
        signatures: all, nested ones behind those they are in.
        unsigned: bytes in the table that no signature covers.
        behind: bytes of the file behind the table.
    """

    entries: tuple[Certificate, ...]
    signatures: tuple[SignerFacts, ...]
    unsigned: int
    behind: int


@frozen
class DirectoryFacts:
    """A code directory: what is signed, and how."""

    slot: int
    version: int
    identifier: str
    team: str
    flags: tuple[str, ...]
    hash_type: str
    page_size: int
    pages: int
    code_limit: int
    special_slots: tuple[int, ...]
    cdhash: str


@frozen
class AppleSignature:
    """A Mach-O file's code signature.

    Attributes:
        adhoc: whether it names no signer.
        directories: the strongest hash first.
        blobs: names of its parts.
        entitlements: their property list as XML, empty if there is none.
        signer: the signature with a certificate, None if it is ad hoc.
        problems: hashes that do not hold.
    """

    offset: int
    size: int
    adhoc: bool
    directories: tuple[DirectoryFacts, ...]
    blobs: tuple[str, ...]
    entitlements: str
    signer: SignerFacts | None
    problems: tuple[Problem, ...]


def read_pe(subject: Subject) -> Authenticode | None:
    """Judge the signatures; raises FormatError if their table or one of them is damaged."""
    image = cast("PEImage", subject.image)
    if not image.certificates:
        return None
    # Judging loads a library of cryptography; most programs carry no signature.
    from crosswind.signature import authenticode

    found = authenticode.verify(image)
    if found is None:
        return None
    signatures = tuple(
        _signer(
            one.judgement, one.timestamps, one.signature.digest, nested=one.signature.nested,
            words=(one.signature.description, one.signature.url),
        )
        for one in found.signatures
    )  # fmt: skip
    return Authenticode(image.certificates, signatures, found.table.unsigned, found.table.behind)


def _signer(
    judged: Judgement,
    stamps: tuple[JudgedTimestamp, ...],
    digest: str,
    *,
    nested: bool = False,
    words: tuple[str, str] = ("", ""),
) -> SignerFacts:
    return SignerFacts(
        digest=digest,
        by=judged.by,
        time=_time(judged.time),
        description=words[0],
        url=words[1],
        nested=nested,
        state=judged.state.value,
        problems=judged.problems,
        undecided=judged.undecided,
        unchecked=judged.unchecked,
        chain=tuple(map(_certificate, judged.chain)),
        timestamps=tuple(map(_stamp, stamps)),
    )


def _certificate(one: x509.Certificate) -> CertificateFacts:
    return CertificateFacts(
        str(one.subject), str(one.issuer), f"{one.serial:x}", _time(one.not_before),
        _time(one.not_after), one.key_algorithm.name, one.sha256,
    )  # fmt: skip


def _stamp(one: JudgedTimestamp) -> TimestampFacts:
    judged = one.judgement
    return TimestampFacts(
        _time(one.timestamp.time),
        one.timestamp.kind,
        judged.by,
        judged.state.value,
        judged.problems,
    )


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else ""


def read_macho(subject: Subject) -> AppleSignature | None:
    """Read the code signature and check its hashes; raises FormatError if it is damaged."""
    from crosswind.binary import codesign

    image = cast("MachOImage", subject.image)
    found = codesign.read(image)
    if found is None:
        return None
    directories = tuple(
        DirectoryFacts(
            one.slot, one.version, one.identifier, one.team, one.flags, one.hash_type, one.page_size,
            one.page_hashes, one.code_limit, tuple(one.special_hashes), one.cdhash.hex(),
        )
        for one in found.directories
    )  # fmt: skip
    return AppleSignature(
        offset=found.offset,
        size=found.size,
        adhoc=found.adhoc,
        directories=directories,
        blobs=tuple(blob.name for blob in found.blobs),
        entitlements=(found.entitlements or b"").decode("utf-8", "replace"),
        signer=_apple_signer(image) if found.cms_size else None,
        problems=tuple(codesign.verify(image)),
    )


def _apple_signer(image: MachOImage) -> SignerFacts | None:
    from crosswind.signature import apple

    found = apple.verify(image)
    if found is None:
        return None
    return _signer(found.judgement, found.timestamps, found.signature.signer.digest)
