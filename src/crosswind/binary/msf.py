"""The identity of a PDB file: the signature that a PE's CodeView entry must repeat.

The container (MSF) and its streams are described in LLVM's "The PDB File Format": "The MSF File
Format", "The PDB Info Stream", "The DBI Stream".
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from crosswind.binary.view import FormatError, View

_MAGIC = b"Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0"
# Block size, free block map, number of blocks, bytes of the directory, unknown, its block map.
_SUPER = struct.Struct("<6I")
_BLOCK_SIZES = (512, 1024, 2048, 4096, 8192, 16384, 32768)
_INFO_STREAM, _DBI_STREAM = 1, 3
# PDB info stream: version, signature (a time), age, GUID.
_INFO = struct.Struct("<III")
_GUID = struct.Struct("<IHH8s")
# DBI stream header: signature, version, age.
_DBI = struct.Struct("<iII")
_NO_STREAM = 0xFFFF_FFFF
_MAX_STREAMS = 1 << 16


class PdbIdentity(NamedTuple):
    """GUID as Windows spells it, the age that the debugger compares, version and time of the file."""

    guid: str
    age: int
    version: int
    signature: int


def is_pdb(view: View) -> bool:
    """Whether a file begins like a PDB."""
    return bytes(view.clip(0, len(_MAGIC)).data) == _MAGIC


def read_identity(view: View) -> PdbIdentity:
    """Read a PDB's identity.

    Raises:
        FormatError: it is no PDB, or its directory is damaged.
    """
    if not is_pdb(view):
        raise FormatError("not a PDB file", view.base)
    size, _, _, length, _, map_block = view.unpack(_SUPER, len(_MAGIC), "PDB header")
    if size not in _BLOCK_SIZES:
        raise FormatError(f"PDB: blocks of {size} bytes", view.base + len(_MAGIC))
    blocks = _numbers(view.take(map_block * size, 4 * _blocks(length, size), "PDB block map"))
    directory = _join(view, blocks, size, length)
    count = int.from_bytes(directory.take(0, 4, "PDB directory"), "little")
    if not _INFO_STREAM < count <= _MAX_STREAMS:
        raise FormatError(f"PDB: {count} streams", view.base)
    sizes = _numbers(directory.take(4, 4 * count, "PDB directory"))
    info = _stream(view, directory, sizes, _INFO_STREAM, size)
    version, signature, age = info.unpack(_INFO, 0, "PDB info stream")
    first, second, third, rest = info.unpack(_GUID, _INFO.size, "PDB info stream")
    guid = f"{first:08x}-{second:04x}-{third:04x}-{rest[:2].hex()}-{rest[2:].hex()}"
    if count > _DBI_STREAM and sizes[_DBI_STREAM] not in (0, _NO_STREAM):
        # The linker counts up the age here; the info stream keeps that of its first writing.
        _, _, age = _stream(view, directory, sizes, _DBI_STREAM, size).unpack(
            _DBI, 0, "PDB DBI stream"
        )
    return PdbIdentity(guid, age, version, signature)


def _blocks(length: int, size: int) -> int:
    return -(-length // size)


def _numbers(raw: memoryview) -> list[int]:
    return [value for (value,) in struct.iter_unpack("<I", raw)]


def _stream(view: View, directory: View, sizes: list[int], wanted: int, size: int) -> View:
    """Return the first block of a stream, which holds all that is asked for here."""
    offset = 4 + 4 * len(sizes)
    for length in sizes[:wanted]:
        offset += 4 * _blocks(0 if length == _NO_STREAM else length, size)
    if sizes[wanted] in (0, _NO_STREAM):
        raise FormatError(f"PDB: stream {wanted} is empty", view.base)
    blocks = _numbers(directory.take(offset, 4, "PDB directory"))
    return _join(view, blocks, size, min(sizes[wanted], size))


def _join(view: View, blocks: list[int], size: int, length: int) -> View:
    """Put the blocks of a stream together; raises FormatError if one lies outside the file."""
    if length > len(view):
        raise FormatError(f"PDB: a stream of {length} bytes", view.base)
    parts = b"".join(bytes(view.take(block * size, size, "PDB block")) for block in blocks)
    return View.of(parts[:length])
