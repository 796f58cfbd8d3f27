"""Sources of a single resource."""

from __future__ import annotations

from pathlib import Path

from crosswind.resource.reading import read_file
from crosswind.resource.sources import Context
from crosswind.windows.resource import ENGLISH_US, Resource, ResourceTree, ResourceType, tree

# winuser.h: CREATEPROCESS_MANIFEST_RESOURCE_ID, where Windows looks for a program's manifest.
_PROGRAM_MANIFEST = 1


def manifest(path: Path, _context: Context) -> ResourceTree:
    """Take a manifest as it is."""
    data = read_file(path)
    return tree([Resource(ResourceType.MANIFEST, _PROGRAM_MANIFEST, ENGLISH_US, data)])
