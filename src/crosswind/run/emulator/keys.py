"""What is typed, as the key events that ReadConsoleInputW hands out.

A terminal sends text and escape sequences where Windows' console has keys that go down and up. The
layout of INPUT_RECORD and the virtual-key codes are those of wincontypes.h and winuser.h.
"""

from __future__ import annotations

import re
import struct

from crosswind.frozen import frozen

KEY_EVENT = 1
RECORD_SIZE = 20

_SHIFT, _CONTROL, _ALT, _ENHANCED = 0x10, 0x08, 0x02, 0x100
# The keys that terminals tell by sequences: the letter or number of CSI and SS3.
_LETTERS = {
    "A": 0x26, "B": 0x28, "C": 0x27, "D": 0x25, "F": 0x23, "H": 0x24,
    "P": 0x70, "Q": 0x71, "R": 0x72, "S": 0x73,
}  # fmt: skip
_NUMBERS = {
    "1": 0x24, "2": 0x2D, "3": 0x2E, "4": 0x23, "5": 0x21, "6": 0x22, "7": 0x24, "8": 0x23,
    "11": 0x70, "12": 0x71, "13": 0x72, "14": 0x73, "15": 0x74, "17": 0x75, "18": 0x76,
    "19": 0x77, "20": 0x78, "21": 0x79, "23": 0x7A, "24": 0x7B,
}  # fmt: skip
_SEQUENCE = re.compile(
    r"\x1b(?:O(?P<single>[A-Z])|\[(?:(?P<number>\d+)?(?:;(?P<changed>\d+))?)(?P<end>[A-Z~]))"
)
# Keys of their own among the control characters: back, tab, return, escape.
_CONTROLS = {"\b": 0x08, "\x7f": 0x08, "\t": 0x09, "\r": 0x0D, "\n": 0x0D, "\x1b": 0x1B}


@frozen
class Key:
    """One key: its virtual-key code, the UTF-16 unit that it types, and what was held with it."""

    code: int
    unit: int
    held: int = 0

    def packed(self) -> bytes:
        """Return two INPUT_RECORDs: the key goes down and up."""
        return b"".join(
            struct.pack("<HxxIHHHHI", KEY_EVENT, down, 1, self.code, 0, self.unit, self.held)
            for down in (1, 0)
        )


def read(text: str, *, sequences: bool) -> list[Key]:
    """Turn what was typed into keys.

    Args:
        text: from the terminal.
        sequences: whether the program wants escape sequences as they are
            (ENABLE_VIRTUAL_TERMINAL_INPUT).
    """
    keys: list[Key] = []
    at = 0
    while at < len(text):
        match = None if sequences else _SEQUENCE.match(text, at)
        known = match and _special(match)
        if match and known:
            keys.append(known)
            at = match.end()
        else:
            keys.extend(_letter(text[at]))
            at += 1
    return keys


def _special(match: re.Match[str]) -> Key | None:
    """Find the key of a sequence."""
    if match["single"] or match["end"] != "~":
        code = _LETTERS.get(match["single"] or match["end"])
    else:
        code = _NUMBERS.get(match["number"] or "")
    if code is None:
        return None
    # xterm: the modifier is one more than shift 1, alt 2, control 4.
    changed = int(match["changed"] or 1) - 1
    held = (_SHIFT if changed & 1 else 0) | (_ALT if changed & 2 else 0)
    held |= _CONTROL if changed & 4 else 0
    return Key(code, 0, held | _ENHANCED)


def _letter(letter: str) -> list[Key]:
    """Return the key that types a letter; one beyond the first plane takes two."""
    if letter in _CONTROLS:
        return [
            Key(_CONTROLS[letter], 0x08 if letter == "\x7f" else ord(letter.replace("\n", "\r")))
        ]
    if letter < " ":
        return [Key(ord(letter) + 0x40, ord(letter), _CONTROL)]
    code = ord(letter.upper()) if letter.isascii() and letter.isalnum() else 0
    held = _SHIFT if letter.isascii() and letter.isupper() else 0
    data = letter.encode("utf-16-le", "surrogatepass")
    return [Key(code, unit, held) for (unit,) in struct.iter_unpack("<H", data)]
