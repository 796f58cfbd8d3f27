"""String literals of Go source (strconv.Unquote); bytes that are no UTF-8 are surrogates (PEP 383)."""

from __future__ import annotations

import re

from crosswind.binary.goquote import unquote_bytes

_NO_UTF8 = re.compile("[\udc80-\udcff]")


def shown(text: bytes) -> str:
    """Return text for people, as Go prints it: each byte that is no UTF-8 is U+FFFD."""
    return _NO_UTF8.sub("\ufffd", text.decode("utf-8", "surrogateescape"))


def unquote(literal: str) -> str:
    """Return what a literal stands for; in an interpreted one, bytes that are no UTF-8 become U+FFFD.

    Raises:
        ValueError: it is no string literal.
    """
    if literal.startswith("`"):
        return literal[1:-1].replace("\r", "")
    literal = _NO_UTF8.sub("\ufffd", literal)
    return unquote_bytes(literal).decode("utf-8", "surrogateescape")
