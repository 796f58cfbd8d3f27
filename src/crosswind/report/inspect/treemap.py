"""Lay a tree of sizes out as rectangles whose areas are those sizes.

The way is that of Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000): rows are filled along the
shorter side as long as that makes their rectangles more like squares.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from crosswind.frozen import frozen


@frozen
class Node:
    """A part of the file; the size of a node with children is theirs together.

    Attributes:
        name: its label.
        size: in bytes.
        kind: decides the color.
        children: its own parts.
    """

    name: str
    size: int
    kind: str
    children: tuple[Node, ...] = ()


class Box(NamedTuple):
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    def inner(self, top: float, margin: float) -> Box:
        """Return what is left inside a heading and a margin."""
        return Box(
            self.x + margin,
            self.y + top,
            max(self.width - 2 * margin, 0.0),
            max(self.height - top - margin, 0.0),
        )


def squarify(sizes: Sequence[int], box: Box) -> list[Box]:
    """Return a rectangle for each size, largest first, that together fill the box.

    Args:
        sizes: positive, in descending order.
        box: where to put them.
    """
    total = sum(sizes)
    if not total or box.width <= 0 or box.height <= 0:
        return [Box(box.x, box.y, 0.0, 0.0) for _ in sizes]
    scale = box.width * box.height / total
    areas = [size * scale for size in sizes]
    found: list[Box] = []
    start = 0
    while start < len(areas):
        side = min(box.width, box.height)
        end = _row_end(areas, start, side)
        row = areas[start:end]
        boxes, box = _place(row, box)
        found += boxes
        start = end
    return found


def _row_end(areas: Sequence[float], start: int, side: float) -> int:
    """Find how many rectangles go into one row: as many as make it no worse."""
    end, total = start + 1, areas[start]
    best = _worst(areas[start], areas[start], total, side)
    while end < len(areas):
        more = total + areas[end]
        worst = _worst(areas[start], areas[end], more, side)
        if worst > best:
            break
        best, total, end = worst, more, end + 1
    return end


def _worst(largest: float, smallest: float, total: float, side: float) -> float:
    """Return the worst ratio of sides in a row of these areas."""
    if not (smallest and total and side):
        return float("inf")
    return max(side * side * largest / (total * total), total * total / (side * side * smallest))


def _place(row: Sequence[float], box: Box) -> tuple[list[Box], Box]:
    """Put a row along the shorter side; return its rectangles and the rest of the box."""
    total = sum(row)
    side = min(box.width, box.height)
    # By shares of the side, and no thicker than there is room: what is left beside a giant is so thin
    # that a quotient of areas would leave the box.
    lengths = [side * area / total if total else 0.0 for area in row]
    thickness = min(total / side, max(box.width, box.height)) if side else 0.0
    if box.width >= box.height:
        boxes = [
            Box(box.x, y, thickness, length)
            for y, length in zip(_starts(lengths, box.y), lengths, strict=True)
        ]
        return boxes, Box(box.x + thickness, box.y, max(box.width - thickness, 0.0), box.height)
    boxes = [
        Box(x, box.y, length, thickness)
        for x, length in zip(_starts(lengths, box.x), lengths, strict=True)
    ]
    return boxes, Box(box.x, box.y + thickness, box.width, max(box.height - thickness, 0.0))


def _starts(lengths: Sequence[float], first: float) -> list[float]:
    found = []
    for length in lengths:
        found.append(first)
        first += length
    return found


def rectangles(
    node: Node, box: Box, *, heading: float, margin: float
) -> Iterator[tuple[Node, Box]]:
    """Yield every node below one with its rectangle, parents before their children.

    Args:
        node: the root, which gets no rectangle.
        box: where to put it.
        heading: height that a parent keeps for its name.
        margin: around a parent's children.
    """
    children = sorted(
        (child for child in node.children if child.size > 0), key=lambda one: -one.size
    )
    boxes = squarify([child.size for child in children], box)
    for child, place in zip(children, boxes, strict=True):
        yield child, place
        if child.children:
            inside = place.inner(heading, margin)
            yield from rectangles(child, inside, heading=heading, margin=margin)
