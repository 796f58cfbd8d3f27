"""The companion of a Mach-O program: `NAME.dSYM`, a folder that debuggers find by the UUID.

Apple's dsymutil makes the same of a program and its object files (LLVM, tools/dsymutil, MachOUtils.cpp,
generateDsymCompanion): a Mach-O file of type MH_DSYM with the program's UUID and segments, these
without content, its symbols, and the DWARF sections, which are decompressed as dsymutil leaves them.
"""

from __future__ import annotations

import plistlib
import struct
from collections.abc import Mapping
from pathlib import PurePosixPath

from crosswind.binary import compressed
from crosswind.binary import macho_tables as tables
from crosswind.binary.image import Section
from crosswind.binary.macho import MachOImage
from crosswind.binary.view import FormatError
from crosswind.split import macho

# loader.h: filetype, MH_DSYM; section flag S_ATTR_DEBUG.
_MH_DSYM = 0xA
_S_ATTR_DEBUG = 0x0200_0000
_PAGE = 0x1000
# Names of sections have 16 bytes. DWARF 5, chapter 7.4, and what becomes of the longer ones.
_NAME_SIZE = 16
_LONG_NAMES = ("__debug_loclists", "__debug_rnglists", "__debug_line_str", "__debug_str_offs")
_READ = 1  # VM_PROT_READ
# What tells which program this is, and for which system.
_COMMANDS = frozenset(
    {tables.LC_UUID, tables.LC_BUILD_VERSION, tables.LC_SYMTAB, tables.LC_SOURCE_VERSION}
    | set(tables.MINIMUM_COMMANDS)
)


def bundle(image: MachOImage, name: str, folder: str) -> Mapping[PurePosixPath, bytes]:
    """Make the files of the bundle.

    Args:
        image: the program.
        name: its file name.
        folder: the bundle's name.

    Raises:
        FormatError: its headers contradict each other, or compressed data is damaged.
    """
    contents = PurePosixPath(folder, "Contents")
    information = {
        "CFBundleDevelopmentRegion": "English",
        "CFBundleIdentifier": f"com.apple.xcode.dsym.{name}",
        "CFBundleInfoDictionaryVersion": "6.0",
        "CFBundlePackageType": "dSYM",
        "CFBundleSignature": "????",
        "CFBundleShortVersionString": "1.0",
        "CFBundleVersion": "1",
    }
    return {
        contents / "Info.plist": plistlib.dumps(information),
        contents / "Resources" / "DWARF" / name: companion(image),
    }


def companion(image: MachOImage) -> bytes:
    """Make the file of type MH_DSYM; raises like `bundle`."""
    kept = [one for one in macho.commands(image) if _belongs(one)]
    sections = [part for part in image.sections if part.segment == macho.DWARF]
    segment = _segment_layout(image)
    room = sum(len(one.data) for one in kept)
    room += segment.size + len(sections) * _section_layout(image).size
    out = bytearray(macho.header_size(image) + room)
    out += bytes(-len(out) % _PAGE)
    linkedit = len(out)
    symbols = _symbols(image, out)
    size = len(out) - linkedit
    for one in kept:
        _change(image, one, symbols, (linkedit, size))
    out += bytes(-len(out) % _PAGE)
    kept.append(_dwarf(image, sections, out))
    content = b"".join(one.data for one in kept)
    start = macho.header_size(image)
    out[:start] = image.view.take(0, start, "Mach-O header")
    # struct mach_header behind magic, cputype, cpusubtype: filetype, ncmds, sizeofcmds, flags.
    fields = struct.Struct(macho.order(image) + "4I")
    fields.pack_into(out, 12, _MH_DSYM, len(kept), len(content), 0)
    out[start : start + len(content)] = content
    return bytes(out)


def _belongs(command: macho.Command) -> bool:
    name = macho.segment_name(command)
    return command.number in _COMMANDS or bool(name and name != macho.DWARF)


def _symbols(image: MachOImage, out: bytearray) -> tuple[int, int, int, int]:
    """Add all that defines something, and the names; return the fields of LC_SYMTAB."""
    layout, table = macho.nlist(image), image.symbol_table
    start = len(out)
    defined = [symbol for symbol in macho.symbols(image) if symbol.is_defined]
    for one in defined:
        out += layout.pack(one.name, one.kind, one.section, one.description, one.value)
    names = len(out)
    if table is not None:
        out += image.view.take(table.strings.offset, table.strings.size, "string table")
    return start, len(defined), names, len(out) - names


def _change(
    image: MachOImage,
    command: macho.Command,
    symbols: tuple[int, int, int, int],
    linkedit: tuple[int, int],
) -> None:
    """Let a command speak of this file: segments have no content but __LINKEDIT."""
    order, name = macho.order(image), macho.segment_name(command)
    if command.number == tables.LC_SYMTAB:
        struct.pack_into(order + "4I", command.data, 8, *symbols)
    if not name:
        return
    layout = _segment_layout(image)
    fields = list(layout.unpack_from(command.data))
    offset, size = linkedit if name == macho.LINKEDIT else (0, 0)
    memory = size + -size % _PAGE if name == macho.LINKEDIT else fields[4]
    fields[4:7] = memory, offset, size
    layout.pack_into(command.data, 0, *fields)
    section = _section_layout(image)
    for start in range(layout.size, len(command.data) - section.size + 1, section.size):
        values = list(section.unpack_from(command.data, start))
        values[4], values[6:8] = 0, (0, 0)
        section.pack_into(command.data, start, *values)


def _dwarf(image: MachOImage, sections: list[Section], out: bytearray) -> macho.Command:
    """Add the DWARF sections, and make the command of their segment."""
    begin = len(out)
    address = max((part.address + part.size for part in image.segments), default=0)
    address += -address % _PAGE
    layout, rows, memory = _section_layout(image), bytearray(), address
    for part in sections:
        content = compressed.inflated(image, part) or image.content(part)
        name = _name(part.name)
        rows += layout.pack(
            name, macho.DWARF.encode(), memory, len(content), len(out), 0, 0, 0, _S_ATTR_DEBUG,
            *[0] * (3 if image.bits == 64 else 2),
        )  # fmt: skip
        out += content.data
        if len(out) - begin > compressed.most(image):
            raise FormatError("debug data is compressed beyond reason", part.offset)
        memory += len(content)
    size = len(out) - begin
    segment = _segment_layout(image)
    number = tables.LC_SEGMENT_64 if image.bits == 64 else tables.LC_SEGMENT
    head = segment.pack(
        number, segment.size + len(rows), macho.DWARF.encode(), address, size + -size % _PAGE,
        begin, size, _READ, _READ, len(sections), 0,
    )  # fmt: skip
    return macho.Command(number, bytearray(head + rows))


def _name(name: str) -> bytes:
    """A section's name without the mark of compression; one that was cut is whole again."""
    plain = name.replace("__zdebug_", "__debug_", 1)
    if plain != name and len(name) == _NAME_SIZE:
        plain = next((long for long in _LONG_NAMES if long.startswith(plain)), plain)
    return plain.encode()[:_NAME_SIZE]


def _segment_layout(image: MachOImage) -> struct.Struct:
    """Struct segment_command or segment_command_64, cmd and cmdsize included."""
    word = "Q" if image.bits == 64 else "I"
    return struct.Struct(f"{macho.order(image)}II16s4{word}4I")


def _section_layout(image: MachOImage) -> struct.Struct:
    """Struct section or section_64."""
    return struct.Struct(macho.order(image) + ("16s16s2Q8I" if image.bits == 64 else "16s16s2I7I"))
