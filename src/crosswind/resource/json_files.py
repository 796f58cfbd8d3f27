"""Sources written for other tools: `winres.json` of go-winres, `versioninfo.json` of goversioninfo."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crosswind.frozen import frozen
from crosswind.resource import icons
from crosswind.resource.reading import read_file
from crosswind.resource.sources import Context
from crosswind.windows import goversioninfo, json_value, winres
from crosswind.windows.resource import ResourceTree

# What stands outermost in a versioninfo.json; in a winres.json there are types of resources.
_GOVERSIONINFO = {
    "fixedfileinfo",
    "stringfileinfo",
    "varfileinfo",
    "iconpath",
    "applicationiconpath",
    "manifestpath",
}


def read(path: Path, context: Context) -> ResourceTree:
    """Read a file of either tool; its outermost names tell which one it is.

    Files that it names are looked up beside it.

    Raises:
        UsageError: CW0705, a file is not there; CW0790, no JSON; CW0791, a value without meaning;
            CW0740 to CW0742, a version or its texts.
        BuildError: an icon, a manifest or another file that it names is damaged or unfit.
        MissingError: CW0724, an image is to be scaled, and Pillow is not there.
    """
    data = read_file(path)
    names = {name.lower() for name, _ in json_value.parse(data, str(path)).items()}
    pictures = _Pictures(path.parent, context)

    def beside(name: str) -> bytes:
        return read_file(path.parent / name)

    if names & _GOVERSIONINFO or path.name.lower() == "versioninfo.json":
        return goversioninfo.load(data, beside, pictures, str(path), context.warn)
    return winres.load(data, beside, pictures, str(path), context.warn)


@frozen
class _Pictures:
    """Makes icons and cursors of the images beside a file."""

    folder: Path
    context: Context

    def icon(self, images: Sequence[tuple[str, bytes]], *, enlarge: bool) -> bytes:
        """Make an icon of images, or take a ready one."""
        names = [str(self.folder / name) for name, _ in images]
        contents = [content for _, content in images]
        made, findings = icons.ico(contents, names=names, pad=True, enlarge=enlarge)
        for finding in findings:
            self.context.warn(finding)
        return made

    def cursor(self, images: Sequence[tuple[str, bytes, int, int]]) -> bytes:
        """Make a cursor of images."""
        names = [str(self.folder / name) for name, *_ in images]
        return icons.cursor([(content, x, y) for _, content, x, y in images], names)
