"""The preprocessed script: one text, and for each character of it where it came from."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from crosswind.frozen import frozen
from crosswind.windows.rc.problem import Place


@frozen
class Line:
    """One line of output.

    Attributes:
        text: the line, macros replaced.
        starts: offsets of its parts, ascending; the first is 0.
        places: where each part stands.
        verbatim: for each part, whether its characters stand in the file one by one.
        page: the code page that narrow strings of it are stored in.
    """

    text: str
    starts: tuple[int, ...]
    places: tuple[Place, ...]
    verbatim: tuple[bool, ...]
    page: int


@dataclass(slots=True)
class Text:
    """All lines, joined by line feeds."""

    lines: list[Line] = field(default_factory=list)
    joined: str = ""
    _offsets: list[int] = field(default_factory=list)
    _seen: tuple[int, int, int] = (-1, 0, 0)

    def seal(self) -> None:
        """Join the lines; nothing is added from here on."""
        self.joined = "\n".join(line.text for line in self.lines)
        at = 0
        for line in self.lines:
            self._offsets.append(at)
            at += len(line.text) + 1

    def place(self, offset: int) -> Place:
        """Return where a character stands in its file."""
        line, start = self._at(offset)
        index = bisect_right(line.starts, offset - start) - 1
        place = line.places[index]
        if not line.verbatim[index]:
            return place
        return Place(place.file, place.line, place.column + offset - start - line.starts[index])

    def page(self, offset: int) -> int:
        """Return the code page that narrow strings there are stored in."""
        return self._at(offset)[0].page

    def column(self, offset: int) -> int:
        """Return a character's column on its line of output, from 0; tabs go to multiples of 8."""
        line, start = self._at(offset)
        at, column = 0, 0
        if self._seen[0] == start and self._seen[1] <= offset - start:
            _, at, column = self._seen  # lines are long, and asked from left to right
        before = column % 8
        piece = " " * before + line.text[at : offset - start]
        column += len(piece.expandtabs(8)) - before
        self._seen = start, offset - start, column
        return column

    def _at(self, offset: int) -> tuple[Line, int]:
        index = max(bisect_right(self._offsets, offset) - 1, 0)
        return self.lines[index], self._offsets[index]
