"""Read WebAssembly modules, as Go makes them for js/wasm and wasip1/wasm.

The binary format is chapter 5 of the WebAssembly core specification; what Go writes is in
`cmd/link/internal/wasm/asm.go`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import field

from crosswind.binary.image import Image, Section, Symbol, SymbolKind
from crosswind.binary.strings import text
from crosswind.binary.view import FormatError, View
from crosswind.frozen import frozen
from crosswind.port import Format

MAGIC = b"\0asm"
_VERSION = 1

# Core specification, 5.5.2: section identifiers.
_SECTIONS = (
    "custom", "type", "import", "function", "table", "memory", "global", "export", "start",
    "element", "code", "data", "data count", "tag",
)  # fmt: skip
# 5.5.5 and 5.5.10: what is imported or exported; a tag is from the exception handling proposal.
_EXTERNAL = ("function", "table", "memory", "global", "tag")
# Modules whose imports tell the GOOS: cmd/internal/obj/wasm (GojsModule, before Go 1.21 it was
# "go") and the first version of WASI.
_GOOSES = {"gojs": "js", "go": "js", "wasi_snapshot_preview1": "wasip1"}

_FUNCTION_NAMES = 1  # subsection of the custom section "name", 7.4.1 (appendix)
_MAX_VARINT = 10  # bytes of a 64-bit LEB128 number


@frozen
class External:
    """An import (with its module) or an export (without)."""

    module: str
    name: str
    kind: str


@frozen
class WasmImage(Image):
    """A WebAssembly module; custom sections go by their own names.

    Attributes:
        imports, exports: in file order.
        producers: tools by field, such as `{"language": {"Go": "go1.27.3"}}`.
    """

    imports: tuple[External, ...] = field(repr=False)
    exports: tuple[External, ...] = field(repr=False)
    producers: dict[str, dict[str, str]]

    @property
    def gooses(self) -> tuple[str, ...]:
        """The GOOS values whose host modules it imports from."""
        found = (_GOOSES.get(external.module) for external in self.imports)
        return tuple(dict.fromkeys(goos for goos in found if goos))

    @property
    def has_symbols(self) -> bool:
        """Whether the section with function names is there."""
        return self.section("name") is not None

    def symbols(self) -> Iterator[Symbol]:
        """Yield the function names; an address is the function's index. Data has no symbols.

        Raises:
            FormatError: the section breaks the rules of its format.
        """
        section = self.section("name")
        if section is None:
            return
        names = _Reader(self.content(section))
        while names.left:
            kind, content = names.byte(), names.block()
            if kind == _FUNCTION_NAMES:
                for _ in range(content.count()):
                    index = content.number()
                    yield Symbol(content.name(), index, 0, SymbolKind.CODE)

    def bodies(self) -> Iterator[tuple[int, int, int]]:
        """Yield index, file offset and size of each function's body (5.5.13), size field included.

        Raises:
            FormatError: the section breaks the rules of its format.
        """
        section = self.section("code")
        if section is None:
            return
        # Imported functions have the first indexes.
        index = sum(external.kind == "function" for external in self.imports)
        code = _Reader(self.content(section))
        for _ in range(code.count()):
            start = code.offset
            code.skip(code.number())
            yield index, start, code.offset - start
            index += 1

    def at(self, address: int, size: int) -> View:  # noqa: ARG002 - the base class's signature
        """Return nothing: sections have no addresses, and no symbol names linear memory."""
        return self.view.clip(0, 0)


def read(view: View) -> WasmImage:
    """Read a WebAssembly module.

    Raises:
        FormatError: it is none, is truncated, or one of the sections that are read is malformed.
    """
    magic, version = view.unpack(struct.Struct("<4sI"), 0, "WebAssembly header")
    if magic != MAGIC:
        raise FormatError("not a WebAssembly module", view.base)
    if version != _VERSION:
        raise FormatError(f"WebAssembly version {version:#x}: only modules of version 1", view.base)
    sections = tuple(_sections(view))
    by_name = {section.name: view.sub(section.offset, section.file_size) for section in sections}
    nothing = view.clip(len(view), 0)
    return WasmImage(
        view=view,
        format=Format.WASM,
        goarchs=("wasm",),
        machine="WebAssembly",
        big_endian=False,
        bits=32,
        sections=sections,
        entry=0,
        imports=tuple(_imports(by_name.get("import", nothing))),
        exports=tuple(_exports(by_name.get("export", nothing))),
        producers=_producers(by_name.get("producers", nothing)),
    )


class _Reader:
    """Reads the variable-length encodings of chapter 5.2 one after the other."""

    __slots__ = ("_data", "_offset", "_view")

    def __init__(self, view: View, offset: int = 0) -> None:
        self._view = view
        self._data = view.data
        self._offset = offset

    @property
    def left(self) -> int:
        """Number of bytes not yet read."""
        return len(self._data) - self._offset

    @property
    def offset(self) -> int:
        """File offset of the next byte."""
        return self._view.base + self._offset

    def byte(self) -> int:
        """Read one byte."""
        return self.skip(1)[0]

    def skip(self, size: int) -> memoryview:
        """Read `size` bytes."""
        part = self._view.take(self._offset, size, "WebAssembly section")
        self._offset += size
        return part

    def number(self) -> int:
        """Read an unsigned LEB128 number (5.2.2)."""
        value, shift = 0, 0
        for byte in self._view.clip(self._offset, _MAX_VARINT).data:
            self._offset += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
        raise FormatError("WebAssembly number without end", self.offset)

    def count(self) -> int:
        """Read how many elements follow; each takes a byte at least."""
        value = self.number()
        if value > self.left:
            raise FormatError(f"{value} elements in {self.left} bytes", self.offset)
        return value

    def name(self) -> str:
        """Read a length and as many bytes of UTF-8 (5.2.4)."""
        return text(bytes(self.skip(self.number())))

    def block(self) -> _Reader:
        """Read a size and as many bytes, to be read on their own."""
        size = self.number()
        start = self._offset
        self.skip(size)
        return _Reader(self._view.sub(start, size))


def _sections(view: View) -> Iterator[Section]:
    """Yield the sections; a custom one begins with its name."""
    reader = _Reader(view, 8)
    while reader.left:
        kind = reader.byte()
        size = reader.number()
        start = reader.offset - view.base
        if size > reader.left:
            raise FormatError(
                f"truncated: {size} bytes of section {kind}, {reader.left} in the file",
                reader.offset,
            )
        reader.skip(size)
        name = _SECTIONS[kind] if kind < len(_SECTIONS) else f"section {kind}"
        if kind == 0:
            content = _Reader(view.sub(start, size))
            name = content.name()
            size, start = content.left, content.offset - view.base
        yield Section(name, 0, size, start, size, executable=name == "code")


def _imports(view: View) -> Iterator[External]:
    """Read the import section (5.5.5)."""
    reader = _Reader(view)
    for _ in range(reader.count() if reader.left else 0):
        module, name, kind = reader.name(), reader.name(), reader.byte()
        _skip_description(reader, kind)
        yield External(module, name, _external(kind))


def _exports(view: View) -> Iterator[External]:
    """Read the export section (5.5.10)."""
    reader = _Reader(view)
    for _ in range(reader.count() if reader.left else 0):
        name, kind = reader.name(), reader.byte()
        reader.number()
        yield External("", name, _external(kind))


def _external(kind: int) -> str:
    return _EXTERNAL[kind] if kind < len(_EXTERNAL) else f"kind {kind}"


def _skip_description(reader: _Reader, kind: int) -> None:
    """Step over the type of an import."""
    if kind == 0:  # function: the index of its type
        reader.number()
    elif kind in (1, 2):  # table: reference type, limits; memory: limits
        if kind == 1:
            reader.byte()
        limits = reader.byte()
        reader.number()
        if limits & 1:
            reader.number()
    elif kind == 3:  # global: value type, mutability
        reader.skip(2)
    elif kind == 4:  # tag: attribute, type
        reader.byte()
        reader.number()
    else:
        raise FormatError(f"import of kind {kind}", reader.offset)


def _producers(view: View) -> dict[str, dict[str, str]]:
    """Read the custom section of the tool conventions: fields of (name, version) pairs."""
    reader = _Reader(view)
    return {
        reader.name(): {reader.name(): reader.name() for _ in range(reader.count())}
        for _ in range(reader.count() if reader.left else 0)
    }
