"""Aligned columns of text, the one shape of table that crosswind prints."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Style = Callable[[str], str]


def plain(text: str) -> str:
    """Style nothing."""
    return text


@dataclass(frozen=True, slots=True)
class Cell:
    """A text in a table, and how to color it without changing its width."""

    text: str
    style: Style = plain


def render(
    headers: Sequence[str], rows: Sequence[Sequence[Cell]], right: Sequence[int] = ()
) -> str:
    """Lay out a table.

    Args:
        headers: one per column; they are set in capitals, but for names of targets.
        rows: as many cells as headers each.
        right: numbers of the columns that are aligned to the right.
    """
    table = [[Cell(_heading(header)) for header in headers], *rows]
    widths = [max(width(row[n].text) for row in table) for n in range(len(headers))]
    lines = []
    for row in table:
        words = []
        for number, cell in enumerate(row):
            space = " " * (widths[number] - width(cell.text))
            styled = cell.style(cell.text)
            words.append(space + styled if number in right else styled + space)
        lines.append("  ".join(words).rstrip())
    return "\n".join(lines)


def _heading(header: str) -> str:
    return header if "/" in header else header.upper()


def width(text: str) -> int:
    """Count the terminal cells of a text: wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


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
