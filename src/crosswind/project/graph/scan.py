"""Read the folders of a source tree, each file once."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from crosswind import gosource
from crosswind.constraints import Constraint, constraint, names
from crosswind.project.graph.model import File, Folder

# Constraints and imports stand at the start; a source file of more than this is none.
_MAX_SIZE = 64 << 20


class Scan:
    """Folders of one tree, read as they are asked for."""

    def __init__(self, root: Path) -> None:
        """Begin with nothing read."""
        self.root = root
        self._folders: dict[str, Folder] = {}

    def folder(self, path: Path) -> Folder:
        """Return a folder, read at the first time; never raises."""
        found = self._folders.get(str(path))
        if found is None:
            found = self._folders[str(path)] = _folder(path)
        return found


def _folder(path: Path) -> Folder:
    try:
        with os.scandir(path) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        return Folder(path, unreadable=error.strerror or str(error))
    files, folders, links, others = [], [], [], []
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            folders.append(entry.name)
        elif entry.is_symlink() and entry.is_dir():
            links.append(entry.name)
        elif names.is_ignored(entry.name):
            others.append(entry.name)
        else:
            files.append(_file(entry.name, path / entry.name))
    return Folder(path, tuple(files), tuple(folders), tuple(links), tuple(others))


def _file(name: str, path: Path) -> File:
    try:
        with path.open("rb") as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return File(name, "", unreadable="it is no regular file")
            data = stream.read(_MAX_SIZE)
    except OSError as error:
        return File(name, "", Constraint(), unreadable=error.strerror or str(error))
    digest = hashlib.sha256(data).hexdigest()
    said = constraint(name, data)
    return File(name, digest, said, gosource.read(data) if name.endswith(".go") else None)
