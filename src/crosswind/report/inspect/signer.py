"""Blocks of a signature with a certificate: Windows' and Apple's are told alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crosswind.report.inspect.block import Block, Detail, pairs, table

if TYPE_CHECKING:
    from crosswind.inspect.signature import SignerFacts


def blocks(title: str, facts: SignerFacts, detail: Detail) -> Iterator[Block]:
    """Who signed, whether it holds, and what was not checked."""
    yield pairs(
        title,
        {
            "signed by": facts.by,
            "state": f"{facts.state}{', inside another one' if facts.nested else ''}",
            "because": facts.problems,
            "not decided": facts.undecided,
            "not checked": facts.unchecked,
            "time": facts.time,
            "digest": facts.digest,
            "calls itself": " ".join(filter(None, (facts.description, facts.url))),
            "timestamps": [
                f"{one.time} by {one.by} ({one.kind}, {one.state})" for one in facts.timestamps
            ],
        },
    )
    if detail.full:
        rows = [
            [one.subject, one.issuer, one.not_before, one.not_after, one.key] for one in facts.chain
        ]
        yield table("Certificates", ["subject", "issuer", "from", "to", "key"], rows)
