"""Signatures: what a file carries, and whether its hashes hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from crosswind.binary import codesign
from crosswind.binary.codesign import Problem
from crosswind.binary.image import Image
from crosswind.binary.macho import MachOImage
from crosswind.binary.pe import PEImage
from crosswind.binary.pe_tables import Certificate
from crosswind.inspect.model import Reader, Subject


@dataclass(frozen=True, slots=True)
class Authenticode:
    """The entries of a PE file's certificate table."""

    certificates: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class AppleSignature:
    """A Mach-O file's code signature.

    Attributes:
        adhoc: whether it names no signer.
        directories: the strongest hash first.
        blobs: names of its parts.
        entitlements: their property list as XML, empty if there is none.
        cms_size: bytes of the signer's CMS signature, 0 if there is none.
        problems: hashes that do not hold.
    """

    offset: int
    size: int
    adhoc: bool
    directories: tuple[DirectoryFacts, ...]
    blobs: tuple[str, ...]
    entitlements: str
    cms_size: int
    problems: tuple[Problem, ...]


def read_pe(subject: Subject) -> Authenticode | None:
    """List the certificate table; raises FormatError if it is damaged."""
    found = cast("PEImage", subject.image).certificates
    return Authenticode(found) if found else None


def read_macho(subject: Subject) -> AppleSignature | None:
    """Read the code signature and check its hashes; raises FormatError if it is damaged."""
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
        cms_size=found.cms_size,
        problems=tuple(codesign.verify(image)),
    )


READERS: Mapping[type[Image], Reader] = {PEImage: read_pe, MachOImage: read_macho}
