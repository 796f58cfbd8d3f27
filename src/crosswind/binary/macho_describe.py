"""Every load command of a Mach-O file in words.

Layouts are those of Apple's `mach-o/loader.h`; all fields of a command are told, but for segments and
symbol tables, which have tables of their own.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any

from crosswind.binary import macho_tables as tables
from crosswind.binary.macho import MachOImage
from crosswind.binary.macho_commands import version
from crosswind.binary.strings import text
from crosswind.binary.view import FormatError, View

Words = Mapping[str, object]

# loader.h, TOOL_*.
_TOOLS = {1: "clang", 2: "swift", 3: "ld", 4: "lld", 1024: "metal", 1025: "airlld", 1028: "airpack"}
# loader.h, protections as the kernel writes them.
_PROTECTION = ((1, "r"), (2, "w"), (4, "x"))
_MAX_TOOLS = 64
_MAX_OPTIONS = 1 << 10
_DYLIB_USE = 0x1A741800  # struct dylib_use_command marks itself in the timestamp
_USE_FLAGS = ((1, "weak"), (2, "reexport"), (4, "upward"), (8, "delayed init"))

# loader.h, section types (low byte of flags) and attributes.
SECTION_TYPES = (
    "regular", "zero fill", "C strings", "4-byte literals", "8-byte literals", "literal pointers",
    "non-lazy symbol pointers", "lazy symbol pointers", "symbol stubs", "module initializers",
    "module terminators", "coalesced", "zero fill, huge", "interposing", "16-byte literals",
    "DTrace", "lazy dylib symbol pointers", "thread-local", "thread-local zero fill",
    "thread-local variables", "thread-local variable pointers", "thread-local initializers",
    "initializer offsets",
)  # fmt: skip
SECTION_ATTRIBUTES = {
    0x8000_0000: "pure instructions", 0x4000_0000: "no table of contents",
    0x2000_0000: "strip static symbols", 0x1000_0000: "no dead strip", 0x0800_0000: "live support",
    0x0400_0000: "self-modifying", 0x0200_0000: "debug", 0x400: "some instructions",
    0x200: "external relocations", 0x100: "local relocations",
}  # fmt: skip


def describe(image: MachOImage) -> list[tuple[str, Words]]:
    """Return each load command's name and fields, in file order.

    A command that is too short for its fields says so in place of them.
    """
    return [
        (command.name, _fields(image, command.number, image.view.clip(
            command.offset - image.view.base, command.size)))
        for command in image.commands
    ]  # fmt: skip


def _fields(image: MachOImage, number: int, body: View) -> Words:
    reader = _READERS.get(number)
    if reader is None:
        return {}
    try:
        return reader(_Body(image, body))
    except FormatError as error:
        return {"damaged": error.message}


class _Body:
    """A load command's bytes."""

    def __init__(self, image: MachOImage, view: View) -> None:
        self.image = image
        self.view = view

    def unpack(self, layout: str, offset: int = 8) -> tuple[Any, ...]:
        order = ">" if self.image.big_endian else "<"
        return self.view.unpack(struct.Struct(order + layout), offset, "load command")

    def string(self, offset: int) -> str:
        return text(self.view.cstring(offset))


def _segment(body: _Body) -> Words:
    word = "Q" if body.image.bits == 64 else "I"
    name, address, size, offset, stored, highest, initial, count, flags = body.unpack(
        f"16s4{word}4I"
    )
    return {
        "segment": text(name.rstrip(b"\0")), "address": address, "size": size, "offset": offset,
        "file_size": stored, "max_protection": protection(highest),
        "protection": protection(initial), "sections": count, "flags": flags,
    }  # fmt: skip


def protection(bits: int) -> str:
    """Spell a protection as `r-x`."""
    return "".join(letter if bits & bit else "-" for bit, letter in _PROTECTION)


def _symtab(body: _Body) -> Words:
    return dict(
        zip(("offset", "count", "strings_offset", "strings_size"), body.unpack("4I"), strict=True)
    )


def _dysymtab(body: _Body) -> Words:
    names = (
        "first_local", "locals", "first_external", "externals", "first_undefined", "undefined",
        "contents_offset", "contents", "modules_offset", "modules", "references_offset",
        "references", "indirect_offset", "indirect", "external_relocations_offset",
        "external_relocations", "local_relocations_offset", "local_relocations",
    )  # fmt: skip
    return dict(zip(names, body.unpack("18I"), strict=True))


def _dylib(body: _Body) -> Words:
    name, stamp, current, compatibility = body.unpack("4I")
    words: dict[str, object] = {
        "name": body.string(name), "current": version(current),
        "compatibility": version(compatibility), "timestamp": stamp,
    }  # fmt: skip
    if stamp == _DYLIB_USE and len(body.view) >= 28:
        (flags,) = body.unpack("I", 24)
        words["use"] = [word for bit, word in _USE_FLAGS if flags & bit]
    return words


