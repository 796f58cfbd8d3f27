"""What wins where configuration, files and defaults speak of the same thing."""

from __future__ import annotations

import struct

from crosswind.windows.compose import compose, first_icon
from crosswind.windows.merge import members
from crosswind.windows.resource import Resource, ResourceTree, ResourceType, tree

NOTHING = ResourceTree()


def one(type_: int, data: bytes, name: int | str = 1, language: int = 0x409) -> Resource:
    return Resource(type_, name, language, data)


def group(name: int | str, *numbers: int, language: int = 0x409) -> Resource:
    entries = b"".join(struct.pack("<BBBBHHIH", 16, 16, 0, 0, 1, 32, 9, n) for n in numbers)
    data = struct.pack("<HHH", 0, 1, len(numbers)) + entries
    return Resource(ResourceType.GROUP_ICON, name, language, data)


def icon(name: int | str, *numbers: int) -> list[Resource]:
    return [group(name, *numbers), *(one(ResourceType.ICON, b"%d" % n, n) for n in numbers)]


def contents(resources: ResourceTree, type_: int) -> list[bytes]:
    return [resource.data for resource in resources.of_type(type_)]


def test_a_version_that_a_file_brings_wins_over_the_default_and_loses_to_what_is_said() -> None:
    default = tree([one(16, b"default"), one(24, b"default")])
    brought = tree([one(16, b"brought", language=0)])
    said = tree([one(16, b"said")])
    assert contents(compose(default, brought, NOTHING), 16) == [b"brought"]
    assert contents(compose(default, brought, NOTHING), 24) == [b"default"]
    assert contents(compose(default, brought, said), 16) == [b"said"]


def test_other_resources_lie_side_by_side_and_the_later_of_one_key_wins() -> None:
    brought = tree([one(10, b"a", 1), one(10, b"b", 2)])
    assert contents(compose(NOTHING, brought, tree([one(10, b"c", 2)])), 10) == [b"a", b"c"]


def test_frames_that_are_said_get_numbers_of_their_own() -> None:
    composed = compose(NOTHING, tree(icon("APP", 1, 7)), tree(icon(1, 1, 2)))
    assert contents(composed, ResourceType.ICON) == [b"1", b"2", b"7", b"1"]
    named, numbered = composed.of_type(ResourceType.GROUP_ICON)
    assert (list(members(named)), list(members(numbered))) == ([1, 7], [8, 2])
    assert first_icon(composed) == named


def test_an_icon_takes_the_place_of_another_of_its_name_and_of_its_pictures() -> None:
    brought = tree([*icon(1, 1, 2), group(2, 2)])
    said = tree([group(1, 1, language=0), one(ResourceType.ICON, b"new", 1, 0)])
    composed = compose(NOTHING, brought, said)
    groups = composed.of_type(ResourceType.GROUP_ICON)
    assert [(g.name, g.language, list(members(g))) for g in groups] == [
        (1, 0, [1]),
        (2, 0x409, [2]),
    ]
    assert contents(composed, ResourceType.ICON) == [b"new", b"2"]
