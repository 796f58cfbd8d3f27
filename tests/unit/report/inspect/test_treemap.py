"""Rectangles that fill their box, each as large as it should be."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crosswind.report.inspect.treemap import Box, Node, rectangles, squarify

BOX = Box(0, 0, 600, 400)


def test_the_example_of_the_paper():
    # Bruls, Huizing and van Wijk, figure 1: these areas in a box of 6 by 4.
    boxes = squarify([6, 6, 4, 3, 2, 2, 1], Box(0, 0, 6, 4))
    assert boxes[0] == pytest.approx((0, 0, 3, 2))
    assert boxes[1] == pytest.approx((0, 2, 3, 2))
    assert boxes[2].height == pytest.approx(7 / 3) or boxes[2].width == pytest.approx(12 / 7)
    assert max(max(b.width / b.height, b.height / b.width) for b in boxes) < 3.1


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=60))
@example([1, 144_235_980])
def test_areas_are_in_proportion_and_fill_the_box(sizes):
    sizes = sorted(sizes, reverse=True)
    boxes = squarify(sizes, BOX)
    scale = BOX.width * BOX.height / sum(sizes)
    for size, box in zip(sizes, boxes, strict=True):
        assert box.width * box.height == pytest.approx(size * scale, rel=1e-6)
        assert box.x >= -1e-6
        assert box.y >= -1e-6
        assert box.x + box.width <= BOX.width + 1e-6
        assert box.y + box.height <= BOX.height + 1e-6


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=14))
def test_rectangles_do_not_overlap(sizes):
    boxes = squarify(sorted(sizes, reverse=True), BOX)
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            wide = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
            high = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
            assert min(wide, high) < 1e-6


@pytest.mark.parametrize("box", [Box(0, 0, 0, 10), Box(5, 5, 10, 0)])
def test_no_room(box):
    assert [(one.width, one.height) for one in squarify([3, 2], box)] == [(0, 0), (0, 0)]


def test_children_lie_inside_their_parents():
    root = Node(
        "file", 10, "", (Node("a", 6, "", (Node("b", 4, ""), Node("c", 2, ""))), Node("d", 4, ""))
    )
    found = {node.name: box for node, box in rectangles(root, BOX, heading=16, margin=2)}
    assert list(found) == ["a", "b", "c", "d"]
    parent = found["a"]
    for name in "bc":
        child = found[name]
        assert child.x >= parent.x + 2
        assert child.y >= parent.y + 16
        assert child.x + child.width <= parent.x + parent.width


def test_empty_parts_have_no_rectangle():
    root = Node("file", 1, "", (Node("a", 1, ""), Node("nothing", 0, "")))
    assert [node.name for node, _ in rectangles(root, BOX, heading=0, margin=0)] == ["a"]
