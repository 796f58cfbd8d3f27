"""Certificate signatures for Mach-O files, as Apple's codesign lays them out."""

from __future__ import annotations

import hashlib
import plistlib
import struct
from typing import Any

from crosswind.binary import codesign, macho
from crosswind.binary.view import View
from images import macho as file
from signing import cms
from signing.authority import NOW, TEAM, Identity

AGILITY, AGILITY_V2 = "1.2.840.113635.100.9.1", "1.2.840.113635.100.9.2"
WRAPPER = 0xFADE0B01
ROOM = 1 << 16


def signed_code(
    code: bytes, who: Identity, *, listed: bytes = b"", team: str = TEAM, **options: Any
) -> bytes:
    """Return a signature of fixed size; `listed` is another code directory for the lists of hashes."""
    facts = {"flags": 0x10000, "version": 0x20500, "team": team.encode()}
    bare = file.signature(code, **facts)
    directory = bare[struct.unpack_from(">I", bare, 16)[0] :]
    digest = hashlib.sha256(listed or directory).digest()
    lists = plistlib.dumps({"cdhashes": [digest[:20]]})
    attributes = (
        cms.attribute("1.2.840.113549.1.9.5", cms.utc(NOW)),
        cms.attribute(AGILITY, cms.octets(lists)),
        cms.attribute(AGILITY_V2, cms.seq(cms.oid(cms.SHA["sha256"]), cms.octets(digest))),
    )
    info = cms.signer_info(who, directory, cms.DATA, signed=attributes, **options)
    data = cms.signed_data((info,), who.chain, cms.DATA)
    made = file.signature(code, parts={0x10000: file.blob(WRAPPER, data)}, **facts)
    return made.ljust(ROOM, b"\0")


def sign(data: bytes, who: Identity, **options: Any) -> bytes:
    """Put such a signature in the place of an ad-hoc one."""
    image = macho.read(View.of(data))
    start = codesign.read(image).offset
    code = bytearray(data[:start])
    command = next(one for one in image.commands if one.name == "LC_CODE_SIGNATURE")
    edit = image.segment("__LINKEDIT")
    number = image.segments.index(edit)
    segment = [one for one in image.commands if one.name == "LC_SEGMENT_64"][number]
    struct.pack_into("<I", code, command.offset + 12, ROOM)
    size = start + ROOM - edit.offset
    struct.pack_into("<Q", code, segment.offset + 32, -(-size // 0x4000) * 0x4000)
    struct.pack_into("<Q", code, segment.offset + 48, size)
    return bytes(code) + signed_code(bytes(code), who, **options)
