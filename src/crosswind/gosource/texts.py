"""Comments and literals of Go: whatever stands in them is no code.

An expression that goes through a string's escapes one by one would take 80 bytes for each; so escapes are taken out
first.
"""

from __future__ import annotations

import re

# What a backslash takes as it is and would end a literal otherwise.
_ESCAPES = (b"\\\\", b'\\"', b"\\'")
# A comment or a literal, in a text `without_escapes`. As for go/scanner, a line's end ends a string that is not closed,
# and the text's end all else.
TEXT = re.compile(
    rb"""//[^\n]*+
    |/\*.*?(?:\*/|\Z)
    |"[^"\n]*+"?+
    |'[^'\n]*+'?+
    |`[^`]*+`?+""",
    re.VERBOSE | re.DOTALL,
)


def without_escapes(data: bytes) -> bytes:
    """Return a file with other bytes in the place of escapes; all offsets stay."""
    for escape in _ESCAPES:
        data = data.replace(escape, b"  ")
    return data
