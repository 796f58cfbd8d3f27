"""What a pointer in a program's data will hold once the loader has done its work.

In a position-independent file the word on disk may be the address already (Go's own linker, PE,
XCOFF), or a placeholder whose value stands in a relocation (ELF from other linkers) or in the word's
own bits (Mach-O chained fixups).
"""

from __future__ import annotations

import struct
from itertools import islice
from typing import TYPE_CHECKING, cast

from crosswind.binary.image import Image
from crosswind.binary.view import View
from crosswind.port import Format

if TYPE_CHECKING:
    from crosswind.binary.macho import MachOImage

# R_<machine>_RELATIVE of each processor supplement to the ELF specification, for machines whose
# relocations carry the value (RELA). The others (386, arm, mips) keep it in place.
_RELATIVE = {
    "amd64": 8, "arm64": 1027, "loong64": 3, "ppc64": 22, "ppc64le": 22, "riscv64": 3,
    "s390x": 12, "sparc64": 22,
}  # fmt: skip
_RELA_SIZE = 24  # Elf64_Rela: offset, info (its low half is the type), addend
_MAX_TABLES = 8  # linked programs have .rela.dyn and .rela.plt

# mach-o/fixup-chains.h: DYLD_CHAINED_PTR_64 holds an address in its low 36 bits,
# DYLD_CHAINED_PTR_64_OFFSET an offset from the Mach-O header; the top bit means an import.
_CHAINED_64, _CHAINED_64_OFFSET = 2, 6
_CHAINED_TARGET = (1 << 36) - 1
_CHAINED_BIND = 1 << 63


def word(image: Image, view: View, offset: int = 0) -> int | None:
    """Read one machine word; None if it does not fit."""
    held = view.clip(offset, image.bits // 8)
    if len(held) < image.bits // 8:
        return None
    return int.from_bytes(held.data, "big" if image.big_endian else "little")


def resolve(image: Image, address: int) -> int | None:
    """Return the address that the pointer at `address` will hold.

    None means that it cannot be told: the pointer lies outside the file, is filled in by name, or
    is encoded in a way that Go programs do not use.

    Raises:
        FormatError: the fixups of a Mach-O file are damaged.
    """
    raw = word(image, image.at(address, image.bits // 8))
    if raw is None:
        return None
    if image.format is Format.ELF64:
        addend = _relocated(image, address)
        return raw if addend is None else addend
    if image.format is Format.MACHO64:
        return _unchained(cast("MachOImage", image), address, raw)
    return raw


def _relocated(image: Image, address: int) -> int | None:
    """Find the RELATIVE relocation of the word at `address` and return its addend."""
    relative = next((_RELATIVE[arch] for arch in image.goarchs if arch in _RELATIVE), None)
    order = ">" if image.big_endian else "<"
    key = struct.pack(order + "Q", address)
    tables = (s for s in image.sections if s.name.startswith(".rela"))
    for section in islice(tables, _MAX_TABLES):
        table = bytes(image.content(section).data)
        at = table.find(key)
        while at >= 0 and at % _RELA_SIZE:
            at = table.find(key, at + 1)
        if at >= 0 and at + _RELA_SIZE <= len(table):
            _, info, addend = struct.unpack_from(order + "QQQ", table, at)
            if info & 0xFFFF_FFFF == relative:
                return int(addend)
    return None


def _unchained(image: MachOImage, address: int, raw: int) -> int | None:
    """Decode a word that is a link of a chain of fixups."""
    pointer_format = _chain_format(image, address)
    if pointer_format is None or raw == 0:
        return raw
    if raw & _CHAINED_BIND:
        return None
    if pointer_format == _CHAINED_64:
        return raw & _CHAINED_TARGET
    if pointer_format == _CHAINED_64_OFFSET:
        header = next((s for s in image.segments if s.file_size and s.offset == 0), None)
        return (raw & _CHAINED_TARGET) + (header.address if header else 0)
    return None


def _chain_format(image: MachOImage, address: int) -> int | None:
    """Return the pointer format of the segment that holds an address; None if it has no chains."""
    where = image.chained_fixups
    index = next(
        (n for n, s in enumerate(image.segments) if s.address <= address < s.address + s.size), None
    )
    if where is None or index is None:
        return None
    order = ">" if image.big_endian else "<"
    view = image.view.sub(where.offset, where.size, "chained fixups")
    number = struct.Struct(order + "I")
    # struct dyld_chained_fixups_header: fixups_version, starts_offset …
    (starts,) = view.unpack(number, 4, "chained fixups")
    (count,) = view.unpack(number, starts, "chained fixups")
    if index >= count:
        return None
    # struct dyld_chained_starts_in_image: seg_count, seg_info_offset[]; 0 means no fixups.
    (offset,) = view.unpack(number, starts + 4 + 4 * index, "chained fixups")
    if not offset:
        return None
    # struct dyld_chained_starts_in_segment: size, page_size, pointer_format …
    return int(view.unpack(struct.Struct(order + "IHH"), starts + offset, "chained fixups")[2])
