"""Go's quoted strings, as `strconv.Quote` writes them and `strconv.Unquote` reads them."""

from __future__ import annotations

import re

# strconv/quote.go, UnquoteChar; the single quote may be escaped in rune literals only.
_SIMPLE = {
    "a": b"\a", "b": b"\b", "f": b"\f", "n": b"\n", "r": b"\r", "t": b"\t", "v": b"\v",
    "\\": b"\\", '"': b'"',
}  # fmt: skip
_ESCAPE = re.compile(
    r"""\\(?:(?P<simple>[abfnrtv\\"])
         |x(?P<hex>[0-9a-fA-F]{2})
         |(?P<octal>[0-7]{3})
         |u(?P<short>[0-9a-fA-F]{4})
         |U(?P<long>[0-9a-fA-F]{8}))""",
    re.VERBOSE,
)
_LITERAL = re.compile(r'`[^`]*`|"(?:[^"\\\n]|\\[^\n])*"')
_MAX_OCTAL, _MAX_RUNE = 0xFF, 0x10FFFF


def quoted_prefix(value: str, start: int = 0) -> str:
    """Return the quoted string that begins there, quotes included (strconv.QuotedPrefix).

    Raises:
        ValueError: there is none.
    """
    match = _LITERAL.match(value, start)
    if match is None:
        raise ValueError("no quoted string")
    return match[0]


def unquote(literal: str) -> str:
    r"""Return what a quoted string stands for (strconv.Unquote).

    Bytes that are no UTF-8 (Go strings may hold any) come out as `\xNN`.

    Raises:
        ValueError: it is no interpreted or raw string literal.
    """
    return unquote_bytes(literal).decode("utf-8", "backslashreplace")


def unquote_bytes(literal: str) -> bytes:
    """Return the bytes that a quoted string stands for.

    Raises:
        ValueError: it is no interpreted or raw string literal.
    """
    if _LITERAL.fullmatch(literal) is None:
        raise ValueError("not a quoted string")
    body = literal[1:-1]
    if literal[0] == "`":
        return body.replace("\r", "").encode("utf-8", "surrogatepass")
    parts: list[bytes] = []
    position = 0
    while position < len(body):
        if body[position] != "\\":
            end = body.find("\\", position)
            end = len(body) if end < 0 else end
            parts.append(body[position:end].encode("utf-8", "surrogatepass"))
            position = end
            continue
        match = _ESCAPE.match(body, position)
        if match is None:
            raise ValueError("unknown escape")
        parts.append(_unescape(match))
        position = match.end()
    return b"".join(parts)


def _unescape(match: re.Match[str]) -> bytes:
    if match["simple"]:
        return _SIMPLE[match["simple"]]
    if match["hex"]:
        return bytes([int(match["hex"], 16)])
    if match["octal"]:
        value = int(match["octal"], 8)
        if value > _MAX_OCTAL:
            raise ValueError("octal escape beyond a byte")
        return bytes([value])
    rune = int(match["short"] or match["long"], 16)
    if rune > _MAX_RUNE or 0xD800 <= rune < 0xE000:
        raise ValueError("escape is no Unicode character")
    return chr(rune).encode()
