"""Small Mach-O files with every load command a reader knows, made of nothing but the headers."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable

PAGE = 0x1000
BASE = {32: 0x1000, 64: 0x1_0000_0000}
CPUS = {"386": 7, "amd64": 0x0100_0007, "arm": 12, "arm64": 0x0100_000C}
# Thread states: flavor, words of 32 bits, position of the program counter in bytes.
THREADS = {"386": (1, 16, 40), "amd64": (4, 42, 128), "arm": (1, 17, 60), "arm64": (6, 68, 256)}
MACOS = (1, (12, 0, 0), (13, 1, 0))
LIBRARIES = ((0xC, "/usr/lib/libSystem.B.dylib", (1, 2, 3), (1, 0, 0)),)
# (name, n_type, section, offset into the section or plain value)
SYMBOLS = (
    ("_main.main", 0x0E, 1, 0),
    ("_main.version", 0x0E, 3, 0),
    ("_main.empty", 0x0E, 4, 0),
    ("/tmp/main.go", 0x64, 0, 0),
    ("__mh_execute_header", 0x03, 0, 0x1000),
    ("_exit", 0x01, 0, 0),
)


def version(parts: tuple[int, int, int]) -> int:
    major, minor, patch = parts
    return major << 16 | minor << 8 | patch


def build(**fields: object) -> bytes:
    """Build a program; see `_Builder.build`."""
    builder = _Builder(fields.pop("goarch", "arm64"), fields.pop("big_endian", False))
    return builder.build(**fields)


class _Builder:
    def __init__(self, goarch: str, big_endian: bool) -> None:
        self.goarch = goarch
        self.bits = 64 if goarch.endswith("64") else 32
        self.order = ">" if big_endian else "<"
        self.base = BASE[self.bits]
        self.commands: list[bytes] = []

    def pack(self, layout: str, *values: int | bytes) -> bytes:
        """Pack with `W` as the word of this class."""
        return struct.pack(
            self.order + layout.replace("W", "Q" if self.bits == 64 else "I"), *values
        )

    def command(self, number: int, body: bytes) -> None:
        body += bytes(-len(body) % 8)
        self.commands.append(self.pack("II", number, 8 + len(body)) + body)

    def text_command(self, number: int, head: bytes, text: str) -> None:
        """Add a command with a string behind its fixed fields."""
        self.command(number, self.pack("I", 12 + len(head)) + head + text.encode() + b"\0")

    def segment(self, name, address, size, offset, file_size, protection, sections=()):
        body = struct.pack("16s", name) + self.pack(
            "WWWWIIII", address, size, offset, file_size, 7, protection, len(sections), 0
        )
        for label, start, length, at, flags in sections:
            body += struct.pack("16s16s", label, name)
            body += self.pack("WWIIIIIII", start, length, at, 4, 0, 0, flags, 0, 0)
            body += bytes(4) if self.bits == 64 else b""
        self.commands.append(
            self.pack("II", 0x19 if self.bits == 64 else 0x1, 8 + len(body)) + body
        )

    def build(
        self,
        *,
        file_type: int = 2,
        flags: int = 0x20_0085,
        subtype: int = 0,
        buildinfo: bytes = b"",
        data: bytes = bytes(64),
        info: bytes = b"",
        fixups: bytes = b"",
        symbols=SYMBOLS,
        sign: Callable[[bytes], bytes] | None = None,
        tail: bytes = b"",
        **facts: object,
    ) -> bytes:
        """Lay out headers, text, data and link-edit data, each from a page of its own on."""
        text = b"\xc0\x03\x5f\xd6" * 16
        edit_at = 2 * PAGE + -(-(len(buildinfo) + len(data)) // PAGE) * PAGE
        edit, table_at, names = self.link_edit(symbols, edit_at, len(buildinfo), fixups)
        limit = edit_at + len(edit)
        signature_size = len(sign(bytes(limit))) if sign else 0
        self.segments(file_type, len(text), len(info), len(buildinfo), len(data), edit_at)
        edit_size = len(edit) + signature_size
        self.segment(b"__LINKEDIT", self.base + edit_at + PAGE, edit_size, edit_at, edit_size, 1)
        self.facts(**facts)
        self.command(0x2, self.pack("IIII", table_at, len(symbols), limit - names, names))
        self.command(0xB, self.pack("18I", 0, 3, 3, 1, 4, 1, *[0] * 12))
        self.command(0x8000_0022, self.pack("10I", edit_at, 8, *[0] * 8))
        if fixups:
            self.command(0x8000_0034, self.pack("II", edit_at, len(fixups)))
        self.command(0x2A, self.pack("Q", 1 << 40 | 2 << 30 | 3 << 20 | 4 << 10 | 5))
        self.command(0x2C, self.pack("IIII", PAGE, PAGE, 0, 0))
        if sign:
            self.command(0x1D, self.pack("II", limit, signature_size))
        code = self.header(file_type, flags, subtype).ljust(PAGE, b"\0")
        code += (text + info).ljust(PAGE, b"\0")
        code += (buildinfo + data).ljust(edit_at - 2 * PAGE, b"\0") + edit
        return code + (sign(code) if sign else b"") + tail

    def link_edit(self, symbols, edit_at: int, skip: int, fixups: bytes) -> tuple[bytes, int, int]:
        """Return fixups, symbols and names as one piece, where symbols begin, size of the names."""
        names, table = b"\0", b""
        data = self.base + 2 * PAGE
        starts = (0, self.base + PAGE, data, data + skip, self.base + edit_at)
        for name, kind, section, value in symbols:
            table += self.pack("IBBHW", len(names), kind, section, 0, value + starts[section])
            names += name.encode() + b"\0"
        front = fixups + bytes(-len(fixups) % 16)
        table += bytes(-len(table) % 16)
        names += bytes(-len(names) % 16)
        return front + table + names, edit_at + len(front), len(names)

    def segments(
        self, file_type: int, text: int, info: int, buildinfo: int, data: int, edit_at: int
    ) -> None:
        """Add the segments in front of __LINKEDIT, given the sizes of what is in their sections."""
        if file_type == 2:
            self.segment(b"__PAGEZERO", 0, self.base, 0, 0, 0)
        sections = [(b"__text", self.base + PAGE, text, PAGE, 0x8000_0400)]
        if info:
            at = PAGE + text
            sections.append((b"__info_plist", self.base + at, info, at, 0))
        self.segment(b"__TEXT", self.base, 2 * PAGE, 0, 2 * PAGE, 5, sections)
        at, size = 2 * PAGE, edit_at - 2 * PAGE
        start = self.base + at
        sections = [
            (b"__go_buildinfo", start, buildinfo, at, 0),
            (b"__data", start + buildinfo, data, at + buildinfo, 0),
            (b"__bss", self.base + edit_at, PAGE, 0, 1),
        ]
        self.segment(b"__DATA", start, size + PAGE, at, size, 3, sections)

    def facts(
        self, *, platforms=(MACOS,), minimum=(), libraries=LIBRARIES, entry: str = "main"
    ) -> None:
        """Add what says where it runs, what it needs and where it begins."""
        for platform, lowest, sdk in platforms:
            self.command(0x32, self.pack("IIII", platform, version(lowest), version(sdk), 0))
        for number, lowest, sdk in minimum:
            self.command(number, self.pack("II", version(lowest), version(sdk)))
        if entry == "main":
            self.command(0x8000_0028, self.pack("QQ", PAGE, 0))
        elif entry == "thread":
            flavor, count, position = THREADS[self.goarch]
            state = bytearray(4 * count)
            counter = self.pack("W", self.base + PAGE)
            state[position : position + len(counter)] = counter
            self.command(0x5, self.pack("II", flavor, count) + bytes(state))
        for number, name, current, compatibility in libraries:
            head = self.pack("III", 2, version(current), version(compatibility))
            self.text_command(number, head, name)
        self.text_command(0x8000_001C, b"", "@executable_path/lib")
        self.text_command(0xE, b"", "/usr/lib/dyld")
        self.command(0x1B, bytes(range(16)))

    def header(self, file_type: int, flags: int, subtype: int) -> bytes:
        """Return the header and all load commands."""
        commands = b"".join(self.commands)
        magic = 0xFEEDFACF if self.bits == 64 else 0xFEEDFACE
        counts = (file_type, len(self.commands), len(commands), flags)
        header = self.pack("7I", magic, CPUS[self.goarch], subtype, *counts)
        return header + (bytes(4) if self.bits == 64 else b"") + commands


def fat(*slices: bytes, wide: bool = False) -> bytes:
    """Put thin files together, each on a page of its own."""
    table, body, offset = b"", b"", PAGE
    for data in slices:
        order = ">" if data[:2] == b"\xfe\xed" else "<"
        cpu, subtype = struct.unpack_from(order + "II", data, 4)
        layout = ">IIQQII" if wide else ">IIIII"
        table += struct.pack(layout, cpu, subtype, offset, len(data), 12, *([0] if wide else []))
        padded = data + bytes(-len(data) % PAGE)
        body += padded
        offset += len(padded)
    magic = 0xCAFEBABF if wide else 0xCAFEBABE
    return (struct.pack(">II", magic, len(slices)) + table).ljust(PAGE, b"\0") + body


HASHES = {
    1: lambda data: hashlib.sha1(data).digest(),
    2: lambda data: hashlib.sha256(data).digest(),
    3: lambda data: hashlib.sha256(data).digest()[:20],
    4: lambda data: hashlib.sha384(data).digest(),
}


def blob(magic: int, content: bytes) -> bytes:
    """Put magic number and length before a part of a signature."""
    return struct.pack(">II", magic, 8 + len(content)) + content


def signature(
    code: bytes,
    *,
    kinds: tuple[int, ...] = (2,),
    parts: dict[int, bytes] | None = None,
    info: bytes = b"",
    unhashed: tuple[int, ...] = (),
    **options: object,
) -> bytes:
    """Sign code: one code directory for each hash type, and other parts by slot."""
    parts = parts or {}
    hashed = {slot: part for slot, part in parts.items() if slot < 8 and slot not in unhashed}
    if info:
        hashed[1] = info
    blobs = {
        (0x1000 + number - 1 if number else 0): _directory(code, kind, hashed, **options)
        for number, kind in enumerate(kinds)
    }
    blobs.update(parts)
    offset = 12 + 8 * len(blobs)
    index = b""
    for slot, content in blobs.items():
        index += struct.pack(">II", slot, offset)
        offset += len(content)
    return struct.pack(">III", 0xFADE0CC0, offset, len(blobs)) + index + b"".join(blobs.values())


# Size of struct __CodeDirectory by the version that last added to it.
SIZES = {0x20001: 44, 0x20100: 48, 0x20200: 52, 0x20300: 64, 0x20400: 88, 0x20500: 96}


def _directory(
    code: bytes,
    kind: int,
    parts: dict[int, bytes],
    *,
    page_bits: int = 12,
    flags: int = 0x2,
    version: int = 0x20400,
    team: bytes = b"",
    limit: int = 0,
) -> bytes:
    limit = limit or len(code)
    page = 1 << page_bits if page_bits else len(code)
    hasher = HASHES[kind]
    size = len(hasher(b""))
    pages = [hasher(code[start : min(start + page, limit)]) for start in range(0, limit, page)]
    specials = [
        hasher(parts[slot]) if slot in parts else bytes(size)
        for slot in range(max(parts, default=0), 0, -1)
    ]
    length = SIZES[version]
    names = b"hello\0"
    team_at = length + len(names) if team else 0
    names += team + b"\0" if team else b""
    later = struct.pack(">IIIQQQQII", 0, team_at, 0, 0, 0, 0x1000, 1, 0x000C0000, 0)[: length - 44]
    hashes_at = length + len(names) + len(specials) * size
    total = hashes_at + len(pages) * size
    head = struct.pack(
        ">9I4BI", 0xFADE0C02, total, version, flags, hashes_at, length, len(specials), len(pages),
        limit, size, kind, 0, page_bits, 0,
    )  # fmt: skip
    return head + later + names + b"".join(specials) + b"".join(pages)
