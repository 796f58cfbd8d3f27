"""Names and types of resources: `1`, `0x10`, `APPICON`, `"App Icon"`."""

from __future__ import annotations

import re

from crosswind.windows.rc.expression import expression
from crosswind.windows.rc.lexer import Lexer, Token
from crosswind.windows.rc.predefined import CONSTANTS
from crosswind.windows.rc.problem import Place, Problems, RejectedError, StoppedError, shown
from crosswind.windows.rc.text import Line, Text
from crosswind.windows.resource import Identifier

# rc.exe cuts longer names; FindResource would not find what the script says.
_MAX_NAME = 256
_EXPRESSION = re.compile(r"[(~-]?[0-9][0-9a-zA-Z()|&~+-]*")
_LOWER = re.compile(r"[a-z]+")


def identifier(token: Token, place: Place, problems: Problems) -> Identifier:
    """Read a name or a type.

    A number is what Windows looks up by number; all else is a name, in upper case as FindResource wants it.

    Args:
        token: the word, up to the next white space.
        place: where it stands.
        problems: takes what is wrong or doubtful.

    Raises:
        RejectedError: no resource can be called so.
    """
    text = token.text
    if _EXPRESSION.fullmatch(text):
        number = _number(text, place, problems)
        if number is not None:
            return number
    if text in CONSTANTS:
        problems.warn(
            "CW0776",
            place,
            f"{text} is not defined here, so it is a name and not the number {CONSTANTS[text]}",
            "#include <windows.h>",
        )
    if text.startswith('"'):
        problems.warn(
            "CW0776", place, f"the quotes are part of the name {shown(text)}, as with rc.exe"
        )
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 > _MAX_NAME:
        raise problems.error(
            "CW0770", place, f"the name {shown(text)} has more than {_MAX_NAME} characters"
        )
    return _LOWER.sub(lambda match: match.group().upper(), text)


def _number(text: str, place: Place, problems: Problems) -> int | None:
    """Read a number or an expression without spaces; None if rc.exe would take it for a name."""
    plain = re.fullmatch(r"0[xX][0-9a-fA-F]+[uUlL]*|[0-9]+", text)
    if not plain and not re.search(r"[()|&~+-]|[lL]$", text):
        return None  # such as 7zip or 3d
    scratch = Problems()
    lexer = Lexer(_as_text(text, place), scratch)
    try:
        value = expression(lexer, scratch)
        whole = lexer.peek().kind == "end"
    except (RejectedError, StoppedError):
        whole = False
    if not whole:
        return None
    problems.warnings += [one for one in scratch.warnings if one not in problems.warnings]
    if not 0 <= value.signed <= 0xFFFF:
        raise problems.error("CW0770", place, f"{shown(text)} is no id", "ids go from 1 to 65535")
    if value.value == 0:
        problems.warn(
            "CW0776", place, f"{text} is a name for rc.exe, since no resource has the number 0"
        )
        return None
    if not plain:
        problems.warn(
            "CW0776",
            place,
            f"{shown(text)} is read as {value.value}; rc.exe takes the text itself for a name",
            f"write {value.value}",
        )
    return value.value


def _as_text(text: str, place: Place) -> Text:
    made = Text([Line(text, (0,), (place,), (False,), 0)])
    made.seal()
    return made
