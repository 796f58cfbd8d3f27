"""Put two resource trees into one, with the pictures of icons and cursors kept apart.

An icon is a group that names its pictures by number, and these numbers mean nothing outside: every
resource compiler counts them from 1. So where both trees have a picture of one number, the later
tree's picture gets another, and its group says so; a group that is replaced takes its own along.

Languages do not keep the old beside the new: an icon of the later tree takes the place of every one
of its name, a version tab or a manifest that of all. Windows refuses a program with two manifests.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import replace

from crosswind.errors import BuildError
from crosswind.windows.resource import (
    Identifier,
    Resource,
    ResourceTree,
    ResourceType,
    tree,
)

# The type of each kind of group's pictures.
PICTURES: dict[Identifier, int] = {
    int(ResourceType.GROUP_ICON): int(ResourceType.ICON),
    int(ResourceType.GROUP_CURSOR): int(ResourceType.CURSOR),
}
# Win32's "Resource File Formats", NEWHEADER and RESDIR: reserved, type, count, then one entry for
# each picture, which ends with its number.
HEAD = struct.Struct("<HHH")
ENTRY = struct.Struct("<12sH")

# Windows looks for one of each, whatever its language.
_SINGLE = (ResourceType.VERSION, ResourceType.MANIFEST)

_Picture = tuple[int, int]  # type and number, in every language


def merge(earlier: ResourceTree, later: ResourceTree) -> ResourceTree:
    """Return both trees in one; where both have the same resource, the later one's stays.

    Raises:
        BuildError: CW0704, the numbers for pictures are used up.
    """
    replaced = {_place(resource) for resource in later if not _picture(resource)}
    kept = [resource for resource in earlier if _place(resource) not in replaced]
    kept = list(_without_orphans(kept, earlier))
    numbers = _new_numbers(kept, later)
    moved = (_moved(resource, numbers) for resource in later)
    return ResourceTree(tuple(kept)).merged(tree(moved))


def _place(resource: Resource) -> tuple[Identifier, ...]:
    """Return what a later resource must share with an earlier one to take its place."""
    if resource.type in _SINGLE:
        return (resource.type,)
    if resource.type in PICTURES:
        return resource.type, resource.name
    return resource.key


def members(group: Resource) -> Iterator[int]:
    """Yield the numbers of a group's pictures, as many as its bytes hold."""
    for _, number in ENTRY.iter_unpack(_entries(group)):
        yield number


def _entries(group: Resource) -> bytes:
    """Return the entries of a group that is long enough for what it says, else nothing."""
    if len(group.data) < HEAD.size:
        return b""
    *_, count = HEAD.unpack_from(group.data)
    entries = group.data[HEAD.size : HEAD.size + count * ENTRY.size]
    return entries if len(entries) == count * ENTRY.size else b""


def _picture(resource: Resource) -> _Picture | None:
    if resource.type in PICTURES.values() and isinstance(resource.name, int):
        return int(resource.type), resource.name
    return None


def _used(resources: Iterable[Resource]) -> set[_Picture]:
    """Return the pictures that groups name."""
    return {
        (PICTURES[resource.type], number)
        for resource in resources
        if resource.type in PICTURES
        for number in members(resource)
    }


def _without_orphans(kept: list[Resource], earlier: ResourceTree) -> Iterator[Resource]:
    """Leave out the pictures whose last group was replaced."""
    orphans = _used(earlier) - _used(kept)
    return (resource for resource in kept if _picture(resource) not in orphans)


def _new_numbers(kept: list[Resource], later: ResourceTree) -> dict[_Picture, int]:
    """Choose numbers for those pictures of the later tree whose own are taken."""
    taken = {picture for resource in kept if (picture := _picture(resource))}
    wanted = {picture for resource in later if (picture := _picture(resource))}
    highest = dict.fromkeys(PICTURES.values(), 0)
    for type_, number in taken | wanted:
        highest[type_] = max(highest[type_], number)
    numbers = {}
    for picture in sorted(taken & wanted):
        highest[picture[0]] += 1
        numbers[picture] = highest[picture[0]]
    if any(number > 0xFFFF for number in numbers.values()):
        raise BuildError(
            "CW0704",
            "no number is left for another picture of an icon",
            hint="numbers end at 65535: give the pictures lower ones",
        )
    return numbers


def _moved(resource: Resource, numbers: dict[_Picture, int]) -> Resource:
    """Give a picture its new number, or a group those of its pictures."""
    picture = _picture(resource)
    if picture in numbers:
        return replace(resource, name=numbers[picture])
    pictures = PICTURES.get(resource.type)
    entries = _entries(resource)
    if pictures is None or not entries:
        return resource
    data = bytearray(resource.data)
    for index, (entry, number) in enumerate(ENTRY.iter_unpack(entries)):
        new = numbers.get((pictures, number), number)
        ENTRY.pack_into(data, HEAD.size + index * ENTRY.size, entry, new)
    return replace(resource, data=bytes(data))
