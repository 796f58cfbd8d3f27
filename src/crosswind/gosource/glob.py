"""Patterns of file names, as Go's package path matches them (path/match.go): byte by byte, as there."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from crosswind.frozen import frozen

_REPLACEMENT = 0xFFFD
_STAR, _QUERY, _OPEN, _CLOSE, _BACKSLASH, _SLASH = b"*?[]\\/"


class BadPatternError(ValueError):
    """A pattern that is none (path.ErrBadPattern)."""

    def __init__(self) -> None:
        """Say it in Go's words."""
        super().__init__("syntax error in pattern")


@frozen
class _Class:
    """Characters between brackets: ranges that do not overlap, in order."""

    lows: tuple[int, ...]
    highs: tuple[int, ...]
    negated: bool

    def has(self, rune: int) -> bool:
        index = bisect_right(self.lows, rune) - 1
        inside = index >= 0 and rune <= self.highs[index]
        return inside != self.negated


# A byte that must be there, any character (None), or one of a class.
_Step = int | _Class | None


class _Chunk(NamedTuple):
    """A piece of a pattern between stars; `star` tells whether one is before it."""

    star: bool
    steps: tuple[_Step, ...]


@frozen
class Pattern:
    """A pattern, read once."""

    chunks: tuple[_Chunk, ...]

    @classmethod
    def parse(cls, text: str) -> Pattern:
        """Read a pattern.

        Raises:
            BadPatternError: it has a mistake.
        """
        rest = text.encode("utf-8", "surrogateescape")
        chunks = []
        while rest:
            bare = rest.lstrip(b"*")
            end = _end_of_chunk(bare)
            chunks.append(_Chunk(len(bare) < len(rest), _steps(bare[:end])))
            rest = bare[end:]
        return cls(tuple(chunks))

    def matches(self, name: str) -> bool:
        """Whether it matches all of a name (path.Match)."""
        rest = name.encode("utf-8", "surrogateescape")
        for number, chunk in enumerate(self.chunks):
            if chunk.star and not chunk.steps:
                return _SLASH not in rest
            found = _advance(chunk, rest, last=number == len(self.chunks) - 1)
            if found is None:
                return False
            rest = found
        return not rest


def _advance(chunk: _Chunk, name: bytes, *, last: bool) -> bytes | None:
    """Return what is left of a name behind a chunk; the last one must leave nothing."""
    start = 0
    while True:
        end = _follow(chunk.steps, name, start)
        if end >= 0 and (end == len(name) or not last):
            return name[end:]
        if not chunk.star or start >= len(name) or name[start] == _SLASH:
            return None
        start += 1


def _follow(steps: tuple[_Step, ...], name: bytes, at: int) -> int:
    """Return where a name goes on behind some steps, -1 if it does not take them (matchChunk)."""
    for step in steps:
        if at >= len(name):
            return -1
        if isinstance(step, int):
            if name[at] != step:
                return -1
            at += 1
            continue
        rune, size = _rune(name, at)
        if rune == _SLASH if step is None else not step.has(rune):
            return -1
        at += size
    return at


def _end_of_chunk(pattern: bytes) -> int:
    """Return where the next star is that stands for itself in no class (scanChunk)."""
    in_class = False
    at = 0
    while at < len(pattern):
        byte = pattern[at]
        if byte == _BACKSLASH:
            at += 1
        elif byte == _OPEN:
            in_class = True
        elif byte == _CLOSE:
            in_class = False
        elif byte == _STAR and not in_class:
            return at
        at += 1
    return len(pattern)


def _steps(chunk: bytes) -> tuple[_Step, ...]:
    found: list[_Step] = []
    at = 0
    while at < len(chunk):
        if chunk[at] == _OPEN:
            step, at = _class(chunk, at + 1)
            found.append(step)
            continue
        if chunk[at] == _QUERY:
            found.append(None)
        else:
            at += chunk[at] == _BACKSLASH
            if at == len(chunk):
                raise BadPatternError
            found.append(chunk[at])
        at += 1
    return tuple(found)


def _class(chunk: bytes, at: int) -> tuple[_Class, int]:
    """Read a class behind its bracket; return where it ends, too."""
    negated = chunk[at : at + 1] == b"^"
    at += negated
    ranges: list[tuple[int, int]] = []
    while not (ranges and chunk[at : at + 1] == b"]"):
        low, at = _class_rune(chunk, at)
        high = low
        if chunk[at : at + 1] == b"-":
            high, at = _class_rune(chunk, at + 1)
        ranges.append((low, high))
    lows: list[int] = []
    highs: list[int] = []
    for low, high in sorted(one for one in ranges if one[0] <= one[1]):
        if highs and low <= highs[-1]:
            highs[-1] = max(highs[-1], high)
        else:
            lows.append(low)
            highs.append(high)
    return _Class(tuple(lows), tuple(highs), negated), at + 1


def _class_rune(chunk: bytes, at: int) -> tuple[int, int]:
    """Read a character of a class, behind which there must be more (getEsc)."""
    if chunk[at : at + 1] in (b"", b"-", b"]"):
        raise BadPatternError
    at += chunk[at] == _BACKSLASH
    rune, size = _rune(chunk, at)
    if at + size >= len(chunk) or (rune == _REPLACEMENT and size == 1):
        raise BadPatternError
    return rune, at + size


def _rune(text: bytes, at: int) -> tuple[int, int]:
    """Decode a character and return its size, too (utf8.DecodeRune)."""
    if at >= len(text):
        return _REPLACEMENT, 0
    if text[at] < 0x80:
        return text[at], 1
    first = text[at : at + 4].decode("utf-8", "surrogateescape")[0]
    if "\udc80" <= first <= "\udcff":
        return _REPLACEMENT, 1
    return ord(first), len(first.encode())
