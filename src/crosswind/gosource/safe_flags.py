"""Flags of `#cgo` lines that the go command refuses, by the lists in its own source.

cmd/go/internal/work/security.go has lists of regular expressions, and other releases have other lists. So
they are read from the Go at hand; only how they are applied (checkFlags) is written here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from typing import NamedTuple

_LIST = re.compile(r"^var (\w+) = \[\][^{\n]*\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_ENTRY = re.compile(r'^\t(?:re\(`([^`\n]*)`\)|"([^"\n]*)")', re.MULTILINE)
_PUSHED = "-Wl,--push-state,"
_WL = "-Wl,"
# What Go's regexp/syntax and Python's re read differently, or one of them alone.
_STRANGE = re.compile(
    r"\[\[:|\{,|[*+?}]\+|\(\?(?![:imsP])|\(\?P[^<]|\(\?[imsU]*-|\\[1-9pPQECzAZuUxN0-9]"
)


class Tool(StrEnum):
    """Whose flags they are; each is the part of the lists' names."""

    COMPILER = "Compiler"
    LINKER = "Linker"
    PKG_CONFIG = "PkgConfig"


class Refused(NamedTuple):
    """The flag at which go stops.

    Attributes:
        place: of the flag in the list.
        words: how go names it.
    """

    place: int
    words: str


class SafeFlags:
    """The lists of one Go."""

    def __init__(self, source: str) -> None:
        """Take the text of its security.go; raises `ValueError` if the lists are not there."""
        lists = {
            name: tuple(first or second for first, second in _ENTRY.findall(body))
            for name, body in _LIST.findall(source)
        }
        self._lists = lists
        if any(not lists.get(f"valid{tool}Flags") for tool in Tool):
            raise ValueError("no lists of flags")

    def refused(
        self,
        tool: Tool,
        flags: Sequence[str],
        allow: re.Pattern[str] | None = None,
        disallow: re.Pattern[str] | None = None,
    ) -> Refused | None:
        """Return the flag that go refuses, if it does (checkFlags).

        Args:
            tool: whose flags they are.
            flags: all of one kind that a package has.
            allow: what CGO_…_ALLOW says.
            disallow: what CGO_…_DISALLOW says.
        """
        with_next = self._lists.get(f"valid{tool}FlagsWithNextArg", ())
        at = 0
        while at < len(flags):
            flag = flags[at]
            following = flags[at + 1] if at + 1 < len(flags) else None
            if disallow and _is_whole(disallow, flag):
                return Refused(at, flag)
            if (allow and _is_whole(allow, flag)) or self._is_valid(tool, flag):
                at += 1
            elif flag not in with_next or flag.startswith(_PUSHED):
                return Refused(at, flag)
            elif following is None:
                return Refused(at, f"{flag} without argument")
            elif _may_follow(flag, following):
                at += 2
            else:
                return Refused(at, f"{flag} {following}")
        return None

    def _is_valid(self, tool: Tool, flag: str) -> bool:
        invalid = self._lists.get(f"invalid{tool}Flags", ())
        valid = self._lists[f"valid{tool}Flags"]
        pushed = flag.startswith(_PUSHED)
        pieces = [_WL + piece for piece in flag.split(",")[1:]] if pushed else [flag]
        return all(_is_any(valid, one) and not _is_any(invalid, one) for one in pieces)


def is_safe_word(word: str) -> bool:
    """Whether a word is no flag and no list of others (cmd/go/internal/load/pkg.go, SafeArg)."""
    first = word[:1]
    return first != "" and (not first.isascii() or first.isalnum() or first in "._/")


def go_pattern(text: str) -> re.Pattern[str] | None:
    """Return a regular expression of Go's; None if Python's might read it differently."""
    if _STRANGE.search(text):
        return None
    try:
        return _compiled(text)
    except re.error:
        return None


@cache
def _compiled(text: str) -> re.Pattern[str]:
    """Without (?m), Go's `$` is the end of the text (regexp/syntax)."""
    return re.compile(re.sub(r"(?<!\\)\$", r"\\Z", text), re.ASCII)


def _is_any(patterns: Sequence[str], flag: str) -> bool:
    return any(_is_whole(_compiled(one), flag) for one in patterns)


def _is_whole(pattern: re.Pattern[str], flag: str) -> bool:
    """Whether the first match is all of it; Go's FindString takes the one that Perl would."""
    found = pattern.search(flag)
    return found is not None and found[0] == flag


def _may_follow(flag: str, word: str) -> bool:
    if is_safe_word(word):
        return True
    if flag.startswith(_WL) and word.startswith(_WL):
        rest = word[len(_WL) :]
        return is_safe_word(rest) and "," not in rest
    # -I =/path, -I $SYSROOT/path.
    return flag == "-I" and word.startswith(("=", "$SYSROOT")) and is_safe_word(word[1:])
