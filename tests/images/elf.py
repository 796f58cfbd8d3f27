"""Small ELF files with every table a reader knows, made of nothing but the specification."""

from __future__ import annotations

import struct
import zlib

BASE = 0x400000


def build(*, bits: int = 64, big_endian: bool = False, **fields: object) -> bytes:
    """Build a program that a loader would map as one piece at BASE; see `_Builder.build`."""
    return _Builder(bits, big_endian).build(**fields)


def static(**fields: object) -> bytes:
    """Build a static executable without a dynamic section."""
    plain = {"file_type": 2, "interpreter": "", "needed": (), "notes": (), "flags_1": 0}
    return build(**{**plain, **fields})


class _Strings:
    def __init__(self) -> None:
        self.data = b"\0"

    def add(self, text: str) -> int:
        offset = len(self.data)
        self.data += text.encode() + b"\0"
        return offset


class _Builder:
    def __init__(self, bits: int, big_endian: bool) -> None:
        self.wide = bits == 64
        self.order = ">" if big_endian else "<"
        self.big_endian = big_endian
        self.body = bytearray()
        self.sections: list[tuple[str, int, int, int, int, int, int, int]] = []
        self.header_size = 64 if self.wide else 52
        # Room for the ELF header and eight program headers.
        self.start = self.header_size + 8 * (56 if self.wide else 32)
        self.body += bytes(self.start)

    def pack(self, layout: str, *values: int) -> bytes:
        """Pack with `W` as the word of this class."""
        return struct.pack(self.order + layout.replace("W", "Q" if self.wide else "I"), *values)

    def add(self, name, content, kind=1, flags=2, link=0, info=0, entry=0):
        """Append a section's content; return its file offset."""
        self.body += bytes(-len(self.body) % 16)
        offset = len(self.body)
        self.body += content
        self.sections.append((name, kind, flags, offset, len(content), link, info, entry))
        return offset

    def symbol(self, name, value, size, info, index):
        if self.wide:
            return self.pack("IBBHQQ", name, info, 0, index, value, size)
        return self.pack("IIIBBH", name, value, size, info, 0, index)

    def segment(self, kind, flags, offset, size, align=16):
        address = BASE + offset
        if self.wide:
            return self.pack("IIQQQQQQ", kind, flags, offset, address, 0, size, size, align)
        return self.pack("IIIIIIII", kind, offset, address, 0, size, size, flags, align)

    def build(
        self,
        *,
        machine=62,
        file_type=3,
        os_abi=0,
        flags=0,
        interpreter="/lib64/ld-linux-x86-64.so.2",
        needed=("libc.so.6", "libm.so.6"),
        flags_1=0x0800_0001,
        notes=(("Go", 4, b"go/build/id"),),
        stack_flags=6,
        section_headers=True,
        gnu_hash=True,
    ):
        segments = []
        text = self.add(".text", b"\x90" * 64, flags=6)
        if interpreter:
            content = interpreter.encode() + b"\0"
            offset = self.add(".interp", content)
            segments.append(self.segment(3, 4, offset, len(content), 1))
        if notes:
            content = b"".join(self.note(*note) for note in notes)
            offset = self.add(".note", content, kind=7)
            segments.append(self.segment(4, 4, offset, len(content), 4))
        if needed or flags_1:
            segments += self.dynamic(needed, flags_1, text, gnu_hash)
        self.add(".MIPS.abiflags", bytes((0, 0, 32, 1, 1, 1, 0, 3)) + bytes(16))
        self.symbols(text)
        # A compression header of class 1 (zlib), and no bytes compressed.
        header = self.pack("IIWW" if self.wide else "IWW", 1, *([0] * (2 + self.wide)))
        self.add(".debug_info", header + zlib.compress(b""), flags=0x800)
        segments.append(self.segment(0x6474E551, stack_flags, 0, 0))
        segments.append(self.segment(0x6474E552, 4, text, 16))
        segments.append(self.segment(1, 7, 0, len(self.body), 0x1000))
        headers = self.section_table() if section_headers else (0, 0, 0)
        ident = b"\x7fELF" + bytes((1 + self.wide, 1 + self.big_endian, 1, os_abi)) + bytes(8)
        table, count, names = headers
        header = ident + self.pack(
            "HHIWWWIHHHHHH", file_type, machine, 1, BASE + text, self.header_size, table, flags,
            self.header_size, 56 if self.wide else 32, len(segments),
            64 if self.wide else 40, count, names,
        )  # fmt: skip
        front = header + b"".join(segments)
        self.body[: len(front)] = front
        return bytes(self.body)

    def note(self, owner, kind, content):
        name = owner.encode() + b"\0"
        padded = name + bytes(-len(name) % 4)
        return (
            self.pack("III", len(name), len(content), kind)
            + padded
            + content
            + bytes(-len(content) % 4)
        )

    def dynamic(self, needed, flags_1, text, gnu_hash):
        strings = _Strings()
        needs = [strings.add(name) for name in needed]
        soname, runpath, rpath = map(strings.add, ("libself.so", "$ORIGIN/lib", "/opt/lib"))
        versions = [strings.add(name) for name in ("GLIBC_2.34", "GLIBC_2.4", "GLIBC_PRIVATE")]
        imported, exported = strings.add("puts"), strings.add("answer")
        dynstr = self.add(".dynstr", strings.data, kind=3)
        link = len(self.sections)
        symbols = (
            self.symbol(0, 0, 0, 0, 0)
            + self.symbol(imported, 0, 0, 0x12, 0)
            + self.symbol(exported, BASE + text, 8, 0x12, 1)
        )
        dynsym = self.add(".dynsym", symbols, kind=11, link=link, entry=len(symbols) // 3)
        if gnu_hash:
            # One bucket that starts at symbol 2, one Bloom word, one chain that ends at once.
            table = self.pack("IIII", 1, 2, 1, 0) + self.pack("W", 0) + self.pack("II", 2, 1)
            hash_tag = 0x6FFFFEF5
        else:
            table, hash_tag = self.pack("IIIIII", 1, 3, 1, 0, 0, 0), 4
        hashes = self.add(".hash", table)
        need = b""
        for index, name in enumerate(needs[:1]):
            need += self.pack("HHIII", 1, len(versions), name, 16, 0 if index == 0 else 1)
            for position, version in enumerate(versions):
                last = position == len(versions) - 1
                need += self.pack("IHHII", 0, 0, 2, version, 0 if last else 16)
        verneed = self.add(".gnu.version_r", need, kind=0x6FFFFFFE, link=link, info=1)
        entries = [(1, name) for name in needs]
        entries += [
            (14, soname), (29, runpath), (15, rpath), (5, BASE + dynstr),
            (10, len(strings.data)), (6, BASE + dynsym), (hash_tag, BASE + hashes),
            (0x6FFFFFFB, flags_1), (30, 8),
        ]  # fmt: skip
        if needs:
            entries += [(0x6FFFFFFE, BASE + verneed), (0x6FFFFFFF, 1)]
        content = b"".join(self.pack("WW", *entry) for entry in [*entries, (0, 0)])
        offset = self.add(".dynamic", content, kind=6, flags=3, link=link)
        return [self.segment(2, 6, offset, len(content), 8)]

    def symbols(self, text):
        strings = _Strings()
        rows = [
            (0, 0, 0, 0, 0),
            (strings.add("main.go"), 0, 0, 4, 0xFFF1),
            (strings.add("main.main"), BASE + text, 16, 0x12, 1),
            (strings.add("outside"), 0, 0, 0x10, 0),
            (strings.add("constant"), 42, 0, 0x10, 0xFFF1),
        ]
        content = b"".join(self.symbol(*row) for row in rows)
        link = len(self.sections) + 2
        self.add(".symtab", content, kind=2, flags=0, link=link, entry=len(content) // len(rows))
        self.add(".strtab", strings.data, kind=3, flags=0)

    def section_table(self):
        names = _Strings()
        numbers = [names.add(section[0]) for section in self.sections]
        own = names.add(".shstrtab")
        self.add(".shstrtab", names.data, kind=3, flags=0)
        numbers.append(own)
        self.body += bytes(-len(self.body) % 8)
        table = len(self.body)
        rows = [(0,) * 10]
        for number, (_, kind, flags, offset, size, link, info, entry) in zip(
            numbers, self.sections, strict=True
        ):
            address = BASE + offset if flags & 2 else 0
            rows.append((number, kind, flags, address, offset, size, link, info, 16, entry))
        self.body += b"".join(self.pack("IIWWWWIIWW", *row) for row in rows)
        return table, len(rows), len(rows) - 1
