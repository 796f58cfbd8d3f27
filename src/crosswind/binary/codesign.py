"""Read and check the code signature inside a Mach-O file.

Layouts are those of Apple's open-source `osfmk/kern/cs_blobs.h`; what Go writes is in
`cmd/internal/codesign/codesign.go`. All fields are big-endian. The certificates of a CMS signature
are not checked: that needs Apple's roots and their revocation service.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import field
from typing import Any

from crosswind.binary.macho import MachOImage
from crosswind.binary.strings import text
from crosswind.binary.view import FormatError, View
from crosswind.frozen import frozen

# cs_blobs.h: magic numbers of blobs.
_CODE_DIRECTORY = 0xFADE0C02  # CSMAGIC_CODEDIRECTORY
_EMBEDDED_SIGNATURE = 0xFADE0CC0  # CSMAGIC_EMBEDDED_SIGNATURE

# cs_blobs.h: slots, in the index of the super blob and, negated, in a code directory's hashes.
SLOT_CODE_DIRECTORY = 0
SLOT_INFO = 1
SLOT_REQUIREMENTS = 2
SLOT_ENTITLEMENTS = 5
SLOT_DER_ENTITLEMENTS = 7
SLOT_CMS = 0x10000
# CSSLOT_ALTERNATE_CODEDIRECTORIES, CSSLOT_ALTERNATE_CODEDIRECTORY_MAX: the same code, other hashes.
_ALTERNATES = range(0x1000, 0x1000 + 5)

_SLOT_NAMES = {
    SLOT_CODE_DIRECTORY: "code directory",
    SLOT_INFO: "Info.plist",
    SLOT_REQUIREMENTS: "requirements",
    3: "resource directory",
    4: "application",
    SLOT_ENTITLEMENTS: "entitlements",
    6: "disk image header",
    SLOT_DER_ENTITLEMENTS: "DER entitlements",
    8: "launch constraints of itself",
    9: "launch constraints of its parent",
    10: "launch constraints of its responsible process",
    11: "library constraints",
    SLOT_CMS: "CMS signature",
}

# cs_blobs.h: CS_* flags of a code directory.
_FLAGS = {
    0x1: "valid",
    0x2: "adhoc",
    0x4: "get-task-allow",
    0x8: "installer",
    0x10: "forced-library-validation",
    0x20: "invalid-allowed",
    0x100: "hard",
    0x200: "kill",
    0x400: "expires",
    0x800: "restrict",
    0x1000: "enforcement",
    0x2000: "library-validation",
    0x10000: "hardened-runtime",
    0x20000: "linker-signed",
}

# cs_blobs.h: CS_HASHTYPE_*.
_HASH_TYPES = {1: "sha1", 2: "sha256", 3: "sha256-truncated", 4: "sha384"}
# Bytes kept of each hash. The order is the kernel's preference (hashPriorities in
# bsd/kern/ubc_subr.c), weakest first.
_HASH_SIZES = {"sha1": 20, "sha256-truncated": 20, "sha256": 32, "sha384": 48}
_CDHASH_SIZE = 20  # CS_CDHASH_LEN

# struct __CodeDirectory: the fields of every version, then those that later versions added.
_HEAD = struct.Struct(">9I4BI")
_SCATTER = (0x20100, 44, struct.Struct(">I"))
_TEAM = (0x20200, 48, struct.Struct(">I"))
_LIMIT_64 = (0x20300, 56, struct.Struct(">Q"))
_EXECUTABLE_SEGMENT = (0x20400, 64, struct.Struct(">3Q"))
_RUNTIME = (0x20500, 88, struct.Struct(">I"))

_MAX_PAGE_BITS = 31
_INDEX = struct.Struct(">II")


@frozen
class Blob:
    """One entry of the signature: its slot, its magic number, and its bytes, header included."""

    slot: int
    name: str
    magic: int
    view: View = field(repr=False)


@frozen
class CodeDirectory:
    """What is signed: hashes of the file's pages and of the other parts.

    Attributes:
        slot: 0, or an alternate's.
        version: such as 0x20400.
        flags: in words: `adhoc`, `linker-signed`, `hardened-runtime` …; unknown bits in hex.
        identifier: the signing identifier; Go writes `a.out`.
        team: Apple's team identifier, empty in ad-hoc signatures.
        hash_type: sha1, sha256, sha256-truncated, sha384.
        page_size: bytes covered by one hash; 0 means one hash for everything.
        code_limit: bytes covered, from the start of the file.
        page_hashes: how many page hashes there are.
        special_hashes: hash by slot for parts other than pages; empty slots are left out.
        hashes: the page hashes, one after the other.
        executable_segment: file offset, size and flags of `__TEXT`; None before version 0x20400.
        runtime: version of the hardened runtime, packed as loader.h's versions, 0 if none.
        cdhash: hash of this directory as macOS shows it, 20 bytes.
    """

    slot: int
    version: int
    flags: tuple[str, ...]
    identifier: str
    team: str
    hash_type: str
    page_size: int
    code_limit: int
    page_hashes: int
    special_hashes: dict[int, bytes] = field(repr=False)
    hashes: View = field(repr=False)
    executable_segment: tuple[int, int, int] | None
    runtime: int
    cdhash: bytes


@frozen
class CodeSignature:
    """A signature as it lies in the file.

    Attributes:
        offset, size: where LC_CODE_SIGNATURE puts it.
        blobs: every part, in order.
        directories: the code directories, the one with the strongest hash first.
        entitlements: their XML property list, or None.
        cms_size: bytes of the CMS signature, 0 if there is none (ad-hoc). It is not verified.
    """

    offset: int
    size: int
    blobs: tuple[Blob, ...]
    directories: tuple[CodeDirectory, ...]
    entitlements: bytes | None
    cms_size: int

    @property
    def adhoc(self) -> bool:
        """Whether it names no signer."""
        return "adhoc" in self.directories[0].flags

    @property
    def cdhash(self) -> bytes:
        """The hash that identifies this code to macOS."""
        return self.directories[0].cdhash


@frozen
class Problem:
    """Why a signature does not hold; `page` is the page's index where it is about one."""

    message: str
    offset: int
    page: int | None = None


