"""Go's table of functions as each version of the linker wrote it, from the sources of runtime and gosym."""

from __future__ import annotations

import struct

MAGICS = {"1.2": 0xFFFFFFFB, "1.16": 0xFFFFFFFA, "1.18": 0xFFFFFFF0, "1.20": 0xFFFFFFF1}


def build(
    version: str,
    functions: list[tuple[str, int, int]],
    *,
    bits: int = 64,
    big_endian: bool = False,
    text: int = 0x401000,
    files: tuple[str, ...] = ("main.go",),
) -> bytes:
    """Build a table of (name, address, size); functions must follow each other."""
    order = ">" if big_endian else "<"
    word = "Q" if bits == 64 else "I"
    absolute = version in ("1.2", "1.16")
    entry = word if absolute else "I"
    base = 0 if absolute else text

    def pack(layout: str, *values: int) -> bytes:
        return struct.pack(order + layout, *values)

    names, offsets = b"", []
    for name, _, _ in functions:
        offsets.append(len(names))
        names += name.encode() + b"\0"
    count = len(functions)
    table_size = (2 * count + 1) * struct.calcsize(order + entry)
    head = pack("IBBBB", MAGICS[version], 0, 0, 1, bits // 8)
    if version == "1.2":
        start = len(head) + bits // 8 + table_size + 4
        head += pack(word, count)
        names_at, functab_base = start, 0
        records_at = start + len(names)
    else:
        words = 8 if version in ("1.18", "1.20") else 7
        names_at = len(head) + words * (bits // 8)
        file_table = b"".join(name.encode() + b"\0" for name in files)
        files_at = names_at + len(names)
        functab_base = files_at + len(file_table)
        # cutab and pctab are empty: each lies where the next begins.
        places = [names_at, files_at, files_at, functab_base, functab_base]
        starts = [text] if version in ("1.18", "1.20") else []
        head += pack(word * words, count, len(files), *starts, *places)
        records_at = table_size
    records, rows = b"", []
    for offset, (_, address, _) in zip(offsets, functions, strict=True):
        rows += [address - base, records_at + len(records)]
        name = offset + (names_at if version == "1.2" else 0)
        fixed = pack(
            "iIIIIII" if version == "1.2" else "iIIIIIII",
            name,
            *([0] * (6 if version == "1.2" else 7)),
        )
        records += pack(entry, address - base) + fixed
        if version == "1.20":
            records += pack("I", 7)
        records += bytes(4)
    rows.append(functions[-1][1] + functions[-1][2] - base)
    table = pack(entry * len(rows), *rows)
    if version == "1.2":
        return head + table + pack("I", 0) + names + records
    return head + names + file_table + table + records
