"""Judge the timestamps on a signature."""

from __future__ import annotations

import hashlib
from dataclasses import field
from datetime import datetime

from crosswind.binary import oids
from crosswind.binary.timestamp import Timestamp
from crosswind.binary.x509 import Certificate
from crosswind.frozen import frozen
from crosswind.signature import chain, signer
from crosswind.signature.judgement import Judgement, Notes, State


@frozen
class JudgedTimestamp:
    """A timestamp with its verdict; `judgement.chain` begins with the server's certificate."""

    timestamp: Timestamp
    judgement: Judgement = field(repr=False)


def judge(
    timestamps: tuple[Timestamp, ...], value: bytes, trusted: tuple[Certificate, ...]
) -> tuple[JudgedTimestamp, ...]:
    """Judge all timestamps on a signature value."""
    return tuple(JudgedTimestamp(one, _judge(one, value, trusted)) for one in timestamps)


def moment(judged: tuple[JudgedTimestamp, ...]) -> datetime | None:
    """Return the earliest time that a timestamp vouches for; broken ones vouch for nothing."""
    times = [one.timestamp.time for one in judged if one.judgement.state is not State.INVALID]
    return min(times, default=None)


def _judge(one: Timestamp, value: bytes, trusted: tuple[Certificate, ...]) -> Judgement:
    notes = Notes()
    if one.digest:
        name, digest = one.digest
        if name not in oids.DIGESTS.values():
            notes.undecided.append(f"the timestamp, because its digest {name} is unknown")
        elif hashlib.new(name, value, usedforsecurity=False).digest() != digest:
            notes.problems.append("the timestamp is for another signature")
    content = value if one.content is None else one.content
    leaf = signer.check(one.signer, one.certificates, content, one.content_type, notes)
    found: tuple[Certificate, ...] = ()
    if leaf:
        chain.require_purpose(leaf, oids.TIME_STAMPING, notes)
        found = chain.build(
            leaf, one.certificates, trusted, chain.Moment(one.time, stamped=True), notes
        )
    return notes.judgement(found, one.time)
