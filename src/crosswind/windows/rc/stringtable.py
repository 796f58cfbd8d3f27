"""STRINGTABLE: strings by number, stored in blocks of 16 ("STRINGTABLE resource", winuser.h LoadString)."""

from __future__ import annotations

from crosswind.windows.rc import literal
from crosswind.windows.rc.context import Block, Context
from crosswind.windows.rc.lexer import Token
from crosswind.windows.rc.problem import Place
from crosswind.windows.resource import Resource, ResourceType

_BLOCK = 16


def read(context: Context) -> None:
    """Read a table; its strings join those of other tables of the same language.

    Raises:
        RejectedError: something is wrong with it.
    """
    language = context.optional_statements()
    context.open_block()
    empty = True
    while context.lexer.peek().text != "}":
        empty = False
        token = context.lexer.peek()
        number = context.number("a number, or END").value
        context.skip_commas()
        place = context.lexer.place(token)
        if number > 0xFFFF:
            raise context.problems.error(
                "CW0770", place, f"{number} is no number of a string", "they go from 0 to 65535"
            )
        _add(context, language, number, _text(context), place)
    if empty:
        raise context.unexpected("a number and a string")
    context.close_block()


def _text(context: Context) -> bytes:
    """Read a string, and those that follow it at once, as windres does; rc.exe refuses them."""
    first = context.string("a string")
    parts = [_utf16(context, first)]
    while (token := context.lexer.peek()).kind == "string":
        context.problems.warn(
            "CW0776",
            context.lexer.place(token),
            "a second string for one number joins the first; rc.exe refuses it",
        )
        parts.append(_utf16(context, context.string("a string")))
    return _trimmed(b"".join(parts))


def _utf16(context: Context, token: Token) -> bytes:
    text = context.lexer.text
    return literal.to_utf16(token.text, text.column(token.start), text.page(token.start))


def _trimmed(data: bytes) -> bytes:
    """Cut at two NULs in a row, and NULs at the end: what rc.exe does (resinator, compile.zig)."""
    units = data.decode("utf-16-le", "surrogatepass")
    return units.partition("\0\0")[0].rstrip("\0").encode("utf-16-le", "surrogatepass")


def _add(context: Context, language: int, number: int, data: bytes, place: Place) -> None:
    if len(data) // 2 > 0xFFFF:
        raise context.problems.error(
            "CW0775", place, f"string {number} has {len(data) // 2} characters, 65535 fit"
        )
    block, index = divmod(number, _BLOCK)
    strings = context.tables.setdefault((language, block), Block(place)).strings
    if index in strings:
        raise context.problems.error(
            "CW0773",
            place,
            f"string {number} of language {language:#06x} is there already",
            f"it stands at {strings[index][1]}",
        )
    strings[index] = data, place


def finish(context: Context) -> None:
    """Add a resource for each block; its name is the block's number plus 1."""
    for (language, block), content in context.tables.items():
        parts = []
        for index in range(_BLOCK):
            data, _ = content.strings.get(index, (b"", content.place))
            parts.append((len(data) // 2).to_bytes(2, "little") + data)
        resource = Resource(ResourceType.STRING, block + 1, language, b"".join(parts))
        context.add(resource, content.place)
