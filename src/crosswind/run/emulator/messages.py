"""FormatMessageW: texts of Windows' errors, and inserts.

The texts are those that Microsoft's "System Error Codes" and "Windows Sockets Error Codes" document.
"""

from __future__ import annotations

import re
from collections.abc import Callable

# A message definition's width: FORMAT_MESSAGE_MAX_WIDTH_MASK in the flags' low byte.
NO_LINE_BREAKS = 0xFF
_INSERT = re.compile(
    r"%(?:(?P<number>[1-9]\d?)(?:!(?P<format>[^!]*)!)?|(?P<escape>.)|$)", re.DOTALL
)
_ESCAPES = {"n": "\r\n", "r": "\r", "t": "\t", "b": " "}


def system(code: int) -> str | None:
    """Return the system's text for an error or a status, or None; it ends with a line break."""
    from crosswind.run.emulator.message_table import MESSAGES  # costs only who fails

    # HRESULT_FROM_WIN32 wraps an error in 0x8007....
    if code >> 16 == 0x8007:
        code &= 0xFFFF
    found = MESSAGES.get(code)
    return None if found is None else f"{found}\r\n"


def fill(source: str, insert: Callable[[int, str], str] | None, width: int = 0) -> str:
    """Replace inserts and escapes.

    Args:
        source: the message definition.
        insert: gives the text of an insert by number and format (`s`, `d`, ...); None leaves
            inserts as they are (FORMAT_MESSAGE_IGNORE_INSERTS).
        width: FORMAT_MESSAGE_MAX_WIDTH_MASK; `NO_LINE_BREAKS` turns line breaks into blanks.
    """
    if width == NO_LINE_BREAKS:
        source = re.sub(r"\r?\n", " ", source)
    if insert is None:
        return source
    parts: list[str] = []
    at = 0
    for match in _INSERT.finditer(source):
        parts.append(source[at : match.start()])
        at = match.end()
        if match["number"]:
            parts.append(insert(int(match["number"]), match["format"] or "s"))
        elif match["escape"] == "0":
            # Ends the message without a line break.
            return "".join(parts)
        elif match["escape"]:
            parts.append(_ESCAPES.get(match["escape"], match["escape"]))
    return "".join(parts) + source[at:]
