"""White space and words as Go sees them (package unicode): Python's own ideas differ in a few characters."""

from __future__ import annotations

import re

# unicode.IsSpace, as a regular expression's set.
SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_CHARACTERS = SPACE.replace("\u2000-\u200a", "".join(map(chr, range(0x2000, 0x200B))))


def trim(text: str) -> str:
    """Take white space off both ends (strings.TrimSpace)."""
    return text.strip(_CHARACTERS)


def is_space(character: str) -> bool:
    """Whether a character is white space (unicode.IsSpace)."""
    return character in _CHARACTERS


def fields(text: str) -> list[str]:
    """Return what stands between white space (strings.Fields)."""
    return [word for word in re.split(f"[{SPACE}]+", text) if word]


def is_tag_character(character: str) -> bool:
    """Whether a build tag may hold it: letters, digits (unicode.IsLetter, IsDigit), `_` and `.`."""
    return character in "_." or character.isalpha() or character.isdecimal()


def is_tag(word: str) -> bool:
    """Whether a word may be a build tag."""
    return bool(word) and all(map(is_tag_character, word))
