"""VERSIONINFO: the block that Explorer's "Details" shows ("VERSIONINFO resource", verrsrc.h).

Its parts have one shape (VS_VERSIONINFO, StringFileInfo, StringTable, String, VarFileInfo, Var): lengths,
whether the value is text, a key, the value, then children, each at a multiple of 4 bytes.
"""

from __future__ import annotations

import struct

from crosswind.windows.rc import literal
from crosswind.windows.rc.context import Context
from crosswind.windows.rc.expression import begins
from crosswind.windows.rc.lexer import Token
from crosswind.windows.rc.problem import Place
from crosswind.windows.resource import Identifier, Resource, ResourceType

# wLength, wValueLength, wType; wType is 1 for text, 0 for binary.
_HEADER = struct.Struct("<3H")
_TEXT, _BINARY = 1, 0
# VS_FIXEDFILEINFO: signature, structure version, two versions as two DWORDs each with the higher
# half first, flags mask, flags, OS, type, subtype, and a date that no compiler sets.
_FIXED = struct.Struct("<2I8H5I8x")
_SIGNATURE, _STRUCTURE = 0xFEEF04BD, 0x00010000
# Lengths have 16 bits.
_MAX = 0xFFFF
_MAX_DEPTH = 64

_VERSIONS = ("FILEVERSION", "PRODUCTVERSION")
_NUMBERS = ("FILEFLAGSMASK", "FILEFLAGS", "FILEOS", "FILETYPE", "FILESUBTYPE")


def read(context: Context, name: Identifier, place: Place) -> None:
    """Read the statement and add the resource.

    Raises:
        RejectedError: something is wrong with it.
    """
    language = context.optional_statements()
    fixed = _fixed(context)
    data = bytearray(_HEADER.pack(0, len(fixed), _BINARY) + _utf16z("VS_VERSION_INFO"))
    _align(data)
    data += fixed
    context.open_block()
    _children(context, data, 1)
    context.close_block()
    if len(data) > _MAX:
        raise context.problems.error(
            "CW0775", place, f"this VERSIONINFO has {len(data)} bytes, {_MAX} fit"
        )
    struct.pack_into("<H", data, 0, len(data))
    if name != 1:
        context.problems.warn(
            "CW0776",
            place,
            f"Windows looks for VERSIONINFO number 1, this one is {name}",
            "1 VERSIONINFO, or VS_VERSION_INFO with #include <windows.h>",
        )
    context.add(Resource(ResourceType.VERSION, name, language, bytes(data)), place)


def _fixed(context: Context) -> bytes:
    versions = {word: [0, 0, 0, 0] for word in _VERSIONS}
    numbers = dict.fromkeys(_NUMBERS, 0)
    while word := context.keyword(*_VERSIONS, *_NUMBERS):
        if word in _VERSIONS:
            versions[word] = _version(context, word)
        else:
            numbers[word] = context.number().value
    # Each DWORD holds its two parts with the lower half in the second one.
    parts = [part for word in _VERSIONS for part in versions[word]]
    swapped = [parts[index ^ 1] for index in range(8)]
    return _FIXED.pack(_SIGNATURE, _STRUCTURE, *swapped, *numbers.values())


def _version(context: Context, word: str) -> list[int]:
    parts: list[int] = []
    while len(parts) < 4:
        token = context.lexer.peek()
        part = context.number(f"a number of {word}").value
        if part > 0xFFFF:
            raise context.problems.error(
                "CW0769",
                context.lexer.place(token),
                f"{word}: {part} is too large",
                "each of the four parts goes from 0 to 65535",
            )
        parts.append(part)
        if not context.accept(","):
            break
    return parts + [0] * (4 - len(parts))


def _children(context: Context, data: bytearray, depth: int) -> None:
    """Read BLOCKs and VALUEs and append them."""
    if depth > _MAX_DEPTH:
        raise context.problems.stop(
            "CW0774",
            context.lexer.place(context.lexer.peek()),
            f"blocks are nested more than {_MAX_DEPTH} deep",
        )
    while word := context.keyword("BLOCK", "VALUE"):
        _align(data)
        start = len(data)
        key = context.string("a key")
        comma = context.skip_commas()
        data += _HEADER.pack(0, 0, _TEXT) + _utf16z(_text(context, key))
        _align(data)
        value, length, type_ = _value(context, key, comma=comma)
        data += value
        if word == "BLOCK":
            context.open_block()
            _children(context, data, depth + 1)
            context.close_block()
        if len(data) > _MAX:
            raise context.problems.stop(
                "CW0775",
                context.lexer.place(key),
                f"VERSIONINFO ends at {_MAX} bytes, here are more",
            )
        _HEADER.pack_into(data, start, len(data) - start, length, type_)


def _value(context: Context, key: Token, *, comma: bool) -> tuple[bytes, int, int]:
    """Read a value: numbers and strings in any mixture.

    Strings that only white space separates are one; a comma ends each with a NUL. The length counts
    bytes as soon as a number is in it, else characters.
    """
    data = bytearray()
    strings = numbers = 0
    first = context.lexer.peek()
    while True:
        token = context.lexer.peek()
        if token.kind == "string":
            text = _text(context, context.string("a string")).partition("\0")[0]
            data += text.encode("utf-16-le", "surrogatepass")
            strings += 1
        elif begins(context.lexer):
            data += context.number().data
            numbers += 1
        else:
            break
        comma_behind = context.skip_commas()
        if token.kind == "string":
            following = context.lexer.peek()
            last = following.kind != "string" and not begins(context.lexer)
            alone = last and strings + numbers == 1
            if (comma_behind or last) and (text or not alone):
                data += bytes(2)
    if strings and numbers:
        context.problems.warn(
            "CW0776",
            context.lexer.place(first),
            f"{key.shown} mixes text and numbers; rc.exe would count their length wrongly",
            "text only, or numbers only",
        )
    if not comma and strings and first.kind == "string":
        context.problems.warn(
            "CW0776",
            context.lexer.place(first),
            f"without a comma behind {key.shown} rc.exe aligns its value wrongly",
            "put a comma",
        )
    return bytes(data), len(data) if numbers else len(data) // 2, _BINARY if numbers else _TEXT


def _text(context: Context, token: Token) -> str:
    text = context.lexer.text
    data = literal.to_utf16(token.text, text.column(token.start), text.page(token.start))
    return data.decode("utf-16-le", "surrogatepass")


def _utf16z(text: str) -> bytes:
    return text.partition("\0")[0].encode("utf-16-le", "surrogatepass") + bytes(2)


def _align(data: bytearray) -> None:
    data += bytes(-len(data) % 4)
