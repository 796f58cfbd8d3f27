"""Words of a file: a cheap look that never misses a name, wherever it stands."""

from __future__ import annotations

import re

# Any character beyond ASCII may belong to a name.
_WORD = re.compile(rb"[A-Za-z_\x80-\xff][A-Za-z_0-9\x80-\xff]*")

# go/token/token.go, and go/types/universe.go up to Go 1.27.
KEYWORDS = frozenset(
    b"break case chan const continue default defer else fallthrough for func go goto if import"
    b" interface map package range return select struct switch type var".split()
)
PREDECLARED = frozenset(
    [
        "any",
        "bool",
        "byte",
        "comparable",
        "complex64",
        "complex128",
        "error",
        "float32",
        "float64",
        "int",
        "int8",
        "int16",
        "int32",
        "int64",
        "rune",
        "string",
        "uint",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "uintptr",
        "true",
        "false",
        "iota",
        "nil",
        "append",
        "cap",
        "clear",
        "close",
        "complex",
        "copy",
        "delete",
        "imag",
        "len",
        "make",
        "max",
        "min",
        "new",
        "panic",
        "print",
        "println",
        "real",
        "recover",
    ]
)


def of(data: bytes) -> set[bytes]:
    """Return all words of a text, those in comments and strings among them."""
    return set(_WORD.findall(data))
