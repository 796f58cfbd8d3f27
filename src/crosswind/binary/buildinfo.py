"""Read what the Go linker leaves in every executable about how it was built.

`go version -m` shows the same. The rules are those of Go's `debug/buildinfo/buildinfo.go` and
`runtime/debug/mod.go` (ParseBuildInfo), with two extensions: Plan 9 files, where Go's own tool
often misses the mark because it aligns offsets in the file, and WebAssembly, where the linker
leaves the mark out (cmd/link/internal/wasm/asm.go writes no section for it) but the text itself
stays in the data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, replace
from itertools import islice

from crosswind.binary.goquote import quoted_prefix, unquote
from crosswind.binary.image import Image
from crosswind.binary.strings import text
from crosswind.binary.view import FormatError, View
from crosswind.frozen import frozen
from crosswind.port import Format

# debug/buildinfo: buildInfoMagic, buildInfoAlign, buildInfoHeaderSize and the offsets in readRawBuildInfo.
_MAGIC = re.compile(rb"\xff Go buildinf:")
_ALIGN = 16
_HEADER_SIZE = 32
_POINTER_SIZE_OFFSET, _FLAGS_OFFSET, _POINTERS_OFFSET = 14, 15, 16
_FLAG_BIG_ENDIAN, _FLAG_INLINE = 1, 2
_MAX_VARINT = 10  # binary.MaxVarintLen64
_SECTIONS = frozenset({".go.buildinfo", "__go_buildinfo"})

# cmd/go/internal/modload/build.go: infoStart and infoEnd frame the module text.
_START = re.compile(re.escape(bytes.fromhex("3077af0c9274080241e1c107e6d618e6")))
_END = re.compile(re.escape(bytes.fromhex("f932433186182072008242104116d8f2")))

# Nothing real comes near: lists of modules have tens of kilobytes, and the linker's mark comes first.
_MAX_TEXT = 1 << 24
_MAX_MARKS = 64


@frozen
class Module:
    """A module that went into a program; `replace` is what took its place by go.mod or go.work."""

    path: str
    version: str
    sum: str = ""
    replace: Module | None = None


@frozen
class BuildInfo:
    """How a Go program was built.

    Attributes:
        go_version: such as `go1.27.3`.
        path: import path of the main package, empty if built without modules.
        main: the module that holds it, or None.
        deps: the modules that it uses, in the order of their paths.
        settings: build settings in the linker's order: `-buildmode`, `-ldflags`, `-tags`,
            `-trimpath`, `CGO_ENABLED`, `GOARCH`, `GOOS`, `GOAMD64`, `vcs.revision` …
    """

    go_version: str
    path: str = ""
    main: Module | None = None
    deps: tuple[Module, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)


def read(image: Image) -> BuildInfo | None:
    """Read the build information; None if there is none, so that it is no Go program.

    Raises:
        FormatError: it is there and breaks the rules.
    """
    for version, module, offset in _found(image):
        if version:
            return replace(_parse(module, offset), go_version=text(version))
    return None


def _found(image: Image) -> Iterator[tuple[bytes, bytes, int]]:
    """Yield candidates: Go's version, the module text, where it came from."""
    if image.format is Format.WASM:
        yield from _in_wasm(image)
        return
    for view, address in _places(image):
        for match in islice(_MAGIC.finditer(view.data), _MAX_MARKS):
            start = match.start()
            # The linker aligns the mark in memory; for Plan 9, Go's reader checks the offset in
            # the file instead (plan9objExe.DataStart) and finds it by luck only.
            if (address + start) % _ALIGN == 0:
                yield (*_decode(image, view.clip(start, len(view))), view.base + start)


def _places(image: Image) -> Iterator[tuple[View, int]]:
    """Yield where the mark may be: its own section, else writable data, with the address."""
    named = [section for section in image.sections if section.name in _SECTIONS]
    data = [section for section in image.sections if section.writable and not section.executable]
    budget = len(image.view)
    for section in named or data:
        content = image.content(section)
        # Honest sections do not overlap, so together they are no longer than the file.
        budget -= len(content)
        if budget < 0:
            return
        yield content, section.address


def _decode(image: Image, blob: View) -> tuple[bytes, bytes]:
    """Return version and module text of the blob at a mark; empty if it is none."""
    if len(blob) < _HEADER_SIZE:
        return b"", b""
    flags = blob.data[_FLAGS_OFFSET]
    if flags & _FLAG_INLINE:
        version, end = _inline(blob, _HEADER_SIZE)
        module = _inline(blob, end)[0] if version else b""
    else:
        size = blob.data[_POINTER_SIZE_OFFSET]
        if size not in (4, 8):
            return b"", b""
        order = _Order(size, big_endian=bool(flags & _FLAG_BIG_ENDIAN))
        version = _pointed(image, order, order.word(blob, _POINTERS_OFFSET))
        module = b""
        if version:
            module = _pointed(image, order, order.word(blob, _POINTERS_OFFSET + size))
    # readRawBuildInfo strips the frame by its length only, and so do we.
    framed = len(module) >= 33 and module[-17] == ord("\n")
    return version, module[16:-16] if framed else b""


