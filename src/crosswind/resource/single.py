"""Sources of a single resource."""

from __future__ import annotations

from pathlib import Path

from crosswind.resource.reading import read_file
from crosswind.resource.sources import Context
from crosswind.windows import manifest as windows_manifest
from crosswind.windows.resource import ResourceTree, tree


def manifest(path: Path, context: Context) -> ResourceTree:
    """Take a manifest as it is, if Windows would.

    Raises:
        UsageError: CW0705, it is not there.
        BuildError: CW0750 to CW0752, Windows would refuse the program.
    """
    data = read_file(path)
    for finding in windows_manifest.check(data, str(path)).findings(str(path)):
        context.warn(finding)
    return tree([windows_manifest.resource(data, library=context.library)])
