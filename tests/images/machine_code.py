"""Small Windows programs of hand-made machine code, with imports; compilers would not write them."""

from __future__ import annotations

import struct

BASE = 0x140000000
TEXT, IMPORTS, DATA = 0x1000, 0x10000, 0x20000
# The first four arguments (Microsoft x64 calling convention): mov rcx/rdx/r8/r9, imm64.
_MOVES = (b"\x48\xb9", b"\x48\xba", b"\x49\xb8", b"\x49\xb9")


class Program:
    """Collects code and the calls it makes; `build` links it.

    The stack is aligned and has the room for arguments that a call needs, from the start.
    """

    def __init__(self) -> None:
        self.code = bytearray()
        self.data = bytearray()
        self._imports: dict[tuple[str, str], list[int]] = {}
        self.emit("48 83 e4 f0 48 81 ec 00 01 00 00")  # and rsp, -16; sub rsp, 0x100

    @property
    def here(self) -> int:
        """The address of the next instruction."""
        return BASE + TEXT + len(self.code)

    def emit(self, text: str | bytes) -> None:
        """Add code, as hexadecimal digits or bytes."""
        self.code += bytes.fromhex(text) if isinstance(text, str) else text

    def store(self, content: bytes) -> int:
        """Add data, and return its address."""
        self.data += bytes(-len(self.data) % 16)
        address = BASE + DATA + len(self.data)
        self.data += content
        return address

    def wide(self, text: str) -> int:
        """Add a string of UTF-16."""
        return self.store(text.encode("utf-16le") + b"\0\0")

    def call(self, name: str, *arguments: int, library: str = "kernel32.dll") -> None:
        """Call an import with constants; the result is in rax."""
        for index, value in enumerate(arguments):
            number = struct.pack("<Q", value & (1 << 64) - 1)
            if index < 4:
                self.emit(_MOVES[index] + number)
            else:
                # mov rax, imm64; mov [rsp+disp32], rax
                self.emit(b"\x48\xb8" + number)
                self.emit(b"\x48\x89\x84\x24" + struct.pack("<I", 8 * index))
        self.emit("ff 15")
        self._imports.setdefault((library, name), []).append(len(self.code))
        self.emit(bytes(4))

    def load(self, name: str, library: str = "kernel32.dll") -> None:
        """Put the address of an import into rax."""
        self.emit("48 8b 05")
        self._imports.setdefault((library, name), []).append(len(self.code))
        self.emit(bytes(4))

    def exit(self, status: int = 0) -> None:
        """End the process."""
        self.call("ExitProcess", status)

    def build(self, **changes: int) -> bytes:
        """Link; `changes` may set `stack_reserve`, `entry` or `image_size`."""
        tables, places = self._link()
        for key, sites in self._imports.items():
            for site in sites:
                distance = places[key] - (TEXT + site + 4)
                self.code[site : site + 4] = struct.pack("<i", distance)
        contents = [(TEXT, bytes(self.code), 0x60000020, b".text")]
        contents.append((IMPORTS, tables, 0xC0000040, b".idata"))
        contents.append((DATA, bytes(self.data) or b"\0", 0xC0000040, b".data"))
        headers, body = [], b""
        for address, content, flags, name in contents:
            padded = content + bytes(-len(content) % 0x200)
            headers.append(
                struct.pack(
                    "<8sIIIIIIHHI",
                    name,
                    len(content),
                    address,
                    len(padded),
                    0x400 + len(body),
                    0,
                    0,
                    0,
                    0,
                    flags,
                )
            )
            body += padded
        size = changes.get("image_size", (DATA + len(self.data) + 0xFFF) & ~0xFFF | 0x1000)
        optional = struct.pack(
            "<HBBIIIIIQIIHHHHHHIIIIHHQQQQII", 0x20B, 3, 0, 0x200, 0x1000, 0,
            changes.get("entry", TEXT), TEXT, BASE, 0x1000, 0x200, 6, 1, 0, 0, 6, 1, 0, size, 0x400, 0,
            3, 0x0100, changes.get("stack_reserve", 0x100000), 0x1000, 0x100000, 0x1000, 0, 16,
        )  # fmt: skip
        rows = 20 * (len({library for library, _ in self._imports}) + 1)
        directories = b"".join(
            struct.pack("<II", *((IMPORTS, rows) if index == 1 and self._imports else (0, 0)))
            for index in range(16)
        )
        optional += directories
        coff = struct.pack("<HHIIIHH", 0x8664, len(headers), 0, 0, 0, len(optional), 0x22)
        stub = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x80)
        front = stub.ljust(0x80, b"\0") + b"PE\0\0" + coff + optional + b"".join(headers)
        return front.ljust(0x400, b"\0") + body

    def _link(self) -> tuple[bytes, dict[tuple[str, str], int]]:
        """Lay the import tables out: rows, then for each library its table and its names."""
        libraries: dict[str, list[str]] = {}
        for library, name in self._imports:
            libraries.setdefault(library, []).append(name)
        rows, rest, places = b"", b"", {}
        start = IMPORTS + 20 * (len(libraries) + 1)
        for library, names in libraries.items():
            hints, at = [], start + len(rest)
            texts = library.encode() + b"\0"
            thunks_at = at + len(texts) + -len(texts) % 8
            texts = texts.ljust(thunks_at - at, b"\0")
            names_at = thunks_at + 8 * (len(names) + 1)
            blob = b""
            for index, name in enumerate(names):
                places[library, name] = thunks_at + 8 * index
                hints.append(names_at + len(blob))
                entry = b"\0\0" + name.encode() + b"\0"
                blob += entry + bytes(-len(entry) % 2)
            rest += texts + struct.pack(f"<{len(names) + 1}Q", *hints, 0) + blob
            rest += bytes(-len(rest) % 8)
            rows += struct.pack("<5I", 0, 0, 0, at, thunks_at)
        return rows + bytes(20) + rest, places
