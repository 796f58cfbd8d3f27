"""Small PE and Mach-O programs laid out as Go's linker does it: debug data amid the rest, compressed."""

from __future__ import annotations

import struct
import zlib

DWARF = b"debug data " * 20
BASE = 0x1_4000_0000
FILE_ALIGNMENT, PAGE = 0x200, 0x1000
PAGES = 0x4000


def compressed(data: bytes) -> bytes:
    """Compress as Go does in formats that know nothing of it: magic, size, zlib."""
    return b"ZLIB" + len(data).to_bytes(8, "big") + zlib.compress(data)


def pe(
    *,
    debug: tuple[tuple[bytes, bytes], ...] = (
        (b".zdebug_info", compressed(DWARF)),
        (b".debug_line", b"lines"),
    ),
    symbols: bool = True,
    checksum: int = 0,
    overlay: bytes = b"",
    codeview: bool = False,
    alignments: tuple[int, int] = (PAGE, FILE_ALIGNMENT),
    headers_size: int = 0x400,
) -> bytes:
    """Build .text, .rdata, debug sections, .reloc, and the section with the COFF symbols."""
    names, rows, body = bytearray(), [], bytearray()
    address = PAGE

    def add(name: bytes, content: bytes, flags: int) -> int:
        nonlocal address
        label = name
        if len(name) > 8:
            label = b"/%d" % (4 + len(names))
            names.extend(name + b"\0")
        offset = 0x400 + len(body)
        padded = content + bytes(-len(content) % FILE_ALIGNMENT)
        rows.append(
            struct.pack(
                "<8sIIIIIIHHI", label, len(content), address, len(padded), offset, 0, 0, 0, 0, flags
            )
        )
        body.extend(padded)
        address += -(-len(content) // PAGE) * PAGE
        return offset

    add(b".text", b"\xc3" * 40, 0x60000020)
    # A debug directory of one entry: its data, four bytes, lie behind it.
    at = 0x400 + FILE_ALIGNMENT
    entry = struct.pack("<IIHHIIII", 0, 0, 0, 0, 16, 4, 2 * PAGE + 28, at + 28)
    add(b".rdata", entry + b"REPR" + bytes(100), 0x40000040)
    for name, content in debug:
        add(name, content, 0x42100040)
    add(b".reloc", struct.pack("<II", PAGE, 8), 0x42000040)
    if symbols:
        records = struct.pack("<8sIhHBB", b"main.x", 4, 2, 0, 2, 0)
        records += struct.pack("<8sIhHBB", b"main.f", 8, 1, 0, 2, 0)
        table = records + struct.pack("<I", 4 + len(names)) + bytes(names)
        symbols_at = add(b".symtab", table, 0x42000000)
    else:
        symbols_at = 0x400 + len(body)
        body += struct.pack("<I", 4 + len(names)) + names
    directories = {5: (address_of(rows, b".reloc"), 8)}
    if codeview:
        directories[6] = (2 * PAGE, 28)
    optional = struct.pack("<HBBIIIII", 0x20B, 3, 0, 0x200, 0x200, 0, PAGE, PAGE)
    optional += struct.pack(
        "<QIIHHHHHHIIIIHH", BASE, *alignments, 6, 1, 1, 0, 6, 1, 0, address, headers_size, checksum,
        3, 0x8160,
    )  # fmt: skip
    optional += struct.pack("<QQQQII", 0x100000, 0x1000, 0x200000, 0x2000, 0, 16)
    optional += b"".join(struct.pack("<II", *directories.get(n, (0, 0))) for n in range(16))
    coff = struct.pack(
        "<HHIIIHH", 0x8664, len(rows), 0, symbols_at, 2 if symbols else 0, len(optional), 0x22
    )
    front = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x80)
    front = front.ljust(0x80, b"\0") + b"PE\0\0" + coff + optional + b"".join(rows)
    return front.ljust(0x400, b"\0") + bytes(body) + overlay


