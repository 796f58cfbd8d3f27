"""Windows code pages: which Python codec each is, and what their bytes and characters are.

Numbers are those of Microsoft's "Code Page Identifiers".
"""

from __future__ import annotations

import codecs
from functools import cache

# What rc.exe assumes without #pragma code_page on a Western Windows; on another one it takes that
# system's own, so scripts that name theirs are the only ones that mean the same everywhere.
WINDOWS_1252 = 1252
UTF_8 = 65001

# Code pages whose codec has another name than "cp" and the number.
_CODECS = {
    UTF_8: "utf-8",
    20127: "ascii",
    20866: "koi8-r",
    21866: "koi8-u",
    **{28590 + part: f"iso8859-{part}" for part in (*range(1, 12), 13, 14, 15, 16)},
    1361: "johab",
    10000: "mac-roman",
    20932: "euc-jp",
    51932: "euc-jp",
    51949: "euc-kr",
    54936: "gb18030",
}
# Their ASCII characters are other bytes: no script can be written in them.
_EBCDIC = frozenset({37, 273, 424, 500, 875, 1026, 1140})
# Windows gives the five bytes that Python's cp1252 lacks to the C1 controls (bestfit1252.txt).
_CONTROLS = "\x81\x8d\x8f\x90\x9d"
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Bytes that a code page does not define are kept as lone surrogates (PEP 383), to be told about
# where they would end up in a resource.
_UNDEFINED = range(0xDC80, 0xDD00)


@cache
def codec(page: int) -> str | None:
    """Return the name of the codec of a code page; None if there is none for it."""
    if page in _EBCDIC:
        return None
    try:
        name = codecs.lookup(_CODECS.get(page, f"cp{page}")).name
    except LookupError:
        return None
    return name if "abcXYZ09#\n".encode(name) == b"abcXYZ09#\n" else None


def decode(data: bytes, page: int) -> str:
    """Read text; bytes that the code page lacks become lone surrogates, see `undefined`."""
    text = data.decode(codec(page) or "cp1252", "surrogateescape")
    if page != WINDOWS_1252:
        return text
    return text.translate({0xDC00 + ord(letter): letter for letter in _CONTROLS})


def undefined(text: str) -> str:
    """Return the first byte of `text` that its code page lacks, as `0xfc`; empty if none."""
    for letter in text:
        if ord(letter) in _UNDEFINED:
            return f"0x{ord(letter) - 0xDC00:02x}"
    return ""


def byte_to_character(byte: int, page: int) -> str:
    """Return what one byte means alone; U+FFFD where it means nothing (0xe9 in UTF-8)."""
    text = decode(bytes([byte]), page)
    return _REPLACEMENT if undefined(text) else text


def encode(text: str, page: int) -> tuple[bytes, bool]:
    """Write text in a code page; return also whether it is complete: `?` stands for what is not."""
    name = codec(page) or "cp1252"
    try:
        return text.encode(name), True
    except UnicodeEncodeError:
        pass
    complete = True
    parts: list[bytes] = []
    for letter in text:
        if page == WINDOWS_1252 and letter in _CONTROLS:
            parts.append(bytes([ord(letter)]))
            continue
        try:
            parts.append(letter.encode(name))
        except UnicodeEncodeError:
            complete = False
            parts.append(b"?")
    return b"".join(parts), complete
