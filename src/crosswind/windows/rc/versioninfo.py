"""VERSIONINFO: the block that Explorer's "Details" shows ("VERSIONINFO resource", verrsrc.h)."""

from __future__ import annotations

from crosswind.errors import BuildError
from crosswind.windows import version, version_node
from crosswind.windows.rc import literal
from crosswind.windows.rc.context import Context
from crosswind.windows.rc.expression import begins
from crosswind.windows.rc.lexer import Token
from crosswind.windows.rc.problem import Place
from crosswind.windows.resource import Identifier, Resource, ResourceType
from crosswind.windows.version_node import DEPTH_MAX, Node

_VERSIONS = ("FILEVERSION", "PRODUCTVERSION")
_NUMBERS = ("FILEFLAGSMASK", "FILEFLAGS", "FILEOS", "FILETYPE", "FILESUBTYPE")


def read(context: Context, name: Identifier, place: Place) -> None:
    """Read the statement and add the resource.

    Raises:
        RejectedError: something is wrong with it.
    """
    language = context.optional_statements()
    fixed = version.fixed_bytes(_fixed(context))
    context.open_block()
    root = Node("VS_VERSION_INFO", fixed, children=_children(context, 1))
    context.close_block()
    try:
        data = version_node.write(root)
    except BuildError as error:
        raise context.problems.error("CW0775", place, error.message, error.hint) from error
    if name != 1:
        context.problems.warn(
            "CW0776",
            place,
            f"Windows looks for VERSIONINFO number 1, this one is {name}",
            "1 VERSIONINFO, or VS_VERSION_INFO with #include <windows.h>",
        )
    context.add(Resource(ResourceType.VERSION, name, language, data), place)


def _fixed(context: Context) -> version.Fixed:
    """Read the numbers before BEGIN; those that are left out are 0."""
    versions = dict.fromkeys(_VERSIONS, (0, 0, 0, 0))
    numbers = dict.fromkeys(_NUMBERS, 0)
    while word := context.keyword(*_VERSIONS, *_NUMBERS):
        if word in _VERSIONS:
            versions[word] = _version(context, word)
        else:
            numbers[word] = context.number().value
    file, product = versions.values()
    mask, flags, system, type_, subtype = numbers.values()
    return version.Fixed(file, product, mask, flags, system, type_, subtype)


def _version(context: Context, word: str) -> version.Numbers:
    parts = [0, 0, 0, 0]
    for index in range(4):
        token = context.lexer.peek()
        parts[index] = context.number(f"a number of {word}").value
        if parts[index] > 0xFFFF:
            raise context.problems.error(
                "CW0769",
                context.lexer.place(token),
                f"{word}: {parts[index]} is too large",
                "each of the four parts goes from 0 to 65535",
            )
        if index == 3 or not context.accept(","):
            break
    return parts[0], parts[1], parts[2], parts[3]


def _children(context: Context, depth: int) -> tuple[Node, ...]:
    """Read BLOCKs and VALUEs."""
    found: list[Node] = []
    while word := context.keyword("BLOCK", "VALUE"):
        key = context.string("a key")
        if depth >= DEPTH_MAX:
            message = f"blocks are nested more than {DEPTH_MAX} deep"
            raise context.problems.stop("CW0774", context.lexer.place(key), message)
        comma = context.skip_commas()
        value, has_numbers = _value(context, key, comma=comma)
        children: tuple[Node, ...] = ()
        if word == "BLOCK":
            context.open_block()
            children = _children(context, depth + 1)
            context.close_block()
        name = _text(context, key).partition("\0")[0]
        found.append(Node(name, value, not has_numbers, children, padded=True))
    return tuple(found)


def _value(context: Context, key: Token, *, comma: bool) -> tuple[bytes, bool]:
    """Read a value: numbers and strings in any mixture; return also whether a number is among them.

    Strings that only white space separates are one; a comma ends each with a NUL.
    """
    data = bytearray()
    strings = numbers = 0
    first = context.lexer.peek()
    while True:
        token = context.lexer.peek()
        if token.kind == "string":
            text = _text(context, context.string("a string")).partition("\0")[0]
            data += version_node.encoded(text)
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
    return bytes(data), numbers > 0


def _text(context: Context, token: Token) -> str:
    text = context.lexer.text
    data = literal.to_utf16(token.text, text.column(token.start), text.page(token.start))
    return data.decode("utf-16-le", "surrogatepass")