def _inline(blob: View, offset: int) -> tuple[bytes, int]:
    """Read a string behind its length (Go 1.18 and newer); empty if it does not fit."""
    size, shift = 0, 0
    for byte in blob.clip(offset, _MAX_VARINT).data:
        offset += 1
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            held = blob.clip(offset, min(size, _MAX_TEXT))
            return (bytes(held.data), offset + size) if len(held) == size else (b"", len(blob))
    return b"", len(blob)


@frozen
class _Order:
    """Word size in bytes, and byte order, as the header of an old blob gives them."""

    size: int
    big_endian: bool

    def word(self, view: View, offset: int) -> int:
        """Read one word; 0 if it does not fit."""
        held = view.clip(offset, self.size)
        if len(held) < self.size:
            return 0
        return int.from_bytes(held.data, "big" if self.big_endian else "little")


def _pointed(image: Image, order: _Order, address: int) -> bytes:
    """Follow a pointer to a Go string's header (before Go 1.18); empty if it leads nowhere."""
    header = image.at(address, 2 * order.size)
    size = order.word(header, order.size)
    held = image.at(order.word(header, 0), min(size, _MAX_TEXT))
    return bytes(held.data) if len(held) == size else b""


def _in_wasm(image: Image) -> Iterator[tuple[bytes, bytes, int]]:
    """Find the framed text in the data, and Go's version in the section of tool names."""
    data = image.section("data")
    producers = image.section("producers")
    if data is None or producers is None:
        return
    # writeProducerSec: the language "Go" with the toolchain's version, each behind its length.
    language = re.search(rb"language\x01\x02Go(.)", bytes(image.content(producers).data), re.DOTALL)
    if language is None:
        return
    size, start = language[1][0], language.end()
    version = bytes(image.content(producers).clip(start, size).data)
    content = image.content(data)
    begin = _START.search(content.data)
    end = _END.search(content.data, begin.end()) if begin else None
    if begin and end and end.start() - begin.end() <= _MAX_TEXT:
        module = bytes(content.data[begin.end() : end.start()])
        yield version, module, data.offset + begin.end()
    else:
        yield version, b"", data.offset


def _parse(module: bytes, offset: int) -> BuildInfo:
    """Read the module text line by line: runtime/debug/mod.go, ParseBuildInfo."""
    lines = _Lines()
    # Only whole lines count: what follows the last newline is ignored, as in Go.
    for line in text(module).split("\n")[:-1]:
        word, tab, rest = line.partition("\t")
        take = _WORDS.get(word)
        if not tab or take is None:
            continue
        try:
            take(lines, rest)
        except ValueError as error:
            raise FormatError(f"Go build information: {error} in {line!r}", offset) from None
    return BuildInfo("", lines.path, lines.main, tuple(lines.deps), lines.settings)


class _Lines:
    """Gathers what the lines say, one method per first word."""

    def __init__(self) -> None:
        self.path = ""
        self.main: Module | None = None
        self.deps: list[Module] = []
        self.settings: dict[str, str] = {}
        self._replaceable = ""

    def take_path(self, rest: str) -> None:
        self.path = rest

    def take_main(self, rest: str) -> None:
        self.main, self._replaceable = _module(rest), "mod"

    def take_dep(self, rest: str) -> None:
        self.deps.append(_module(rest))
        self._replaceable = "dep"

    def take_replacement(self, rest: str) -> None:
        path, version, checksum = _columns(rest, 3)
        replacement = Module(path, version, checksum)
        if self._replaceable == "mod" and self.main:
            self.main = replace(self.main, replace=replacement)
        elif self._replaceable == "dep":
            self.deps[-1] = replace(self.deps[-1], replace=replacement)
        else:
            raise ValueError("replacement without a module before it")
        self._replaceable = ""

    def take_setting(self, rest: str) -> None:
        key, value = _setting(rest)
        self.settings[key] = value


_WORDS: dict[str, Callable[[_Lines, str], None]] = {
    "path": _Lines.take_path,
    "mod": _Lines.take_main,
    "dep": _Lines.take_dep,
    "=>": _Lines.take_replacement,
    "build": _Lines.take_setting,
}


def _module(rest: str) -> Module:
    """Read path, version and, unless it was replaced, the checksum."""
    path, version, *checksum = _columns(rest, 2, 3)
    return Module(path, version, "".join(checksum))


def _columns(rest: str, *counts: int) -> list[str]:
    columns = rest.split("\t")
    if len(columns) not in counts:
        raise ValueError(f"{len(columns)} columns instead of {' or '.join(map(str, counts))}")
    return columns


def _setting(line: str) -> tuple[str, str]:
    """Take `key=value` apart; either side is quoted where it holds what would confuse."""
    if line[:1] in ("`", '"'):
        raw = quoted_prefix(line)
        key, rest = unquote(raw), line[len(raw) :]
        if not rest.startswith("="):
            raise ValueError("no '=' behind the quoted key")
        value = rest[1:]
    else:
        key, equals, value = line.partition("=")
        if not equals or not key or any(mark in key for mark in ' \t\r\n"`'):
            raise ValueError("no key before '='")
    if value[:1] in ("`", '"'):
        return key, unquote(value)
    if any(mark in value for mark in ' \t\r\n"`'):
        raise ValueError("a value that must be quoted is not")
    return key, value
