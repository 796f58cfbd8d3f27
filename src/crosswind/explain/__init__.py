"""`explain`: what a code of crosswind's or a message of another tool means, and how to mend it."""

from __future__ import annotations

import re

from crosswind.errors import UsageError
from crosswind.explain.page import Page, codes, load
from crosswind.explain.recognise import Match, advice, by_text, decode, nearest
from crosswind.explain.render import render

__all__ = [
    "Match",
    "Page",
    "advice",
    "by_code",
    "by_text",
    "codes",
    "decode",
    "is_code",
    "load",
    "nearest",
    "render",
]


def is_code(text: str) -> bool:
    """Whether a text is meant as a code, be it a known one or not."""
    return re.fullmatch(r"CW\d{1,6}", text.strip(), re.IGNORECASE) is not None


def by_code(code: str) -> Page:
    """Return the page of a code; case does not matter.

    Raises:
        UsageError: CW3000 there is no such page; the nearest codes are named.
    """
    wanted = code.strip().upper()
    try:
        return load(wanted).filled({})
    except KeyError:
        raise UsageError("CW3000", f"no code {wanted!r}", hint=_nearest(wanted)) from None


def _nearest(code: str) -> str:
    import difflib

    near = difflib.get_close_matches(code, codes(), 3, 0.6)
    return f"did you mean {' or '.join(near)}?" if near else "`crosswind explain --list` has all"
