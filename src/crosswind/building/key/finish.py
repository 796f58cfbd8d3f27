"""What crosswind itself does to a linked program, as inputs: resources, debug data, signatures.

They are no part of the key of a link: where only these change, no go command runs, and the steps after
the link start from what was linked before (docs/decisions/0011-after-the-link.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crosswind.building.key.model import Part
from crosswind.building.plan import Unit
from crosswind.config.settings import Debug
from crosswind.errors import CrosswindError
from crosswind.system import files
from crosswind.version import __version__

_OF_RESOURCES = ("version_info", "manifest", "string_table", "defines", "includes", "language")


def part(unit: Unit, directory: Path) -> Part:
    """Return what the steps after the link depend on, besides the linked file.

    Args:
        unit: the unit.
        directory: the project; paths in its configuration start there.
    """
    found = dict(_inputs(unit, directory))
    return Part("after the link", {"crosswind": __version__, **found} if found else {})


def _inputs(unit: Unit, directory: Path) -> Iterator[tuple[str, str]]:
    settings = unit.settings
    if settings.debug is not Debug.KEEP:
        yield "debug", settings.debug.value
    if unit.embeds:
        for name in _OF_RESOURCES:
            if value := getattr(settings, name):
                yield f"windows {name}", str(value)
        named = [("icon", one) for one in settings.icon]
        named += [("resource", one) for one in settings.resources]
        named += [("resource", one) for _, one in settings.rcdata]
        named += [("manifest", text) for name, text in settings.manifest if name == "file"]
        for what, one in named:
            yield f"{what} {one}", _digest(directory / one)
    pairs = {"windows": settings.sign_windows, "darwin": settings.sign_darwin}
    for name, value in pairs.get(unit.target.goos, ()):
        path = directory / value
        yield f"sign {name}", _digest(path) if value and path.is_file() else value
    if unit.target.goos == "windows" and (settings.sign_command or settings.sign_timestamp):
        yield "sign command", " ".join((*settings.sign_command, *settings.sign_timestamp))


def _digest(path: Path) -> str:
    try:
        return files.sha256(path)
    except (OSError, CrosswindError):
        return "unreadable"
