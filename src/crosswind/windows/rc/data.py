"""Resources that are bytes as they are: RCDATA, user-defined types, manifests, HTML, message tables."""

from __future__ import annotations

from crosswind.windows.rc import literal
from crosswind.windows.rc.context import Context
from crosswind.windows.rc.expression import begins
from crosswind.windows.rc.lexer import Token
from crosswind.windows.rc.problem import Place
from crosswind.windows.resource import Identifier, Resource, ResourceType

# Types whose statement names a file; raw data in the script would be no valid resource of theirs.
_FILES_ONLY = frozenset({ResourceType.MESSAGETABLE, ResourceType.FONT, ResourceType.BITMAP})


def read(context: Context, type_: Identifier, name: Identifier, place: Place) -> None:
    """Read `FILE` or `BEGIN raw data END` and add the resource.

    Raises:
        RejectedError: neither follows, or the file is not there.
    """
    language = context.optional_statements()
    token = context.lexer.peek()
    if token.kind == "sign" and token.text == "{":
        if type_ in _FILES_ONLY:
            raise context.unexpected("a file")
        data = raw_data(context)
    else:
        _, data, _ = context.file()
    context.add(Resource(type_, name, language, data), place)


def raw_data(context: Context) -> bytes:
    """Read a block of numbers and strings ("RCDATA resource").

    A number takes two bytes, with an L four. A string has no NUL at its end but those that it spells out.
    """
    context.open_block()
    parts: list[bytes] = []
    while (token := context.lexer.peek()).text != "}":
        if parts and context.skip_commas():
            continue
        if token.kind == "string":
            parts.append(string_data(context, context.string("a string")))
        elif begins(context.lexer):
            parts.append(_number(context, token))
        else:
            raise context.unexpected("a number, a string, or END")
    context.close_block()
    return b"".join(parts)


def string_data(context: Context, token: Token) -> bytes:
    """Return a string as raw data: UTF-16 if it begins with L, else in the script's code page."""
    text = context.lexer.text
    column, page = text.column(token.start), text.page(token.start)
    if literal.is_wide(token.text):
        return literal.to_utf16(token.text, column, page)

    def lost() -> None:
        context.problems.warn(
            "CW0776",
            context.lexer.place(token),
            f"{token.shown} has characters that code page {page} lacks; they become ?",
            'L"…" stores UTF-16; #pragma code_page(65001) below a comment stores UTF-8',
        )

    return literal.to_bytes(token.text, column, page, lost)


def _number(context: Context, token: Token) -> bytes:
    number = context.number()
    if not number.long and not -0x8000 <= number.signed <= 0xFFFF:
        context.problems.warn(
            "CW0776",
            context.lexer.place(token),
            f"{number.value:#x} has more than 16 bits; only the lower ones are stored",
            "an L behind the number stores 32",
        )
    return number.data
