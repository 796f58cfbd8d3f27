"""`Block`: a titled table or list, the one shape that facts take before they are drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from crosswind.frozen import frozen
from crosswind.report import columns


@frozen
class Block:
    """A table, or without headers a list of names and values.

    Attributes:
        title: its heading.
        rows: texts as the file has them; who draws them makes them harmless.
        headers: of the columns.
        right: numbers of the columns that are aligned to the right.
        left_out: how many rows are not shown.
    """

    title: str
    rows: tuple[tuple[str, ...], ...]
    headers: tuple[str, ...] = ()
    right: tuple[int, ...] = ()
    left_out: int = 0


@frozen
class Detail:
    """How much to show.

    Attributes:
        full: everything, because the part was asked for; else what fits a screen together with others.
        limit: rows of long tables; 0 shows all.
    """

    full: bool = False
    limit: int = 10


# Turns the facts of one part into blocks.
Draw = Callable[[Any, Detail], Iterable[Block]]


def pairs(title: str, values: Mapping[str, object]) -> Block:
    """List names and values; what is empty is left out."""
    rows = ((name, _text(value)) for name, value in values.items())
    return Block(title, tuple((name, value) for name, value in rows if value))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if value is None:
        return ""
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return str(value)


def table(
    title: str,
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[int] = (),
    limit: int = 0,
) -> Block:
    """Make a table of at most `limit` rows."""
    shown = rows[:limit] if limit else rows
    return Block(
        title,
        tuple(tuple(row) for row in shown),
        tuple(headers),
        tuple(right),
        len(rows) - len(shown),
    )


def address(value: int) -> str:
    """Spell an address or offset."""
    return f"{value:#x}"


def size(value: int) -> str:
    """Spell a size for people."""
    return columns.size(value)


def share(part: int, whole: int) -> str:
    """Spell a part of a whole: `12.3 %`."""
    return f"{100 * part / whole:.1f} %" if whole else ""
