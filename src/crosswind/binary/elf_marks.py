"""What notes and small sections of an ELF file say: properties, ABI marks, links to debug files."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from crosswind.binary import elf_words
from crosswind.binary.elf_header import ELFHeader
from crosswind.binary.elf_notes import Note
from crosswind.binary.strings import text
from crosswind.binary.view import View

# Linux Standard Base, "Note Sections"; GNU's NT_GNU_PROPERTY_TYPE_0 from the Linux gABI extensions.
_GNU_NOTES = {
    1: "ABI tag",
    2: "hardware capabilities",
    3: "build id",
    4: "gold version",
    5: "properties",
}
_GO_NOTES = {1: "package list", 2: "ABI hash", 3: "dependencies", 4: "Go build id"}
_GNU_SYSTEMS = ("Linux", "GNU/Hurd", "Solaris", "FreeBSD", "NetBSD", "Syllable", "NaCl")
_PROPERTY_NOTE = 5
# Linux extensions to the gABI, "Program Property"; AArch64 and x86-64 psABI, GNU_PROPERTY_*.
_X86_FEATURES = {0x1: "IBT", 0x2: "SHSTK", 0x4: "LAM_U48", 0x8: "LAM_U57"}
_X86_ISA = {0x1: "x86-64-baseline", 0x2: "x86-64-v2", 0x4: "x86-64-v3", 0x8: "x86-64-v4"}
_ARM_FEATURES = {0x1: "BTI", 0x2: "PAC", 0x4: "GCS"}
_PROPERTIES = {
    0xC000_0002: ("x86 feature", _X86_FEATURES),
    0xC000_8002: ("x86 ISA needed", _X86_ISA),
    0xC001_0002: ("x86 ISA used", _X86_ISA),
    0xC000_0000: ("AArch64 feature", _ARM_FEATURES),
}
_STACK_SIZE, _NO_COPY = 1, 2
_EM_AARCH64 = 183
_MAX_PROPERTIES = 64


class AlternateLink(NamedTuple):
    """Name and build id of a file with debug data that several programs share (dwz)."""

    name: str
    build_id: str


def describe(header: ELFHeader, note: Note) -> tuple[str, str]:
    """Return what a note is and what it says, in words."""
    content = note.content
    raw = bytes(content.clip(0, 1 << 12).data)
    if note.name == "GNU":
        kind = _GNU_NOTES.get(note.type, f"type {note.type}")
        if note.type == 1 and len(raw) >= 16:
            system, *version = struct.unpack_from(header.order + "4I", raw)
            name = _GNU_SYSTEMS[system] if system < len(_GNU_SYSTEMS) else f"system {system}"
            return kind, f"{name} {'.'.join(map(str, version))}"
        if note.type == _PROPERTY_NOTE:
            return kind, ", ".join(properties(header, content))
        return kind, text(raw).rstrip("\0") if note.type == 4 else raw.hex()
    if note.name == "Go":
        return _GO_NOTES.get(note.type, f"type {note.type}"), text(raw)
    if len(raw) == 4:
        return f"type {note.type}", str(struct.unpack(header.order + "I", raw)[0])
    return f"type {note.type}", raw[:64].hex()


def properties(header: ELFHeader, content: View) -> Iterator[str]:
    """Yield the properties of a GNU property note in words; one that is cut ends the list."""
    step = header.bits // 8
    offset = 0
    for _ in range(_MAX_PROPERTIES):
        head = content.clip(offset, 8).data
        if len(head) < 8:
            return
        kind, size = struct.unpack(header.order + "II", head)
        value = bytes(content.clip(offset + 8, size).data)
        if len(value) < size:
            return
        yield _property(header, kind, value)
        offset += (8 + size + step - 1) & -step


def _property(header: ELFHeader, kind: int, value: bytes) -> str:
    number = int.from_bytes(value, "big" if header.big_endian else "little")
    if kind == _STACK_SIZE:
        return f"stack size {number}"
    if kind == _NO_COPY:
        return "no copy relocations on protected symbols"
    # The number 0xc0000000 is AArch64's; x86 gave it up.
    if kind in _PROPERTIES and (kind != 0xC000_0000 or header.machine == _EM_AARCH64):
        name, bits = _PROPERTIES[kind]
        return f"{name}: {' '.join(elf_words.names(bits, number)) or 'none'}"
    return f"property {kind:#x}: {value[:16].hex()}"


def alternate_link(content: View) -> AlternateLink | None:
    """Read `.gnu_debugaltlink`: a name, then the build id; None if it is empty."""
    name = content.cstring(0, 4096)
    if not name:
        return None
    return AlternateLink(text(name), bytes(content.clip(len(name) + 1, 64).data).hex())