def read(image: MachOImage) -> CodeSignature | None:
    """Read the signature; None if the file has no LC_CODE_SIGNATURE.

    Raises:
        FormatError: it lies outside the file or breaks the rules of its format.
    """
    where = image.signature
    if where is None:
        return None
    view = image.view.sub(where.offset, where.size, "code signature")
    magic, length, count = view.unpack(struct.Struct(">3I"), 0, "code signature")
    if magic != _EMBEDDED_SIGNATURE:
        raise FormatError(f"code signature: magic {magic:#x}", view.base)
    whole = view.sub(0, length, "code signature")
    blobs = tuple(_blobs(whole, count))
    directories = [
        _directory(blob)
        for blob in blobs
        if blob.slot == SLOT_CODE_DIRECTORY or blob.slot in _ALTERNATES
    ]
    if not directories:
        raise FormatError("code signature: no code directory", view.base)
    order = list(_HASH_SIZES)
    directories.sort(key=lambda directory: order.index(directory.hash_type), reverse=True)
    by_slot = {blob.slot: blob.view for blob in blobs}
    entitlements, cms = by_slot.get(SLOT_ENTITLEMENTS), by_slot.get(SLOT_CMS)
    return CodeSignature(
        offset=where.offset,
        size=where.size,
        blobs=blobs,
        directories=tuple(directories),
        entitlements=bytes(entitlements.data[8:]) if entitlements else None,
        cms_size=len(cms) - 8 if cms else 0,
    )


def verify(image: MachOImage) -> list[Problem]:
    """Recompute every hash of the signature; the list is empty if all hold, or if there is none.

    Each code directory is checked on its own. Hashes of parts that lie outside the file (a
    bundle's resources) are not checked, nor is the CMS signature.
    """
    try:
        signature = read(image)
    except FormatError as error:
        return [Problem(error.message, error.offset)]
    if signature is None:
        return []
    problems = list(_placement(image, signature))
    for directory in signature.directories:
        problems += _pages(image.view, directory)
        problems += _specials(image, signature, directory)
    return problems


def _blobs(whole: View, count: int) -> Iterator[Blob]:
    """Read the super blob's index: slot and offset of each blob."""
    seen: set[int] = set()
    for slot, offset in whole.records(_INDEX, 12, count, "code signature index"):
        if slot in seen:
            raise FormatError(f"code signature: slot {slot:#x} twice", whole.base)
        seen.add(slot)
        magic, length = whole.unpack(_INDEX, offset, "code signature part")
        if length < _INDEX.size:
            raise FormatError(f"code signature part: length {length}", whole.base + offset)
        name = "alternate code directory" if slot in _ALTERNATES else f"slot {slot:#x}"
        part = whole.sub(offset, length, "code signature part")
        yield Blob(slot, _SLOT_NAMES.get(slot, name), magic, part)


def _directory(blob: Blob) -> CodeDirectory:
    """Read one code directory and check that its parts lie inside it."""
    view = blob.view
    (magic, _, version, flags, hashes, name, specials, pages, limit, size, kind, _, bits, _) = (
        view.unpack(_HEAD, 0, "code directory")
    )
    if magic != _CODE_DIRECTORY:
        raise FormatError(f"code directory: magic {magic:#x}", view.base)
    hash_type = _HASH_TYPES.get(kind, "")
    if size != _HASH_SIZES.get(hash_type):
        raise FormatError(f"code directory: hash type {kind} of {size} bytes", view.base + 36)
    if bits > _MAX_PAGE_BITS:
        raise FormatError(f"code directory: page size 2^{bits}", view.base + 39)
    if _later(view, version, _SCATTER)[0]:
        raise FormatError("code directory: scattered pages are not supported", view.base + 44)
    if specials * size > hashes:
        raise FormatError("code directory: special hashes overlap the header", view.base + 24)
    team = _later(view, version, _TEAM)[0]
    return CodeDirectory(
        slot=blob.slot,
        version=version,
        flags=_words(flags),
        identifier=text(view.cstring(name)),
        team=text(view.cstring(team)) if team else "",
        hash_type=hash_type,
        page_size=1 << bits if bits else 0,
        code_limit=_later(view, version, _LIMIT_64)[0] or limit,
        page_hashes=pages,
        special_hashes=dict(_special_hashes(view, hashes, specials, size)),
        hashes=view.sub(hashes, pages * size, "page hashes"),
        executable_segment=_later(view, version, _EXECUTABLE_SEGMENT)
        if version >= _EXECUTABLE_SEGMENT[0]
        else None,
        runtime=_later(view, version, _RUNTIME)[0],
        cdhash=_hasher(hash_type)(view.data)[:_CDHASH_SIZE],
    )


