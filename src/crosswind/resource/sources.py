"""Where resources come from: one line for each kind of input.

A source is a function that takes a path and a `Context` and returns a `ResourceTree`. It lives in a
module of its own in this package, which is imported when an input of its kind comes.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path

from crosswind.errors import CrosswindError, UsageError
from crosswind.events import Observer, ignore
from crosswind.finding import Finding
from crosswind.frozen import frozen
from crosswind.windows.merge import merge
from crosswind.windows.resource import ResourceTree


def _silent(_finding: Finding) -> None:
    """Take a warning that nobody wants."""


@frozen
class Context:
    """What a source may want to know.

    Attributes:
        goarch: what the resources are for, empty for anything; an input may give others for each.
        library: whether they are for a DLL, whose manifest has another number.
        includes: folders in which scripts look for files.
        defines: macros for scripts, `NAME` or `NAME=VALUE`.
        offline: whether nothing may be fetched.
        warn: takes what deserves a warning and stops nothing.
        observer: sees what takes long: downloads, and a compiler's first run.
    """

    goarch: str = "amd64"
    includes: tuple[Path, ...] = ()
    defines: tuple[str, ...] = ()
    offline: bool = False
    warn: Callable[[Finding], None] = _silent
    observer: Observer = ignore
    library: bool = False


Source = Callable[[Path, Context], ResourceTree]

# Whole file names (lower case) and suffixes: the function, and what people call such an input.
BY_NAME: dict[str, tuple[str, str]] = {}
BY_SUFFIX: dict[str, tuple[str, str]] = {
    ".rc": ("crosswind.resource.script:script", "a resource script"),
    ".res": ("crosswind.resource.compiled:res", "compiled resources"),
    ".syso": ("crosswind.resource.compiled:syso", "an object file"),
    ".o": ("crosswind.resource.compiled:syso", "an object file"),
    ".obj": ("crosswind.resource.compiled:syso", "an object file"),
    ".exe": ("crosswind.resource.compiled:program", "a program's resources"),
    ".dll": ("crosswind.resource.compiled:program", "a library's resources"),
    ".ico": ("crosswind.resource.pictures:icon", "an icon"),
    ".png": ("crosswind.resource.pictures:icon", "an image for the icon"),
    ".jpg": ("crosswind.resource.pictures:icon", "an image for the icon"),
    ".jpeg": ("crosswind.resource.pictures:icon", "an image for the icon"),
    ".gif": ("crosswind.resource.pictures:icon", "an image for the icon"),
    ".bmp": ("crosswind.resource.pictures:icon", "an image for the icon"),
    ".webp": ("crosswind.resource.pictures:icon", "an image for the icon"),
    ".cur": ("crosswind.resource.pictures:cursor", "a cursor"),
    ".json": ("crosswind.resource.json_files:read", "a winres.json or versioninfo.json"),
    ".manifest": ("crosswind.resource.single:manifest", "a manifest"),
}
# Programs go by many names: app.scr, app.ocx, or no suffix at all. They begin with the MS-DOS
# header's e_magic ("PE Format", "MS-DOS Stub").
PROGRAM = ("crosswind.resource.compiled:program", "a program's resources")
_MZ = b"MZ"
FOLDER = ("crosswind.resource.extracted:folder", "a folder that `resource extract` wrote")


def load(paths: Iterable[Path], context: Context) -> ResourceTree:
    """Read all inputs; what a later one has replaces what an earlier one has under the same key.

    Raises:
        UsageError: CW0705, an input is not there; CW0707, it is of no known kind.
        BuildError: an input is damaged or unfit; the code says how.
    """
    found = ResourceTree()
    for path in paths:
        found = merge(found, read(path, context))
    return found


def read(path: Path, context: Context) -> ResourceTree:
    """Read one input; raises like `load`."""
    # Path's own raises where a folder may not be entered.
    place, _ = FOLDER if os.path.isdir(path) else _kind(path)  # noqa: PTH112
    module, _, name = place.partition(":")
    source: Source = getattr(import_module(module), name)
    try:
        return source(path, context)
    except CrosswindError as error:
        if error.subject:
            raise
        # Rules that hold for all inputs do not know which one they judge.
        raise type(error)(error.code, error.message, subject=str(path), hint=error.hint) from error


def _kind(path: Path) -> tuple[str, str]:
    kind = BY_NAME.get(path.name.lower()) or BY_SUFFIX.get(path.suffix.lower())
    if kind is not None:
        return kind
    with contextlib.suppress(OSError):
        if path.is_file():
            with path.open("rb") as stream:
                if stream.read(len(_MZ)) == _MZ:
                    return PROGRAM
    raise UsageError(
        "CW0707",
        "no kind of file that resources come from",
        subject=str(path),
        hint=f"crosswind reads {', '.join([*BY_SUFFIX, *BY_NAME])}, folders and Windows programs",
    )
