"""Find texts in a file's bytes, in pieces, so that a large file is never copied as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crosswind.binary.view import View

# bytes.find is the fastest search that Python has; memory maps and views lack it or lack its speed.
_PIECE = 1 << 20


def find_all(
    view: View, needles: Sequence[bytes], context: int = 0
) -> Iterator[tuple[bytes, int, bytes, bytes]]:
    """Yield (needle, offset, bytes before, needle and bytes behind) for every place it stands at.

    Args:
        view: what to search.
        needles: none of them empty.
        context: how many bytes before and behind to give, as far as the view has them.
    """
    margin = max(map(len, needles), default=0) + context
    for start in range(0, len(view), _PIECE):
        first = max(start - context, 0)
        piece = bytes(view.data[first : start + _PIECE + margin])
        end = start + _PIECE - first
        for needle in needles:
            at = piece.find(needle, start - first)
            while 0 <= at < end:
                before, behind = (
                    piece[max(at - context, 0) : at],
                    piece[at : at + len(needle) + context],
                )
                yield needle, first + at, before, behind
                at = piece.find(needle, at + 1)


def contains(view: View, needle: bytes) -> bool:
    """Whether a text stands anywhere in the view."""
    return next(find_all(view, [needle]), None) is not None
