"""Aligned columns of text, the one shape of table that crosswind prints."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from crosswind.frozen import frozen

Style = Callable[[str], str]


def plain(text: str) -> str:
    """Style nothing."""
    return text


@frozen
class Cell:
    """A text in a table, and how to color it without changing its width."""

    text: str
    style: Style = plain


# Columns that a text beside others must have to be readable; with less it goes below them.
_ROOM = 28
# Columns by which it is set in there.
_BELOW = 6


def render(
    headers: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    right: Sequence[int] = (),
    limit: int | None = None,
) -> str:
    """Lay out a table.

    Args:
        headers: one per column; they are set in capitals, but for names of targets.
        rows: as many cells as headers each.
        right: numbers of the columns that are aligned to the right.
        limit: columns of the terminal; what does not fit beside the others goes below its row.
    """
    table = [[Cell(_heading(header)) for header in headers], *rows]
    widths = [max(width(row[n].text) for row in table) for n in range(len(headers))]
    fitting = _fitting(widths, limit)
    lines = []
    for row in table:
        words = []
        for number, cell in enumerate(row[:fitting]):
            space = " " * (widths[number] - width(cell.text))
            styled = cell.style(cell.text)
            words.append(space + styled if number in right else styled + space)
        lines.append("  ".join(words).rstrip())
        if limit and row is not table[0]:
            lines += _below(headers[fitting:], row[fitting:], limit)
    return "\n".join(lines)


def _fitting(widths: Sequence[int], limit: int | None) -> int:
    """Count the columns that fit beside each other; the first has to."""
    counts = range(len(widths), 1, -1)
    fits = (n for n in counts if limit is None or sum(widths[:n]) + 2 * (n - 1) <= limit)
    return next(fits, 1)


def _below(headers: Sequence[str], cells: Sequence[Cell], limit: int) -> list[str]:
    """Write the cells of a row that found no place in it, each with its header; not empty ones."""
    told = [
        f"{header}: {cell.text}"
        for header, cell in zip(headers, cells, strict=True)
        if cell.text not in ("", "-")
    ]
    indent = " " * _BELOW
    return [indent + line for line in wrap("; ".join(told), limit - _BELOW)] if told else []


def hang(text: str, column: int, limit: int | None) -> str:
    """Wrap a text that begins at a column of the terminal, so that its lines stay below each other.

    Where too little room is left there, or a word such as a digest is longer, it begins on a line of
    its own.
    """
    if limit is None or width(text) <= limit - column:
        return text
    room = limit - column
    if room >= _ROOM and max(map(width, text.split()), default=0) <= room:
        return f"\n{' ' * column}".join(wrap(text, room))
    return "".join(f"\n{' ' * _BELOW}{line}" for line in wrap(text, limit - _BELOW))


def paragraph(text: str, column: int, limit: int | None) -> str:
    """Indent a text to a column, wrapped as by `hang`."""
    hung = hang(text, column, limit)
    return hung[1:] if hung.startswith("\n") else " " * column + hung


def wrap(text: str, limit: int) -> list[str]:
    """Break a text at its spaces; a word that is too long, such as a path, stays whole."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width(longer) > limit:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _heading(header: str) -> str:
    return header if "/" in header else header.upper()


def width(text: str) -> int:
    """Count the terminal cells of a text: wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def harmless(text: str) -> str:
    """Take what would move a terminal's cursor, or hide text, out of a name from a file."""
    return "".join(char if char.isprintable() else _escaped(ord(char)) for char in text)


def _escaped(code: int) -> str:
    """Write a character, or the byte that stands in a name that is no UTF-8 (PEP 383)."""
    return f"\\x{code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code:02x}"


def size(count: int) -> str:
    """Write a number of bytes for people: `4.1 MB` (powers of ten, as disks and downloads do)."""
    value = float(count)
    for unit in ("B", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def seconds(value: float) -> str:
    """Write a duration: `0.42 s`, `12.3 s`, `2m05s`."""
    if value < 10:
        return f"{value:.2f} s"
    if value < 60:
        return f"{value:.1f} s"
    return f"{int(value) // 60}m{int(value) % 60:02d}s"
