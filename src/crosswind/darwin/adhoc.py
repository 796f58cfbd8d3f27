"""Sign Mach-O files ad hoc: hashes of every page and no certificate, as Go's linker does.

That is what Apple Silicon asks of every program, and what any change to a signed file destroys.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from crosswind.binary import codesign, macho
from crosswind.binary.codesign import (
    SLOT_DER_ENTITLEMENTS,
    SLOT_ENTITLEMENTS,
    SLOT_REQUIREMENTS,
    CodeSignature,
)
from crosswind.binary.macho import FatFile, MachOImage
from crosswind.binary.macho_commands import LoadCommand, Segment
from crosswind.binary.view import FormatError, View
from crosswind.darwin import entitlements as rights
from crosswind.darwin.code_directory import (
    ADHOC,
    LINKER_SIGNED,
    MAIN_BINARY,
    Facts,
    blob,
    build,
    size,
)
from crosswind.errors import BuildError
from crosswind.frozen import frozen

# cs_blobs.h: CSMAGIC_EMBEDDED_ENTITLEMENTS, CSMAGIC_EMBEDDED_DER_ENTITLEMENTS, CSMAGIC_REQUIREMENTS.
_XML, _DER, _REQUIREMENTS = 0xFADE7171, 0xFADE7172, 0xFADE0C01
# A set of none: its count is 0. codesign puts one beside entitlements when it signs ad hoc.
_NO_REQUIREMENTS = bytes(4)
# loader.h: struct linkedit_data_command, and fields of struct mach_header_64, segment_command_64.
_LC_CODE_SIGNATURE = 0x1D
_COMMAND = struct.Struct("<4I")
_HEADER_SIZE = 32
_NCMDS, _SIZEOFCMDS = 16, 20
_VMSIZE, _FILESIZE = 32, 48
# Apple's codesign_allocate puts signatures at multiples of 16 (cmd/link/internal/ld/macho.go,
# doMachoLink); vmsize is rounded to pages by all linkers but Go's.
_ALIGNMENT = 16
_PAGES = {"arm64": 0x4000, "amd64": 0x1000}
_MAX_FILE = 0xFFFF_FFFF
# Slices lie at multiples of a page; lipo goes no further than 2^15.
_MAX_ALIGN = 1 << 15


@frozen
class AdHoc:
    """How to sign.

    Attributes:
        identifier: the signing identifier; empty keeps that of a signature that is there.
        default: the identifier of files without a signature.
        entitlements: an XML property list; None keeps those that are there, empty removes them.
    """

    identifier: str = ""
    default: str = "a.out"
    entitlements: bytes | None = None


def sign(data: bytes, how: AdHoc | None = None) -> bytes:
    """Sign a program, thin or universal; a signature that is there is replaced.

    Signing a file twice gives the same bytes as signing it once. A file that Go's linker signed and
    nobody changed comes back as it was.

    Raises:
        FormatError: no Mach-O file, or a damaged one.
        BuildError: CW0807 no room for the load command, CW0808 a layout that cannot be signed,
            CW0809 entitlements that are none.
    """
    how = how or AdHoc()
    view = View.of(data)
    if macho.is_fat(view):
        return _fat(macho.read_fat(view), how)
    return _thin(macho.read(view), how)


def _thin(image: MachOImage, how: AdHoc) -> bytes:
    if image.bits != 64 or image.big_endian:
        raise _unfit(
            f"{image.machine}: only 64-bit programs of Intel and Apple processors are signed"
        )
    signature = codesign.read(image)
    text, edit = image.segment("__TEXT"), image.segment("__LINKEDIT")
    if text is None or edit is None:
        raise _unfit("no segment __TEXT or __LINKEDIT: an object file?")
    start = _start(image, edit, signature)
    facts, parts = _facts(image, text, signature, how), _parts(signature, how)
    length = size(start, facts, parts)
    if start + length > _MAX_FILE:
        raise _unfit("larger than 4 GiB")
    code = bytearray(image.view.data[: min(start, len(image.view))]).ljust(start, b"\0")
    _write_command(code, image, start, length)
    _write_segment(code, image, edit, start + length - edit.offset)
    return bytes(code) + build(memoryview(code), facts, parts)


def _start(image: MachOImage, edit: Segment, signature: CodeSignature | None) -> int:
    """Return where the signature begins: where the old one did, or behind all that is there."""
    end = edit.offset + edit.file_size
    if end != len(image.view):
        raise _unfit(
            f"{len(image.view) - end} bytes follow __LINKEDIT, where the signature must end"
        )
    if signature is None:
        return -(-end // _ALIGNMENT) * _ALIGNMENT
    if signature.offset + signature.size != end or signature.offset < edit.offset:
        raise _unfit("the signature is not the last part of __LINKEDIT")
    return signature.offset


def _facts(image: MachOImage, text: Segment, signature: CodeSignature | None, how: AdHoc) -> Facts:
    known = signature.directories[0] if signature else None
    identifier = how.identifier or (known.identifier if known else "") or how.default
    flags = ADHOC
    same = not how.identifier and how.entitlements is None
    if known and "linker-signed" in known.flags and same:
        flags |= LINKER_SIGNED
    segment_flags = MAIN_BINARY if image.file_type == "executable" else 0
    xml = _entitlements(signature, how)
    if xml:
        segment_flags |= rights.segment_flags(rights.parse(xml))
    return Facts(identifier, flags, text.offset, text.file_size, segment_flags)


def _parts(signature: CodeSignature | None, how: AdHoc) -> dict[int, bytes]:
    """Return entitlements in both their forms, and what goes with them, as blobs by slot."""
    xml = _entitlements(signature, how)
    if not xml:
        return {}
    der = rights.der(rights.parse(xml))
    return {
        SLOT_REQUIREMENTS: blob(_REQUIREMENTS, _NO_REQUIREMENTS),
        SLOT_ENTITLEMENTS: blob(_XML, xml),
        SLOT_DER_ENTITLEMENTS: blob(_DER, der),
    }


def _entitlements(signature: CodeSignature | None, how: AdHoc) -> bytes:
    if how.entitlements is not None:
        return how.entitlements
    return (signature.entitlements or b"") if signature else b""


def _write_command(code: bytearray, image: MachOImage, start: int, length: int) -> None:
    """Write LC_CODE_SIGNATURE; where there is none yet, behind the other load commands."""
    known = _command(image, "LC_CODE_SIGNATURE")
    if known:
        at = known.offset - image.view.base
    else:
        commands = sum(command.size for command in image.commands)
        at = _HEADER_SIZE + commands
        _require_room(code, image, at)
        struct.pack_into("<I", code, _NCMDS, len(image.commands) + 1)
        struct.pack_into("<I", code, _SIZEOFCMDS, commands + _COMMAND.size)
    _COMMAND.pack_into(code, at, _LC_CODE_SIGNATURE, _COMMAND.size, start, length)


def _require_room(code: bytearray, image: MachOImage, at: int) -> None:
    """Insist on zeros between the load commands and what they describe."""
    offsets = [part.offset for part in image.sections if part.file_size]
    offsets += [part.offset for part in image.segments if part.file_size]
    first = min(filter(None, offsets), default=len(image.view))
    if at + _COMMAND.size > first or any(code[at : at + _COMMAND.size]):
        raise BuildError(
            "CW0807",
            "no room for one more load command behind the others",
            hint="link with -Wl,-headerpad,0x100 (Go's own linker leaves room)",
        )


def _write_segment(code: bytearray, image: MachOImage, edit: Segment, file_size: int) -> None:
    """Make __LINKEDIT reach to the signature's end; its memory is rounded if it was."""
    number = next(n for n, part in enumerate(image.segments) if part is edit)
    commands = [one for one in image.commands if one.name.startswith("LC_SEGMENT")]
    at = commands[number].offset - image.view.base
    memory = file_size
    if edit.size != edit.file_size:
        page = next((_PAGES[arch] for arch in image.goarchs if arch in _PAGES), _PAGES["arm64"])
        memory = -(-file_size // page) * page
    struct.pack_into("<Q", code, at + _VMSIZE, memory)
    struct.pack_into("<Q", code, at + _FILESIZE, file_size)


def _command(image: MachOImage, name: str) -> LoadCommand | None:
    return next((command for command in image.commands if command.name == name), None)


def _fat(fat: FatFile, how: AdHoc) -> bytes:
    """Sign every slice, and put them where their alignment wants them."""
    parts = [_thin(part.image(), how) for part in fat.slices]
    wide = bytes(fat.view.take(0, 4)) == b"\xca\xfe\xba\xbf"  # fat.h: FAT_MAGIC_64
    layout = struct.Struct(">QQ" if wide else ">II")
    row = 32 if wide else 20  # sizeof struct fat_arch_64, fat_arch
    ends = [8 + row * len(parts)]
    order = sorted(range(len(parts)), key=lambda number: fat.slices[number].offset)
    out = bytearray(fat.view.take(0, ends[0], "universal header"))
    offsets = _offsets(fat, parts, order, len(out))
    for number in order:
        out = out.ljust(offsets[number], b"\0") + parts[number]
    if not wide and len(out) > _MAX_FILE:
        raise _unfit("larger than 4 GiB")
    for number, part in enumerate(parts):
        layout.pack_into(out, 8 + row * number + 8, offsets[number], len(part))
    return bytes(out)


def _offsets(
    fat: FatFile, parts: Sequence[bytes], order: Sequence[int], end: int
) -> dict[int, int]:
    """Place each slice at its old offset if there is room, else at the next multiple of its alignment."""
    offsets: dict[int, int] = {}
    before = end
    for number in order:
        part = fat.slices[number]
        if part.offset < before or part.align > _MAX_ALIGN:
            raise FormatError(
                f"slice for {part.machine}: overlaps another, or is aligned to {part.align} bytes",
                fat.view.base,
            )
        before = part.offset + part.size
        offsets[number] = max(part.offset, -(-end // part.align) * part.align)
        end = offsets[number] + len(parts[number])
    return offsets


def _unfit(message: str) -> BuildError:
    return BuildError(
        "CW0808", f"cannot be signed: {message}", hint="build it again and sign it last"
    )
