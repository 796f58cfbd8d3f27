"""What is in the resources of a PE file: versions, manifests, icons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from crosswind.binary.pe import PEImage
from crosswind.errors import BuildError
from crosswind.inspect.resources import ResourceFacts, Resources
from crosswind.windows import icon, language, manifest, rsrc, version
from crosswind.windows.manifest import ManifestFacts
from crosswind.windows.resource import Resource, ResourceTree, ResourceType, shown, type_name
from crosswind.windows.version import VersionInfo


@dataclass(slots=True)
class _Contents:
    """Gathers what contents say."""

    tree: ResourceTree
    version: VersionInfo | None = None
    manifest: ManifestFacts | None = None
    problems: list[str] = field(default_factory=list)

    def describe(self, resource: Resource) -> str:
        """Say what is in a resource; what is damaged is noted."""
        reader = _READERS.get(resource.type) if isinstance(resource.type, int) else None
        if reader is None:
            return ""
        try:
            return reader(self, resource)
        except BuildError as error:
            self.problems.append(
                f"{type_name(resource.type)} {shown(resource.name)}: {error.message}"
            )
            return "damaged"

    def icon(self, group: Resource) -> str:
        sizes = icon.to_icon(group, self.tree).frames
        return ", ".join(
            f"{frame.width}×{frame.height}{' PNG' if frame.is_png else ''}" for frame in sizes
        )

    def read_version(self, resource: Resource) -> str:
        info = version.read(resource.data)
        self.version = self.version or info
        numbers = ".".join(map(str, info.fixed.file)) if info.fixed else ""
        return " ".join(filter(None, (numbers, info.get("ProductName"))))

    def read_manifest(self, resource: Resource) -> str:
        facts = manifest.check(resource.data)
        self.manifest = self.manifest or facts
        return facts.level or "no execution level"


_READERS: dict[int, Callable[[_Contents, Resource], str]] = {
    ResourceType.GROUP_ICON: _Contents.icon,
    ResourceType.GROUP_CURSOR: _Contents.icon,
    ResourceType.VERSION: _Contents.read_version,
    ResourceType.MANIFEST: _Contents.read_manifest,
}


def read(image: PEImage) -> Resources | None:
    """Read the tree and what is in it; None if it is empty.

    Raises:
        FormatError: the tree is damaged. Damaged contents are among the facts.
    """
    tree = rsrc.read_image(image)
    if not len(tree):
        return None
    contents = _Contents(tree)
    found = tuple(
        ResourceFacts(
            type_name(one.type), shown(one.name), one.language, language.name(one.language), len(one.data),
            contents.describe(one),
        )
        for one in tree
    )  # fmt: skip
    return Resources(found, contents.version, contents.manifest, tuple(contents.problems))
