"""Small PDB files, from LLVM's description of the format."""

from __future__ import annotations

import struct

MAGIC = b"Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0"


def build(
    guid: bytes = bytes(range(16)), age: int = 3, dbi_age: int | None = None, block: int = 512
) -> bytes:
    """A PDB file of an info stream and, if it has an age, a DBI stream."""
    info = struct.pack("<III", 20000404, 77, age) + guid
    streams = [b"", info, b"", b"" if dbi_age is None else struct.pack("<iII", -1, 1, dbi_age)]
    blocks, places = [bytes(block)] * 2, []
    for stream in streams:
        places.append([len(blocks)] if stream else [])
        if stream:
            blocks.append(stream.ljust(block, b"\0"))
    directory = struct.pack("<I4I", 4, *(len(stream) for stream in streams))
    directory += b"".join(struct.pack("<I", n) for place in places for n in place)
    at = len(blocks)
    blocks.append(directory.ljust(block, b"\0"))
    blocks.append(struct.pack("<I", at).ljust(block, b"\0"))
    head = MAGIC + struct.pack("<6I", block, 1, len(blocks), len(directory), 0, len(blocks) - 1)
    blocks[0] = head.ljust(block, b"\0")
    return b"".join(blocks)