def _later(view: View, version: int, fields: tuple[int, int, struct.Struct]) -> Any:
    """Return fields that came with a later version; zeros where this directory is older."""
    since, offset, layout = fields
    if version < since:
        return layout.unpack(bytes(layout.size))
    return view.unpack(layout, offset, "code directory")


def _special_hashes(view: View, start: int, count: int, size: int) -> Iterator[tuple[int, bytes]]:
    """Yield the hashes that lie before the pages', slot 1 next to them; zeros mean absent."""
    for slot in range(1, count + 1):
        value = bytes(view.take(start - slot * size, size, "special hashes"))
        if any(value):
            yield slot, value


def _words(flags: int) -> tuple[str, ...]:
    known = [word for bit, word in _FLAGS.items() if flags & bit]
    rest = flags & ~sum(_FLAGS)
    return (*known, *([f"{rest:#x}"] if rest else []))


def _hasher(hash_type: str) -> Callable[[memoryview], bytes]:
    import hashlib

    name, size = hash_type.partition("-")[0], _HASH_SIZES[hash_type]
    if name == "sha1":
        # Old signatures carry it for old systems; we only repeat what they did.
        return lambda data: hashlib.sha1(data, usedforsecurity=False).digest()
    make = hashlib.sha384 if name == "sha384" else hashlib.sha256
    return lambda data: make(data).digest()[:size]


def _placement(image: MachOImage, signature: CodeSignature) -> Iterator[Problem]:
    """Check that the hashes cover everything that lies before the signature, and nothing follows."""
    for directory in signature.directories:
        if directory.code_limit != signature.offset:
            yield Problem(
                f"covers {directory.code_limit} bytes, but the signature begins at {signature.offset}",
                signature.offset,
            )
        needed = _page_count(directory)
        if directory.page_hashes != needed:
            yield Problem(
                f"{directory.page_hashes} page hashes for {needed} pages", signature.offset
            )
    end = signature.offset + signature.size
    if end != len(image.view):
        yield Problem(f"{len(image.view) - end} bytes follow the signature", end)


def _page_count(directory: CodeDirectory) -> int:
    if not directory.page_size:
        return 1
    return -(-directory.code_limit // directory.page_size)


def _pages(view: View, directory: CodeDirectory) -> Iterator[Problem]:
    """Recompute the hash of every page."""
    hasher, size = _hasher(directory.hash_type), _HASH_SIZES[directory.hash_type]
    limit = directory.code_limit
    page_size = directory.page_size or limit
    data, hashes = view.data, bytes(directory.hashes.data)
    for page in range(min(directory.page_hashes, _page_count(directory))):
        start = page * page_size
        if start >= len(data):
            yield Problem("pages beyond the end of the file", len(data), page)
            return
        actual = hasher(data[start : min(start + page_size, limit)])
        if actual != hashes[page * size : (page + 1) * size]:
            yield Problem(f"page {page} does not match its hash", start, page)


def _specials(
    image: MachOImage, signature: CodeSignature, directory: CodeDirectory
) -> Iterator[Problem]:
    """Recompute the hashes of parts that lie in the file, and miss parts that have no hash."""
    hasher = _hasher(directory.hash_type)
    parts = {
        blob.slot: blob.view
        for blob in signature.blobs
        if blob.slot in (SLOT_REQUIREMENTS, SLOT_ENTITLEMENTS, SLOT_DER_ENTITLEMENTS)
    }
    info = image.section("__info_plist")
    if info and SLOT_INFO in directory.special_hashes:
        parts[SLOT_INFO] = image.content(info)
    for slot, part in parts.items():
        if directory.special_hashes.get(slot) != hasher(part.data):
            yield Problem(f"{_SLOT_NAMES[slot]}: hash does not match", part.base)
    for slot in (SLOT_REQUIREMENTS, SLOT_ENTITLEMENTS, SLOT_DER_ENTITLEMENTS):
        if slot in directory.special_hashes and slot not in parts:
            yield Problem(f"{_SLOT_NAMES[slot]}: hashed but absent", signature.offset)
