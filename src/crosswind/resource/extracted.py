"""Take resources out into a folder of files, and read such a folder."""

from __future__ import annotations

from pathlib import Path

from crosswind.errors import BuildError, UsageError
from crosswind.frozen import frozen
from crosswind.resource.reading import MAX_SOURCE, read_file
from crosswind.resource.sources import Context, read
from crosswind.system import files
from crosswind.windows import folder as folder_format
from crosswind.windows.resource import ResourceTree

# An index of the most resources that a program can hold has less.
_MAX_INDEX = 64 << 20


@frozen
class Extracted:
    """A folder that was written; `files` are the names in it, the index first."""

    folder: Path
    files: tuple[str, ...]
    resources: ResourceTree


def extract(source: Path, folder: Path) -> Extracted:
    """Write the resources of a program, or of any other input, into a new folder.

    Raises:
        UsageError: CW0705, CW0707, the input cannot be read; CW0715, the folder holds something.
        BuildError: CW0703, the input is damaged, or as its kind says.
    """
    resources = read(source, Context(goarch=""))
    made = folder_format.dump(resources)
    if folder.exists():
        if not folder.is_dir() or any(folder.iterdir()):
            raise UsageError(
                "CW0715",
                "there already",
                subject=str(folder),
                hint="name a new folder with -o, or remove this one",
            )
        with files.translated(folder):
            folder.rmdir()
    with files.new_directory(folder) as temporary:
        for name, data in made.items():
            files.write_atomic(temporary / name, data)
    return Extracted(folder, tuple(made), resources)


def folder(path: Path, _context: Context) -> ResourceTree:
    """Read a folder that `extract` wrote.

    Raises:
        UsageError: CW0705, it has no index.
        BuildError: CW0711, it is not as the index says.
    """
    if not (path / folder_format.INDEX).exists():
        raise UsageError(
            "CW0705",
            f"a folder without {folder_format.INDEX}",
            subject=str(path),
            hint="give a file, or a folder that `crosswind resource extract` wrote",
        )
    index = read_file(path / folder_format.INDEX, _MAX_INDEX)
    room = MAX_SOURCE

    def content(name: str) -> bytes:
        nonlocal room
        file = path / name
        if file.resolve().parent != path.resolve():
            raise BuildError(
                "CW0711",
                "leads out of the folder",
                subject=str(file),
                hint="put the file itself there",
            )
        data = read_file(file, room)
        room -= len(data)
        return data

    return folder_format.load(index, content)
