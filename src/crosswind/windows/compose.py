"""Make one tree of what stands in the configuration, what files bring, and defaults."""

from __future__ import annotations

from dataclasses import replace

from crosswind.windows.merge import merge
from crosswind.windows.resource import Resource, ResourceTree, ResourceType, tree

# Windows looks for one of each: a version tab, and the manifest that the loader obeys.
_SINGLE = (ResourceType.VERSION, ResourceType.MANIFEST)


def compose(defaults: ResourceTree, brought: ResourceTree, said: ResourceTree) -> ResourceTree:
    """Lay trees over each other: what is said wins over what files bring, and that over defaults.

    A version tab or a manifest takes the place of every other one, and an icon that of every other
    one of its name, whatever their languages.

    Raises:
        BuildError: CW0704, as `merge`.
    """
    composed = defaults
    for later in (brought, said):
        composed = merge(_without_replaced(composed, later), later)
    return composed


def _without_replaced(earlier: ResourceTree, later: ResourceTree) -> ResourceTree:
    """Leave out what the later tree takes the place of; pictures go when `merge` misses their icon."""
    singles = [type_ for type_ in _SINGLE if later.of_type(type_)]
    languages = {icon.name: icon.language for icon in later.of_type(ResourceType.GROUP_ICON)}

    def placed(resource: Resource) -> Resource:
        """Give an icon the key of the later one of its name, so that `merge` replaces it."""
        if resource.type != ResourceType.GROUP_ICON:
            return resource
        return replace(resource, language=languages.get(resource.name, resource.language))

    kept = (placed(resource) for resource in earlier if resource.type not in singles)
    return tree({resource.key: resource for resource in kept}.values())


def first_icon(resources: ResourceTree) -> Resource | None:
    """Return the group that Windows shows as the program's icon: the first in the tree's order."""
    return next(iter(resources.of_type(ResourceType.GROUP_ICON)), None)
