"""Names of the host as Windows programs see them, and back.

What a Windows name cannot hold is shown by the private characters U+F001 to U+F0FF, as Samba, WSL
and Cygwin do; so are a dot and a space at a name's end. Bytes that are not UTF-8 become lone
surrogates, which Windows' names may hold.
"""

from __future__ import annotations

import os
import re

_PRIVATE = 0xF000
_UNFIT = re.compile(r'[\x01-\x1f"*:<>?\\|]|[ .](?=[ .]*$)')
_SHOWN = re.compile("[\uf001-\uf01f\uf020\uf022\uf02a\uf02e\uf03a\uf03c\uf03e\uf03f\uf05c\uf07c]")


def to_windows(name: str) -> str:
    """What a Windows program sees of a host's name, as Python decodes it (`os.fsdecode`)."""
    if not name.isprintable() and not name.isascii():
        name = _wtf8(name)
    return _UNFIT.sub(lambda match: chr(_PRIVATE + ord(match[0])), name)


def to_host(name: str) -> str:
    """The host's name for a new file of a Windows name; `to_windows` leads back to it."""
    name = _SHOWN.sub(lambda match: chr(ord(match[0]) - _PRIVATE), name)
    return os.fsdecode(name.encode("utf-8", "surrogatepass"))


def _wtf8(name: str) -> str:
    """Read surrogates that were written as if they were characters (WTF-8)."""
    try:
        return os.fsencode(name).decode("utf-8", "surrogatepass")
    except UnicodeError:
        return name
