"""What DWARF debug data says about its compile units: version, producer, language, name.

Sections and tables are those of the DWARF 5 standard (4 where it differs). Only the first entry of each
unit is read, as far as its abbreviation tells: enough to say who compiled what.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from crosswind.binary import compressed
from crosswind.binary.image import Image, Section
from crosswind.binary.strings import text
from crosswind.binary.view import FormatError, View

# 7.5.1, unit headers: DW_UT_compile … and what stands between header and first entry, in bytes.
_UNIT_TYPES = {
    1: "compile", 2: "type", 3: "partial", 4: "skeleton", 5: "split compile", 6: "split type",
}  # fmt: skip
# 7.4: a length of all ones says that offsets have 64 bits.
_DWARF64 = 0xFFFF_FFFF
_DW_TAG_COMPILE_UNIT, _DW_TAG_PARTIAL_UNIT, _DW_TAG_SKELETON_UNIT = 0x11, 0x3C, 0x4A
_DW_AT_NAME, _DW_AT_LANGUAGE, _DW_AT_COMP_DIR, _DW_AT_PRODUCER = 0x03, 0x13, 0x1B, 0x25
_DW_AT_STR_OFFSETS_BASE = 0x72
_WANTED = frozenset({_DW_AT_NAME, _DW_AT_LANGUAGE, _DW_AT_COMP_DIR, _DW_AT_PRODUCER})
# 7.12: language codes.
_LANGUAGES = {
    0x01: "C89", 0x02: "C", 0x04: "C++", 0x0C: "C99", 0x10: "Objective-C", 0x16: "Go", 0x1A: "C++11",
    0x1C: "Rust", 0x1D: "C11", 0x1E: "Swift", 0x21: "C++14", 0x27: "Zig", 0x2B: "C++17", 0x2C: "C17",
    0x8001: "assembler",
}  # fmt: skip
# 7.5.6: forms of a fixed size, in bytes; then those of other sizes, by what has to be read.
_FIXED = {
    0x0B: 1, 0x11: 1, 0x0C: 1, 0x05: 2, 0x12: 2, 0x06: 4, 0x13: 4, 0x07: 8, 0x14: 8, 0x20: 8,
    0x1E: 16, 0x19: 0, 0x21: 0, 0x25: 1, 0x26: 2, 0x27: 3, 0x28: 4, 0x29: 1, 0x2A: 2, 0x2B: 3,
    0x2C: 4, 0x1C: 4, 0x24: 8,
}  # fmt: skip
_FORM_ADDRESS, _FORM_STRING, _FORM_INDIRECT, _FORM_IMPLICIT = 0x01, 0x08, 0x16, 0x21
_FORM_STRP, _FORM_LINE_STRP = 0x0E, 0x1F
_OFFSETS = frozenset({0x0E, 0x17, 0x10, 0x1F, 0x1D, 0x1F20, 0x1F21})
_LEBS = frozenset({0x0D, 0x0F, 0x15, 0x1A, 0x1B, 0x22, 0x23, 0x1F01, 0x1F02})
# Bytes of the length before a block; 0 stands for a LEB128 number.
_BLOCKS = {0x0A: 1, 0x03: 2, 0x04: 4, 0x09: 0, 0x18: 0}
_STRX = frozenset({0x1A, 0x25, 0x26, 0x27, 0x28})

_MAX_UNITS = 1 << 16
_MAX_ATTRIBUTES = 1 << 8
_MAX_TOTAL = 1 << 20
_MAX_TEXT = 1 << 12
_MAX_LEB = 10


class Unit(NamedTuple):
    """A compile unit.

    Attributes:
        version: of DWARF.
        type: compile, partial, skeleton …
        producer: such as `Go cmd/compile go1.27.3; regabi`.
        language, name: as the compiler wrote them.
    """

    version: int
    type: str
    producer: str
    language: str
    name: str


class DebugSection(NamedTuple):
    """A section of debug data; `size` is that of its content, `stored` what the file holds."""

    name: str
    stored: int
    size: int
    compression: str


def debug_sections(image: Image) -> tuple[DebugSection, ...]:
    """List the sections of debug data; raises FormatError if a compression header is cut."""
    found = []
    for section in image.sections:
        if plain_name(section) and section.file_size:
            packed = compressed.compression(image, section)
            size = packed.size if packed else section.file_size
            method = packed.method if packed else ""
            found.append(DebugSection(section.name, section.file_size, size, method))
    return tuple(found)


# cmd/link/internal/ld/xcoff.go: AIX names DWARF sections otherwise.
_XCOFF_NAMES = {
    ".dwinfo": "debug_info", ".dwabrev": "debug_abbrev", ".dwstr": "debug_str",
    ".dwline": "debug_line", ".dwpbnms": "debug_pubnames", ".dwpbtyp": "debug_pubtypes",
    ".dwarnge": "debug_aranges", ".dwrnges": "debug_ranges", ".dwloc": "debug_loc",
    ".dwframe": "debug_frame", ".dwmac": "debug_macinfo",
}  # fmt: skip


def plain_name(section: Section) -> str:
    """Return the standard's name, such as `debug_info`, of a section; empty if it holds no DWARF."""
    name = section.name.lstrip("._")
    name = name.removeprefix("z") if name.startswith("zdebug_") else name
    return name if name.startswith("debug_") else _XCOFF_NAMES.get(section.name, "")


