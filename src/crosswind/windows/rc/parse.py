"""Statements of a script, one after the other; each kind has a file of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from crosswind.frozen import frozen
from crosswind.windows.rc import data, image, stringtable, versioninfo
from crosswind.windows.rc.context import Context
from crosswind.windows.rc.identifier import identifier
from crosswind.windows.rc.lexer import Token
from crosswind.windows.rc.literal import to_text
from crosswind.windows.rc.problem import Place, RejectedError, StoppedError
from crosswind.windows.resource import Identifier, Resource, ResourceType

# "Resource-Definition Statements": keywords and the numbers of their types. MANIFEST is windres's.
_KEYWORDS: dict[str, Identifier] = {
    "ACCELERATORS": ResourceType.ACCELERATOR,
    "ANICURSOR": ResourceType.ANICURSOR,
    "ANIICON": ResourceType.ANIICON,
    "BITMAP": ResourceType.BITMAP,
    "CURSOR": ResourceType.GROUP_CURSOR,
    "DIALOG": ResourceType.DIALOG,
    "DIALOGEX": ResourceType.DIALOG,
    "DLGINCLUDE": ResourceType.DLGINCLUDE,
    "DLGINIT": 240,
    "FONT": ResourceType.FONT,
    "HTML": ResourceType.HTML,
    "ICON": ResourceType.GROUP_ICON,
    "MANIFEST": ResourceType.MANIFEST,
    "MENU": ResourceType.MENU,
    "MENUEX": ResourceType.MENU,
    "MESSAGETABLE": ResourceType.MESSAGETABLE,
    "PLUGPLAY": ResourceType.PLUGPLAY,
    "RCDATA": ResourceType.RCDATA,
    "TOOLBAR": 241,
    "VERSIONINFO": ResourceType.VERSION,
    "VXD": ResourceType.VXD,
}
# rc.exe and Zig know these by number only: under the name they make a type that Windows ignores.
_BY_NUMBER = frozenset({"MANIFEST", "ANICURSOR", "ANIICON"})
_GLUED = re.compile(r'(\w+)["{]')
# What only Zig compiles: windows, menus, keys (afxres.h: RT_DLGINIT 240, RT_TOOLBAR 241).
_ZIG = frozenset({ResourceType.DIALOG, ResourceType.MENU, ResourceType.ACCELERATOR, 240, 241})


@frozen
class Foreign:
    """A statement that only Zig's resource compiler understands."""

    keyword: str
    place: Place


def statements(context: Context) -> Foreign | None:
    """Read the whole script; after a mistake go on behind its statement.

    Returns:
        The first statement of a kind that is not compiled here; then the resources are incomplete.

    Raises:
        StoppedError: reading on is pointless.
    """
    foreign: Foreign | None = None
    while True:
        try:
            token = _word(context)
            if token.kind == "end":
                break
            found = _statement(context, token)
            foreign = foreign or found
        except RejectedError:
            _recover(context)
    with suppress(RejectedError):  # a resource of that name is there already, which is noted
        stringtable.finish(context)
        image.finish_fonts(context, Place(context.script))
    return foreign


def _statement(context: Context, token: Token) -> Foreign | None:
    keyword = token.text.upper()
    place = context.lexer.place(token)
    if keyword == "LANGUAGE":
        context.language = context.read_language()
    elif keyword in ("VERSION", "CHARACTERISTICS"):
        context.number()
    elif keyword == "STRINGTABLE":
        stringtable.read(context)
    else:
        return _resource(context, token, place)
    return None


def _word(context: Context) -> Token:
    """Take a name, a type or a keyword; a keyword ends at a bracket or a quote too.

    For rc.exe `RCDATA{` is a type of that name, which nobody can mean.
    """
    token = context.lexer.word()
    match = _GLUED.match(token.text)
    if not match or not (match[1].isdigit() or match[1].upper() in (*_KEYWORDS, "STRINGTABLE")):
        return token
    context.problems.warn(
        "CW0776",
        context.lexer.place(token),
        f"rc.exe reads {token.shown} as one word",
        f"put a space behind {match[1]}",
    )
    return context.lexer.cut(token, len(match[1]))


def _resource(context: Context, token: Token, place: Place) -> Foreign | None:
    kind = _word(context)
    kind_place = context.lexer.place(kind)
    if kind.kind == "end":
        raise context.problems.error(
            "CW0768", place, f"{token.shown} at the end of the script, without a type"
        )
    keyword = kind.text.upper()
    if keyword == "DESIGNINFO":
        # Guide lines of a dialog editor: its own compiler skips them.
        _skip_block(context)
        return None
    if keyword == "STRINGTABLE":
        raise context.problems.error(
            "CW0770", place, "a STRINGTABLE has no name", f"leave {token.shown} out"
        )
    type_ = _KEYWORDS.get(keyword) or identifier(kind, kind_place, context.problems)
    if keyword in _BY_NUMBER:
        context.problems.warn(
            "CW0776",
            kind_place,
            f"{keyword} is type {type_:d} here and for windres, but only a name for rc.exe",
            f"write {type_:d}",
        )
    if type_ in _ZIG:
        _skip_block(context)
        return Foreign(keyword, kind_place)
    name = identifier(token, place, context.problems)
    read = _READERS.get(type_)
    if read:
        read(context, name, place)
    elif type_ == ResourceType.STRING:
        raise context.problems.error(
            "CW0770", kind_place, "strings have no number as a type", "use STRINGTABLE"
        )
    else:
        data.read(context, type_, name, place)
    return None


def _dialog_include(context: Context, name: Identifier, place: Place) -> None:
    """Read DLGINCLUDE: the name of a header for dialog editors, with a NUL behind it."""
    context.attributes()
    text = to_text(context.string("a string").text).partition("\0")[0]
    content = text.encode("cp1252", "replace") + b"\0"
    context.add(Resource(ResourceType.DLGINCLUDE, name, context.language, content), place)


_Read = Callable[[Context, Identifier, Place], None]
_READERS: dict[Identifier, _Read] = {
    ResourceType.GROUP_ICON: partial(image.read_group, cursor=False),
    ResourceType.GROUP_CURSOR: partial(image.read_group, cursor=True),
    ResourceType.BITMAP: image.read_bitmap,
    ResourceType.FONT: image.read_font,
    ResourceType.VERSION: versioninfo.read,
    ResourceType.DLGINCLUDE: _dialog_include,
}


def _skip_block(context: Context) -> None:
    """Skip up to the end of the next block."""
    depth = 0
    while True:
        try:
            token = context.lexer.take()
        except RejectedError:
            continue
        if token.kind == "end":
            raise context.problems.stop(
                "CW0768",
                context.lexer.place(token),
                "a block is not closed at the end of the script",
            )
        if token.kind == "sign" and token.text in "{}":
            depth += 1 if token.text == "{" else -1
            if depth <= 0:
                return


def _recover(context: Context) -> None:
    """Skip what is left of a statement with a mistake: its blocks, or else its line."""
    if not context.depth:
        context.lexer.next_line()
        if context.lexer.at_block():
            _skip_block(context)
        return
    while context.depth:
        try:
            token = context.lexer.take()
        except RejectedError:
            continue
        if token.kind == "end":
            raise StoppedError
        if token.kind == "sign" and token.text in "{}":
            context.depth += 1 if token.text == "{" else -1
