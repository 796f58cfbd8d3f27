"""How many go commands run at a time."""

import pytest

from crosswind.building.compile import Width


@pytest.mark.parametrize(
    ("width", "now"),
    [
        (Width(2), 1),
        (Width(8), 2),
        (Width(2, all_there=True), 2),
        (Width(8, all_there=True, slow=True), 2),
        (Width(2, asked=5), 5),
        (Width(8, asked=1, all_there=True), 1),
    ],
)
def test_one_per_four_processors_unless_all_is_there_and_quick(width: Width, now: int) -> None:
    assert width.now == now
    assert width.most >= now
