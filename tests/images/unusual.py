"""Small XCOFF64 and Plan 9 files, made of nothing but their formats' descriptions."""

from __future__ import annotations

import struct

PLAN9_MAGICS = {"386": 0x1EB, "amd64": 0x8A97, "arm": 0x647}


def plan9(
    goarch: str = "amd64", data: bytes = b"data" * 8, symbols: bytes | None = None, bss: int = 64
) -> bytes:
    """Build a Plan 9 executable."""
    wide = goarch == "amd64"
    word = ">Q" if wide else ">I"
    text = b"\x90" * 56
    if symbols is None:
        symbols = b"".join(
            struct.pack(word, value) + bytes([ord(letter) | 0x80]) + name + b"\0"
            for letter, value, name in (
                ("T", 0x200028, b"main.main"),
                ("f", 1, b"main.go"),
                ("D", 0x400000, b"main.version"),
                ("b", 0x400040, b"main.empty"),
            )
        )
        symbols += struct.pack(word, 0) + b"\xfa" + b"\0" + b"\0\1\0\2\0\0"  # 'z': a path
        symbols += struct.pack(word, 0x200030) + b"\xf4" + b"main.last\0"
    sizes = (len(text), len(data), bss, len(symbols))
    header = struct.pack(">8I", PLAN9_MAGICS[goarch], *sizes, 0x200028, 0, 4)
    header += struct.pack(">Q", 0x200028) if wide else b""
    return header + text + data + symbols + b"pcsz"


def xcoff(*, data: bytes = b"data" * 8, symbols: bool = True, shared: bool = False) -> bytes:
    """Build an AIX executable."""
    imports = b"/usr/lib:/lib\0\0\0" + b"\0libc.a\0shr_64.o\0" + b"/opt\0libz.so\0\0"
    loader = struct.pack(">6I4Q", 2, 0, 0, len(imports), 3, 0, 56, 0, 0, 0) + imports
    auxiliary = bytearray(120)
    struct.pack_into(">Q", auxiliary, 80, 0x2_0000_0000)
    content = {
        b".text": (0x20, 0x1_0000_0000, b"\x60" * 64),
        b".data": (0x40, 0x2_0000_0000, data),
        b".bss": (0x80, 0x2_0000_1000, b""),
        b".dwinfo": (0x10010, 0, b"DWARF"),
        b".loader": (0x1000, 0, loader),
    }
    offset = 24 + len(auxiliary) + 72 * len(content)
    table, body = b"", b""
    for name, (flags, address, part) in content.items():
        size, at = (len(part), offset) if part else (0x100, 0)
        table += struct.pack(">8s6QIIII", name, address, address, size, at, 0, 0, 0, 0, flags, 0)
        body += part
        offset += len(part)
    entries, strings = b"", b"\0\0\0\0"
    # Section, name, storage class, value; size, type and class of the control section.
    rows = (
        (0xFFFE, b".file", 103, 0, (0, 0, 0)),  # N_DEBUG: not for the linker
        (1, b"main.main", 2, 0x1_0000_0000, (7, 2, 0)),  # a label: 7 is no size
        (1, b"main.text", 107, 0x1_0000_0020, (8, 1, 1)),  # a constant among the code
        (2, b"main.version", 107, 0x2_0000_0000, (16, 1, 5)),
        (3, b"main.empty", 2, 0x2_0000_1000, (16, 3, 9)),
        (0, b"malloc", 2, 0, (0, 0, 0)),
        (0xFFFF, b"constant", 111, 7, (0, 0, 0)),
        (1, b"", 107, 0, (0, 1, 0)),
    )
    for section, name, storage, value, csect in rows:
        entries += struct.pack(">QIHHBB", value, len(strings), section, 0, storage, 2) + bytes(18)
        entries += struct.pack(">I6xBBI2x", *csect, 0)
        strings += name + b"\0"
    strings = struct.pack(">I", len(strings)) + strings[4:]
    count = len(entries) // 18 if symbols else 0
    header = struct.pack(
        ">HHIQHHI", 0x1F7, len(content), 0, offset if symbols else 0, len(auxiliary),
        0x2000 if shared else 0x2, count,
    )  # fmt: skip
    return header + bytes(auxiliary) + table + body + (entries + strings if symbols else b"")
