"""Names out of untrusted tables, with a limit on how much one file may make us read.

Tables of names may share tails, so nothing in a format forbids a million entries that all point at
the same long string. A `Budget` makes such a file an error instead of minutes of copying.
"""

from __future__ import annotations

from crosswind.binary.view import MAX_STRING, FormatError, View

# Real files stay far below: linkers share tails of a few bytes and names such as `$d`, not whole
# tables. Short names are free, since the entry that refers to one takes as much room in the file.
_REPEATS = 4
_SHORT = 64


def text(raw: bytes) -> str:
    """Decode a name; bytes that are no UTF-8 become U+FFFD."""
    return raw.decode("utf-8", "replace")


class Budget:
    """How many bytes the entries of one table may still refer to."""

    __slots__ = ("_left", "_what")

    def __init__(self, size: int, what: str) -> None:
        """Allow entries that refer to `size` bytes a few times over."""
        self._left = size * _REPEATS + MAX_STRING
        self._what = what

    def spend(self, size: int, offset: int) -> None:
        """Account for one entry.

        Raises:
            FormatError: the entries refer to the same bytes again and again.
        """
        if size > _SHORT:
            self._left -= size
        if self._left < 0:
            raise FormatError(f"{self._what}: entries overlap beyond reason", offset)


class StringTable:
    """A table of NUL-terminated names, addressed by byte offset."""

    __slots__ = ("_base", "_budget", "_bytes")

    def __init__(self, view: View, what: str = "string table") -> None:
        """Read the whole table once; a name is then a search and a slice."""
        self._bytes = bytes(view.data)
        self._base = view.base
        self._budget = Budget(len(self._bytes), what)

    def name(self, offset: int) -> str:
        """Return the name at an offset; empty if it lies outside the table.

        Raises:
            FormatError: the names read so far overlap beyond reason.
        """
        limit = offset + MAX_STRING
        end = self._bytes.find(b"\0", offset, limit)
        raw = self._bytes[offset : limit if end < 0 else end]
        if len(raw) > _SHORT:
            self._budget.spend(len(raw), self._base + offset)
        return raw.decode("utf-8", "replace")
