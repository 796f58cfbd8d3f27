"""STRINGTABLE: strings by number ("STRINGTABLE resource")."""

from __future__ import annotations

from crosswind.windows import strings
from crosswind.windows.rc import literal
from crosswind.windows.rc.context import Context
from crosswind.windows.rc.lexer import Token
from crosswind.windows.rc.problem import Place


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


def _text(context: Context) -> str:
    """Read a string, and those that follow it at once, as windres does; rc.exe refuses them."""
    data = _utf16(context, context.string("a string"))
    while (token := context.lexer.peek()).kind == "string":
        context.problems.warn(
            "CW0776",
            context.lexer.place(token),
            "a second string for one number joins the first; rc.exe refuses it",
        )
        data += _utf16(context, context.string("a string"))
    # Two NULs in a row end a string, and those at its end go: what rc.exe does (resinator, compile.zig).
    return data.decode("utf-16-le", "surrogatepass").partition("\0\0")[0].rstrip("\0")


def _utf16(context: Context, token: Token) -> bytes:
    text = context.lexer.text
    return literal.to_utf16(token.text, text.column(token.start), text.page(token.start))


def _add(context: Context, language: int, number: int, text: str, place: Place) -> None:
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if units > 0xFFFF:
        raise context.problems.error(
            "CW0775", place, f"string {number} has {units} characters, 65535 fit"
        )
    known = context.strings.setdefault(language, {})
    if number in known:
        raise context.problems.error(
            "CW0773",
            place,
            f"string {number} of language {language:#06x} is there already",
            f"it stands at {known[number][1]}",
        )
    known[number] = text, place


def finish(context: Context) -> None:
    """Add the resources of all tables."""
    for language, known in context.strings.items():
        texts = {number: text for number, (text, _) in known.items()}
        _, place = next(iter(known.values()))
        for resource in strings.write(texts, language):
            context.add(resource, place)
