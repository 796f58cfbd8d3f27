"""An inspection as text for terminals and logs."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterator
from functools import partial

import click

from crosswind.inspect.model import Contents, Inspection
from crosswind.report import columns
from crosswind.report.columns import Cell, Style
from crosswind.report.inspect.block import Block, Detail
from crosswind.report.inspect.draw import blocks


def text(
    inspection: Inspection,
    *,
    asked: Collection[str] = (),
    limit: int = 10,
    colored: bool = False,
    width: int = 100,
) -> str:
    """Return the whole text.

    Args:
        inspection: what was found.
        asked: parts that are shown in full; the others as they fit a screen.
        limit: rows of long tables, 0 for all.
        colored: whether colors are wanted.
        width: where long lists of values are broken.
    """
    style = _style(colored)
    size = columns.size(inspection.size)
    words = ", ".join(filter(None, (inspection.format, f"{size} ({inspection.size} bytes)")))
    lines = [f"{style(columns.harmless(str(inspection.path)))}  {columns.harmless(words)}"]
    for contents in inspection.contents:
        lines += _contents(contents, frozenset(asked), limit, style, width)
    return "\n".join(lines)


def _style(colored: bool) -> Style:
    return partial(click.style, bold=True) if colored else columns.plain


def _contents(
    contents: Contents, asked: Collection[str], limit: int, style: Style, width: int
) -> Iterator[str]:
    if contents.name:
        where = f"{columns.size(contents.size)} at {contents.offset:#x}"
        yield f"\n{style(f'== {columns.harmless(contents.name)}, {where} ==')}"
    for name, facts in contents.parts.items():
        detail = Detail(full=name in asked, limit=limit)
        for block in blocks(name, facts, detail):
            yield from _block(block, style, width)
    for problem in contents.problems:
        words = f"{problem.part}: {problem.message}, at {problem.offset:#x}"
        yield f"\n{style('cannot be read')}: {columns.harmless(words)}"


def _block(block: Block, style: Style, width: int) -> Iterator[str]:
    if block.title:
        yield f"\n{style(columns.harmless(block.title))}"
    rows = [[Cell(columns.harmless(cell)) for cell in row] for row in block.rows]
    if block.headers:
        table = columns.render(block.headers, rows, right=block.right)
        yield from (f"  {line}" for line in table.splitlines())
    elif rows and len(rows[0]) == 2:
        yield from _pairs(rows, width)
    else:
        yield from (f"  {row[0].text}" for row in rows)
    if block.left_out:
        yield f"  … {block.left_out} more (--top 0 shows all)"


def _pairs(rows: list[list[Cell]], width: int) -> Iterator[str]:
    """Set names in one column, break long values behind commas."""
    margin = max(columns.width(row[0].text) for row in rows) + 4
    for name, value in rows:
        first, *more = textwrap.wrap(
            value.text, max(width - margin, 40), break_long_words=False, break_on_hyphens=False
        ) or [""]
        yield f"  {name.text}{' ' * (margin - 2 - columns.width(name.text))}{first}"
        yield from (" " * margin + line for line in more)
