"""Sources of icons and cursors: one file each."""

from __future__ import annotations

from pathlib import Path

from crosswind.resource import icons
from crosswind.resource.reading import read_file
from crosswind.resource.sources import Context
from crosswind.windows import icon as windows_icon
from crosswind.windows.resource import ENGLISH_US, ResourceTree, tree

# Images that a person draws have some megabytes at most.
_MAX = 64 << 20
# Any name would do; among several icons Windows shows the one that comes first.
_NAME = 1


def icon(path: Path, context: Context) -> ResourceTree:
    """Make a program's icon of an .ico, or of an image in all sizes."""
    made, findings = icons.ico([read_file(path, _MAX)], names=[str(path)])
    for finding in findings:
        context.warn(finding)
    return tree(windows_icon.from_ico(made, _NAME, ENGLISH_US, subject=str(path)))


def cursor(path: Path, _context: Context) -> ResourceTree:
    """Take a cursor as it is."""
    data = read_file(path, _MAX)
    return tree(windows_icon.from_ico(data, _NAME, ENGLISH_US, subject=str(path)))