def read_units(image: Image) -> Iterator[Unit]:
    """Yield the compile units.

    Raises:
        FormatError: the sections are damaged, or compressed by a method that Python lacks.
    """
    sections = {plain_name(s): s for s in reversed(image.sections) if s.file_size}
    if "debug_info" not in sections or "debug_abbrev" not in sections:
        return
    data = _Data(image, sections)
    info = data.section("debug_info")
    reader = _Reader(info, image.big_endian)
    for _ in range(_MAX_UNITS):
        if reader.at >= len(info):
            return
        unit = _unit(data, reader)
        if unit is not None:
            yield unit
    raise FormatError(f"more than {_MAX_UNITS} compile units", info.base)


# Tag of an abbreviation, then attribute, form and implicit value of each of its attributes.
_Abbreviation = tuple[int, tuple[tuple[int, int, int], ...]]


class _Data:
    """The sections, decompressed when they are first asked for."""

    def __init__(self, image: Image, sections: dict[str, Section]) -> None:
        self.image = image
        self.sections = sections
        self.loaded: dict[str, View] = {}
        self.abbreviations: dict[int, dict[int, _Abbreviation]] = {}
        self.left = _MAX_TOTAL

    def section(self, name: str) -> View:
        if name not in self.loaded:
            section = self.sections.get(name)
            self.loaded[name] = self._read(section) if section else self.image.view.clip(0, 0)
        return self.loaded[name]

    def _read(self, section: Section) -> View:
        content = compressed.content(self.image, section)
        # PE files store sections in multiples of the alignment: what is behind their size is padding.
        whole = len(content) == section.file_size and section.size
        return content.clip(0, section.size) if whole else content

    def abbreviation(self, table: int, code: int) -> _Abbreviation:
        """Return tag and attributes of an abbreviation (7.5.3); tables are read once, up to it."""
        known = self.abbreviations.setdefault(table, {})
        if code not in known:
            reader = _Reader(self.section("debug_abbrev"), self.image.big_endian, table)
            # The first entry of a unit has the first abbreviations of its table.
            for _ in range(_MAX_ATTRIBUTES):
                number = reader.uleb()
                if not number:
                    break
                tag = reader.uleb()
                reader.number(1)
                attributes = tuple(_attributes(reader))
                known[number] = tag, attributes
                self.left -= 1 + len(attributes)
                # Units may all have tables of their own, and those may overlap.
                if self.left < 0:
                    raise FormatError("DWARF: abbreviations beyond reason", reader.view.base)
                if number == code:
                    break
        if code not in known:
            raise FormatError(f"DWARF: no abbreviation {code}", self.section("debug_abbrev").base)
        return known[code]


class _Reader:
    """Reads numbers one after the other."""

    def __init__(self, view: View, big_endian: bool, at: int = 0) -> None:
        self.view = view
        self.big_endian = big_endian
        self.at = at

    def number(self, size: int) -> int:
        raw = self.view.take(self.at, size, "DWARF")
        self.at += size
        return int.from_bytes(raw, "big" if self.big_endian else "little")

    def uleb(self) -> int:
        value = 0
        for index, byte in enumerate(self.view.clip(self.at, _MAX_LEB).data):
            value |= (byte & 0x7F) << 7 * index
            if byte < 0x80:
                self.at += index + 1
                return value
        raise FormatError("DWARF: number without end", self.view.base + self.at)

    def skip(self, size: int) -> None:
        self.view.take(self.at, size, "DWARF")
        self.at += size


def _attributes(reader: _Reader) -> Iterator[tuple[int, int, int]]:
    """Yield attribute, form and implicit value up to the pair of zeros."""
    for _ in range(_MAX_ATTRIBUTES):
        attribute, form = reader.uleb(), reader.uleb()
        if not (attribute or form):
            return
        yield attribute, form, reader.uleb() if form == _FORM_IMPLICIT else 0
    raise FormatError("DWARF: an abbreviation does not end", reader.view.base + reader.at)


