"""Write a Windows program's resources into files."""

from __future__ import annotations

from pathlib import Path

from crosswind.binary import detect
from crosswind.binary.pe import PEImage
from crosswind.binary.view import FormatError
from crosswind.errors import BuildError, UsageError
from crosswind.system import files
from crosswind.system.mapping import view_of
from crosswind.windows import folder, icon, rsrc
from crosswind.windows.resource import ResourceTree, ResourceType


def export_resources(path: Path, directory: Path) -> tuple[Path, ...]:
    """Write every resource of a program into a folder, as `resource extract` does.

    Args:
        path: a PE file.
        directory: a new folder, or an empty one.

    Raises:
        UsageError: CW0901, no such file; CW0903, it has no resources; CW0904, the folder holds
            something.
        BuildError: CW0902, it is damaged.
    """
    made = folder.dump(_tree(path))
    if directory.exists():
        if not directory.is_dir() or any(directory.iterdir()):
            raise UsageError(
                "CW0904", "there already", subject=str(directory), hint="name a new folder"
            )
        with files.translated(directory):
            directory.rmdir()
    with files.new_directory(directory) as temporary:
        for name, data in made.items():
            files.write_atomic(temporary / name, data)
    return tuple(directory / name for name in made)


def export_icon(path: Path, destination: Path) -> None:
    """Write the program's icon, the one that Explorer shows, as an `.ico` file; raises like `export_resources`."""
    tree = _tree(path)
    groups = tree.of_type(ResourceType.GROUP_ICON)
    if not groups:
        raise UsageError("CW0903", "it has no icon", subject=str(path))
    files.write_atomic(destination, icon.write(icon.to_icon(groups[0], tree)))


def _tree(path: Path) -> ResourceTree:
    try:
        image = detect.read(view_of(path, "CW0901"), whole=False)
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
