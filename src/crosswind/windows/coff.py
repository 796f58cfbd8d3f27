"""COFF objects that hold resources: `.syso` files, which Go's linker takes from a package's folder.

Records are those of Microsoft's "PE Format". What is written has one section, `.rsrc`; the
addresses of content in it are relocations, since only the linker knows where the section will lie.
Go's linker (cmd/link/internal/loadpe) wants exactly this: sections of initialized data named
`.rsrc`, or two named `.rsrc$01` and `.rsrc$02` as Microsoft's cvtres makes them, in one object only.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

from crosswind.binary.strings import StringTable
from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError
from crosswind.windows import rsrc
from crosswind.windows.resource import ResourceTree


class Machine(NamedTuple):
    """An architecture in "Machine Types" and "Type Indicators".

    Attributes:
        number: of the machine.
        relocation: type of the relocation that becomes a 32-bit address relative to the image base.
        bits: of a pointer.
    """

    number: int
    relocation: int
    bits: int


# By GOARCH; the relocations are IMAGE_REL_*_ADDR32NB (on 386 DIR32NB).
MACHINES = {
    "386": Machine(0x14C, 0x7, 32),
    "amd64": Machine(0x8664, 0x3, 64),
    "arm": Machine(0x1C4, 0x2, 32),
    "arm64": Machine(0xAA64, 0x2, 64),
}
_BY_NUMBER = {machine.number: goarch for goarch, machine in MACHINES.items()}

# "COFF File Header", "Section Table (Section Headers)", "COFF Relocations", "COFF Symbol Table".
_HEADER = struct.Struct("<HHIIIHH")
_SECTION = struct.Struct("<8sIIIIIIHHI")
_RELOCATION = struct.Struct("<IIH")
_SYMBOL = struct.Struct("<8sIhHBB")
_U32 = struct.Struct("<I")
# "Characteristics": IMAGE_FILE_32BIT_MACHINE.
_32BIT_MACHINE = 0x0100
# "Section Flags": CNT_INITIALIZED_DATA, ALIGN_8BYTES, MEM_READ; LNK_NRELOC_OVFL, where the first
# relocation holds their number.
_FLAGS = 0x0000_0040 | 0x0040_0000 | 0x4000_0000
_MANY_RELOCATIONS = 0x0100_0000
_MAX_RELOCATIONS = 0xFFFF
_NAME = b".rsrc"
# "Section Number Values": IMAGE_SYM_DEBUG. "Storage Class": STATIC, FILE.
_DEBUG = -2
_STATIC, _FILE = 3, 103
# Our mark: the object's source file, in "Auxiliary Format 4: Files". Linkers pass over it.
_MARK = b"crosswind"
# Objects of other tools hold few sections and symbols; Go's own have thousands, but no resources.
_MAX_SYMBOLS = 1 << 20
# Sections are taken as if they lay one behind the other, at multiples of this and with a gap.
_PAGE = 0x1000


class _Section(NamedTuple):
    """A resource section; `address` is where we take it to lie."""

    number: int
    data: View
    relocations: View
    address: int


class Object(NamedTuple):
    """A COFF object with resources.

    Attributes:
        goarch: what it is for.
        resources: what it holds; empty if it has no resource section.
        ours: whether crosswind made it.
    """

    goarch: str
    resources: ResourceTree
    ours: bool


def write(resources: ResourceTree, goarch: str) -> bytes:
    """Write an object; equal trees give equal bytes.

    Args:
        resources: what it shall hold.
        goarch: a key of `MACHINES`.

    Raises:
        BuildError: CW0704, more resources than an object can hold.
    """
    machine = MACHINES[goarch]
    layout = rsrc.layout(resources)
    count = len(layout.addresses)
    if count > _MAX_RELOCATIONS:
        # LNK_NRELOC_OVFL would allow more, but debug/pe and so Go's linker do not know it.
        raise BuildError(
            "CW0704",
            f"{count} resources do not fit into an object file",
            hint=f"{_MAX_RELOCATIONS} at most; `crosswind resource patch` has no such limit",
        )
    data_at = _HEADER.size + _SECTION.size
    relocations_at = data_at + len(layout.data)
    symbols_at = relocations_at + count * _RELOCATION.size
    symbols = [
        _SYMBOL.pack(b".file", 0, _DEBUG, 0, _FILE, 1),
        _MARK.ljust(_SYMBOL.size, b"\0"),
        _SYMBOL.pack(_NAME, 0, 1, 0, _STATIC, 0),
    ]
    flags = _32BIT_MACHINE if machine.bits == 32 else 0
    section = len(symbols) - 1
    parts = [
        _HEADER.pack(machine.number, 1, 0, symbols_at, len(symbols), 0, flags),
        _SECTION.pack(_NAME, 0, 0, len(layout.data), data_at, relocations_at, 0, count, 0, _FLAGS),
        layout.data,
        *(_RELOCATION.pack(at, section, machine.relocation) for at in layout.addresses),
        *symbols,
        _U32.pack(_U32.size),  # "COFF String Table": only its own size
    ]
    return b"".join(parts)


def goarch(view: View) -> str:
    """Return what an object is for; empty if it is none, or for a machine Go has no Windows port for."""
    return _BY_NUMBER.get(int.from_bytes(view.clip(0, 2).data, "little"), "")


def read(view: View) -> Object:
    """Read an object, from whichever resource compiler.

    Raises:
        FormatError: it is no COFF object, or is damaged.
    """
    number, count, _, symbols_at, symbol_count, optional, _ = view.unpack(_HEADER, 0, "COFF header")
    if number not in _BY_NUMBER or optional:
        raise FormatError("no COFF object file for Windows", view.base)
    if symbol_count > _MAX_SYMBOLS:
        raise FormatError(f"an object file with {symbol_count} symbols", view.base)
    symbols = list(view.records(_SYMBOL, symbols_at, symbol_count, "COFF symbol table"))
    sections = _sections(view, count, symbols_at + symbol_count * _SYMBOL.size)
    found = ResourceTree()
    if sections:
        machine = MACHINES[_BY_NUMBER[number]]
        found = _resources(sections, symbols, machine.relocation, len(view))
    return Object(_BY_NUMBER[number], found, _is_ours(view, symbols_at, symbols))


def _is_ours(view: View, symbols_at: int, symbols: Sequence[tuple[object, ...]]) -> bool:
    """Whether the first symbol names crosswind as the source."""
    if len(symbols) < 2 or symbols[0][0].rstrip(b"\0") != b".file":  # type: ignore[attr-defined]
        return False
    return view.clip(symbols_at + _SYMBOL.size, _SYMBOL.size).cstring(0) == _MARK


def _sections(view: View, count: int, strings_at: int) -> list[_Section]:
    """Return the resource sections, the one with the tables first."""
    found = []
    address = 0
    names: StringTable | None = None
    headers = list(view.records(_SECTION, _HEADER.size, count, "section table"))
    for number, header in enumerate(headers, 1):
        raw, _, _, size, offset, relocations_at, _, relocations, _, flags = header
        name = raw.rstrip(b"\0")
        if name.startswith(b"/") and name[1:].isdigit():
            names = names or StringTable(view.clip(strings_at, len(view)), "COFF string table")
            name = names.name(int(name[1:])).encode()
        if name != _NAME and not name.startswith(_NAME + b"$"):
            continue
        if flags & _MANY_RELOCATIONS and relocations == _MAX_RELOCATIONS:
            relocations, _, _ = view.unpack(_RELOCATION, relocations_at, "relocations")
        found.append(
            (
                name,
                _Section(
                    number,
                    view.sub(offset, size, "resource section"),
                    view.sub(relocations_at, relocations * _RELOCATION.size, "relocations"),
                    address,
                ),
            )
        )
        address += (size // _PAGE + 1) * _PAGE
    # A linker sorts what stands behind the "$" ("Grouped Sections").
    return [section for _, section in sorted(found, key=lambda pair: pair[0])]


def _resources(
    sections: Sequence[_Section],
    symbols: Sequence[tuple[int, ...]],
    relocation: int,
    file_size: int,
) -> ResourceTree:
    """Do what a linker does, then read what comes out."""
    addresses = {section.number: section.address for section in sections}
    linked = []
    for section in sections:
        data = bytearray(section.data.data)
        for at, index, kind in section.relocations.records(
            _RELOCATION, 0, len(section.relocations) // _RELOCATION.size
        ):
            if index >= len(symbols) or kind != relocation or at + _U32.size > len(data):
                what = f"a relocation of type {kind} with symbol {index}"
                raise FormatError(what, section.relocations.base)
            _, value, number, *_ = symbols[index]
            if number not in addresses:
                raise FormatError("a relocation leads out of the resources", section.data.base)
            (addend,) = _U32.unpack_from(data, at)
            _U32.pack_into(data, at, (addend + value + addresses[number]) & 0xFFFF_FFFF)
        linked.append((section.address, View(memoryview(data), section.data.base)))

    def lookup(address: int, size: int) -> View:
        for start, content in linked:
            if start <= address <= start + len(content):
                return content.clip(address - start, size)
        return View(memoryview(b""))

    return rsrc.read(linked[0][1], lookup, file_size)
