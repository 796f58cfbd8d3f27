"""Parse within a bound of work: what a file asks of tree-sitter depends on what is wrong with it.

A file that people or programs wrote takes three steps of the parser for each byte at most, with mistakes in it,
too. Text that was made to be slow takes thousands: `/* ` over and over took 140 seconds for 32 KiB. Steps are
counted, not seconds, so that a file is read on each machine, or on none. What is left is slow by a constant: a
step takes up to 20 times as long where nothing fits, as in a file of quotes alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Point

# A text as short as this takes a fifth of a second whatever it holds.
FREE = 1 << 10
# tree-sitter asks whether to go on at each 100th step (parser.c, OP_COUNT_PER_PARSER_CALLBACK_CHECK).
# Of 21,700 files, Go's own and its tests among them, the densest asks 345 times in 13 KB, the largest 45,000
# times in 5 MB: less than 27 times for each 1,000 bytes.
_FREE_ASKS = 2_000
_ASKS_PER_KILOBYTE = 35
_MOST_ASKS = 150_000
# It reads a text piece by piece, most twice. A step may read much: a comment without an end, up to that.
_PIECE = 4 << 10
_FREE_READS = 64
_READS_PER_PIECE = 4


def parse(parser: Parser, data: bytes) -> Node | None:
    """Return the root of a text's syntax tree; None if it would take too much work."""
    if len(data) <= FREE:
        return parser.parse(data).root_node
    work = _Work(data)
    try:
        first = parser.parse(work.read, progress_callback=work.is_too_much)
    except ValueError:  # it was told to stop
        parser.reset()
        return None
    if work.over:
        return None
    if first.root_node.has_error:  # its nodes call `read` for their text
        work.is_done = True
        return first.root_node
    return parser.parse(data, first).root_node  # takes it over, which takes no time


class _Work:
    """What the parser did for a text so far."""

    def __init__(self, data: bytes) -> None:
        self.over = self.is_done = False
        self._data = data
        self._asks = 0
        self._reads = _FREE_READS + _READS_PER_PIECE * (len(data) // _PIECE)

    def read(self, offset: int, _: Point) -> bytes:
        """Give it the next piece; none, as at the end, if it has read too much."""
        self._reads -= not self.is_done
        self.over |= self._reads < 0
        return b"" if self.over else self._data[offset : offset + _PIECE]

    def is_too_much(self, offset: int, _: bool) -> bool:
        """Whether it has to stop, having come to an offset."""
        self._asks += 1
        most = min(_MOST_ASKS, _FREE_ASKS + offset * _ASKS_PER_KILOBYTE // 1000)
        self.over |= self._asks > most
        return self.over
