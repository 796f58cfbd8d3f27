"""Two trees in one: the later wins, and icons keep their pictures."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from crosswind.errors import BuildError
from crosswind.windows.merge import members, merge
from crosswind.windows.resource import Resource, ResourceTree, tree
from images.resources import group, sample, trees


def icon(name: int | str, *pictures: int, mark: bytes) -> ResourceTree:
    made = [Resource(3, number, 1033, mark + b"%d" % number) for number in pictures]
    return tree([Resource(14, name, 1033, group(*pictures)), *made])


def shown(made: ResourceTree, name: int | str) -> list[bytes]:
    """The pictures that a group leads to."""
    pictures = {resource.name: resource.data for resource in made.of_type(3)}
    (found,) = (resource for resource in made.of_type(14) if resource.name == name)
    return [pictures[number] for number in members(found)]


def test_pictures_of_one_number_are_kept_apart():
    merged = merge(icon("A", 1, 2, mark=b"a"), icon("B", 1, 2, 3, mark=b"b"))
    assert shown(merged, "A") == [b"a1", b"a2"]
    assert shown(merged, "B") == [b"b1", b"b2", b"b3"]
    assert len(merged) == 7


def test_a_group_that_is_replaced_takes_its_pictures_along():
    merged = merge(icon("A", 1, 2, 3, mark=b"a"), icon("A", 1, mark=b"b"))
    assert merged == icon("A", 1, mark=b"b")


def test_pictures_that_another_group_shows_stay():
    shared = tree([*icon("A", 1, 2, mark=b"a"), Resource(14, "B", 1033, group(2))])
    merged = merge(shared, icon("A", 1, mark=b"c"))
    assert shown(merged, "A") == [b"c1"]
    assert shown(merged, "B") == [b"a2"]


@given(trees())
def test_merging_with_itself_or_nothing_changes_nothing(made):
    assert merge(made, ResourceTree()) == made
    assert merge(ResourceTree(), made) == made


def test_other_resources_are_replaced_by_key():
    later = tree([replace(resource, data=b"new") for resource in sample().of_type(24)])
    merged = merge(sample(), later)
    assert [resource.data for resource in merged.of_type(24)] == [b"new"]
    assert len(merged) == len(sample())


@pytest.mark.parametrize("type_", [16, 24])
def test_there_is_one_version_and_one_manifest(type_):
    earlier = tree([Resource(type_, 1, 0, b"old"), Resource(type_, 2, 1033, b"older")])
    later = tree([Resource(type_, 1, 1033, b"new"), Resource(type_, 1, 1031, b"neu")])
    assert merge(earlier, later) == later


def test_an_icon_is_replaced_in_every_language():
    neutral = tree(replace(resource, language=0) for resource in icon("A", 1, 2, mark=b"a"))
    assert merge(neutral, icon("A", 1, mark=b"b")) == icon("A", 1, mark=b"b")


def test_numbers_end_somewhere():
    with pytest.raises(BuildError) as caught:
        merge(icon("A", 0xFFFF, mark=b"a"), icon("B", 0xFFFF, mark=b"b"))
    assert caught.value.code == "CW0704"
