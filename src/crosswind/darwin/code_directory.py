"""Write an ad-hoc signature: one code directory, and entitlements if there are any.

Layouts are those of Apple's `osfmk/kern/cs_blobs.h`; without entitlements the result is, byte for
byte, what Go's linker writes (`cmd/internal/codesign/codesign.go`).
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping

from crosswind.binary.codesign import SLOT_CODE_DIRECTORY
from crosswind.frozen import frozen

# cs_blobs.h: CSMAGIC_EMBEDDED_SIGNATURE, CSMAGIC_CODEDIRECTORY.
_EMBEDDED_SIGNATURE, _CODE_DIRECTORY = 0xFADE0CC0, 0xFADE0C02
# cs_blobs.h: CS_ADHOC, CS_LINKER_SIGNED (codesign replaces such a signature without being told to).
ADHOC, LINKER_SIGNED = 0x2, 0x20000
# cs_blobs.h: CS_EXECSEG_MAIN_BINARY.
MAIN_BINARY = 0x1
# codesign.go: pageSizeBits; cs_blobs.h: CS_HASHTYPE_SHA256, CS_SUPPORTSEXECSEG.
_PAGE_BITS, _PAGE = 12, 1 << 12
_SHA256, _HASH_SIZE = 2, 32
_VERSION = 0x20400
# struct __CodeDirectory up to execSegFlags, and struct __SC_SuperBlob with its index.
_DIRECTORY = struct.Struct(">9I4B4I4Q")
_SUPER, _INDEX = struct.Struct(">3I"), struct.Struct(">II")


@frozen
class Facts:
    """What a code directory says besides hashes.

    Attributes:
        identifier: the signing identifier.
        flags: CS_* flags.
        text_offset, text_size: `__TEXT` in the file, in bytes.
        segment_flags: CS_EXECSEG_* flags.
    """

    identifier: str
    flags: int
    text_offset: int
    text_size: int
    segment_flags: int


def size(code_size: int, facts: Facts, parts: Mapping[int, bytes]) -> int:
    """Return the bytes that `build` will make; the load commands hold it, and are signed too."""
    index = _SUPER.size + _INDEX.size * (1 + len(parts))
    return index + _directory_size(code_size, facts, parts) + sum(map(len, parts.values()))


def build(code: memoryview, facts: Facts, parts: Mapping[int, bytes]) -> bytes:
    """Sign code.

    Args:
        code: the file up to where the signature begins.
        facts: what else the code directory holds.
        parts: other blobs, header included, by slot; slots are below 0x1000.
    """
    blobs = {SLOT_CODE_DIRECTORY: _directory(code, facts, parts), **dict(sorted(parts.items()))}
    offset = _SUPER.size + _INDEX.size * len(blobs)
    index = b""
    for slot, blob in blobs.items():
        index += _INDEX.pack(slot, offset)
        offset += len(blob)
    return _SUPER.pack(_EMBEDDED_SIGNATURE, offset, len(blobs)) + index + b"".join(blobs.values())


def blob(magic: int, content: bytes) -> bytes:
    """Put magic number and length before a part (struct __SC_GenericBlob)."""
    return _INDEX.pack(magic, _INDEX.size + len(content)) + content


def _directory(code: memoryview, facts: Facts, parts: Mapping[int, bytes]) -> bytes:
    name = facts.identifier.encode() + b"\0"
    specials = max(parts, default=0)
    # Hashes of other parts lie before those of the pages, slot 1 next to them.
    hashes = [
        hashlib.sha256(parts[slot]).digest() if slot in parts else bytes(_HASH_SIZE)
        for slot in range(specials, 0, -1)
    ]
    pages = range(0, len(code), _PAGE)
    hashes += [hashlib.sha256(code[start : start + _PAGE]).digest() for start in pages]
    head = _DIRECTORY.pack(
        _CODE_DIRECTORY,
        _directory_size(len(code), facts, parts),
        _VERSION,
        facts.flags,
        _DIRECTORY.size + len(name) + specials * _HASH_SIZE,  # hashOffset, of the first page
        _DIRECTORY.size,  # identOffset
        specials,
        len(pages),
        len(code),  # codeLimit
        *(_HASH_SIZE, _SHA256, 0, _PAGE_BITS),  # 0: platform
        *(0, 0, 0, 0, 0),  # spare2, scatterOffset, teamOffset, spare3, codeLimit64
        *(facts.text_offset, facts.text_size, facts.segment_flags),
    )
    return head + name + b"".join(hashes)


def _directory_size(code_size: int, facts: Facts, parts: Mapping[int, bytes]) -> int:
    hashes = -(-code_size // _PAGE) + max(parts, default=0)
    return _DIRECTORY.size + len(facts.identifier.encode()) + 1 + hashes * _HASH_SIZE