def address_of(rows: list[bytes], name: bytes) -> int:
    """The address in the header of a section."""
    return next(struct.unpack_from("<I", row, 12)[0] for row in rows if row.startswith(name))


def macho(
    *,
    bits: int = 64,
    debug: tuple[tuple[bytes, bytes], ...] = (
        (b"__zdebug_info", compressed(DWARF)),
        (b"__zdebug_line_st", compressed(b"lines")),
        (b"__debug_gdb_scri", b"script"),
    ),
    uuid: bool = True,
    tail: bytes = b"",
) -> bytes:
    """Build __TEXT, __DWARF and __LINKEDIT with local, exported and undefined symbols."""
    word = "Q" if bits == 64 else "I"
    base = 1 << 32 if bits == 64 else PAGES

    def segment(name, address, size, offset, file_size, sections):
        body = struct.pack(
            f"<16s4{word}4I", name, address, size, offset, file_size, 7, 5, len(sections), 0
        )
        for label, where, length, at in sections:
            body += struct.pack(
                f"<16s16s2{word}7I", label, name, where, length, at, 0, 0, 0, 0, 0, 0
            )
            body += bytes(4) if bits == 64 else b""
        return struct.pack("<II", 0x19 if bits == 64 else 1, 8 + len(body)) + body

    dwarf, sections, at = b"", [], PAGES
    for label, content in debug:
        sections.append((label, base + at, len(content), at))
        dwarf += content
        at += len(content)
    edit_at = PAGES + -(-len(dwarf) // PAGES) * PAGES
    strings = b"\0_main.f\0_shown\0_exit\0"
    layout = "<IBBHQ" if bits == 64 else "<IBBHI"
    table = struct.pack(layout, 1, 0x0E, 1, 0, base + PAGE)
    table += struct.pack(layout, 9, 0x0F, 1, 0, base + PAGE + 4)
    table += struct.pack(layout, 16, 0x01, 0, 0, 0)
    indirect = struct.pack("<4I", 2, 0, 0x8000_0000, 1)
    starts = b"\x80\x20\0\0\0\0\0\0"
    places, edit = {}, b""
    for name, content in (
        ("starts", starts),
        ("table", table),
        ("indirect", indirect),
        ("strings", strings),
    ):
        places[name] = edit_at + len(edit)
        edit += content + bytes(-len(content) % 8)
    commands = [segment(b"__TEXT", base, PAGES, 0, PAGES, [(b"__text", base + PAGE, 64, PAGE)])]
    if debug:
        commands.append(segment(b"__DWARF", base + PAGES, 0, PAGES, len(dwarf), sections))
    commands += [
        segment(b"__LINKEDIT", base + PAGES, len(edit), edit_at, len(edit), []),
        struct.pack("<6I", 2, 24, places["table"], 3, places["strings"], len(strings)),
        struct.pack("<20I", 0xB, 80, 0, 1, 1, 1, 2, 1, *[0] * 6, places["indirect"], 4, 0, 0, 0, 0),
        struct.pack("<4I", 0x26, 16, places["starts"], len(starts)),
        struct.pack("<6I", 0x32, 24, 1, 0xC0000, 0xC0000, 0),
    ]
    if uuid:
        commands.append(struct.pack("<2I", 0x1B, 24) + bytes(range(16)))
    content = b"".join(commands)
    cpu = 0x0100_000C if bits == 64 else 7
    magic = 0xFEEDFACF if bits == 64 else 0xFEEDFACE
    header = struct.pack("<7I", magic, cpu, 0, 2, len(commands), len(content), 0x85)
    code = header + (bytes(4) if bits == 64 else b"") + content
    code = code.ljust(PAGE, b"\0") + b"\xc0\x03\x5f\xd6" * 16
    return (code.ljust(PAGES, b"\0") + dwarf).ljust(edit_at, b"\0") + edit + tail
