"""What the readers of other tools' files want done with images, which this package does not touch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Pictures(Protocol):
    """Makes icons and cursors of images."""

    def icon(self, images: Sequence[tuple[str, bytes]], *, enlarge: bool) -> bytes:
        """Return an .ico.

        Args:
            images: file names and contents.
            enlarge: whether all sizes shall be there; otherwise none above the largest image's.
        """

    def cursor(self, images: Sequence[tuple[str, bytes, int, int]]) -> bytes:
        """Return a .cur of images: file names, contents, and the x and y that point."""