def _unit(data: _Data, reader: _Reader) -> Unit | None:
    """Read a unit's header and first entry; leave the reader behind the unit."""
    start = reader.at
    length = reader.number(4)
    offset_size = 4
    if length == _DWARF64:
        length, offset_size = reader.number(8), 8
    end = reader.at + length
    reader.view.take(start, end - start, "compile unit")
    version = reader.number(2)
    if not 2 <= version <= 5:
        raise FormatError(f"DWARF version {version}", reader.view.base + start)
    kind = 1
    if version >= 5:
        kind, address_size, table = reader.number(1), reader.number(1), reader.number(offset_size)
        # Skeleton and split units carry an identifier, type units that and an offset.
        reader.skip({4: 8, 5: 8, 2: 8 + offset_size, 6: 8 + offset_size}.get(kind, 0))
    else:
        table, address_size = reader.number(offset_size), reader.number(1)
    values = _first_entry(data, reader, table, (version, offset_size, address_size))
    reader.at = end
    if values is None:
        return None
    language = values.get(_DW_AT_LANGUAGE, 0)
    return Unit(
        version,
        _UNIT_TYPES.get(kind, f"type {kind}"),
        str(values.get(_DW_AT_PRODUCER, "")),
        _LANGUAGES.get(language, f"{language:#x}") if isinstance(language, int) else "",
        str(values.get(_DW_AT_NAME, "")),
    )


def _first_entry(
    data: _Data, reader: _Reader, table: int, sizes: tuple[int, int, int]
) -> dict[int, int | str] | None:
    code = reader.uleb()
    if not code:
        return None
    tag, attributes = data.abbreviation(table, code)
    if tag not in (_DW_TAG_COMPILE_UNIT, _DW_TAG_PARTIAL_UNIT, _DW_TAG_SKELETON_UNIT):
        return None
    # Indexed strings need the base, which may come after them.
    values: dict[int, int | str] = {}
    indexed: dict[int, int] = {}
    for attribute, form, implicit in attributes:
        value = implicit if form == _FORM_IMPLICIT else _value(data, reader, form, sizes)
        if attribute in _WANTED and form in _STRX and isinstance(value, int):
            indexed[attribute] = value
        elif attribute in _WANTED or attribute == _DW_AT_STR_OFFSETS_BASE:
            values[attribute] = value
    base = values.get(_DW_AT_STR_OFFSETS_BASE, 0)
    for attribute, index in indexed.items():
        start = base if isinstance(base, int) else 0
        values[attribute] = _indexed(data, start, index, sizes[1])
    return values


def _value(data: _Data, reader: _Reader, form: int, sizes: tuple[int, int, int]) -> int | str:  # noqa: PLR0911 - one table of forms
    """Read an attribute's value; text where the form is one."""
    version, offset_size, address_size = sizes
    if form == _FORM_INDIRECT:
        form = reader.uleb()
    if form in _FIXED:
        return reader.number(_FIXED[form])
    if form == _FORM_STRING:
        raw = reader.view.cstring(reader.at)
        reader.skip(len(raw) + 1)
        return text(raw[:_MAX_TEXT])
    if form in (_FORM_STRP, _FORM_LINE_STRP):
        name = "debug_str" if form == _FORM_STRP else "debug_line_str"
        return text(data.section(name).cstring(reader.number(offset_size), _MAX_TEXT))
    if form in _LEBS:
        return reader.uleb()
    if form in _OFFSETS:
        # DWARF 2 gave references to other units an address's size.
        return reader.number(address_size if form == 0x10 and version == 2 else offset_size)
    if form == _FORM_ADDRESS:
        return reader.number(address_size)
    if form in _BLOCKS:
        width = _BLOCKS[form]
        reader.skip(reader.number(width) if width else reader.uleb())
        return 0
    raise FormatError(f"DWARF: form {form:#x}", reader.view.base + reader.at)


def _indexed(data: _Data, base: int, index: int, offset_size: int) -> str:
    """Return a string by its index in .debug_str_offsets (7.26)."""
    table = data.section("debug_str_offsets")
    # Without a base, the first table's header of a length, a version and padding comes before.
    start = base or (8 if offset_size == 4 else 16)
    raw = table.take(start + index * offset_size, offset_size, "string offsets")
    offset = int.from_bytes(raw, "big" if data.image.big_endian else "little")
    return text(data.section("debug_str").cstring(offset, _MAX_TEXT))
