"""Write a Windows program's resources into files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crosswind.binary import detect
from crosswind.binary.pe import PEImage
from crosswind.binary.view import FormatError
from crosswind.errors import BuildError, UsageError
from crosswind.inspect.mapping import view_of
from crosswind.system import files
from crosswind.windows import icon, rsrc
from crosswind.windows.resource import ResourceTree, ResourceType, type_name


def export_resources(path: Path, directory: Path) -> tuple[Path, ...]:
    """Write every resource of a program into a folder: icons and cursors as files, others raw.

    Args:
        path: a PE file.
        directory: made if it is not there; files of the same names are replaced.

    Raises:
        UsageError: CW0901, no such file; CW0903, it has no resources.
        BuildError: CW0902, it is damaged.
    """
    tree = _tree(path)
    written = []
    for name, data in _files(tree):
        files.write_atomic(directory / name, data)
        written.append(directory / name)
    return tuple(written)


def export_icon(path: Path, destination: Path) -> None:
    """Write the program's icon, the one that Explorer shows, as an `.ico` file; raises like `export_resources`."""
    tree = _tree(path)
    groups = tree.of_type(ResourceType.GROUP_ICON)
    if not groups:
        raise UsageError("CW0903", "it has no icon", subject=str(path))
    files.write_atomic(destination, icon.write(icon.to_icon(groups[0], tree)))


def _tree(path: Path) -> ResourceTree:
    try:
        image = detect.read(view_of(path), whole=False)
        tree = rsrc.read_image(image) if isinstance(image, PEImage) else ResourceTree()
    except FormatError as error:
        raise BuildError(
            "CW0902", error.message, subject=f"{path}:{error.offset:#x}",
            hint="copy or build the file again",
        ) from None  # fmt: skip
    if not len(tree):
        raise UsageError(
            "CW0903", "it has no resources", subject=str(path),
            hint="only Windows programs and libraries have some",
        )  # fmt: skip
    return tree


# Endings of what people open with other programs.
_ENDINGS = {
    ResourceType.GROUP_ICON: ".ico", ResourceType.GROUP_CURSOR: ".cur",
    ResourceType.MANIFEST: ".manifest", ResourceType.HTML: ".html",
}  # fmt: skip
_IN_GROUPS = (ResourceType.ICON, ResourceType.CURSOR)


def _files(tree: ResourceTree) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file; frames of icons are in their groups' files."""
    used: set[str] = set()
    for resource in tree:
        if resource.type in _IN_GROUPS:
            continue
        data = resource.data
        if resource.type in (ResourceType.GROUP_ICON, ResourceType.GROUP_CURSOR):
            data = icon.write(icon.to_icon(resource, tree))
        kind = resource.type
        ending = _ENDINGS.get(ResourceType(kind), ".bin") if kind in _KNOWN else ".bin"
        stem = f"{_plain(type_name(kind))}-{_plain(str(resource.name))}-{resource.language:04x}"
        name, number = stem + ending, 1
        while name.lower() in used:  # names that differ in characters no file system takes
            number += 1
            name = f"{stem}-{number}{ending}"
        used.add(name.lower())
        yield name, data


_KNOWN = frozenset(kind.value for kind in ResourceType)
_MAX_NAME = 64


def _plain(name: str) -> str:
    """Keep what every file system takes: a name of a resource may be anything."""
    kept = "".join(
        char if char.isascii() and (char.isalnum() or char in "_-") else "_" for char in name
    )
    return kept[:_MAX_NAME].lower() or "_"