def _string(key: str) -> Callable[[_Body], Words]:
    return lambda body: {key: body.string(body.unpack("I")[0])}


def _uuid(body: _Body) -> Words:
    return {"uuid": uuid_text(bytes(body.view.take(8, 16, "LC_UUID")))}


def uuid_text(raw: bytes) -> str:
    """Spell 16 bytes as Apple's tools do: `A1B2C3D4-…`, in capitals."""
    digits = raw.hex().upper()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _build_version(body: _Body) -> Words:
    platform, minimum, sdk, count = body.unpack("4I")
    order = ">" if body.image.big_endian else "<"
    room = min(count, (len(body.view) - 24) // 8, _MAX_TOOLS)
    tools = body.view.records(struct.Struct(order + "II"), 24, room, "tools")
    return {
        "platform": tables.PLATFORMS.get(platform, f"platform {platform}"),
        "minimum": version(minimum), "sdk": version(sdk),
        "tools": [f"{_TOOLS.get(tool, f'tool {tool}')} {version(number)}" for tool, number in tools],
    }  # fmt: skip


def _version_min(body: _Body) -> Words:
    minimum, sdk = body.unpack("II")
    return {"minimum": version(minimum), "sdk": version(sdk)}


def _main(body: _Body) -> Words:
    entry, stack = body.unpack("QQ")
    return {"entry_offset": entry, "stack_size": stack}


def _thread(body: _Body) -> Words:
    flavor, count = body.unpack("II")
    return {"flavor": flavor, "words": count, "entry": body.image.entry}


def _source_version(body: _Body) -> Words:
    return {"version": body.image.source_version}


def _dyld_info(body: _Body) -> Words:
    values = body.unpack("10I")
    names = ("rebase", "bind", "weak_bind", "lazy_bind", "export")
    return {
        f"{name}_{what}": value
        for (name, what), value in zip(
            ((name, what) for name in names for what in ("offset", "size")), values, strict=True
        )
    }


def _data(body: _Body) -> Words:
    offset, size = body.unpack("II")
    return {"offset": offset, "size": size}


def _encryption(body: _Body) -> Words:
    offset, size, method = body.unpack("III")
    return {"offset": offset, "size": size, "method": method, "encrypted": bool(method)}


def _linker_option(body: _Body) -> Words:
    (count,) = body.unpack("I")
    parts = bytes(body.view.clip(12, len(body.view)).data).split(b"\0")
    return {"options": [text(part) for part in parts[: min(count, _MAX_OPTIONS)]]}


def _note(body: _Body) -> Words:
    owner, offset, size = body.unpack("16sQQ")
    return {"owner": text(owner.rstrip(b"\0")), "offset": offset, "size": size}


def _fileset_entry(body: _Body) -> Words:
    address, offset, name = body.unpack("QQI")
    return {"name": body.string(name), "address": address, "offset": offset}


def _prebind_checksum(body: _Body) -> Words:
    return {"checksum": body.unpack("I")[0]}


def _hints(body: _Body) -> Words:
    offset, count = body.unpack("II")
    return {"offset": offset, "count": count}


def _routines(body: _Body) -> Words:
    address, module = body.unpack("QQ" if body.image.bits == 64 else "II")
    return {"init_address": address, "init_module": module}


_LINKEDIT = (0x1D, 0x1E, 0x26, 0x29, 0x2B, 0x2E, 0x33, 0x34, 0x36, 0x37, 0x38)
_STRINGS = {
    0x0E: "path", 0x0F: "path", 0x27: "environment", 0x1C: "path", 0x12: "framework",
    0x13: "umbrella", 0x14: "client", 0x15: "library", 0x39: "triple",
}  # fmt: skip
_BY_NUMBER: dict[int, Callable[[_Body], Words]] = {
    0x01: _segment, 0x19: _segment, 0x02: _symtab, 0x0B: _dysymtab, 0x1B: _uuid, 0x28: _main,
    0x04: _thread, 0x05: _thread, 0x11: _routines, 0x1A: _routines, 0x16: _hints,
    0x17: _prebind_checksum, 0x21: _encryption, 0x2C: _encryption, 0x22: _dyld_info,
    0x2A: _source_version, 0x2D: _linker_option, 0x31: _note, 0x32: _build_version,
    0x35: _fileset_entry,
    **dict.fromkeys((0x0C, 0x0D, 0x18, 0x1F, 0x20, 0x23), _dylib),
    **dict.fromkeys((0x24, 0x25, 0x2F, 0x30), _version_min),
    **dict.fromkeys(_LINKEDIT, _data),
    **{number: _string(key) for number, key in _STRINGS.items()},
}  # fmt: skip
# Commands that the dynamic linker must understand carry a bit more.
_READERS = {
    number | bit: reader for number, reader in _BY_NUMBER.items() for bit in (0, tables.LC_REQ_DYLD)
}
