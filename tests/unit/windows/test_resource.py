"""The order, the keys and the limits of a resource tree."""

from __future__ import annotations

import pytest

from crosswind.errors import BuildError
from crosswind.windows.resource import Resource, ResourceType, describe, tree, type_name


def test_names_come_before_numbers_and_both_ascend():
    resources = [
        Resource(type_, name, 0, b"")
        for type_, name in [(24, 1), (3, 2), (3, 1), (3, "B"), (3, "A"), ("PNG", 1)]
    ]
    assert [(r.type, r.name) for r in tree(resources)] == [
        ("PNG", 1),
        (3, "A"),
        (3, "B"),
        (3, 1),
        (3, 2),
        (24, 1),
    ]


def test_two_resources_of_one_key_are_refused():
    one = Resource(ResourceType.ICON, 1, 0x409, b"a")
    with pytest.raises(BuildError, match=r"two resources are ICON 1 \(0x0409\)") as caught:
        tree([one, Resource(3, 1, 0x409, b"b")])
    assert caught.value.code == "CW0701"


@pytest.mark.parametrize("name", [-1, 0x10000, "", "x" * 0x10000])
def test_identifiers_hold_the_limits_of_the_format(name):
    with pytest.raises(BuildError) as caught:
        tree([Resource(10, name, 0, b"")])
    assert caught.value.code == "CW0702"


def test_the_later_of_two_trees_wins():
    first = tree([Resource(10, 1, 0, b"a"), Resource(10, 2, 0, b"b")])
    merged = first.merged(tree([Resource(10, 2, 0, b"c")]))
    assert [resource.data for resource in merged] == [b"a", b"c"]


def test_types_are_named_as_in_winuser():
    assert [type_name(t) for t in (14, 24, 99, "PNG")] == ["GROUP_ICON", "MANIFEST", "99", "PNG"]
    assert describe(Resource(16, 1, 0, b"")) == "VERSION 1 (0x0000)"


def test_no_name_of_a_file_reaches_a_terminal_as_it_is():
    hostile = Resource("\x1b[31m", "a\n\ud800\u202e", 0, b"")
    assert describe(hostile) == r"\x1b[31m a\n\ud800\u202e (0x0000)"
    assert describe(Resource("日本", "É", 0, b"")) == "日本 É (0x0000)"
