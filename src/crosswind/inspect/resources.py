"""Windows resources: the tree, and what version, manifest and icons say."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from crosswind.frozen import frozen
from crosswind.inspect.model import Subject

if TYPE_CHECKING:
    from crosswind.binary.pe import PEImage
    from crosswind.windows.manifest import ManifestFacts
    from crosswind.windows.version import VersionInfo


@frozen
class ResourceFacts:
    """One resource; `text` says what is in it where that is known."""

    type: str
    name: str
    language: int
    language_name: str
    size: int
    text: str


@frozen
class Resources:
    """All resources in the order of their directory.

    Attributes:
        resources: one entry for each.
        version: the first version information, None if there is none.
        manifest: the first manifest, None if there is none.
        problems: contents that cannot be read, each with the resource's name.
    """

    resources: tuple[ResourceFacts, ...]
    version: VersionInfo | None
    manifest: ManifestFacts | None
    problems: tuple[str, ...]


def read_resources(subject: Subject) -> Resources | None:
    """Read the tree; raises FormatError if it is damaged."""
    image = cast("PEImage", subject.image)
    if not image.has_resources:
        return None
    # Most programs of Go carry none, and what reads them takes a while to import.
    from crosswind.inspect import resource_contents

    return resource_contents.read(image)
