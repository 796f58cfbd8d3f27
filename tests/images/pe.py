"""Small PE files with every table a reader knows, made of nothing but the specification."""

from __future__ import annotations

import struct

IMAGE_BASE = {32: 0x400000, 64: 0x140000000}
FILE_ALIGNMENT = 0x200
TEXT, DATA, DEBUG = 0x1000, 0x2000, 0x4000
HEADERS = 0x400


def build(
    *,
    bits: int = 64,
    machine: int = 0x8664,
    characteristics: int = 0x0022,
    dll_characteristics: int = 0x0160,
    subsystem: int = 3,
    tables: bool = True,
    symbols: bool = True,
    certificate: bytes = b"",
    overlay: bytes = b"",
) -> bytes:
    """Build a program with one code section, one data section full of tables, one debug section."""
    text = b"\xc3".ljust(FILE_ALIGNMENT, b"\xcc")
    data, directories = _tables(bits) if tables else (b"", {})
    data = data.ljust(0x1000, b"\0")
    debug = b"DWARF".ljust(FILE_ALIGNMENT, b"\0")
    text_at = HEADERS
    data_at = text_at + len(text)
    debug_at = data_at + len(data)
    symbols_at = debug_at + len(debug)
    symbol_table, count = _symbols() if symbols else (b"", 0)
    body = text + data + debug + symbol_table + overlay
    body += bytes(-len(body) % 8)
    if certificate:
        entry = struct.pack("<IHH", 8 + len(certificate), 0x200, 2) + certificate
        entry += bytes(-len(entry) % 8)
        directories[4] = (HEADERS + len(body), len(entry))
        body += entry
    optional = _optional(bits, dll_characteristics, subsystem, directories)
    coff = struct.pack(
        "<HHIIIHH", machine, 3, 0x5F5E100, symbols_at if symbols else 0, count, len(optional),
        characteristics,
    )  # fmt: skip
    sections = [
        _section(b".text", 16, TEXT, len(text), text_at, 0x60000020),
        _section(b".data", 0x1800, DATA, len(data), data_at, 0xC0000040),
        _section(b"/4" if symbols else b".zdebug", 5, DEBUG, len(debug), debug_at, 0x42000040),
    ]
    stub = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x80)
    front = stub.ljust(0x80, b"\0") + b"PE\0\0" + coff + optional + b"".join(sections)
    return front.ljust(HEADERS, b"\0") + body


def _section(name, size, address, file_size, offset, flags):
    return struct.pack("<8sIIIIIIHHI", name, size, address, file_size, offset, 0, 0, 0, 0, flags)


def _optional(bits, dll_characteristics, subsystem, directories):
    base = IMAGE_BASE[bits]
    word = "Q" if bits == 64 else "I"
    head = struct.pack(
        "<HBBIIIII", 0x20B if bits == 64 else 0x10B, 3, 0, 0x200, 0x1000, 0, TEXT, TEXT
    )
    if bits == 32:
        head += struct.pack("<I", DATA)
    head += struct.pack(
        f"<{word}IIHHHHHHIIIIHH", base, 0x1000, FILE_ALIGNMENT, 6, 1, 1, 0, 6, 1, 0, 0x5000,
        HEADERS, 0, subsystem, dll_characteristics,
    )  # fmt: skip
    head += struct.pack(f"<{word * 4}II", 0x100000, 0x1000, 0x200000, 0x2000, 0, 16)
    return head + b"".join(struct.pack("<II", *directories.get(i, (0, 0))) for i in range(16))


class _Blob:
    """Bytes at DATA that refer to each other by their addresses."""

    def __init__(self) -> None:
        self.data = bytearray(16)

    def add(self, content: bytes) -> int:
        self.data += bytes(-len(self.data) % 8)
        address = DATA + len(self.data)
        self.data += content
        return address


def _tables(bits):
    blob = _Blob()
    word = "<Q" if bits == 64 else "<I"
    directories = {}

    def thunks(*entries):
        found = [
            1 << bits - 1 | entry
            if isinstance(entry, int)
            else blob.add(struct.pack("<H", 7) + entry + b"\0")
            for entry in entries
        ]
        return blob.add(b"".join(struct.pack(word, value) for value in [*found, 0]))

    def string(value):
        return blob.add(value + b"\0")

    kernel, kernel_names = thunks(b"ExitProcess", b"WriteFile"), string(b"KERNEL32.dll")
    numbers, numbers_names = thunks(115), string(b"numbers.dll")
    rows = struct.pack("<5I", kernel, 0, 0, kernel_names, kernel)
    # No lookup table, as some linkers write it: the address table stands in.
    rows += struct.pack("<5I", 0, 0, 0, numbers_names, numbers) + bytes(20)
    directories[1] = (blob.add(rows), len(rows))

    delayed = struct.pack("<8I", 1, string(b"user32.dll"), 0, 0, thunks(b"MessageBoxW"), 0, 0, 0)
    directories[13] = (blob.add(delayed + bytes(32)), 64)

    directories[0] = _exports(blob, string)
    path = b"C:\\build\\hello.pdb\0"
    codeview = b"RSDS" + bytes(range(16)) + struct.pack("<I", 3) + path
    at = blob.add(codeview)
    offset = at - DATA + HEADERS + FILE_ALIGNMENT
    entry = struct.pack("<IIHHIIII", 0, 77, 0, 0, 2, len(codeview), at, offset)
    entry += struct.pack("<IIHHIIII", 0, 77, 0, 0, 16, 0, 0, 0)
    directories[6] = (blob.add(entry), len(entry))
    # One block of two base relocations that do nothing.
    directories[5] = (blob.add(struct.pack("<IIHH", TEXT, 12, 0, 0)), 12)
    for index in (2, 9, 10):
        directories[index] = (blob.add(bytes(24)), 24)
    return bytes(blob.data), directories


def _exports(blob, string):
    start = DATA + len(blob.data) + -len(blob.data) % 8
    # The forwarder's text must lie inside the directory: header, tables and names in one piece.
    functions, names, ordinals, texts = start + 40, start + 52, start + 60, start + 64
    parts = [b"hello.dll\0", b"add\0", b"gone\0", b"NTDLL.RtlExit\0"]
    at = [texts + sum(map(len, parts[:i])) for i in range(4)]
    content = struct.pack("<IIHHIIIIIII", 0, 0, 0, 0, at[0], 10, 3, 2, functions, names, ordinals)
    content += struct.pack("<III", TEXT, at[3], TEXT + 4)
    content += struct.pack("<II", at[1], at[2]) + struct.pack("<HH", 0, 1) + b"".join(parts)
    return blob.add(content), len(content)


def _symbols():
    names = b".debug_info\0main.longer_than_eight\0"
    strings = struct.pack("<I", 4 + len(names)) + names
    long_name = struct.pack("<II", 0, 4 + len(b".debug_info\0"))
    rows = [
        (b".file", 0, -2, 103, 1),
        (b"hello.go", 0, 0, 0, 0),
        (long_name, 4, 1, 2, 0),
        (b"main.x", 8, 2, 2, 0),
        (b"main.bss", 0x1100, 2, 2, 0),
        (b"outside", 0, 0, 2, 0),
        (b"absolute", 42, -1, 2, 0),
    ]
    table = b"".join(
        struct.pack("<8sIhHBB", name, value, section, 0, storage, auxiliary)
        for name, value, section, storage, auxiliary in rows
    )
    return table + strings, len(rows)
