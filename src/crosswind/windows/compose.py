"""Make one tree of what stands in the configuration, what files bring, and defaults."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import replace

from crosswind.windows.resource import Identifier, Resource, ResourceTree, ResourceType, tree

# Windows looks for one of each: a version tab, and the manifest that the loader obeys.
_SINGLE = (ResourceType.VERSION, ResourceType.MANIFEST)

# Win32, GRPICONDIR and GRPICONDIRENTRY (in "Resource formats"): a header, then entries that end
# with the number of a frame.
_GROUP_HEADER = 6
_GROUP_ENTRY = struct.Struct("<BBBBHHIH")


def compose(defaults: ResourceTree, brought: ResourceTree, said: ResourceTree) -> ResourceTree:
    """Lay trees over each other: what is said wins over what files bring, and that over defaults.

    A version tab or a manifest takes the place of every other one, and an icon that of every other
    one of its name, whatever their languages. The frames of an icon that is said get numbers that
    no other frame has.

    Raises:
        BuildError: CW0701, CW0702, as `resource.tree`.
    """
    others = _without_groups(
        brought, {group.name for group in said.of_type(ResourceType.GROUP_ICON)}
    )
    composed = ResourceTree()
    for later in (defaults, others, _renumbered(said, _highest_frame(others))):
        replaced = [type_ for type_ in _SINGLE if later.of_type(type_)]
        kept = tree(resource for resource in composed if resource.type not in replaced)
        composed = kept.merged(later)
    return composed


def first_icon(resources: ResourceTree) -> Resource | None:
    """Return the group that Windows shows as the program's icon: the first in the tree's order."""
    return next(iter(resources.of_type(ResourceType.GROUP_ICON)), None)


def frames(group: Resource) -> tuple[int, ...]:
    """Return the numbers of the frames that a group names; of a damaged one those that are whole."""
    body = group.data[_GROUP_HEADER:]
    whole = body[: len(body) // _GROUP_ENTRY.size * _GROUP_ENTRY.size]
    return tuple(fields[-1] for fields in _GROUP_ENTRY.iter_unpack(whole))


def _without_groups(brought: ResourceTree, names: set[Identifier]) -> ResourceTree:
    """Drop groups of icons, and the frames that no other group names."""
    groups = brought.of_type(ResourceType.GROUP_ICON)
    dropped = [group for group in groups if group.name in names]
    lost = _named(dropped) - _named(group for group in groups if group.name not in names)
    return tree(
        resource
        for resource in brought
        if resource not in dropped
        and not (resource.type == ResourceType.ICON and resource.name in lost)
    )


def _named(groups: Iterable[Resource]) -> set[Identifier]:
    return {number for group in groups for number in frames(group)}


def _highest_frame(brought: ResourceTree) -> int:
    names = (frame.name for frame in brought.of_type(ResourceType.ICON))
    return max((name for name in names if isinstance(name, int)), default=0)


def _renumbered(said: ResourceTree, offset: int) -> ResourceTree:
    """Move the numbers of all frames up, and those in the groups with them."""

    def moved(resource: Resource) -> Resource:
        if resource.type == ResourceType.ICON and isinstance(resource.name, int):
            return replace(resource, name=resource.name + offset)
        if resource.type == ResourceType.GROUP_ICON:
            return replace(resource, data=_moved(resource.data, offset))
        return resource

    return tree(moved(resource) for resource in said) if offset else said


def _moved(group: bytes, offset: int) -> bytes:
    entries = _GROUP_ENTRY.iter_unpack(group[_GROUP_HEADER:])
    moved = (_GROUP_ENTRY.pack(*fields[:-1], fields[-1] + offset) for fields in entries)
    return group[:_GROUP_HEADER] + b"".join(moved)
