"""Code pages: bytes to UTF-16 and back, as MultiByteToWideChar and WideCharToMultiByte do it.

Python's codecs have the tables; what differs is told here: bytes that a page leaves undefined become
C1 controls on Windows, and a text that does not fit turns into the page's default character.
"""

from __future__ import annotations

import codecs

ACP, OEMCP, MACCP, THREAD_ACP = 0, 1, 2, 3
ANSI, OEM = 1252, 437
UTF7, UTF8 = 65000, 65001

_CODECS = {
    **{page: f"cp{page:03}" for page in (
        37, 437, 500, 720, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869,
        874, 875, 932, 949, 950, 1026, 1140, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258,
    )},
    936: "gbk", 10000: "mac-roman", 20127: "ascii", 20866: "koi8-r", 21866: "koi8-u",
    **{28590 + part: f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 15)},
    54936: "gb18030", UTF7: "utf-7", UTF8: "utf-8",
}  # fmt: skip
_DOUBLE_BYTE = frozenset({932, 936, 949, 950})
# Letters that Windows writes as their nearest relative where a page lacks them, unless
# WC_NO_BEST_FIT_CHARS forbids it (bestfit1252.txt and its kin hold many more).
_BEST_FIT = {
    "\u0100": "A", "\u0101": "a", "\u0106": "C", "\u0107": "c", "\u010c": "C", "\u010d": "c",
    "\u0141": "L", "\u0142": "l", "\u2212": "-", "\u2044": "/", "\u2236": ":",
}  # fmt: skip


class NoTranslation(ValueError):  # noqa: N818 - Windows' own name: ERROR_NO_UNICODE_TRANSLATION
    """The text has no form on the other side, and the caller asked for an error."""


def resolve(page: int) -> int:
    """Replace CP_ACP and its like by the page they stand for."""
    return {ACP: ANSI, THREAD_ACP: ANSI, OEMCP: OEM, MACCP: 10000}.get(page, page)


def known(page: int) -> bool:
    """Say whether a code page is there."""
    return resolve(page) in _CODECS


def max_char_size(page: int) -> int:
    """Return how many bytes a character takes at most (CPINFO.MaxCharSize)."""
    page = resolve(page)
    return {UTF8: 4, UTF7: 5, 54936: 4}.get(page, 2 if page in _DOUBLE_BYTE else 1)


def lead_bytes(page: int) -> bytes:
    """Return the ranges of bytes that begin a character of two (CPINFO.LeadByte)."""
    if resolve(page) == 932:
        return b"\x81\x9f\xe0\xfc"
    return b"\x81\xfe" if resolve(page) in _DOUBLE_BYTE else b""


def decode(data: bytes, page: int, *, strict: bool = False) -> str:
    """Turn bytes into text.

    Args:
        data: the bytes.
        page: a code page that is `known`.
        strict: refuse what is invalid (MB_ERR_INVALID_CHARS).

    Raises:
        NoTranslation: some bytes are invalid, and `strict`.
    """
    page = resolve(page)
    try:
        return data.decode(_CODECS[page])
    except UnicodeDecodeError as error:
        if page == UTF8 or max_char_size(page) > 1 or page == 20127:
            if strict:
                raise NoTranslation from error
            return data.decode(_CODECS[page], _REPLACE if page == UTF8 else "replace")
    # Bytes that a single-byte page leaves undefined pass as the control of the same number.
    return codecs.decode(data, _CODECS[page], _C1)


def encode(
    text: str, page: int, *, default: bytes = b"?", strict: bool = False, best_fit: bool = True
) -> tuple[bytes, bool]:
    """Turn text into bytes; say too whether the default character was needed.

    Args:
        text: UTF-16 as Python reads it; lone surrogates are allowed.
        page: a code page that is `known`.
        default: what stands for a character that the page lacks.
        strict: refuse lone surrogates (WC_ERR_INVALID_CHARS, of UTF-8).
        best_fit: write a near relative of a letter that the page lacks.

    Raises:
        NoTranslation: there is a lone surrogate, and `strict`.
    """
    page = resolve(page)
    if page == UTF8:
        try:
            return text.encode(), False
        except UnicodeEncodeError as error:
            if strict:
                raise NoTranslation from error
            return b"".join(map(_utf8, text)), False
    codec = _CODECS[page]
    try:
        return text.encode(codec), False
    except UnicodeEncodeError:
        pass
    parts: list[bytes] = []
    used = False
    for letter in text:
        found = _letter(letter, codec, best_fit=best_fit)
        # A letter beyond the first plane is two characters to Windows.
        parts.append(default * (1 + (letter > "\uffff")) if found is None else found)
        used = used or found is None
    return b"".join(parts), used


def _utf8(letter: str) -> bytes:
    return "\ufffd".encode() if "\ud800" <= letter <= "\udfff" else letter.encode()


def _letter(letter: str, codec: str, *, best_fit: bool) -> bytes | None:
    """Encode one letter, or its near relative."""
    for candidate in (letter, _BEST_FIT.get(letter, "") if best_fit else ""):
        if not candidate:
            continue
        try:
            return candidate.encode(codec)
        except UnicodeEncodeError:
            continue
    # The way back for bytes that the page leaves undefined.
    return bytes([ord(letter)]) if "\x80" <= letter <= "\x9f" and codec != "ascii" else None


def _control(error: UnicodeError) -> tuple[str | bytes, int]:
    """Stand in for undefined bytes: the C1 controls of the same numbers."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


def _replace(error: UnicodeError) -> tuple[str | bytes, int]:
    """Replace invalid UTF-8; half a surrogate pair is two invalid characters and not three."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    half = error.object[error.start : error.start + 2]
    surrogate = len(half) == 2 and half[0] == 0xED and 0xA0 <= half[1] <= 0xBF
    return "\ufffd", error.start + 2 if surrogate else error.end


_C1, _REPLACE = "crosswind.c1", "crosswind.replace"
codecs.register_error(_C1, _control)
codecs.register_error(_REPLACE, _replace)
