"""Whether a file of Go is one that somebody wrote, before it is parsed.

tree-sitter takes 250 bytes for each token that it cannot put into a node yet: 4 GB for 16 MiB of `{`. Files that
people write, or programs do, have a token in four bytes or more, and nest little.
"""

from __future__ import annotations

from itertools import accumulate

from crosswind.gosource import texts

# Files up to this size take 0.3 GB whatever they hold.
_FREE = 1 << 20
_MAX_TOKENS = 4 << 20
# go/parser (parser.go, maxNestLev) refuses what nests deeper, and no operators stand so long side by side.
_MAX_NESTED = 100_000

_WORD, _SPACE, _OTHER = b"w", b" ", b"."
_KINDS = b"".join(
    _WORD if byte >= 0x80 or chr(byte).isalnum() or byte == ord("_")
    else _SPACE if byte in b" \t\r\n"
    else _OTHER
    for byte in range(256)
)  # fmt: skip
_BRACKETS = b"([{)]}"
_NO_BRACKETS = bytes({*range(256)} - {*_BRACKETS})
_CHANGES = bytes.maketrans(_BRACKETS, bytes((2, 2, 2, 0, 0, 0)))


def is_too_much(data: bytes) -> bool:
    """Whether a file has more tokens, or nests deeper, than any that Go reads."""
    if len(data) <= _FREE or not _looks_so(data):
        return False
    # Strings and comments may look like code; each is one token. (`TEXT.sub` would take 80 bytes for each.)
    data = texts.without_escapes(data)
    code, last = bytearray(), 0
    for count, text in enumerate(texts.TEXT.finditer(data)):
        if count > _MAX_TOKENS:
            return True
        code += data[last : text.start()] + b" 0 "
        last = text.end()
    return _looks_so(code + data[last:])


def _looks_so(code: bytes | bytearray) -> bool:
    kinds = code.translate(_KINDS)
    tokens = kinds.count(b".") + kinds.count(b".w") + kinds.count(b" w")
    if tokens > _MAX_TOKENS or b"." * _MAX_NESTED in kinds.translate(None, b" "):
        return True
    brackets = code.translate(_CHANGES, _NO_BRACKETS)
    depths = accumulate(change - 1 for change in brackets)
    return len(brackets) > _MAX_NESTED and max(depths) > _MAX_NESTED
